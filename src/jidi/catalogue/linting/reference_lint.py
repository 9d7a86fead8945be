"""Expressions: they parse, begin with a name that is known by then, and ask for what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jidi.catalogue.linting.known_names import Told
from jidi.catalogue.linting.sources import Source, Sources
from jidi.language import expressions
from jidi.language.expressions import Expression
from jidi.model.text import Text
from jidi.registry import pointers
from jidi.wording import sentence


def reference_faults(
    value: Any, path: pointers.Path, names: Mapping[str, Source], sources: Sources
) -> Iterator[Told]:
    """What is wrong with the expressions in ``value``, which stands at ``path``; ``names`` are
    those that may be used there.
    """
    for reference in expressions.references(value, path):
        wrong = expressions.fault(reference.text)
        if wrong is not None:
            yield reference.place, "expression", wrong
            continue
        expression = expressions.parse(reference.text)
        source = names.get(expression.root)
        if source is None:
            yield (
                reference.place,
                "reference",
                sentence("catalogue/is-no-variable-receiver-or-earlier-step", root=expression.root),
            )
            continue
        told = _member_fault(expression, source, sources) or _place_fault(expression, sources)
        if told is not None:
            yield reference.place, *told


def _member_fault(
    expression: Expression, source: Source, sources: Sources
) -> tuple[str, Text] | None:
    """A member that the thing does not have."""
    if source.what == "case":
        return _case_fault("".join(expression.path[:1]), sources)
    allowed = sources.allowed(source) or frozenset()
    path = expression.path or (("body",) if source.what == "step" else ())
    if not path:
        return None
    if path[0] not in allowed:
        return _unknown(path[0], expression.root, allowed)
    below = sources.request_members() if path[0] == "request" else frozenset()
    if path[1:] not in {(), *((name,) for name in below)}:
        return _unknown(".".join(path), expression.root, allowed)
    return None


def _unknown(name: str, root: str, allowed: frozenset[str]) -> tuple[str, Text]:
    listed = sorted(allowed)
    return "member", sentence(
        "catalogue/has-no-member-known",
        root=root,
        name=name,
        listed=", ".join(listed) or "none; write #/pointer",
        listed_zh="、".join(listed) or "无，请用 #/指针",
    )


def _case_fault(key: str, sources: Sources) -> tuple[str, Text] | None:
    if all(key in case for case in sources.cases):
        return None
    return "case", sentence("catalogue/not-every-case-has", the_key=key)


def _place_fault(expression: Expression, sources: Sources) -> tuple[str, Text] | None:
    """A pointer or query that leads nowhere in whatever may stand there."""
    nowhere = sources.leads_nowhere(expression, expressions.compiled(expression))
    if not nowhere:
        return None
    return "pointer", sentence(
        "catalogue/no-published-schema-of-what-looks-at", text=expression.text, nowhere=nowhere
    )
