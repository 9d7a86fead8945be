"""Pure judging: journal, ledger and profile in, verdicts out. No I/O, no clock, no randomness."""
