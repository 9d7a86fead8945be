"""The schemathesis phase: generated requests for every operation, in child processes, replayed
before they count.
"""
