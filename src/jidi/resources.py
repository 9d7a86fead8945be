"""What lies around the kit: the schemas and conformance data (inside the wheel, or at the top of a
checkout), the environment that its child processes get, and files that it leaves.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from jidi.errors import DataError

_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")
"""Nothing in it can configure schemathesis, pytest, hypothesis or an HTTP client, and no secret."""


def child_environment(home: Path | str, **more: str) -> dict[str, str]:
    """The environment of a child process of the kit: what a program needs to start, and ``more``.

    ``home`` is a folder of the child's own. What lies in the operator's is none of its business:
    ``~/.netrc`` would be sent to the candidate. Proxies are not passed on either.
    """
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    alone = {"HOME": str(home), "NETRC": os.devnull, "NO_PROXY": "*", "no_proxy": "*"}
    python = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return {**kept, **alone, **python, **more}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, over what was there; for the owner alone from its first
    byte.

    Raises:
        OSError: the system does not let it be written; nothing of it stays.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.unlink(missing_ok=True)
        file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(file)
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


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


def lock_file() -> Path:
    """The list of everything on which the kit rests, each with its digests: ``constraints.txt``.

    Raises:
        DataError: neither a checkout nor an installed package holds it.
    """
    return _find("schemas").parent / "constraints.txt"
