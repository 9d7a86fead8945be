"""Patterns as automata, and texts that they find or miss."""
