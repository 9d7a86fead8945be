"""``jidi doctor`` holds against a discovery document what a run would: what is ready here is not
broken there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import Cli
from tests.conformance.hostile.candidate import target_of
from tests.conformance.hostile.server import Asked, RawServer, answer, document, plausible
from tests.sampling import thinned

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "conformance" / "scenarios" / "discovery" / "discovery-document.yaml"
PLACE = "/.well-known/express-data-sharing"
Spoil = Callable[[str], bytes]


def _changed(change: Callable[[dict[str, Any]], object]) -> Spoil:
    def spoil(origin: str) -> bytes:
        made = document(origin)
        change(made)
        return answer(json.dumps(made))

    return spoil


def _of_kind(kind: str) -> Spoil:
    return lambda origin: answer(json.dumps(document(origin)), kind=kind)


def _moved(status: str) -> Spoil:
    return lambda _: answer("", status, headers=[("Location", "/elsewhere")])


def _versions(**members: Any) -> Spoil:
    return _changed(lambda made: made["versions"][0].update(members))


def _limits(**members: Any) -> Spoil:
    return _changed(lambda made: made["limits"].update(members))


_OTHER = "of another role"
SPOILT: dict[str, tuple[Spoil, str]] = {
    "moved for good": (_moved("301 Moved Permanently"), "served"),
    "found elsewhere": (_moved("302 Found"), "served"),
    "a temporary redirect": (_moved("307 Temporary Redirect"), "served"),
    "a permanent redirect": (_moved("308 Permanent Redirect"), "served"),
    "called HTML": (_of_kind("text/html; charset=utf-8"), "json"),
    "called text": (_of_kind("text/plain"), "json"),
    "called a problem": (_of_kind("application/problem+json"), "json"),
    "called nothing": (_of_kind(""), "json"),
    "called garbage": (_of_kind(';=;/"'), "json"),
    _OTHER: (_changed(lambda made: made.update(role="platform")), "role"),
    "without its contacts": (_changed(lambda made: made.pop("contacts")), "valid"),
    "events available too late": (_limits(event_availability_s=6), "limits"),
    "pushes that come too late": (_limits(push_latency_s=99), "limits"),
    "a clock that may be anything": (_limits(clock_skew_s=301), "limits"),
    "bodies that are too small": (_limits(max_body_bytes=1024), "limits"),
    "a rate of next to nothing": (_limits(rate={"per_second": 1, "burst": 1}), "limits"),
    "a bundle of zeros": (_versions(schema_bundle_digest="sha256:" + "0" * 64), "bundle"),
}
"""What is wrong with the document, and the check of the scenario that a run fails for it."""


def _answered(spoil: Spoil) -> Callable[[RawServer, Asked], list[bytes]]:
    def respond(_server: RawServer, asked: Asked) -> list[bytes]:
        if asked.path == "/elsewhere":
            return [answer(json.dumps(document(asked.origin)))]
        return [spoil(asked.origin) if asked.path == PLACE else plausible(asked)]

    return respond


def _target(server: RawServer, folder: Path) -> Path:
    target = folder / "target.yaml"
    target.write_text(yaml.safe_dump(target_of(server.origin, driver={"kind": "none"})), "utf-8")
    return target


def _to_mend(said: str) -> list[str]:
    """Lines about the discovery document that ask for something to be mended."""
    return [line for line in said.splitlines() if line.startswith("discovery") and " mend " in line]


@pytest.mark.parametrize("name", SPOILT)
def test_doctor_finds_in_discovery_what_a_run_would_fail(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    """Told by the discovery document, and the target is not called ready."""
    with RawServer(_answered(SPOILT[name][0])) as server:
        reply = cli("doctor", _target(server, tmp_path))
    assert reply.code == 3
    assert _to_mend(reply.out), reply.out


def test_doctor_finds_nothing_in_a_good_document(cli: Cli, tmp_path: Path) -> None:
    """Otherwise the findings above would be of something else."""
    with RawServer(_answered(lambda origin: answer(json.dumps(document(origin))))) as server:
        reply = cli("doctor", _target(server, tmp_path))
    assert _to_mend(reply.out) == []


def test_a_document_of_another_role_ends_a_run_before_it_begins(cli: Cli, tmp_path: Path) -> None:
    """By the same request, with both roles named; a run that is made otherwise fails its check."""
    asked: list[str] = []

    def counted(origin: str) -> bytes:
        asked.append(origin)
        return SPOILT[_OTHER][0](origin)

    with RawServer(_answered(counted)) as server:
        reply = cli("certify", _target(server, tmp_path), "--out", tmp_path / "run")
    assert (reply.code, len(asked)) == (2, 1), reply.said
    assert "platform" in reply.err
    assert "courier" in reply.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", thinned([name for name in SPOILT if name != _OTHER], 6))
def test_a_run_fails_the_same_documents(cli: Cli, tmp_path: Path, name: str) -> None:
    """Each by the check that it is meant to break."""
    spoil, check = SPOILT[name]
    run = tmp_path / "run"
    with RawServer(_answered(spoil)) as server:
        target = _target(server, tmp_path)
        reply = cli("certify", target, "--scenario", "discovery-document", "--out", run)
    assert reply.code == 1, reply.said
    rows = json.loads((run / "run.json").read_text("utf-8"))["verdict"]["requirements"]
    failed = {one["check"] for row in rows for one in row["checks"] if one["outcome"] == "fail"}
    assert f"discovery-document/fetch/{check}" in failed


def test_each_check_on_discovery_has_a_document_that_breaks_it() -> None:
    """A check that is added to the scenario is one that the preflight must be seen to make."""
    (step,) = yaml.safe_load(SCENARIO.read_text("utf-8"))["steps"]
    assert {one["id"] for one in step["check"]} == {check for _, check in SPOILT.values()}
