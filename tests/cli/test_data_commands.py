"""list, explain, coverage, lint: what the data say."""

from __future__ import annotations

import pytest
from command_line import Cli

from jidi.cli.loading import load_catalogue
from jidi.cli.looking.data import bearings
from jidi.cli.looking.explain import catalogue_about, explained
from jidi.cli.looking.explaining import sentences_of, source_lines
from jidi.registry import Registry


def test_list_requirements_names_every_row(cli: Cli) -> None:
    """One line for each row of the ledger, in ledger order."""
    lines = cli("list", "requirements").out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(load_catalogue().requirements)


def test_list_scenarios_names_every_instance(cli: Cli) -> None:
    """One line for each scenario instance."""
    out = cli("list", "scenarios").out
    assert [line.split()[0] for line in out.splitlines()[1:]] == [
        scenario.id for scenario in load_catalogue().scenarios()
    ]


def test_list_profiles_schemas_and_operations_are_complete(cli: Cli) -> None:
    """Everything that exists is listed."""
    registry = Registry.load()
    assert all(profile.id in cli("list", "profiles").out for profile in load_catalogue().profiles)
    schemas = cli("list", "schemas").out.split()
    assert set(registry.schema_names) <= set(schemas)
    operations = cli("list", "operations").out.split()
    assert {operation.id for operation in registry.operations()} <= set(operations)


def test_explain_requirement_gives_both_languages_and_its_checks(cli: Cli) -> None:
    """Text and observable stand in English and Chinese, whatever the language of the frame."""
    row = load_catalogue().requirements["DS-01.2"]
    out = cli("explain", "ds-01.2").out
    for text in (row.text, row.observable):
        assert text.en.strip() in out
        assert text.zh.strip() in out
    assert all(case.id in out for case in row.negative_cases)


def test_explain_requirement_names_each_check_that_bears_upon_it(cli: Cli) -> None:
    """Each requirement that is checked names scenario, step and check."""
    catalogue = load_catalogue()
    scenario = next(
        scenario
        for scenario in catalogue.scenarios()
        if any(step.checks for step in scenario.steps)
    )
    step = next(step for step in scenario.steps if step.checks)
    out = cli("explain", step.checks[0].requirement).out
    assert f"{scenario.base}/{step.id}/{step.checks[0].id}" in out


def test_explain_article_gives_all_its_requirements(cli: Cli) -> None:
    """``DS-01`` stands for its rows."""
    out = cli("explain", "DS-01").out
    assert all(
        f"{row.id} · " in out
        for row in load_catalogue().requirements.values()
        if row.clause == "DS-01"
    )


