"""Plays one scenario: its steps, its values, the parties in it."""
