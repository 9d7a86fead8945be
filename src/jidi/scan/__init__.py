"""Offline scanner for personal data in feeds and logs that a vendor already has (facts 6.3)."""

from jidi.scan.findings import Found, Tally
from jidi.scan.intake.parts import Unread
from jidi.scan.intake.walking import STDIN
from jidi.scan.plan import Row, ScanPlan
from jidi.scan.running import scan_paths
from jidi.scan.scanning import Scanner

__all__ = ["STDIN", "Found", "Row", "ScanPlan", "Scanner", "Tally", "Unread", "scan_paths"]
