"""``jidi lint``: whether schemas, ledger, scenarios and profiles agree with each other."""

from __future__ import annotations

from jidi.catalogue import Catalogue
from jidi.catalogue.linting import lint as lint_catalogue
from jidi.cli.language import command, translate
from jidi.cli.speaking import say
from jidi.registry import Registry
from jidi.wording import sentence


@command("lint", text=sentence("cli/exit-code-0-without-findings-1-with"))
def lint() -> int:
    """Print one line a finding."""
    catalogue = Catalogue.load(Registry.load(), strict=False)
    findings = lint_catalogue(catalogue)
    for finding in findings:
        place = finding.path if finding.line is None else f"{finding.path}:{finding.line}"
        say(
            f"{place}: {finding.rule}: "
            f"{translate(finding.message, finding.message_zh or finding.message)}"
        )
    if findings:
        say(translate(sentence("cli/findings", findings=len(findings))), err=True)
        return 1
    scenarios = catalogue.scenarios()
    checks = sum(len(step.checks) for scenario in scenarios for step in scenario.steps)
    say(
        translate(
            sentence(
                "cli/no-findings-in-requirements-and-scenarios",
                requirements=len(catalogue.requirements),
                scenarios=len(scenarios),
                checks=checks,
            )
        )
    )
    return 0
