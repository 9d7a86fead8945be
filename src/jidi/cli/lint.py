"""``jidi lint``: whether schemas, ledger, scenarios and profiles agree with each other."""

from __future__ import annotations

from jidi.catalogue import Catalogue
from jidi.cli.language import command, translate
from jidi.cli.speaking import say
from jidi.registry import Registry


@command(
    "lint",
    en=("Exit code 0 without findings, 1 with some, 4 when the data cannot even be read."),
    zh=("退出码：0 无问题，1 有问题，4 数据无法读取。"),
)
def lint() -> int:
    """Print one line a finding."""
    catalogue = Catalogue.load(Registry.load(), strict=False)
    findings = catalogue.lint()
    for finding in findings:
        place = finding.path if finding.line is None else f"{finding.path}:{finding.line}"
        say(
            f"{place}: {finding.rule}: "
            f"{translate(finding.message, finding.message_zh or finding.message)}"
        )
    if findings:
        say(translate(f"{len(findings)} findings.", f"共 {len(findings)} 个问题。"), err=True)
        return 1
    scenarios = catalogue.scenarios()
    checks = sum(len(step.checks) for scenario in scenarios for step in scenario.steps)
    say(
        translate(
            f"No findings in {len(catalogue.requirements)} requirements and {len(scenarios)} "
            f"scenarios with {checks} checks.",
            f"未发现问题：{len(catalogue.requirements)} 项要求，{len(scenarios)} 个场景，{checks} "
            "项检验。",
        )
    )
    return 0
