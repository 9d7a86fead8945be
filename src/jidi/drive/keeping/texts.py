"""Redaction of one text, whoever wrote it and wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.marks import MARKER, Marks
from jidi.drive.keeping.planted import KnownTexts, Planted, ShownIds
from jidi.drive.keeping.seeking.encoded import is_opaque
from jidi.drive.keeping.seeking.plain_texts import HAN_RUN, squeezed
from jidi.drive.keeping.seeking.readings import Effort, readings
from jidi.drive.keeping.seeking.scanner import find_personal
from jidi.drive.keeping.seeking.secrecy import QuietTexts, SecretSearch, gapped
from jidi.model.texts.escapes import CUT

_STRETCH: Final = re.compile(rf"(?:{HAN_RUN.pattern}|[0-9A-Za-z]+)")
_WORD: Final = re.compile(r"\w")
_PARTICLES: Final = frozenset("的了已被由请您在到与及或共第")
"""Words of one character that stand between others in every sentence."""
_SHORTEST_NUMBER: Final = 10
_BEFORE_CUT: Final = 400
"""Characters before the place where a text was cut that are looked at."""
LONGEST_TEXT: Final = 256 * 1024
"""Characters of one text that are looked through in every reading; a longer one is withheld."""


class TextRedactor:
    """Withholds what stands in texts; safe to use from many threads.

    ``secrets`` gives every credential known at the moment of the call, ``planted`` is what the kit
    made up. What becomes of a text depends on nothing else, so that equality survives; but an id
    that stands in clear already is not withheld where no schema has it, or the leak of another's id
    would be withheld with it.
    """

    def __init__(self, salt: bytes, secrets: Callable[[], Iterable[str]], planted: Planted) -> None:
        self._marks = Marks(salt)
        self._secrets = SecretSearch(secrets)
        self._gapped = SecretSearch(secrets, gapped)
        self._planted = planted
        self._vocabulary = KnownTexts()
        self._shown_ids = ShownIds()
        self._quiet = QuietTexts(secrets)
        self._clear = QuietTexts(secrets)
        self._effort = Effort()

    def use_vocabulary(self, texts: KnownTexts) -> None:
        """Leave these texts alone wherever they stand (code lists and other published words)."""
        self._vocabulary.adopt(texts)

    def commitment(self, value: str) -> str:
        """HMAC-SHA256 of ``value``, 64 hex digits; the marker shows the first twelve."""
        return self._marks.commitment(value)

    def marker(self, pi_class: str, value: str) -> str:
        """What stands in the place of ``value``."""
        return self._marks.marker(pi_class, value)

    def credentials(self, text: str) -> str:
        """``text`` with every known credential replaced, in whatever spelling it stands there."""
        if self._clear.current().holds(text):
            return text
        clean, position = "", 0
        for start, end in self._secrets.spans(text):
            clean += text[position:start] + self.marker("credential", text[start:end])
            position = end
        return clean + text[position:] if position else text

    def without_credentials(self, text: str) -> str:
        """``text`` without known credentials, as a whole where one is hidden in it; nothing else is
        looked for.
        """
        clean = self.credentials(text)
        return self.marker("credential", text) if self._hides_credential(clean) else clean

    def text(self, text: str, pointer: str, findings: Findings) -> str:
        """``text`` without credentials, without anything that looks like personal data in whatever
        spelling, and without Han text, unless it is the kit's own.

        What stands there in clear is replaced where it stands; a text that hides something is
        replaced as a whole.
        """
        since = self._quiet.current()
        if since.holds(text) or self._is_made_up(text):
            return text
        before = len(findings.redactions)
        shown = self._searched(text, pointer, findings)
        # What becomes of Han characters depends on which words are known by then.
        quiet = shown == text and len(findings.redactions) == before
        read = self._effort.readings(text) if quiet else None
        if read is not None and not any(HAN_RUN.search(reading) for reading in (text, *read)):
            since.add(text, read)
        return shown

    def _is_made_up(self, text: str) -> bool:
        """Whether the kit made up this very text: what another reading of it seems to say, it says
        by chance. So it is shown alike where a schema calls it personal and where none does.
        """
        return self._planted.is_whole(text) and self.without_credentials(text) == text

    def _searched(self, text: str, pointer: str, findings: Findings) -> str:
        if len(text) > LONGEST_TEXT:
            return self._replace(text, pointer, "undeclared", findings)
        parts = MARKER.split(self.credentials(self._marks.unforged(text)))
        clean = "".join(
            part if MARKER.fullmatch(part) else self._scan(part, pointer, findings)
            for part in parts
        )
        return self._unless_hidden(clean, text, pointer, findings)

    def loose_text(self, text: str, findings: Findings) -> str:
        """A body that is no JSON, line by line; as a whole where something goes over more lines
        than one.
        """
        if len(text) > LONGEST_TEXT:
            return self._replace(text, "text", "undeclared", findings)
        clean = "".join(
            self.text(line, "text", findings) for line in text.splitlines(keepends=True)
        )
        return self._unless_hidden(clean, text, "text", findings)

    def _own(self, text: str) -> bool:
        return not text.strip() or self._planted.contains(text) or self._vocabulary.contains(text)

    def _partly(
        self, text: str, pointer: str, pi_class: str, findings: Findings, *, ids: bool = False
    ) -> str:
        """Replace all but the kit's own parts, so that a leak of a canary inside other text stays
        visible; with ``ids`` those of the candidate that stand in clear as well. A single word,
        such as a name, is replaced as a whole: which parts of it the kit has made up by then
        changes while it runs, and equal names are to stay equal.
        """
        if HAN_RUN.fullmatch(text):
            return self._replace(text, pointer, pi_class, findings)
        own = [
            part for match in _STRETCH.finditer(text) for part in self._own_parts(match, ids=ids)
        ]
        kept = [(start, end) for start, end in own] + [
            match.span() for match in MARKER.finditer(text)
        ]
        if not kept:
            return self._replace(text, pointer, pi_class, findings)
        clean, position = "", 0
        for start, end in sorted(kept):
            between = text[position:start]
            clean += (
                self._replace(between, pointer, pi_class, findings)
                if _WORD.search(between)
                else between
            )
            clean += text[start:end]
            position = end
        rest = text[position:]
        return clean + (
            self._replace(rest, pointer, pi_class, findings) if _WORD.search(rest) else rest
        )

    def _own_parts(self, match: re.Match[str], *, ids: bool) -> list[tuple[int, int]]:
        run = match.group()
        if not HAN_RUN.match(run):
            known = self._planted.has_token(run) or (
                ids and not run.isalpha() and self._shown_ids.has_token(run)
            )
            return [match.span()] if known else []
        parts, position = [], match.start()
        for piece, known in self._planted.pieces(run):
            if known:
                parts.append((position, position + len(piece)))
            position += len(piece)
        return parts

    def _scan(self, text: str, pointer: str, findings: Findings) -> str:
        clean, position = "", 0
        for found in find_personal(text):
            value = text[found.start : found.end]
            clean += self._han(text[position : found.start], pointer, findings)
            clean += (
                value
                if self._planted.contains(value)
                else self._replace(value, pointer, "direct", findings)
            )
            position = found.end
        return clean + self._han(text[position:], pointer, findings)

    def _unless_hidden(self, clean: str, text: str, pointer: str, findings: Findings) -> str:
        """``clean``, or where it still hides something all but the kit's own parts replaced, so
        that a leak of a canary beside what is hidden stays visible; ``text`` as a whole where that
        hides something yet, or what is hidden is a credential.
        """
        hidden = self._hidden(MARKER.sub(" ⟦⟧ ", clean))
        if hidden in {"", "credential"}:
            return self._replace(text, pointer, hidden, findings) if hidden else clean
        tried = Findings(findings.faults)
        partly = self._partly(clean, pointer, hidden, tried)
        if self._hidden(MARKER.sub(" ⟦⟧ ", partly)):
            return self._replace(text, pointer, hidden, findings)
        findings.redactions += tried.redactions
        return partly

    def _hidden(self, text: str) -> str:
        """The class of something foreign that another reading of ``text`` shows, or empty. What
        stands there in clear has been dealt with.
        """
        read = None if is_opaque(text) else self._effort.readings(text)
        if read is None:
            return "undeclared"
        if self._is_spelled_apart(text) or self._is_cut_within(text):
            return "credential"
        for reading in read:
            if any(self._secrets.spans(reading)) or self._is_spelled_apart(reading):
                return "credential"
            if any(
                self._is_strange(reading[one.start : one.end]) for one in find_personal(reading)
            ):
                return "direct"
            if self._shows_foreign_han(reading):
                return "undeclared"
        return ""

    def _hides_credential(self, text: str) -> bool:
        """Whether another reading of ``text``, from which those that stand in clear were taken,
        shows one; nothing else is looked for.
        """
        since = self._clear.current()
        if since.holds(text):
            return False
        bare = MARKER.sub(" ⟦⟧ ", text)
        read = self._effort.readings(bare)
        if read is None or (
            any(self._secrets.spans(bare))  # one that became known since those in clear were taken
            or self._is_spelled_apart(bare)
            or self._is_cut_within(bare)
            or any(
                any(self._secrets.spans(reading)) or self._is_spelled_apart(reading)
                for reading in read
            )
        ):
            return True
        since.add(text, (bare, *read))
        return False

    def _is_spelled_apart(self, text: str) -> bool:
        return not text.isalnum() and any(self._gapped.spans(squeezed(text)))

    def _is_cut_within(self, text: str) -> bool:
        """Whether a credential stands where ``text`` was cut on its way here."""
        for cut in CUT.finditer(text):
            before = text[max(0, cut.start() - _BEFORE_CUT) : cut.start()]
            if self._secrets.is_cut_off((before, *readings(before))):
                return True
        return False

    def _is_foreign_number(self, text: str) -> bool:
        """Whether the digits of a JSON number are a stranger's."""
        if len(text) < _SHORTEST_NUMBER:
            return False
        found = find_personal(text)
        return any(not self._planted.contains(text[one.start : one.end]) for one in found) or bool(
            self._hidden(text)
        )

    def _is_strange_together(self, text: str) -> bool:
        """Whether values that stand beside each other are a stranger's number or name together."""
        found = find_personal(text)
        if found:
            return (found[0].start, found[0].end) == (0, len(text)) and self._is_strange(text)
        return self._shows_foreign_han(text)

    def _is_strange(self, value: str) -> bool:
        """Whether a value is not the kit's own, read forwards or backwards."""
        return not (self._planted.contains(value) or self._planted.contains(value[::-1]))

    def _shows_foreign_han(self, text: str) -> bool:
        return any(
            not self._is_known_run(run) and not self._is_known_run(run[::-1])
            for run in HAN_RUN.findall(text)
            if len(run) > 1
        )

    def _is_known_run(self, run: str) -> bool:
        """Whether a run of Han characters is made of known words and parts of words alone. What is
        left over between them may be the rest of somebody's name, were it one character.
        """
        reached = {0}
        for start in range(len(run)):
            if start not in reached:
                continue
            if run[start] in _PARTICLES:
                reached.add(start + 1)
            for known in (self._planted, self._vocabulary):
                part = known.part_at(run, start)
                reached.update(range(start + min(part, 2), start + part + 1) if part else ())
        return len(run) in reached

    def _han(self, text: str, pointer: str, findings: Findings) -> str:
        def run(match: re.Match[str]) -> str:
            if len(match.group()) == 1:  # joined with its neighbours by another reading
                return match.group()
            return "".join(
                piece if known else self._han_rest(piece, pointer, findings)
                for piece, known in self._planted.pieces(match.group())
            )

        return HAN_RUN.sub(run, text)

    def _han_rest(self, text: str, pointer: str, findings: Findings) -> str:
        return "".join(
            piece
            if known or all(map(self._is_word, piece))
            else self._replace(piece, pointer, "undeclared", findings)
            for piece, known in self._vocabulary.pieces(text)
        )

    def _is_word(self, character: str) -> bool:
        """Whether a Han character by itself says nothing of anybody."""
        known = (self._planted, self._vocabulary)
        return character in _PARTICLES or any(one.part_at(character, 0) for one in known)

    def _replace(self, value: str, pointer: str, pi_class: str, findings: Findings) -> str:
        findings.add(pointer, pi_class, self.commitment(value))
        return self.marker(pi_class, value)
