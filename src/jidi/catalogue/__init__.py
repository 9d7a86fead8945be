"""What is required and how it is looked at: ledger, profiles and scenarios, loaded, linked and
linted. Everything above reads YAML through it.
"""

from jidi.catalogue.catalogue import Catalogue

__all__ = ["Catalogue"]
