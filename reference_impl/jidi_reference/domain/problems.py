"""Every way the partner says no. Statuses and titles stand in the code list; here are only the
occasions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: a pointer into the body, or the place and name of a
    parameter.

    ``pointer`` is RFC 6901; ``where`` is query, header or path. Detail texts never repeat the value
    (PI-07.2).
    """

    code: str
    detail: str
    pointer: str | None = None
    where: str | None = None
    name: str | None = None

    def document(self) -> dict[str, str]:
        """The member of ``errors[]``."""
        members = {"pointer": self.pointer, "in": self.where, "name": self.name, "code": self.code}
        return {name: value for name, value in members.items() if value is not None} | {
            "detail": self.detail
        }


def faults_by_item(faults: Iterable[Fault]) -> dict[int, list[Fault]]:
    """Faults in the items of a batch by the index of the item, with pointers that start there."""
    found: dict[int, list[Fault]] = {}
    for fault in faults:
        _, _member, index, *rest = (fault.pointer or "").split("/")
        within = "".join(f"/{token}" for token in rest)
        found.setdefault(int(index), []).append(replace(fault, pointer=within))
    return found


@dataclass(frozen=True)
class _Content:
    slug: str
    detail: str = ""
    faults: tuple[Fault, ...] = ()
    wait_s: int | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


class Problem(Exception):
    """A refusal that reaches the caller as ``application/problem+json`` (RFC 9457)."""

    def __init__(
        self,
        slug: str,
        detail: str = "",
        *,
        faults: Sequence[Fault] = (),
        wait_s: int | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        """``slug``: one of ``codelists/problem-types.json``; ``detail`` says what to do next.

        ``wait_s``: whole seconds after which the same may succeed.
        """
        super().__init__(slug)
        self.content = _Content(slug, detail, tuple(faults), wait_s, extensions or {})

    @property
    def slug(self) -> str:
        """The problem type's last path segment."""
        return self.content.slug

    @classmethod
    def invalid(cls, faults: Sequence[Fault]) -> Problem:
        """A body that breaks its schema, with every fault at once (DS-01.3)."""
        return cls(
            "validation-failed",
            f"{len(faults)} fault(s) in the body; errors lists each.",
            faults=faults,
        )

    @classmethod
    def parameter(cls, slug: str, where: str, name: str, detail: str) -> Problem:
        """A fault in a query, header or path value."""
        return cls(slug, f"{name}: {detail}", faults=[Fault(slug, detail, where=where, name=name)])

    @classmethod
    def unknown(cls) -> Problem:
        """The one answer for what is not there and for what belongs to another partner
        (DS-08.3).
        """
        return cls("not-found", "There is no such resource for this caller.")

    @classmethod
    def conflict(cls, detail: str) -> Problem:
        """The resource is not in a state that allows this."""
        return cls("state-conflict", detail)
