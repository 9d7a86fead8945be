"""Figures of the kit; each module prints its own and asserts nothing."""
