"""What is required and how it is looked at: ledger, profiles and scenarios, loaded and linked.
Everything above reads YAML through it; :mod:`jidi.catalogue.linting` looks for contradictions.
"""

from jidi.catalogue.catalogue import Catalogue

__all__ = ["Catalogue"]
