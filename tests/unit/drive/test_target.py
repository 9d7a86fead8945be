"""Target files: what may stand in them, where secrets come from, and what is said when something is
wrong.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from jidi.drive import load_target
from jidi.errors import TargetError, UnreachableError
from jidi.model.target import Auth, DriverSettings, ReceiverSettings
from jidi.resources import conformance_root

from .conftest import ServerMaker, answer, keep_answering, reply

FULL = """
jidi-target: 1
name: 示例快递 sandbox
role: courier
base_url: https://sandbox.example.com/
hosts: [extra.example.com, "other.example.com:8443"]
parties:
  platform-a:
    auth: {type: oauth2, client_id: a, client_secret: {env: SECRET_OF_A}, scope: "events:read", client_auth: post,
           token_endpoint: "https://login.example.com/token"}
    headers: {X-Gate: {file: gate.txt}}
  platform-b: {auth: {type: bearer, token: {file: token.txt}}}
  supervisor: {auth: {type: mtls, certificate: client.pem}}
  stranger: {auth: {type: none}}
driver: {kind: http, url: "https://sandbox.example.com:8443/sandbox/actions", headers: {X-Sandbox: driver-key}, timeout_s: 5, actions: [record-scan]}
receiver: {listen: "0.0.0.0:8080", public_url: "https://kit.example.org/hooks"}
tls: {ca_file: ca.pem}
"""
LEAST = "jidi-target: 1\nname: x\nrole: courier\nbase_url: http://127.0.0.1:8000\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECRET_OF_A", "secret-from-environment")
    for name, text in {
        "gate.txt": "gate-key\n",
        "token.txt": "token-from-file\n",
        "client.pem": "x",
        "ca.pem": "x",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def write(folder: Path, text: str) -> str:
    path = folder / "target.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def test_target_file_is_loaded_whole(folder: Path):
    """Every member arrives, secrets resolved and paths made absolute."""
    target = load_target(write(folder, FULL))
    assert (target.name, target.role, target.base_url) == (
        "示例快递 sandbox",
        "courier",
        "https://sandbox.example.com",
    )
    first = target.party("platform-a")
    assert first is not None
    assert first.auth == Auth(
        "oauth2",
        "",
        "a",
        "secret-from-environment",
        "events:read",
        "https://login.example.com/token",
        "post",
    )
    assert first.headers == (("X-Gate", "gate-key"),)
    second = target.party("platform-b")
    assert second is not None
    assert second.auth.token == "token-from-file"
    third = target.party("supervisor")
    assert third is not None
    assert third.auth.certificate == str((folder / "client.pem").resolve())
    assert target.driver == DriverSettings(
        "http",
        "https://sandbox.example.com:8443/sandbox/actions",
        (("X-Sandbox", "driver-key"),),
        (),
        5.0,
        ("record-scan",),
    )
    assert target.receiver == ReceiverSettings("0.0.0.0", 8080, "https://kit.example.org/hooks")
    assert target.tls.ca_file == str((folder / "ca.pem").resolve())
    assert target.party("nobody") is None


def test_target_hosts_are_those_declared_and_those_implied(folder: Path):
    """Base URL, driver and token endpoint belong to the hosts; a bare host means both standard
    ports.
    """
    assert load_target(write(folder, FULL)).hosts == {
        "sandbox.example.com:443", "sandbox.example.com:8443", "login.example.com:443",
        "extra.example.com:443", "extra.example.com:80", "other.example.com:8443",
    }  # fmt: skip


def test_target_file_may_be_json(folder: Path):
    """JSON is YAML, so the same loader reads it; what is left out has its default."""
    document = {
        "jidi-target": 1,
        "name": "x",
        "role": "courier",
        "base_url": "http://127.0.0.1:8000",
    }
    target = load_target(write(folder, json.dumps(document)))
    assert target.driver.kind == "none"
    assert target.parties == ()
    assert target.receiver == ReceiverSettings()
    assert target.hosts == {"127.0.0.1:8000"}


def test_target_command_is_relative_to_its_file(folder: Path):
    """A program given with a slash lies beside the target file; one without is looked up."""
    text = LEAST + "driver: {kind: command, command: [./drive.sh, --verbose]}\n"
    assert load_target(write(folder, text)).driver.command == (
        str((folder / "drive.sh").resolve()),
        "--verbose",
    )
    assert (
        load_target(write(folder, text.replace("./drive.sh", "python3"))).driver.command[0]
        == "python3"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            LEAST.replace("courier", "couriers"),
            "'role' is \"couriers\", which must be one of courier, platform, integrator",
        ),
        (LEAST.replace("name: x\n", ""), "'name' is missing"),
        (LEAST + "colour: red\n", "'colour' is no member"),
        (LEAST.replace("http://", "ftp://"), "'base_url' is \"ftp://127.0.0.1:8000\""),
        (LEAST.replace(": 1\n", ": 2\n", 1), "'jidi-target' is 2"),
        (LEAST + "parties: {a: {auth: {type: bearer}}}\n", "'parties.a.auth.token' is missing"),
        (
            LEAST + "parties: {a: {auth: {type: oauth2, client_id: b}}}\n",
            "'parties.a.auth.client_secret' is missing",
        ),
        (LEAST + "parties: {a: {auth: {type: mtls}}}\n", "'parties.a.auth.certificate' is missing"),
        (LEAST + "parties: {a: {auth: {type: mtls, certificate: none.pem}}}\n", "which is no file"),
        (
            LEAST + "parties: {a: {auth: {type: bearer, token: {env: NOT_SET_AT_ALL}}}}\n",
            "NOT_SET_AT_ALL, which is not set",
        ),
        (LEAST + "parties: {A b: {auth: {type: none}}}\n", "'parties'"),
        (LEAST + "driver: {kind: http}\n", "'driver.url' is missing"),
        (LEAST + "driver: {kind: command, command: []}\n", "'driver.command' is a list"),
        (LEAST + "receiver: {listen: here}\n", "'receiver.listen' is \"here\""),
        (LEAST + "receiver: {listen: 'h:70000'}\n", "port 70000 does not exist"),
        (LEAST + "tls: {verify: false}\n", "'tls.verify' is no member"),
        (LEAST + "name: again\n", "name"),
        ("just text", "The file"),
        ("a: [", "target.yaml"),
        ("", "The file"),
    ],
)
def test_target_faults_name_member_and_value(folder: Path, text: str, words: str):
    """Each fault is a TargetError that says which member is wrong and what to do."""
    with pytest.raises(TargetError) as caught:
        load_target(write(folder, text))
    assert words in str(caught.value)
    assert caught.value.next_step


@pytest.mark.parametrize(
    "token",
    ["[very-secret]", "{env: a, file: very-secret}", "{very-secret: 1}", '"very-secret\\n"'],
)
def test_target_faults_never_show_a_secret(folder: Path, token: str):
    """A secret that is written wrongly is named by its member only."""
    with pytest.raises(TargetError) as caught:
        load_target(
            write(folder, LEAST + f"parties: {{a: {{auth: {{type: bearer, token: {token}}}}}}}\n")
        )
    assert "parties.a.auth.token" in str(caught.value)
    if "very-secret: 1" not in token:
        assert "very-secret" not in str(caught.value)


def test_target_file_that_is_not_there_says_so(tmp_path: Path):
    """A wrong path is the operator's matter, with the way out."""
    with pytest.raises(TargetError, match="jidi init"):
        load_target(str(tmp_path / "none.yaml"))


