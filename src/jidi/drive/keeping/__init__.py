"""From an exchange to a line of the journal: encoded, redacted, written."""
