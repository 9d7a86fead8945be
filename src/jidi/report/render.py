"""Chooses writers by format and puts their files where they belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jidi.errors import RunDirectoryError, SelectionError
from jidi.model.run import RunRecord
from jidi.model.text import Language
from jidi.report.formats.har import har_json
from jidi.report.formats.html import html_page
from jidi.report.formats.junit import junit_xml
from jidi.report.formats.markdown import markdown
from jidi.report.formats.run_json import run_json
from jidi.resources import write_whole
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

Writer = Callable[[RunRecord, Language], bytes]

# Format → file name and writer. The page speaks both languages; ``language`` is the one it opens
# in.
WRITERS: dict[str, tuple[str, Writer]] = {
    "json": ("run.json", lambda record, _: run_json(record)),
    "junit": ("junit.xml", junit_xml),
    "md": ("summary.md", lambda record, language: markdown(record, language).encode("utf-8")),
    "html": ("report.html", html_page),
    "har": ("har.json", lambda record, _: har_json(record)),
}

FORMATS: tuple[str, ...] = tuple(WRITERS)


def write_all(
    record: RunRecord, directory: Path, formats: Sequence[str] = FORMATS, language: Language = "en"
) -> dict[str, Path]:
    """Writes ``formats`` into ``directory``, which is made if need be, and returns format → path in
    the order asked.

    A file appears whole or not at all: it is written beside its place and then moved there.

    Raises:
        SelectionError: a format that does not exist.
        RunDirectoryError: the directory cannot be written.
    """
    unknown = [name for name in formats if name not in WRITERS]
    if unknown:
        raise SelectionError(
            sentence("report/there-is-no-report-format", unknown=unknown[0]),
            next_step=sentence(
                "report/choose-from", formats=", ".join(FORMATS), formats_zh="、".join(FORMATS)
            ),
        )
    written: dict[str, Path] = {}
    for name in dict.fromkeys(formats):
        file_name, writer = WRITERS[name]
        written[name] = directory / file_name
        _write(written[name], writer(record, language))
    return written


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise RunDirectoryError(
            sentence(
                "report/the-report-cannot-be-written",
                path=path,
                strerror=error.strerror or str(error),
                error_zh=system_zh(error),
            ),
            next_step=sentence("report/give-another-directory-with-out"),
        ) from error
