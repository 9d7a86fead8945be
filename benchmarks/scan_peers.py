"""Runs one other scanner over lines of text given as a JSON array; prints its hits. Needs nothing
of jidi, so that it runs in an environment of its own, in which only that scanner may be.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

Hits = Callable[[str], list[str]]


def argus() -> Hits:
    """argus-redact, fast mode, Chinese."""
    redact = import_module("argus_redact").redact
    return lambda text: list(redact(text, lang="zh", mode="fast")[1].values())


def helan() -> Hits:
    """The package helan with its own recognizers."""
    recognize = import_module("helan").recognize
    return lambda text: [text[entity.start : entity.end] for entity in recognize(text)]


def presidio() -> Hits:
    """presidio-analyzer's pattern recognizers with region CN for telephones; without a language
    model, which would have to be fetched.
    """
    of = import_module("presidio_analyzer.predefined_recognizers")
    telephone = of.PhoneRecognizer(supported_regions=("CN",))
    others = (of.EmailRecognizer(), of.IpRecognizer(), of.CreditCardRecognizer())
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
