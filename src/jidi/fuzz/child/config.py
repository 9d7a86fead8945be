"""Everything a child needs, written into one temporary folder: the contract, the configuration of
schemathesis, the settings of the plugin.
"""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jidi.fuzz.child.growing import with_growing_bodies
from jidi.fuzz.contract import Contract, problem_types
from jidi.fuzz.declared import Declaration
from jidi.fuzz.faults_shown import ITEMWISE
from jidi.fuzz.fuzz_context import GeneratedContext
from jidi.model.exchange import Headers
from jidi.resources import child_environment

BODY_LIMIT = 256 * 1024
FAILURES_PER_KIND = 5
REQUEST_TIMEOUT_S = 10.0
UNDER_WAY = 4
"""Requests that a child has under way at once: enough for the hundred a second that are declared
where an answer takes 40 ms.
"""
SLOW_ANSWER_S = 0.25
"""A candidate whose answers take that long is asked one thing at a time: waiting for each other
must not look like hanging.
"""
PLUGIN = Path(__file__).with_name("plugin.py")
UNUSED_CHECKS = ("object_level_authorization",)


@dataclass(frozen=True, slots=True)
class Shard:
    """The work of one child: its operations as one party. ``known`` gives ids by operation and path
    parameter.
    """

    index: int
    party: str
    contract: Contract
    known: Mapping[str, Mapping[str, Sequence[str]]]

    @property
    def operations(self) -> tuple[str, ...]:
        """Ids of its operations, in document order."""
        return tuple(self.contract.operations)


