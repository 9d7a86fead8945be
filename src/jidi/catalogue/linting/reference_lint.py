"""Expressions: they parse, begin with a name that is known by then, and ask for what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jidi.catalogue.linting.sources import Source, Sources
from jidi.language import expressions
from jidi.language.expressions import Expression
from jidi.model.text import Text
from jidi.registry import pointers

Told = tuple[str, str, Text]
"""Pointer of the place, name of the lint rule, and what is wrong."""


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
                Text(
                    f"'${expression.root}' is no variable, receiver or earlier step.",
                    f"“${expression.root}”不是变量、接收端或之前的步骤。",
                ),
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
    if path[1:] and (len(path) > 2 or path[1] not in below):
        return _unknown(".".join(path), expression.root, allowed)
    return None


def _unknown(name: str, root: str, allowed: frozenset[str]) -> tuple[str, Text]:
    listed = sorted(allowed)
    return "member", Text(
        f"'${root}' has no member '{name}'. Known: {', '.join(listed) or 'none; write #/pointer'}.",
        f"“${root}”没有成员“{name}”。现有：{'、'.join(listed) or '无，请用 #/指针'}。",
    )


def _case_fault(key: str, sources: Sources) -> tuple[str, Text] | None:
    if all(key in case for case in sources.cases):
        return None
    return "case", Text(f"Not every case has '{key}'.", f"并非每个实例都有“{key}”。")


def _place_fault(expression: Expression, sources: Sources) -> tuple[str, Text] | None:
    """A pointer or query that leads nowhere in whatever may stand there."""
    nowhere = sources.leads_nowhere(expression, expressions.compiled(expression))
    if not nowhere:
        return None
    return "pointer", Text(
        f"No published schema of what '{expression.text}' looks at has '{nowhere}'.",
        f"“{expression.text}”所查内容的已发布模式中均无“{nowhere}”。",
    )
