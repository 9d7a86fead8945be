"""Lines of text in bounded memory, however long they are."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

from jidi.scan.intake.parts import MARGIN, Block, Passage, passages

LONGEST: Final = 16 << 20
"""How many characters of one line or record are held; a longer one is read in pieces."""


def blocks(texts: Iterator[str], line: int = 1) -> Iterator[Block | Passage]:
    """Runs of whole lines; a line without end in overlapping passages. ``line`` is the number of
    the first.
    """
    rest = ""
    for text in texts:
        rest += text
        cut = rest.rfind("\n") + 1
        if cut:
            yield Block(line, rest[:cut])
            line += rest.count("\n", 0, cut)
            rest = rest[cut:]
        elif len(rest) > LONGEST:
            rest = yield from _endless(rest, texts, line)
            line += 1
    if rest:
        yield Block(line, rest)


def _endless(text: str, texts: Iterator[str], line: int) -> Generator[Passage, None, str]:
    """One line in passages; what follows it is returned."""
    start = 0
    while (end := text.find("\n")) < 0:
        yield from passages(text, line, start, ends=False)
        start += len(text) - 2 * MARGIN
        more = next(texts, "")
        text = text[-2 * MARGIN :] + more
        if not more:
            end = len(text)
            break
    yield from passages(text[:end], line, start)
    return text[end + 1 :]


def numbered(texts: Iterator[str]) -> Iterator[tuple[int, str] | Passage]:
    """Lines with their numbers, without line feeds; a line without end in passages. Of empty lines
    in a row the first is told: hundreds of megabytes of them lie in a small archive.
    """
    before = "before the first"
    for part in blocks(texts):
        if isinstance(part, Passage):
            yield part
            continue
        for number, line in enumerate(part.text.removesuffix("\n").split("\n"), part.line):
            if line or before:
                yield number, line
            before = line
