"""The one module that knows where schemas and conformance data live: inside the wheel, or at the
top of a checkout.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from jidi.errors import DataError


def _find(tree: str) -> Path:
    checkout = Path(__file__).resolve().parents[2] / tree
    if checkout.is_dir():
        return checkout
    try:
        packaged = Path(str(files("jidi_data").joinpath(tree)))
    except ModuleNotFoundError:
        packaged = checkout
    if packaged.is_dir():
        return packaged
    raise DataError(
        f"The data tree '{tree}' was found neither at {checkout} nor in the installed package.",
        next_step="Install jidi again.",
    )


def schemas_root() -> Path:
    """Folder that holds one sub-folder for each standard version, such as ``v1.0``.

    Raises:
        DataError: neither a checkout nor an installed package holds it.
    """
    return _find("schemas")


def conformance_root() -> Path:
    """Folder that holds ``meta``, ``requirements``, ``scenarios`` and ``profiles``.

    Raises:
        DataError: neither a checkout nor an installed package holds it.
    """
    return _find("conformance")
