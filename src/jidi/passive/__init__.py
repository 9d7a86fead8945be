"""Passive mode: traffic that somebody recorded is read, redacted and judged. Nothing is sent."""
