"""Looks at the TLS of an address: what a careful client gets, and whether an old protocol is still
let in (DS-08.1).
"""

from __future__ import annotations

import socket
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime

from jidi.drive.http.wire import make_tls_context


@dataclass(frozen=True, slots=True)
class TlsProbe:
    """What was seen. ``version`` is that of the verified hand-shake (empty: it failed, ``error``
    says why); ``not_after`` is RFC 3339.

    ``legacy_accepted`` is the TLS version below 1.2 to which the far side agreed, empty when it
    refused (as it must); ``legacy_error`` says why the attempt failed.
    """

    host: str
    port: int
    version: str
    verified: bool
    error: str
    not_after: str
    legacy_accepted: str
    legacy_error: str


def probe_tls(host: str, port: int, ca_file: str = "", timeout_s: float = 3.0) -> TlsProbe:
    """Shake hands with ``host:port``: verified with TLS 1.2 or better, then with TLS 1.1 and with
    TLS 1.0 alone. Never raises for the far side.
    """
    version, error, not_after = "", "", ""
    try:
        with (
            socket.create_connection((host, port), timeout=timeout_s) as raw,
            make_tls_context(ca_file, "", "").wrap_socket(raw, server_hostname=host) as tls,
        ):
            version = tls.version() or ""
            certificate = tls.getpeercert() or {}
            expiry = certificate.get("notAfter")
            not_after = (
                datetime.fromtimestamp(ssl.cert_time_to_seconds(expiry), UTC).isoformat()
                if isinstance(expiry, str)
                else ""
            )
    except (OSError, ValueError) as fault:
        error = str(fault) or type(fault).__name__
    legacy_accepted, legacy_error = _try_legacy(host, port, timeout_s)
    return TlsProbe(
        host, port, version, bool(version), error, not_after, legacy_accepted, legacy_error
    )


def _try_legacy(host: str, port: int, timeout_s: float) -> tuple[str, str]:
    """Each old version by itself: offered together, a server that has 1.0 and not 1.1 looks like
    one that has neither.
    """
    errors = []
    for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
        try:
            with (
                socket.create_connection((host, port), timeout=timeout_s) as raw,
                _legacy_context(version).wrap_socket(raw, server_hostname=host) as tls,
            ):
                return tls.version() or "unknown", ""
        except (OSError, ValueError) as fault:
            errors.append(str(fault) or type(fault).__name__)
    return "", "; ".join(dict.fromkeys(errors))


def _legacy_context(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Context that offers one old version only; it sends nothing, so the certificate does not
    matter here.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old protocols are the point
        context.minimum_version = version
        context.maximum_version = version
    return context
