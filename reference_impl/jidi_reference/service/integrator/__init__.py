"""What an integrator does between the two.

The face names the modules that others use.
"""

__all__ = ["forwarding", "numbers", "release"]
