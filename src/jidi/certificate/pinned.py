"""By what a run was judged: digests of the rules, of the kit that judges, and of what it rests
on.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jidi import __version__, resources
from jidi.model.run import RunRecord
from jidi.run.data import load_data


def rules_facts(version: str) -> dict[str, str]:
    """Digests of schemas, ledger and scenarios of a version of the standard as this kit has them,
    and ``suite``, which stands for all three and for the profiles.
    """
    registry, catalogue = load_data(version)
    found = {
        "standard": version,
        "schemas": registry.bundle_digest(),
        "ledger": catalogue.ledger_digest,
        "scenarios": catalogue.scenario_digest,
    }
    profiles = sorted(profile.digest for profile in catalogue.profiles)
    text = "".join(f"{line}\n" for line in (*found.values(), *profiles))
    return {**found, "suite": "sha256:" + hashlib.sha256(text.encode()).hexdigest()}


JUDGES: Final = ("judge", "build", "lock")
"""Members of :func:`kit_facts` about the kit that judges, which may be another each time."""


def kit_facts(record: RunRecord) -> dict[str, Any]:
    """The kit that made the run, the one that judges (``build``: its code; ``lock``: the list of
    what it rests on).
    """
    return {
        "version": record.header.kit_version,
        "python": record.header.python,
        "judge": __version__,
        "build": build_digest(),
        "lock": "sha256:" + hashlib.sha256(resources.lock_file().read_bytes()).hexdigest(),
    }


@cache
def build_digest() -> str:
    """Digest of everything in the package, by path."""
    root = Path(str(files("jidi")))
    text = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def rules_files(record: RunRecord) -> dict[str, bytes]:
    """Profile and ledger as they stand in the kit, by their names in the evidence."""
    root, version = resources.conformance_root(), record.header.standard_version
    profile = root / "profiles" / f"v{version}" / f"{record.profile.id}.yaml"
    ledger = sorted((root / "requirements" / f"v{version}").glob("*.yaml"))
    return {
        "profile.yaml": profile.read_bytes(),
        **{f"ledger/{path.name}": path.read_bytes() for path in ledger},
    }
