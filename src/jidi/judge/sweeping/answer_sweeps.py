"""Sweeps over single answers: what each of them must have, whatever was asked (DS-01.3, DS-05,
DS-08).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.personal.internals import signs
from jidi.judge.sweeping.sightings import (
    IN_PLACE,
    Outlook,
    Rule,
    RunView,
    below,
    each,
    header,
    place_of,
    succeeded,
    version_of,
    withheld,
)
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, media_type
from jidi.model.urls import NotAUrlError, join_url, url_parts

_TOKENS_MADE: Final = "issueToken"
_AT_VERSION: Final = "version"
_JSON: Final = ("application/json", "application/problem+json")


def no_server_error(_given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """No answer of class 5xx other than 503 (DS-08.4)."""

    def fault(view: ExchangeView) -> str:
        status = view.status or 0
        return (
            f"{status} on {view.record.request.method} "
            f"{view.record.operation or view.record.request.url}"
            if status >= 500 and status != 503
            else ""
        )

    return each(run.answers, fault)


def no_internals(_given: Mapping[str, Any], run: RunView, _context: JudgingContext) -> Outlook:
    """No answer that shows the inside of the system (DS-08.4)."""

    def fault(view: ExchangeView) -> str:
        response = view.response
        if response is None:
            return ""
        text = response.attribute("text")
        return ", ".join(signs(response.headers, "" if text is ABSENT else text))

    return each(run.answers, fault)


def no_clear_text_redirect(
    _given: Mapping[str, Any], run: RunView, _context: JudgingContext
) -> Outlook:
    """No redirect from https to http (DS-08.1)."""

    def fault(view: ExchangeView) -> str:
        location = header(view, "location") or ""
        leads = 300 <= (view.status or 0) < 400 and location.lower().startswith("http:")
        return location if leads else ""

    secure = [one for one in run.answers if one.record.request.url.startswith("https:")]
    return each(secure, fault)


def header_with_status(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Every answer with one of these statuses, below the address of a declared version, has this
    header, filled. Of the token endpoint nothing is said: it may answer 401 without a challenge to
    a client that did not use ``Authorization`` (RFC 6749, 5.2).
    """
    name, problem = str(given["header"]), given.get("problem")

    def meant(view: ExchangeView) -> bool:
        return (
            view.status in given["status"]
            and view.record.operation != _TOKENS_MADE
            and version_of(view, context.discovery) is not None
            and (problem is None or _slug(view) == problem)
        )

    def fault(view: ExchangeView) -> str:
        value = header(view, name)
        if value is not None and value.strip():
            return ""
        return f"{view.status} on {place_of(view)} without {name}"

    return each((view for view in run.answers if meant(view)), fault)


def _slug(view: ExchangeView) -> str:
    """The last segment of the type of a problem, or nothing."""
    body = view.response.json if view.response is not None else ABSENT
    kind = body.get("type") if isinstance(body, Mapping) else None
    return kind.rpartition("/")[2] if isinstance(kind, str) else ""


def version_named(_given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Every documented answer below the address of a version names that version in
    ``Standard-Version``.

    What a gateway may have said in its place (429, 5xx) is not looked at, nor what the contract
    does not know.
    """

    def fault(view: ExchangeView) -> str:
        entry, value = version_of(view, context.discovery), header(view, "standard-version")
        version = entry.get("version") if entry is not None else None
        if value is None:
            return f"{view.status} on {place_of(view)} names no version"
        if value.strip() != version:
            return f"{view.status} on {place_of(view)} names {value[:20]}, not {version}"
        return ""

    documented = (
        view
        for view in run.answers
        if view.status not in IN_PLACE
        and version_of(view, context.discovery) is not None
        and _documented(view, context) is not None
    )
    return each(documented, fault)


def _documented(view: ExchangeView, context: JudgingContext) -> tuple[str, ...] | None:
    """The media types that the contract has for this answer; ``None`` where it does not know
    operation or status.
    """
    name = view.record.operation
    operation = context.book.operation(name) if name else None
    if operation is None or operation.served_at != _AT_VERSION:
        return None
    status = view.status or 0
    for known in (str(status), f"{status // 100}XX", "default"):
        if known in operation.response_media_types:
            return tuple(operation.response_media_types[known])
    return None


def media_type_documented(
    given: Mapping[str, Any], run: RunView, context: JudgingContext
) -> Outlook:
    """Every documented answer of the class with a body has a media type of the contract, and JSON
    no other charset than UTF-8 (RFC 8259, 8.1).
    """

    def fault(view: ExchangeView) -> str:
        value = header(view, "content-type") or ""
        response = view.record.response
        media = "" if response is None else media_type(response.headers)
        parameters = value.partition(";")[2]
        if media not in (_documented(view, context) or ()):
            return f"{view.status} on {place_of(view)} is {media[:80] or 'without a media type'}"
        charset = _charset(parameters) if media in _JSON else ""
        return f"{place_of(view)} is in {charset[:40]}" if charset not in {"", "utf-8"} else ""

    with_body = (
        view
        for view in run.answers
        if (view.status or 0) // 100 == given["class"]
        and view.status not in IN_PLACE
        and version_of(view, context.discovery) is not None
        and _documented(view, context)
        and view.record.response is not None
        and view.record.response.body.size
    )
    return each(with_body, fault)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def address_of_what_was_made(
    given: Mapping[str, Any], run: RunView, context: JudgingContext
) -> Outlook:
    """``Location`` of each 201 leads, from where it was asked, to what was made: below the address
    of the version, and by the id that the answer gives.
    """
    made = (
        view
        for view in run.of([given["operation"]])
        if view.status == 201 and succeeded(view) and version_of(view, context.discovery)
    )
    return each(made, partial(_astray, given, context))


def _astray(given: Mapping[str, Any], context: JudgingContext, view: ExchangeView) -> str:
    location = header(view, "location")
    if not location:
        return f"201 on {place_of(view)} without Location"
    body = view.response.json if view.response is not None else ABSENT
    identity = body.get(given["id"]) if isinstance(body, Mapping) else None
    entry = version_of(view, context.discovery) or {}
    try:
        address = join_url(view.record.request.url, location)
    except NotAUrlError:
        return f"{location[:120]} is no address"
    if not below(address, str(entry.get("base_url"))):
        return f"{location[:120]} is not below {entry.get('base_url')}"
    named = url_parts(address).path.rstrip("/").rpartition("/")[2]
    if isinstance(identity, str) and named != identity and not withheld((identity, location)):
        return f"{location[:120]} does not lead to {identity}"
    return ""


ANSWER_RULES: Final[Mapping[str, Rule]] = {
    "address-of-what-was-made": address_of_what_was_made,
    "header-with-status": header_with_status,
    "media-type-documented": media_type_documented,
    "no-clear-text-redirect": no_clear_text_redirect,
    "no-internals": no_internals,
    "no-server-error": no_server_error,
    "version-named": version_named,
}
"""Rules over single answers, by their words."""
