"""Runs: choosing by profile, playing scenarios, the generated phase, and the journal from which a
verdict is judged.

Nothing is imported here, because the children of the generated phase import their plugin through
this package and must stay small.
"""
