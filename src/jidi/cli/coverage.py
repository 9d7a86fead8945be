"""``jidi coverage``: which check of which scenario bears upon which requirement."""

from __future__ import annotations

from itertools import groupby

from jidi.cli.console import console, table
from jidi.cli.data import Bearing, bearings, is_checked, load_catalogue
from jidi.cli.language import command, option, translate
from jidi.model.requirement import Requirement


@command(
    "coverage",
    en=("Requirements that nothing checks yet are listed too."),
    zh=("尚无检验的要求也会列出。"),
)
@option(
    "--missing",
    is_flag=True,
    en="Only requirements that nothing checks yet.",
    zh="只列出尚无检验的要求。",
)
def coverage(missing: bool) -> None:
    """Print the table and a count."""
    catalogue = load_catalogue()
    by_requirement = {
        key: list(group)
        for key, group in groupby(bearings(catalogue), key=lambda bearing: bearing.requirement)
    }
    rows = table(
        translate("Requirement", "要求"),
        translate("Modality", "约束力"),
        translate("Check", "检验"),
        translate("Scenario / step", "场景/步骤"),
    )
    tested = [
        requirement
        for requirement in catalogue.requirements.values()
        if requirement.established == "tested"
    ]
    for requirement in catalogue.requirements.values():
        found = by_requirement.get(requirement.id, [])
        if missing and (found or requirement.established != "tested"):
            continue
        for cells in _cells(requirement, found):
            rows.add_row(*cells)
    console().print(rows)
    checked = sum(1 for requirement in tested if is_checked(requirement))
    console().print(
        translate(
            f"\n{checked} of {len(tested)} testable requirements are checked.",
            f"\n{len(tested)} 项可测要求中已有 {checked} 项有检验。",
        )
    )


def _cells(requirement: Requirement, found: list[Bearing]) -> list[tuple[str, str, str, str]]:
    if not found:
        return [(requirement.id, requirement.modality, _why_unchecked(requirement), "")]
    return [
        (requirement.id, requirement.modality, bearing.check, _place(bearing)) for bearing in found
    ]


def _place(bearing: Bearing) -> str:
    cases = f" ×{bearing.instances}" if bearing.instances > 1 else ""
    return bearing.place + cases


def _why_unchecked(requirement: Requirement) -> str:
    if requirement.established == "tested":
        return translate("(not yet checked)", "（尚未检验）")
    words = {
        "attested": translate("(established by documents)", "（以文件证明）"),
        "authority": translate("(binds authorities)", "（约束主管部门）"),
        "scope": translate("(sets the scope)", "（界定适用范围）"),
        "kit": translate("(binds the kit itself)", "（约束测试工具自身）"),
    }
    return words[requirement.established]
