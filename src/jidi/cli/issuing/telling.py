"""What commands about certificates say alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from jidi.certificate.evidence import read_bounded
from jidi.certificate.forms.refusing import Refused
from jidi.certificate.forms.trusting import Trust, TrustError, moment_of
from jidi.cli.language import option, translate
from jidi.cli.speaking import say
from jidi.errors import OperatorError
from jidi.model.text import Text
from jidi.model.texts.escapes import one_line
from jidi.resources import write_whole
from jidi.wording import family, sentence
from jidi.wording.reasons import system_zh

FILE: Final = click.Path(path_type=Path, dir_okay=False)
"""A file that is named on the line."""
_LONGEST: Final = 300

trust_option: Final = option(
    "--trust", type=FILE, required=True, text=sentence("cli/certificate-trust-file")
)
"""Whom the reader trusts."""
format_option: Final = option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    text=sentence("cli/certificate-format"),
)
"""For people or for programs."""

REFUSALS: Final = family("certificate", "refused-")
"""A sentence for each word of :data:`jidi.certificate.forms.refusing.CODES`."""


def refusal(error: Refused) -> int:
    """Say why a certificate is not taken; the exit code of the word."""
    text = REFUSALS[error.word]
    place = f" ({error.part})" if error.part else ""
    say(f"{error.word}{place}: {translate(text)}")
    return error.exit_code


def trust_in(path: Path) -> Trust:
    """The file of trust at ``path``.

    Raises:
        OperatorError: it cannot be read as one.
    """
    try:
        return Trust.from_bytes(read_bounded(path))
    except TrustError as error:
        raise OperatorError(
            sentence("certificate/not-trust", path=path),
            next_step=sentence("certificate/make-trust"),
        ) from error


def moment_said(text: str) -> datetime:
    """A moment of the command line; empty: now.

    Raises:
        OperatorError: it is none.
    """
    if not text:
        return datetime.now(UTC)
    try:
        return moment_of(text)
    except ValueError as error:
        raise OperatorError(
            sentence("certificate/not-a-moment", text=text),
            next_step=sentence("certificate/write-moments-so"),
        ) from error


def written_to(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        OperatorError: the system does not let it be written.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise OperatorError(
            sentence(
                "certificate/cannot-be-written",
                path=path,
                strerror=error.strerror,
                error_zh=system_zh(error),
            ),
            next_step=sentence("certificate/give-another-out"),
        ) from error


def lines(predicate: Mapping[str, Any]) -> Iterator[Text]:
    """What a certificate says, a line each; texts of others on one line, escaped and cut."""
    shown, said, issuer = predicate["shown"], predicate["said"], predicate["issuer"]
    candidate, rows, figures = shown["candidate"], shown["requirements"], shown["figures"]
    yield sentence(
        "certificate/line-what",
        verdict=shown["verdict"],
        scope=shown["scope"],
        role=shown["role"],
        level=shown["level"],
        version=shown["standard"]["version"],
    )
    name, url, firm = map(
        _short, (candidate["name"], candidate["base_url"], said["operator"]["name"])
    )
    yield sentence(
        "certificate/line-who", name=name, url=url, firm=firm, binding=candidate["binding"]
    )
    by, kind = _short(issuer["name"]), issuer["kind"]
    yield sentence("certificate/line-by", by=by, kind=kind, keyid=issuer["keyid"])
    yield sentence(
        "certificate/line-when",
        id=predicate["id"],
        issued=predicate["issued"],
        expires=predicate["expires"],
    )
    for slug, listed in rows.items():
        if listed:
            ids = " ".join(listed)
            yield sentence("certificate/line-rows", slug=slug, count=len(listed), ids=ids)
    yield sentence(
        "certificate/line-figures",
        exercised=figures["exercised"],
        binding=figures["binding"],
        passed=figures["checks_passed"],
        checks=figures["checks"],
        exchanges=figures["exchanges"],
        cases=figures["generated_cases"],
    )


def _short(text: str) -> str:
    return one_line(text, _LONGEST)
