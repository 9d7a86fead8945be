"""Everything that touches the network for the kit: requests, pushes, credentials, drivers, and the
journal that records them.
"""

from __future__ import annotations

from jidi.counterparty import (
    PUSH_OPERATION,
    CourierRules,
    NoSuchSecretError,
    PushPlan,
    Reply,
    Sign,
)
from jidi.counterparty.pushes import encoded, fresh_id
from jidi.counterparty.serving.lifecycle import Lifecycle
from jidi.drive.candidate.credentials import CredentialFailure, Credentials
from jidi.drive.candidate.drivers import Driver, make_driver
from jidi.drive.candidate.target import WELL_KNOWN, load_target
from jidi.drive.endpoint import Endpoint
from jidi.drive.http.bounds import Bounds
from jidi.drive.http.client import Client, is_declared
from jidi.drive.http.deadline import Deadline
from jidi.drive.http.flood import FloodOutcome, FloodPlan, flood
from jidi.drive.http.tls import TlsProbe, probe_tls
from jidi.drive.keeping.encoding import Place, encode_exchange
from jidi.drive.keeping.findings import SchemaView
from jidi.drive.keeping.journal_file import JournalWriter, read_journal
from jidi.drive.keeping.planted import KnownTexts, Planted
from jidi.drive.keeping.redaction import CleanRecord, Redactor
from jidi.drive.played import CourierSetup, PlayedCourier
from jidi.drive.receiver import Probe, Receiver
from jidi.model.arrivals import PlannedReply, ReceivedPush, ReceiverBounds
from jidi.model.drive_outcome import DriveOutcome
from jidi.model.outgoing import Outgoing

__all__ = [
    "PUSH_OPERATION",
    "WELL_KNOWN",
    "Bounds",
    "CleanRecord",
    "Client",
    "CourierRules",
    "CourierSetup",
    "CredentialFailure",
    "Credentials",
    "Deadline",
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
