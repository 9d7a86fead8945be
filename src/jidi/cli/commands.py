"""The commands of ``jidi`` in the order in which a newcomer needs them: where each is, and its one
line of help.

A module is imported when its command is called, so that no command pays for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jidi.model.text import Text
from jidi.wording import sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: the module and the name under which it stands there, and what it is for."""

    module: str
    attribute: str
    brief: Text


COMMANDS: Final[Mapping[str, Entry]] = {
    "demo": Entry(
        "jidi.cli.running.demo",
        "demo",
        sentence("cli/start-a-reference-partner-the-courier-without"),
    ),
    "init": Entry(
        "jidi.cli.running.init",
        "init",
        sentence("cli/write-a-target-file-from-the-discovery"),
    ),
    "doctor": Entry(
        "jidi.cli.running.doctor", "doctor", sentence("cli/check-a-target-before-a-run")
    ),
    "token": Entry("jidi.cli.preflight.token", "token", sentence("cli/token-brief")),
    "couriers": Entry("jidi.cli.running.couriers", "couriers", sentence("cli/couriers-brief")),
    "certify": Entry(
        "jidi.cli.running.certify", "certify_command", sentence("cli/certify-a-candidate")
    ),
    "judge": Entry(
        "jidi.cli.running.judge",
        "judge",
        sentence("cli/judge-recorded-traffic-nothing-is-sent"),
    ),
    "report": Entry(
        "jidi.cli.running.report",
        "report",
        sentence("cli/make-reports-from-a-stored-run"),
    ),
    "compare": Entry("jidi.cli.looking.compare", "compare_command", sentence("cli/compare-brief")),
    "replay": Entry("jidi.cli.preflight.replay", "replay", sentence("cli/replay-brief")),
    "validate": Entry(
        "jidi.cli.looking.validate",
        "validate",
        sentence("cli/check-messages-against-the-schemas-and-named"),
    ),
    "scan": Entry(
        "jidi.cli.looking.scan",
        "scan",
        sentence("cli/find-personal-data-in-feeds-and-logs"),
    ),
    "schema": Entry("jidi.cli.looking.schema", "schema", sentence("cli/schema-brief")),
    "explain": Entry(
        "jidi.cli.looking.explain",
        "explain",
        sentence("cli/explain-a-requirement-or-a-scenario"),
    ),
    "list": Entry(
        "jidi.cli.looking.listing",
        "list_command",
        sentence("cli/list-requirements-scenarios-profiles-schemas"),
    ),
    "coverage": Entry(
        "jidi.cli.looking.coverage",
        "coverage",
        sentence("cli/show-requirement-check-scenario"),
    ),
    "new": Entry(
        "jidi.cli.looking.new",
        "new",
        sentence("cli/write-the-skeleton-of-a-scenario-a"),
    ),
    "lint": Entry(
        "jidi.cli.looking.lint",
        "lint",
        sentence("cli/check-the-data-of-the-kit-schemas"),
    ),
    "certificate": Entry(
        "jidi.cli.issuing.certificate", "certificate", sentence("cli/certificate-brief")
    ),
    "key": Entry("jidi.cli.issuing.key", "key", sentence("cli/key-brief")),
    "serve": Entry(
        "jidi.cli.running.serve",
        "serve",
        sentence("cli/run-a-reference-partner-to-try-jidi"),
    ),
    "demo-network": Entry(
        "jidi.cli.running.demo_network",
        "demo_network",
        sentence("cli/send-a-day-of-made-up-parcels"),
    ),
}
"""By the name that is typed."""