def test_explain_scenario_goes_step_by_step(cli: Cli) -> None:
    """Steps stand in their order, each with its checks and their requirements."""
    scenario = load_catalogue().scenarios()[0]
    out = cli("explain", scenario.id).out
    places = [
        out.index(f"{number}. {step.id}") for number, step in enumerate(scenario.steps, start=1)
    ]
    assert places == sorted(places)
    assert all(
        check.requirement in out and check.id in out
        for step in scenario.steps
        for check in step.checks
    )


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.thorough)])
def test_explain_explains_everything_that_has_an_id(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Every requirement, article and scenario, in either language, with each precondition as a
    sentence and not as a piece of a program.
    """
    monkeypatch.setenv("JIDI_LANG", language)
    catalogue = load_catalogue()
    ids = {one.id for one in (*catalogue.requirements.values(), *catalogue.scenarios())}
    ids |= {row.clause for row in catalogue.requirements.values()}
    ids |= {scenario.base for scenario in catalogue.scenarios()}
    for one in sorted(ids):
        lines = [str(line) for line in explained(one, catalogue)]
        assert one.partition("[")[0] in lines[0]
        assert not [
            line for line in lines if "{'" in line and ("precond" in line or "前置" in line)
        ]


def test_what_explain_leaves_unread_makes_no_difference() -> None:
    """The catalogue about one thing explains it as the whole one does: requirements, articles, and
    scenarios with and without cases, among them those whose cases give the requirement.
    """
    catalogue = load_catalogue()
    given = [one for one in catalogue.scenarios() if "requirement" in one.case]
    by_case = given[0].case["requirement"]
    ids = [list(catalogue.requirements)[-1], "ds-01", by_case, given[0].id, given[-1].base]
    for one in ids:
        assert [str(line) for line in explained(one, catalogue_about(one))] == [
            str(line) for line in explained(one, catalogue)
        ]


def test_explain_gives_each_precondition_its_line(cli: Cli) -> None:
    """Also where a step has several."""
    reply = cli("explain", "consignment-batch")
    assert (reply.code, reply.err) == (0, "")
    wanted = ("status 200", "$batch.items#/1/outcome equals rejected")
    assert all(f"precondition {one}" in reply.out for one in wanted)


def test_explain_unknown_id_suggests_near_ones(cli: Cli) -> None:
    """A slip of the pen is answered with what was perhaps meant."""
    reply = cli("explain", "DS-1.2")
    assert reply.code == 2
    assert "DS-01.2" in reply.err


def test_explain_prints_brackets_of_the_data_as_they_are(cli: Cli) -> None:
    """Ids of cases have brackets, which must not be taken for markup."""
    instance = next(
        scenario for scenario in load_catalogue().scenarios() if scenario.id != scenario.base
    )
    assert instance.id in cli("explain", instance.base).out


def test_coverage_has_a_row_for_each_requirement(cli: Cli) -> None:
    """Checked or not, each requirement is there."""
    out = cli("coverage").out
    assert all(f"{requirement} " in out for requirement in load_catalogue().requirements)


def test_coverage_missing_names_testable_requirements_only(cli: Cli) -> None:
    """What is established in another way is not missing, and what is checked is not either."""
    rows = load_catalogue().requirements
    listed = {
        line.split()[0]
        for line in cli("coverage", "--missing").out.splitlines()
        if line[:3] in {"DS-", "PI-"}
    }
    checked = {bearing.requirement for bearing in bearings(load_catalogue())}
    assert listed == {
        row.id for row in rows.values() if row.established == "tested" and row.id not in checked
    }


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.thorough)])
def test_lint_finds_nothing_in_the_data_that_come_with_jidi(cli: Cli, language: str) -> None:
    """What is released agrees with itself."""
    reply = cli("--lang", language, "lint")
    assert (reply.code, reply.err) == (0, "")


def test_version_names_the_installed_one(cli: Cli) -> None:
    """``--version`` prints name and version."""
    assert cli("--version").out.startswith("jidi ")


def test_coverage_counts_generated_cases_and_sweeps(cli: Cli) -> None:
    """What is checked outside scenarios is shown beside what is checked in them."""
    out = cli("coverage").out
    assert "generated/createConsignment" in out
    assert "sweep" in out
    assert "generated/createConsignment/rejects-invalid" in cli("explain", "DS-01.3").out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_explain_requirement_shows_sentence_force_and_basis(cli: Cli, language: str) -> None:
    """The words of the source and what they bind to, beside what the standard makes of them, in
    both languages whatever that of the frame.
    """
    out = cli("--lang", language, "explain", "DS-01.1").out
    assert "DS-01.s1" in out
    assert "“电子商务当事人约定采用快递方式交付商品的，支持" in out
    assert "force 支持: supported, no duty" in out
    assert "约束力“支持”：不设定义务" in out
    assert "own: a choice of this standard" in out
    assert "自定：系本标准自行规定" in out


def test_explain_every_row_says_where_it_comes_from() -> None:
    """Each row shows its basis and its note, its sentence whole, and those beside it."""
    catalogue = load_catalogue()
    sentences = sentences_of(catalogue)
    for row in catalogue.requirements.values():
        told = "\n".join(str(line) for line in source_lines(row, sentences))
        named = [one for one in sentences.values() if row.id in one.rows]
        assert all(one.text.zh in told and one.text.en in told for one in named)
        assert bool(named) or row.basis == "own"
        assert row.source is None or f"“{row.source.quote}”" in told
        assert row.note is None or row.note.zh in told


def test_explain_sentence_gives_its_requirements_and_what_is_in_none(cli: Cli) -> None:
    """Sentences have ids of their own, written in any case."""
    out = cli("explain", "pi-13.S3").out
    assert "Addresses: courier" in out
    assert "PI-13.6 · MUST · text" in out
    assert "PI-13.3 · MUST · derived" in out
    assert "uncovered “存在寄递服务用户个人信息安全风险" in out
    assert "Addresses nobody" in cli("explain", "DS-00.s1").out


def test_explain_says_whom_the_standard_binds_by_its_own_choice(cli: Cli) -> None:
    """The rules of 2023 address couriers."""
    out = cli("explain", "PI-15.3").out
    assert "The sentence does not address platform, integrator" in out
    assert "does not address" not in cli("explain", "PI-15.5").out
