"""What the published schemas say: validation, operations, code lists, examples,
personal-information classes.

The only importer of jsonschema, jsonschema-rs and referencing.
"""

from jidi.registry.registry import Registry
from jidi.registry.values import (
    Example,
    Fault,
    LintFinding,
    Operation,
    Parameter,
    PersonalValue,
    RuleSite,
)

__all__ = [
    "Example",
    "Fault",
    "LintFinding",
    "Operation",
    "Parameter",
    "PersonalValue",
    "Registry",
    "RuleSite",
]
