"""Couriers that break DS-08.1: old protocols, bad certificates, ways back into clear text."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Json,
    Tls,
    Told,
    Wrap,
    both,
    documents,
    told,
)

_HOST: Final = "127.0.0.1"
_DAY: Final = timedelta(days=1)
_CHAIN: Final = "tls/probe/chain-valid#equals"
_LEGACY: Final = "tls/probe/no-legacy#equals"


@dataclass(frozen=True)
class Secured(Wrap):
    """Serves over TLS with what ``make`` makes."""

    make: Callable[[Path], Tls]

    def tls(self, _directory: Path) -> Tls:
        """The certificate, made anew."""
        return self.make(_directory)


def issued(
    name: str = _HOST,
    *,
    trusted: bool = True,
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    ends: timedelta = _DAY,
) -> Secured:
    """A certificate for ``name`` of an authority that the target trusts, or not; it ends ``ends``
    from now.
    """

    def make(directory: Path) -> Tls:
        authority = trustme.CA()
        chain, anchor = directory / "chain.pem", directory / "authority.pem"
        authority.issue_cert(
            name, not_after=datetime.now(UTC) + ends
        ).private_key_and_cert_chain_pem.write_to_path(str(chain))
        authority.cert_pem.write_to_path(str(anchor))
        return Tls(str(chain), str(anchor) if trusted else "", oldest)

    return Secured(make)


def _self_signed(directory: Path) -> Tls:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _HOST)])
    now = datetime.now(UTC)
    unsigned = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
    )
    unsigned = unsigned.not_valid_before(now - _DAY).not_valid_after(now + _DAY)
    unsigned = unsigned.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(_HOST))]), critical=False
    )
    certificate = unsigned.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = directory / "chain.pem"
    chain.write_bytes(secret + certificate)
    return Tls(str(chain), "")


async def _redirected(asked: Asked, _forward: Forward) -> Told:
    return told(302, {}).with_header("location", f"http://{asked.header('host')}{asked.path}")


def _token_in_clear_text(document: Json) -> Json:
    return {**document, "token_endpoint": document["token_endpoint"].replace("https:", "http:")}


FAULTS: Final = (
    Fault(
        "tls-1-0-spoken",
        "DS-08.1",
        "tls-1-0",
        "TLS 1.0 is let in.",
        (_LEGACY,),
        issued(oldest=ssl.TLSVersion.TLSv1),
    ),
    Fault(
        "tls-1-1-spoken",
        "DS-08.1",
        "tls-1-1",
        "TLS 1.1 is let in.",
        (_LEGACY,),
        issued(oldest=ssl.TLSVersion.TLSv1_1),
    ),
    Fault(
        "certificate-expired",
        "DS-08.1",
        "certificate-expired",
        "The certificate ended yesterday.",
        (_CHAIN,),
        issued(ends=-_DAY),
    ),
    Fault(
        "certificate-self-signed",
        "DS-08.1",
        "certificate-self-signed",
        "The certificate is signed by itself.",
        (_CHAIN,),
        Secured(_self_signed),
    ),
    Fault(
        "certificate-of-unknown-authority",
        "DS-08.1",
        "certificate-self-signed",
        "The certificate comes from an authority that nobody was told to trust.",
        (_CHAIN,),
        issued(trusted=False),
    ),
    Fault(
        "certificate-of-another-host",
        "DS-08.1",
        "certificate-of-another-host",
        "The certificate is good, but for another host.",
        (_CHAIN,),
        issued("courier.jidi.example"),
    ),
    Fault(
        "discovery-redirects-to-clear-text",
        "DS-08.1",
        "clear-text-redirect",
        "The discovery document is asked for over https, and redirected to http.",
        ("sweep/no-clear-text-redirect",),
        both(Around(("getDiscovery",), _redirected), issued()),
        also={"DS-05.1": "there is no discovery document where it should be."},
    ),
    Fault(
        "token-endpoint-in-clear-text",
        "DS-08.1",
        "clear-text-address",
        "Everything is served over https, but discovery names an http address for secrets and "
        "tokens.",
        ("tls/probe/token-endpoint-encrypted#in",),
        both(documents(("getDiscovery",), _token_in_clear_text), issued()),
    ),
)
"""Faults of DS-08.1."""
