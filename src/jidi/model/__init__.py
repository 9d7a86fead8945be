"""Frozen values that every other package speaks in. Nothing here does I/O."""
