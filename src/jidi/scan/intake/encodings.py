"""In which encoding a text is written, by its mark or by what it looks like, and its characters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from jidi.scan.intake.parts import CHUNK, Readable

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_WIDE: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_USUAL: Final = re.compile(
    "[\t\n\r -~\u00a0-\u00ff\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
)
_PAIRS: Final = "".join(
    f"\\u{high:02x}20-\\u{high:02x}7e\\u{high:02x}09\\u{high:02x}0a\\u{high:02x}0d"
    for high in (9, 10, 13, *range(0x20, 0x7F))
)
_MIXED: Final = re.compile(f"[{_PAIRS}]{{6,}}")
"""Characters of which both bytes are ASCII: two bytes of a narrow text each, or Chinese."""
_SELDOM: Final = re.compile("[\u0900-\u0dff\u2100-\u2fff\u3100-\u4dff]")
"""Of these such as hardly ever stand in a text: figures of a narrow text become them."""
_ENOUGH: Final = 3
_CONTROLS: Final = bytes([*range(1, 9), 11, *range(14, 27), 28, 29, 31, 127])
_PLAUSIBLE: Final = 0.95
_RUBBISH: Final = 0.05
_LONGEST: Final = 1 << 20
"""How many bytes of a line are gathered before its characters are handed on."""


def charset_of(head: bytes) -> tuple[str, int] | None:
    """Name of the encoding and length of its mark; ``None``: not a text."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _true(name, head[len(mark) :]), len(mark)
    body = head.rstrip(b"\0")
    if b"\0" in body:
        for name in _WIDE:
            if _share(_tried(head, name)) > _PLAUSIBLE:
                return name, 0
    if not body and head:
        return None
    return _narrow(body)


