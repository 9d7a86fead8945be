"""Runs one other scanner over lines of text given as a JSON array; prints its hits. Needs nothing
of jidi, so that it runs in an environment of its own.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

Hits = Callable[[str], list[str]]


def argus() -> Hits:
    """argus-redact, fast mode, Chinese."""
    from argus_redact import redact  # noqa: PLC0415 - only one of the peers may be there

    return lambda text: list(redact(text, lang="zh", mode="fast")[1].values())


def helan() -> Hits:
    """The package helan with its own recognizers."""
    from helan import recognize  # noqa: PLC0415 - only one of the peers may be there

    return lambda text: [text[entity.start : entity.end] for entity in recognize(text)]


def presidio() -> Hits:
    """presidio-analyzer's pattern recognizers with region CN for telephones; without a language
    model, which would have to be fetched.
    """
    from presidio_analyzer.predefined_recognizers import (  # noqa: PLC0415 - see above
        CreditCardRecognizer,
        EmailRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    telephone = PhoneRecognizer(supported_regions=("CN",))
    others = (EmailRecognizer(), IpRecognizer(), CreditCardRecognizer())
    recognizers = (telephone, *others)

    def hits(text: str) -> list[str]:
        found = [
            one
            for recognizer in recognizers
            for one in recognizer.analyze(text, recognizer.supported_entities, None) or []
        ]
        return [text[one.start : one.end] for one in found]

    return hits


PEERS = {"argus-redact": argus, "helan": helan, "presidio-analyzer": presidio}


def main() -> None:
    """Read, scan, print one JSON object."""
    texts = json.load(sys.stdin)
    scan = PEERS[sys.argv[1]]()
    started = time.process_time()
    found = [scan(text) for text in texts]
    print(json.dumps({"hits": found, "seconds": time.process_time() - started}))


if __name__ == "__main__":
    main()
