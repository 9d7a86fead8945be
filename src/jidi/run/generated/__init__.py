"""The schemathesis phase: generated requests for every operation, in child processes, replayed before they count.

Kept empty on purpose: the child imports :mod:`jidi.run.generated.plugin` through this package and must not drag in the harness.
"""