@dataclass(frozen=True, slots=True)
class Launch:
    """How a child is started: module and arguments, environment, and its own folder."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


def prepare(
    context: GeneratedContext, declaration: Declaration, shard: Shard, folder: Path, proof: Headers
) -> Launch:
    """Write the files of ``shard`` below ``folder``. Secrets go through the environment only, never
    into a file.
    """
    folder.mkdir(mode=0o700, parents=True)
    _prime_unicode_table(folder)
    document, config, settings = (
        folder / name for name in ("openapi.json", "schemathesis.toml", "settings.json")
    )
    document.write_text(
        json.dumps(with_growing_bodies(shard.contract.asked), ensure_ascii=True),
        encoding="utf-8",
    )
    party = context.target.party(shard.party)
    secrets = dict([*(party.headers if party else ()), *proof])
    variables = {f"JIDI_HEADER_{number}": value for number, value in enumerate(secrets.values())}
    config.write_text(
        _toml(_configuration(context, dict(zip(secrets, variables, strict=True)), shard.party)),
        encoding="utf-8",
    )
    settings.write_text(
        json.dumps(_settings(context, declaration, shard, folder), ensure_ascii=True),
        encoding="utf-8",
    )
    home = folder / "home"
    home.mkdir(mode=0o700)
    environment = child_environment(home, JIDI_GENERATED_SETTINGS=str(settings), **variables)
    only = [word for name in shard.operations for word in ("--include-operation-id", name)]
    command = (
        "schemathesis.cli",
        "--config-file",
        str(config),
        "run",
        str(document),
        "--no-color",
        *only,
    )
    return Launch(command, environment, folder)


def _prime_unicode_table(folder: Path) -> None:
    """Put the table of what UTF-8 encodes where Hypothesis keeps it; making it anew costs each
    child two seconds and 200 MB.

    Hypothesis makes its own when this one is not where it looks, so nothing depends on it.
    """
    place = folder / ".hypothesis" / "unicode_data" / unicodedata.unidata_version
    place.mkdir(parents=True)
    table = [[[0, 0xD7FF], [0xE000, 0x10FFFF]], []]
    (place / "codec-v2-utf-8.json.gz").write_bytes(
        gzip.compress(json.dumps(table).encode(), mtime=1)
    )


def _configuration(
    context: GeneratedContext, variables: Mapping[str, str], party: str
) -> dict[str, Any]:
    auth = context.target.party(party)
    config: dict[str, Any] = {
        "base-url": context.base_url,
        "hooks": str(PLUGIN),
        "seed": context.seed,
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": REQUEST_TIMEOUT_S,
        "request-retries": 0,
        "max-redirects": 0,
        "suppress-health-check": ["all"],
        "headers": {name: f"${{{variable}}}" for name, variable in variables.items()},
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        "warnings": False,
        "output": {
            "sanitization": {
                "keys-to-sanitize": ["authorization"],
                "sensitive-markers": ["authorization"],
            }
        },
        "checks": {name: {"enabled": False} for name in UNUSED_CHECKS},
        "generation": {
            "database": "none",
            "no-shrink": True,
            "allow-x00": False,
            "max-examples": max(context.effort.fuzzing, 1),
        },
        "phases": _phases(context),
    }
    if context.target.tls.ca_file:
        config["tls-verify"] = context.target.tls.ca_file
    if auth is not None and auth.auth.certificate:
        config |= {"request-cert": auth.auth.certificate, "request-cert-key": auth.auth.key}
    return config


def _phases(context: GeneratedContext) -> dict[str, Any]:
    """No phase may learn from answers: random ids of the candidate would then change what is sent
    for the same seed.
    """
    unlearned = {"extra-data-sources": {"responses": False}}
    return {
        "examples": {"enabled": True, **unlearned},
        "coverage": {"enabled": True, **unlearned},
        "fuzzing": {
            "enabled": context.effort.fuzzing > 0,
            "error-feedback": {"enabled": False},
            **unlearned,
        },
        "stateful": {
            "enabled": context.effort.stateful > 0,
            "inference": {"algorithms": []},
            "generation": {"max-examples": max(context.effort.stateful, 1)},
        },
    }


def _settings(
    context: GeneratedContext, declaration: Declaration, shard: Shard, folder: Path
) -> dict[str, Any]:
    operations = shard.contract.operations
    return {
        "nonce": f"{context.seed}-{folder.parent.name}-{shard.index}",
        "version": context.version,
        "receiver": context.receiver_url,
        "under_way": UNDER_WAY if context.answer_s < SLOW_ANSWER_S else 1,
        "pace": _pace(context, shard.party),
        "known": {
            name: {key: list(values) for key, values in known.items()}
            for name, known in shard.known.items()
        },
        "rules": {name: shard.contract.query_rules(name) for name in operations},
        "bodies": [name for name, item in operations.items() if item.request_schema is not None],
        "itemwise": sorted(ITEMWISE),
        "problem_types": sorted(problem_types(context.registry)),
        "internals": dict(declaration.internals),
        "user_agent": context.target.user_agent,
        "accept": context.accept,
        "banner_headers": list(declaration.banner_headers),
        "banner_pattern": declaration.banner_pattern,
        "body_limit": BODY_LIMIT,
        "failures_per_kind": FAILURES_PER_KIND,
    }


def _pace(context: GeneratedContext, party: str) -> list[float | None]:
    """Requests a second and at once that the child may send; the courier's is left half, for what
    it pushes meanwhile has the same credential.
    """
    half = 2 if party == context.courier else 1
    return [None if limit is None else limit / half for limit in (context.rate, context.burst)]


def _toml(value: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """``value`` as TOML; tables come after plain members, as TOML wants it. JSON's strings,
    numbers, booleans and arrays are TOML's too.
    """
    plain = {key: item for key, item in value.items() if not isinstance(item, Mapping)}
    lines = [f"[{'.'.join(json.dumps(step) for step in path)}]"] if path else []
    lines += [f"{json.dumps(key)} = {json.dumps(item)}" for key, item in plain.items()]
    tables = [_toml(item, (*path, key)) for key, item in value.items() if isinstance(item, Mapping)]
    return "\n".join([*lines, "", *tables])
