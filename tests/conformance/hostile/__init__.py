"""Candidates that attack the kit: whatever they do, a run ends in time and in bounds, says what
happened, and nothing of theirs is executed.
"""
