"""Offline scanner for personal data in feeds and logs that a vendor already has (facts 6.3)."""

from jidi.scan.findings import Found, Tally
from jidi.scan.scanner import Scanner

__all__ = ["Found", "Scanner", "Tally"]
