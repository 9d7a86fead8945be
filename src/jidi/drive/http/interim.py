"""Answers that are none yet: what begins with 1xx comes before the answer (RFC 9110, 15.2).
Standard library only: runs in the child of the generated phase too.
"""

from __future__ import annotations

import http.client
from typing import Any, Final

_SWITCHED: Final = 101
"""Ends the exchange, for what follows is no HTTP; nobody asked for it."""


class FinalResponse(http.client.HTTPResponse):
    """A response that reads on over every interim one, as :mod:`http.client` does over 100 alone.

    Their headers count as those of the answer where these are bounded.
    """

    def _read_status(self) -> Any:
        read = super()._read_status  # type: ignore[misc]  # typeshed hides it; no public name lies between two status lines
        while True:
            version, status, reason = read()
            if not _SWITCHED < status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)


def read_on_everywhere() -> None:
    """Let every connection of this process read on so, whichever library makes it."""
    http.client.HTTPConnection.response_class = FinalResponse
