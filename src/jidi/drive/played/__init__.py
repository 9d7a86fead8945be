"""Played couriers on the network: threads, clocks and sockets around the machine that they are."""

from __future__ import annotations

from jidi.drive.played.played_courier import CourierSetup, PlayedCourier

__all__ = ["CourierSetup", "PlayedCourier"]
