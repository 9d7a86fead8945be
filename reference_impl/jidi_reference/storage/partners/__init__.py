"""Statements of platforms and integrators about the couriers that they send to and hear from."""
