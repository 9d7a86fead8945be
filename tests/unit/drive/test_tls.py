"""TLS: verification that cannot be switched off, client certificates by party, and the look at old
protocols.
"""

from __future__ import annotations

import socket
import ssl
import warnings
from pathlib import Path

import pytest
import trustme

from jidi.drive import Bounds, Client, probe_tls
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.model.target import Auth, Party, Target, TlsSettings

from .conftest import RawServer, ServerMaker, reply


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def context_for(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def serve(raw_server: ServerMaker, context: ssl.SSLContext) -> RawServer:
    """Answers with the common name of the client's certificate, ``none`` without one."""

    def behave(connection: socket.socket, server: RawServer) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            if not server.read_request(tls):
                return
            peer = tls.getpeercert() or {}
            names = [
                value
                for part in peer.get("subject", ())
                for key, value in part
                if key == "organizationalUnitName"
            ]
            tls.sendall(reply(str(names[0] if names else "none").encode()))
            tls.unwrap()

    return raw_server(behave)


def port(server: RawServer) -> int:
    return int(server.listener.getsockname()[1])


def ask(server: RawServer, ca_file: str) -> Exchange:
    target = Target(
        "x",
        "courier",
        f"https://{server.host}",
        frozenset({server.host}),
        (),
        tls=TlsSettings(ca_file),
    )
    with Client(target, bounds=Bounds(2.0, 2.0)) as client:
        return client.send(Outgoing("GET", f"https://{server.host}/"))


def test_client_trusts_the_targets_own_authority(
    raw_server: ServerMaker, authority: trustme.CA, ca_file: str
):
    """A chain to the given anchor is good."""
    exchange = ask(serve(raw_server, context_for(authority)), ca_file)
    assert exchange.failure is None
    assert exchange.response is not None
    assert exchange.response.body == b"none"


@pytest.mark.parametrize(("anchor", "name"), [(False, "127.0.0.1"), (True, "other.example")])
def test_client_says_tls_for_bad_certificates(
    raw_server: ServerMaker, authority: trustme.CA, ca_file: str, anchor: bool, name: str
):
    """An unknown authority or another host's certificate is failure ``tls``."""
    exchange = ask(serve(raw_server, context_for(authority, name)), ca_file if anchor else "")
    assert exchange.failure is not None
    assert exchange.failure.kind == "tls"


def test_client_says_tls_when_the_far_side_speaks_none(raw_server: ServerMaker, ca_file: str):
    """Clear text where TLS was promised is failure ``tls``."""
    exchange = ask(
        raw_server(lambda connection, _: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")), ca_file
    )
    assert exchange.failure is not None
    assert exchange.failure.kind in {"tls", "reset"}


def test_client_shows_each_partys_own_certificate_only(
    raw_server: ServerMaker, authority: trustme.CA, ca_file: str, tmp_path: Path
):
    """A party with a certificate shows it; another one on the same client does not."""
    authority.issue_cert(
        "a@example.org", organization_unit_name="party-a"
    ).private_key_and_cert_chain_pem.write_to_path(tmp_path / "a.pem")
    context = context_for(authority)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    server = serve(raw_server, context)
    parties = (
        Party("a", Auth("mtls", certificate=str(tmp_path / "a.pem"))),
        Party("b", Auth("none")),
    )
    target = Target(
        "x",
        "courier",
        f"https://{server.host}",
        frozenset({server.host}),
        parties,
        tls=TlsSettings(ca_file),
    )
    with Client(target, bounds=Bounds(2.0, 2.0)) as client:
        exchanges = [
            client.send(Outgoing("GET", f"https://{server.host}/", party=name)) for name in "aba"
        ]
    assert [
        exchange.response.body if exchange.response else exchange.failure for exchange in exchanges
    ] == [b"party-a", b"none", b"party-a"]


def test_probe_reports_a_good_address(raw_server: ServerMaker, authority: trustme.CA, ca_file: str):
    """Version, verification and expiry come back; a modern server lets no old protocol in."""
    server = serve(raw_server, context_for(authority))
    probe = probe_tls("127.0.0.1", port(server), ca_file, 2.0)
    assert probe.verified
    assert probe.version in {"TLSv1.2", "TLSv1.3"}
    assert probe.error == ""
    assert probe.not_after.endswith("+00:00")
    assert probe.legacy_accepted == ""
    assert probe.legacy_error


def test_probe_says_why_verification_fails(raw_server: ServerMaker, authority: trustme.CA):
    """Without the anchor the certificate is not verified, and it is said why."""
    probe = probe_tls("127.0.0.1", port(serve(raw_server, context_for(authority))), "", 2.0)
    assert not probe.verified
    assert "certificate verify failed" in probe.error


def test_probe_sees_old_protocols(raw_server: ServerMaker, authority: trustme.CA, ca_file: str):
    """A server that still speaks TLS 1.1 is found out."""
    context = context_for(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    probe = probe_tls("127.0.0.1", port(serve(raw_server, context)), ca_file, 2.0)
    assert probe.legacy_accepted == "TLSv1.1"
    assert not probe.verified


def test_probe_sees_the_oldest_protocol_alone(
    raw_server: ServerMaker, authority: trustme.CA, ca_file: str
):
    """A server with TLS 1.0 and the modern versions, but without 1.1 between them, is found out
    too.
    """
    context = context_for(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.options |= ssl.OP_NO_TLSv1_1
    probe = probe_tls("127.0.0.1", port(serve(raw_server, context)), ca_file, 2.0)
    assert probe.legacy_accepted == "TLSv1"
    assert probe.verified


def test_probe_of_a_closed_port_is_plain_data():
    """Nobody there is an error text, not an exception."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    probe = probe_tls("127.0.0.1", closed, "", 0.5)
    assert (probe.version, probe.verified, probe.legacy_accepted) == ("", False, "")
    assert "refused" in probe.error.lower()
