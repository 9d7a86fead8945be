"""What the judge is given beside the journal, of the data that come with the kit."""

from __future__ import annotations

from jidi.catalogue.bundles import earlier_digests
from jidi.catalogue.calendars import working_days
from jidi.judge.context import JudgingContext, TransitionTable
from jidi.judge.seen import WorkingCalendar
from jidi.model.journal import RunHeader
from jidi.model.journal.codec import encode
from jidi.registry import Registry


def judging_context(registry: Registry, header: RunHeader) -> JudgingContext:
    """What the judge needs beside the journal, from the loaded data and the header of the run."""
    problems = registry.code_list("problem-types")["codes"]
    return JudgingContext(
        book=registry,
        table=TransitionTable.from_code_lists(
            registry.code_list("transitions"), registry.code_list("event-codes")
        ),
        problem_base=registry.base_uri + "problems/",
        problem_statuses={row["slug"]: tuple(row["status"]) for row in problems},
        discovery=header.discovery,
        calendar=WorkingCalendar.from_data(working_days()),
        target={
            **encode(header.target),
            "schema_bundle_digest": header.schema_bundle_digest,
            "bounds": [encode(bound) for bound in header.bounds],
            "bundles": _known_bundles(header),
        },
    )


def _known_bundles(header: RunHeader) -> dict[str, list[str]]:
    """Digests by version under which a bundle was published: that of the run, and earlier ones."""
    version = header.standard_version
    return {version: [header.schema_bundle_digest, *earlier_digests(version)]}
