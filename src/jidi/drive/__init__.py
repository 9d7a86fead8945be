"""Everything that touches the network for the kit: requests, pushes, credentials, drivers, and the
journal that records them.
"""

from __future__ import annotations

from jidi.drive.bounds import Bounds
from jidi.drive.client import Client, is_declared
from jidi.drive.credentials import CredentialFailure, Credentials
from jidi.drive.drivers import Driver, make_driver
from jidi.drive.encode import Place, encode_exchange
from jidi.drive.endpoint import Endpoint, PlannedReply, ReceivedPush, ReceiverBounds
from jidi.drive.flood import FloodOutcome, FloodPlan, flood
from jidi.drive.journal import JournalWriter, read_journal
from jidi.drive.outcome import DriveOutcome
from jidi.drive.outgoing import Outgoing
from jidi.drive.planted import KnownTexts, Planted
from jidi.drive.played import (
    PUSH_OPERATION,
    CourierRules,
    CourierSetup,
    NoSuchSecretError,
    PlayedCourier,
    PushPlan,
    Reply,
    Sign,
)
from jidi.drive.played.lifecycle import Lifecycle
from jidi.drive.played.pushes import encoded, fresh_id
from jidi.drive.receiver import Probe, Receiver
from jidi.drive.redaction import Redactor, SchemaView
from jidi.drive.target import WELL_KNOWN, load_target
from jidi.drive.tls import TlsProbe, probe_tls

__all__ = [
    "PUSH_OPERATION",
    "WELL_KNOWN",
    "Bounds",
    "Client",
    "CourierRules",
    "CourierSetup",
    "CredentialFailure",
    "Credentials",
    "DriveOutcome",
    "Driver",
    "Endpoint",
    "FloodOutcome",
    "FloodPlan",
    "JournalWriter",
    "KnownTexts",
    "Lifecycle",
    "NoSuchSecretError",
    "Outgoing",
    "Place",
    "PlannedReply",
    "Planted",
    "PlayedCourier",
    "Probe",
    "PushPlan",
    "ReceivedPush",
    "Receiver",
    "ReceiverBounds",
    "Redactor",
    "Reply",
    "SchemaView",
    "Sign",
    "TlsProbe",
    "encode_exchange",
    "encoded",
    "flood",
    "fresh_id",
    "is_declared",
    "load_target",
    "make_driver",
    "probe_tls",
    "read_journal",
]
