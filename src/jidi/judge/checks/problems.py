"""Checks of a refusal: its problem type, and the places that it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jidi.judge.checks.finding import (
    Finding,
    Question,
    answer_of,
    both,
    failed,
    last_of,
    passed,
)
from jidi.language.compared import show
from jidi.language.views import media_type
from jidi.model.text import Text
from jidi.wording import sentence


def _fault_of(question: Question, body: Mapping[str, Any], expected: Text) -> Finding | None:
    """What is wrong with a problem whatever its type."""
    found = question.context.book.validate("problem", body)
    faults = [f"{fault.pointer or '/'}: {fault.message}" for fault in found]
    if faults:
        return replace(
            failed("problem-schema", expected, both("; ".join(faults[:5]))), place=found[0].pointer
        )
    if body.get("status") not in {None, last_of(question).status}:
        told = sentence("judge/member-status-is", value=body.get("status"))
        return replace(failed("problem-status", expected, told), place="/status")
    return None


def problem_finding(question: Question) -> Finding:
    """A valid problem of a wanted type."""
    headers, _, body = answer_of(question)
    wanted = question.argument
    slugs = wanted if isinstance(wanted, list) else [wanted]
    expected = sentence(
        "judge/an-application-problem-json-body-of-type",
        slugs=" or ".join(slugs),
        slugs_zh=" 或 ".join(slugs),
    )
    media = media_type(headers)
    if media != "application/problem+json":
        told = sentence(
            "judge/problem-finding-media-type",
            media=media or "(none)",
            media_zh=media or "（无）",
        )
        wrong = failed("problem-media-type", expected, told)
        return replace(wrong, place="header:content-type")
    if not isinstance(body, Mapping):
        return failed("problem-body", expected, sentence("judge/not-a-json-object"))
    fault = _fault_of(question, body, expected)
    if fault is not None:
        return fault
    slug = str(body.get("type", "")).removeprefix(question.context.problem_base)
    wanted_slugs = slugs if "any" not in slugs else [slug]
    if slug not in question.context.problem_statuses or slug not in wanted_slugs:
        return failed("problem-type", expected, both(str(body.get("type"))))
    return passed(expected, both(slug))


def pointers_finding(question: Question) -> Finding:
    """The places that ``errors[]`` names."""
    _, _, body = answer_of(question)
    wanted = question.argument if isinstance(question.argument, list) else [question.argument]
    errors = body.get("errors") if isinstance(body, Mapping) else None
    named = (
        [
            str(error["pointer"])
            for error in errors
            if isinstance(error, Mapping) and "pointer" in error
        ]
        if isinstance(errors, list)
        else []
    )
    expected = sentence("judge/errors-that-point-at", wanted=show(wanted))
    missing = [
        show(one) for one in wanted if not any(_points_at(pointer, one) for pointer in named)
    ]
    if missing:
        return failed("pointers", expected, sentence("judge/named", named=show(named)))
    return passed(expected, both(show(named)))


def _points_at(named: str, wanted: Any) -> bool:
    """Equal, or an ancestor that is not the root; for a missing or excess member also its parent,
    be it the root (validators differ).
    """
    pointer = wanted["pointer"] if isinstance(wanted, Mapping) else str(wanted)
    keyword = wanted.get("keyword", "") if isinstance(wanted, Mapping) else ""
    if named == pointer:
        return True
    if (
        keyword in {"required", "unevaluatedProperties", "additionalProperties", "minProperties"}
        and named == pointer.rpartition("/")[0]
    ):
        return True
    return named != "" and pointer.startswith(named + "/")