def _true(name: str, body: bytes) -> str:
    """The encoding that a mark says, unless the first bytes contradict it: the other order of
    bytes, or none that is wide at all.
    """
    if not name.startswith("utf-16"):
        return name
    if body and b"\0" not in body and body.isascii() and _narrow(body) is not None:
        return "utf-8"
    high, low = body[1::2].count(0), body[::2].count(0)
    if name == "utf-16-be":
        high, low = low, high
    other = "utf-16-be" if name == "utf-16-le" else "utf-16-le"
    return other if low > max(high, len(body) // 20) or _reads_better(body, other, name) else name


def _reads_better(body: bytes, one: str, other: str) -> bool:
    """Whether ``one`` makes a Chinese text of what in ``other`` is none."""
    text, alternative = _tried(body, one), _tried(body, other)
    return _share(text) > _PLAUSIBLE and _everyday(text) > 2 * _everyday(alternative)


def _mixture(text: str) -> int:
    """Where bytes of a narrow text stand among wide characters; -1 where they do nowhere."""
    for run in _MIXED.finditer(text):
        if len(_SELDOM.findall(run.group())) >= _ENOUGH:
            return run.start()
    return -1


def _wide_without_zeros(body: bytes, everyday: float) -> str | None:
    """The wide encoding in which the text reads better than ``everyday`` says of a narrow one."""
    for name in _WIDE[2:]:
        text = _tried(body, name)
        if _share(text) > _PLAUSIBLE and _everyday(text) > everyday:
            return name
    return None


def _narrow(body: bytes) -> tuple[str, int] | None:
    """The same for what does not look like UTF-16 or UTF-32 by its zeros."""
    strange = len(body) - len(body.translate(None, _CONTROLS + b"\0")) > _RUBBISH * len(body)
    if body.isascii() or (not strange and _tried(body, "utf-8") is not None):
        return None if strange else ("utf-8", 0)
    national = _tried(body, "gb18030") if not strange else None
    wide = _wide_without_zeros(body, _everyday(national))
    if wide is not None:
        return wide, 0
    if national is not None:
        return "gb18030", 0
    if strange:
        return None
    _, damage = _lenient(body)
    return None if damage > _RUBBISH * len(body) else ("utf-8", 0)


def _tried(data: bytes, name: str) -> str | None:
    """The text, of which the last character may be cut off; ``None`` where it is none."""
    try:
        return codecs.getincrementaldecoder(name)().decode(data)
    except UnicodeDecodeError:
        return None


def _share(text: str | None) -> float:
    return len(_USUAL.findall(text)) / len(text) if text else 0


def _everyday(text: str | None) -> float:
    """Share of the 3,755 most frequent characters of Chinese, and of ASCII."""
    if not text:
        return 0
    frequent = 0
    for character in text[:4096]:
        data = character.encode("gb2312", "ignore")
        frequent += len(data) == 1 or (len(data) > 1 and 0xB0 <= data[0] <= 0xD7)
    return frequent / min(len(text), 4096)


def _lenient(data: bytes) -> tuple[str, int]:
    """The reading with the fewest characters that cannot be read, and their number."""
    readings = [data.decode(name, "replace") for name in ("utf-8", "gb18030")]
    text = min(readings, key=lambda reading: reading.count("\ufffd"))
    return text, text.count("\ufffd")


class Texts:
    """The characters of a stream in pieces, which end with a line where lines are not endless.

    Of single-byte and multi-byte text each line is read in UTF-8 or GB18030, whichever fits.
    ``damaged`` is the number of the first line of which characters could not be read, 0 if none.
    Zeros are left out; a file without line feeds has carriage returns for them.
    """

    def __init__(self, stream: Readable, charset: str) -> None:
        self._stream = stream
        self._charset = charset
        self._line = 1
        self._returns: bool | None = None
        self.damaged = 0

    def __iter__(self) -> Iterator[str]:
        """Pieces that are not empty."""
        for text in self._wide() if self._charset in _WIDE else self._narrow():
            plain = self._plain(text)
            self._line += plain.count("\n")
            if plain:
                yield plain

    def _plain(self, text: str) -> str:
        if "\0" in text:
            text = text.replace("\0", "")
        if "\r" in text:
            if self._returns is None:
                self._returns = "\n" not in text
            text = text.replace("\r\n", "\n")
            if self._returns:
                text = text.replace("\r", "\n")
        elif self._returns is None and "\n" in text:
            self._returns = False
        return text

    def _hurt(self, before: str) -> None:
        self.damaged = self.damaged or self._line + before.count("\n")

    def _wide(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._charset)("replace")
        rest = ""
        while True:
            chunk = self._stream.read(CHUNK)
            text = rest + decoder.decode(chunk, final=not chunk)
            hurt = text.find("\ufffd") if "\ufffd" in text else _mixture(text)
            if hurt >= 0:
                self._hurt(text[:hurt])
            cut = text.rfind("\n") + 1
            if not chunk or len(text) > _LONGEST:
                cut = len(text)
            yield text[:cut]
            rest = text[cut:]
            if not chunk:
                return

    def _narrow(self) -> Iterator[str]:
        rest = b""
        while True:
            chunk = self._stream.read(CHUNK)
            data = rest + chunk
            cut = data.rfind(b"\n") + 1 if chunk else len(data)
            if cut:
                yield self._decoded(data[:cut])
                rest = data[cut:]
            elif len(data) > _LONGEST:
                text, rest = self._begun(data)
                yield text
            else:
                rest = data
            if not chunk:
                return

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
        lines: list[str] = []
        for line in data.splitlines(keepends=True):
            text, damage = _either(line)
            if damage:
                self._hurt("\n" * len(lines))
            lines.append(text)
        return "".join(lines)

    def _begun(self, data: bytes) -> tuple[str, bytes]:
        """The text of the beginning of a line, and the bytes of a character that is cut off."""
        for name in ("utf-8", "gb18030"):
            decoder = codecs.getincrementaldecoder(name)()
            try:
                return decoder.decode(data), decoder.getstate()[0]
            except UnicodeDecodeError:
                continue
        text, _ = _lenient(data)
        self._hurt("")
        return text, b""


def _either(line: bytes) -> tuple[str, int]:
    for name in ("utf-8", "gb18030"):
        try:
            return line.decode(name), 0
        except UnicodeDecodeError:
            continue
    return _lenient(line)
