"""What can be said about the data before any traffic: contradictions, unknown names, checks that
are empty.
"""

from __future__ import annotations

from jidi.catalogue.linting.catalogue_lint import lint

__all__ = ["lint"]
