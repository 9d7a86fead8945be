"""Hosts that a discovery document names and the target file does not list: told before a run, by
``jidi init`` and ``jidi doctor`` alike.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import Cli
from tests.conformance.hostile.candidate import target_of
from tests.conformance.hostile.server import Asked, RawServer, answer, document, plausible

OLD = {"version": "0.9", "base_url": "https://old.example.cn/v0", "status": "deprecated"}
FORM = {"privacy": {"url": "https://help.example.cn/form"}}
ELSEWHERE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the form for persons": ({"contacts": FORM}, ["help.example.cn:443"]),
    "its port": (
        {"contacts": {"privacy": {"url": "http://help.example.cn:8080/"}}},
        ["help.example.cn:8080"],
    ),
    "an IPv6 address": ({"contacts": {"privacy": {"url": "http://[::2]:81/f"}}}, ["[::2]:81"]),
    "an older version": ({"versions": [OLD]}, ["old.example.cn:443"]),
    "both": (
        {"versions": [OLD], "contacts": FORM},
        ["old.example.cn:443", "help.example.cn:443"],
    ),
    "odd contacts": ({"contacts": ["https://help.example.cn/form"]}, []),
    "no address": ({"contacts": {"privacy": {"url": "mailto:a@example.cn"}}}, []),
    "the candidate's own host": ({"contacts": {"privacy": {"url": "@/form"}}}, []),
}


def _told(cli: Cli, folder: Path, changes: dict[str, Any], *hosts: str) -> tuple[str, str]:
    """What ``init`` and ``doctor`` say about a candidate whose discovery has these changes."""

    def respond(server: RawServer, asked: Asked) -> list[bytes]:
        if not asked.path.startswith("/.well-known"):
            return [plausible(asked)]
        honest = document(asked.origin)
        more = {**honest, **changes}
        if "versions" in changes:
            more["versions"] = [*honest["versions"], *changes["versions"]]
        return [answer(json.dumps(more).replace("@/", f"{server.origin}/"))]

    with RawServer(respond) as server:
        target = folder / "target.yaml"
        target.write_text(yaml.safe_dump(target_of(server.origin) | {"hosts": list(hosts)}))
        made = cli("init", server.origin, "-o", folder / "made.yaml")
        return made.err + (folder / "made.yaml").read_text("utf-8"), cli("doctor", target).out


@pytest.mark.parametrize("name", ELSEWHERE)
def test_doctor_and_init_name_every_host_that_is_not_listed(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    """The form that a run fetches and other versions, each with its place; nothing that is
    listed.
    """
    changes, hosts = ELSEWHERE[name]
    made, looked = _told(cli, tmp_path, changes)
    flat = "".join(looked.split())
    assert [host for host in hosts if host not in made] == []
    assert [host for host in hosts if f"lieson{host}" not in flat] == []
    assert flat.count("lieson") == len(hosts)


def test_doctor_is_content_once_the_host_is_listed(cli: Cli, tmp_path: Path) -> None:
    """Listed by name, whatever the port, or with it."""
    for listed in ("help.example.cn", "help.example.cn:443"):
        assert "help.example.cn" not in _told(cli, tmp_path, {"contacts": FORM}, listed)[1]


def test_doctor_tells_of_no_more_versions_than_a_document_may_list(
    cli: Cli, tmp_path: Path
) -> None:
    """Thousands of entries are no thousands of lines."""
    looked = _told(cli, tmp_path, {"versions": [OLD] * 5_000})[1]
    assert "".join(looked.split()).count("lieson") <= 20


def _elsewhere(cli: Cli, folder: Path, listed: str) -> tuple[str, list[str]]:
    """What ``doctor`` says where discovery names a token endpoint on another port, and what came
    there; ``listed`` is what ``hosts`` says, ``{}`` that place.
    """
    came: list[str] = []

    def issue(_server: RawServer, asked: Asked) -> list[bytes]:
        came.append(asked.path)
        return [plausible(asked)]

    with RawServer(issue) as issuer:

        def respond(_server: RawServer, asked: Asked) -> list[bytes]:
            if not asked.path.startswith("/.well-known"):
                return [plausible(asked)]
            endpoint = {"token_endpoint": f"{issuer.origin}/oauth/token"}
            return [answer(json.dumps(document(asked.origin, **endpoint)))]

        with RawServer(respond) as server:
            place = f"127.0.0.1:{issuer.port}"
            hosts = [listed.format(place)] if listed else []
            target = folder / "target.yaml"
            target.write_text(yaml.safe_dump(target_of(server.origin) | {"hosts": hosts}))
            return "".join(cli("doctor", target).said.split()).replace(place, "ISSUER"), came


@pytest.mark.parametrize("listed", ["", "127.0.0.1", "other.example.cn"])
def test_a_token_endpoint_on_a_host_that_is_not_listed_gets_no_secret(
    cli: Cli, tmp_path: Path, listed: str
) -> None:
    """Nothing is sent there, and the advice is to list that host with its port; a name alone means
    the usual ports.
    """
    looked, came = _elsewhere(cli, tmp_path, listed)
    assert came == []
    assert "AddISSUERto'hosts'inthetargetfile,withitsport" in looked


def test_a_token_endpoint_on_a_host_that_was_listed_by_hand_is_asked(
    cli: Cli, tmp_path: Path
) -> None:
    """By host and port, and then there is no advice about hosts."""
    looked, came = _elsewhere(cli, tmp_path, "{}")
    assert "/oauth/token" in came
    assert "ISSUERto'hosts'" not in looked


def test_an_address_in_place_of_a_host_is_refused(cli: Cli, tmp_path: Path) -> None:
    """A host is no URL: the file is wrong, and nothing is sent."""
    looked, came = _elsewhere(cli, tmp_path, "http://{}")
    assert (came, "hosts" in looked) == ([], True)
