"""What the judge is given beside the journal, of the data that come with the kit."""

from __future__ import annotations

from typing import Any

from jidi.catalogue.bundles import earlier_digests
from jidi.catalogue.calendars import working_days
from jidi.judge.context import JudgingContext, TransitionTable
from jidi.judge.seen import WorkingCalendar
from jidi.model.journal import HeaderTarget, RunHeader
from jidi.model.journal.codec import encode
from jidi.model.profile import Profile
from jidi.registry import Registry


def judging_context(registry: Registry, header: RunHeader) -> JudgingContext:
    """What the judge needs beside the journal, from the loaded data and the header of the run."""
    known = _known_bundles(header.standard_version, header.schema_bundle_digest)
    return _context(
        registry,
        header.discovery,
        {
            **encode(header.target),
            "schema_bundle_digest": header.schema_bundle_digest,
            "bounds": [encode(bound) for bound in header.bounds],
            "bundles": known,
        },
    )


def context_before_a_run(
    registry: Registry, target: HeaderTarget, profile: Profile, discovery: Any
) -> JudgingContext:
    """The same for who judges something of a candidate without a run."""
    digest = registry.bundle_digest()
    return _context(
        registry,
        discovery,
        {
            **encode(target),
            "schema_bundle_digest": digest,
            "bounds": [encode(bound.as_header()) for bound in profile.bounds],
            "bundles": _known_bundles(registry.version, digest),
        },
    )


def _context(registry: Registry, discovery: Any, target: dict[str, Any]) -> JudgingContext:
    problems = registry.code_list("problem-types")["codes"]
    return JudgingContext(
        book=registry,
        table=TransitionTable.from_code_lists(
            registry.code_list("transitions"), registry.code_list("event-codes")
        ),
        problem_base=registry.base_uri + "problems/",
        problem_statuses={row["slug"]: tuple(row["status"]) for row in problems},
        discovery=discovery,
        calendar=WorkingCalendar.from_data(working_days()),
        target=target,
    )


def _known_bundles(version: str, digest: str) -> dict[str, list[str]]:
    """Digests by version under which a bundle was published: that of the run, and earlier ones."""
    return {version: [digest, *earlier_digests(version)]}