def test_target_from_a_url_takes_its_role_from_discovery(raw_server: ServerMaker):
    """A base URL gives a target without parties and without driver."""
    server = raw_server(answer(reply(b'{"role": "integrator"}')))
    target = load_target(server.url)
    assert (target.role, target.base_url, target.parties, target.driver.kind) == (
        "integrator",
        server.url.rstrip("/"),
        (),
        "none",
    )
    assert server.requests[0].startswith(b"GET /.well-known/express-data-sharing HTTP/1.1")
    assert target.hosts == {server.host}


@pytest.mark.parametrize(
    "data",
    [
        reply(b"<html>"),
        reply(b'{"role": "king"}'),
        reply(b'{"role": ["courier"]}'),
        reply(b"{}", status=b"500 X"),
        b"no http\r\n\r\n",
        b"",
    ],
)
def test_target_from_a_url_without_discovery_is_unreachable(raw_server: ServerMaker, data: bytes):
    """Anything but a discovery document with a role ends as unreachable (exit 3)."""
    with pytest.raises(UnreachableError) as caught:
        load_target(raw_server(keep_answering(data) if data else answer(data)).url)
    assert caught.value.exit_code == 3


def test_target_schema_is_closed_and_described():
    """The published format is a legal schema, every member is described in both languages, and no
    object is open.
    """
    schema = json.loads((conformance_root() / "meta" / "target.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for place, node in _objects("#", schema):
        assert "additionalProperties" in node, place
        for name, given in node["properties"].items():
            member = {
                **schema["$defs"].get(str(given.get("$ref", "")).rsplit("/", 1)[-1], {}),
                **given,
            }
            assert member.get("description"), f"{place}/{name}"
            assert member.get("x-description-zh"), f"{place}/{name}"


def _objects(place: str, node: object) -> list[tuple[str, dict[str, dict[str, object]]]]:
    """Every schema that describes an object of its own (conditions apart)."""
    found = []
    if isinstance(node, dict):
        if "properties" in node and "type" in node:
            found.append((place, node))
        found += [
            item
            for key, value in node.items()
            if key != "if"
            for item in _objects(f"{place}/{key}", value)
        ]
    elif isinstance(node, list):
        found += [
            item for index, value in enumerate(node) for item in _objects(f"{place}/{index}", value)
        ]
    return found
