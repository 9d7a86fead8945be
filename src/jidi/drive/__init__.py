"""Everything that touches the network for the kit: requests, pushes, credentials, drivers, and the
journal that records them.

This is the face of the side that asks. The side that is asked has its own:
:mod:`jidi.drive.receiver` takes pushes in, :mod:`jidi.drive.played` carries the bytes of played
couriers; :mod:`jidi.drive.keeping` writes all that happens. Values that go to and fro are in
:mod:`jidi.model`.
"""

from __future__ import annotations

from jidi.drive.candidate.credentials import CredentialFailure, Credentials
from jidi.drive.candidate.drivers import Driver, make_driver
from jidi.drive.candidate.target import load_target
from jidi.drive.http.bounds import Bounds
from jidi.drive.http.client import Client
from jidi.drive.http.deadline import Deadline
from jidi.drive.http.flood import FloodOutcome, FloodPlan, flood
from jidi.drive.http.tls import TlsProbe, probe_tls

__all__ = [
    "Bounds",
    "Client",
    "CredentialFailure",
    "Credentials",
    "Deadline",
    "Driver",
    "FloodOutcome",
    "FloodPlan",
    "TlsProbe",
    "flood",
    "load_target",
    "make_driver",
    "probe_tls",
]
