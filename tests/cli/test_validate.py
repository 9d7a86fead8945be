"""Messages without a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Cli

from jidi.registry import Registry
from jidi.registry.fast import parallel
from jidi.resources import schemas_root

EXAMPLES = schemas_root() / "v1.0" / "examples"
INVALID = sorted(
    path
    for path in (EXAMPLES / "invalid").glob("*/*.json")
    if not path.name.endswith(".expect.json")
)


def test_valid_examples_are_valid_by_name_of_their_folder(cli: Cli) -> None:
    """Every valid example passes; several files can be given at once."""
    for folder in sorted((EXAMPLES / "valid").iterdir()):
        reply = cli("validate", *sorted(folder.glob("*.json")), "--schema", folder.name)
        assert (reply.code, reply.out) == (0, ""), reply.said


def test_invalid_examples_show_the_declared_pointer_and_requirement(cli: Cli) -> None:
    """What the side file declares is among the faults found; files of one schema go together."""
    assert len(INVALID) > 500
    for folder in sorted({path.parent for path in INVALID}):
        paths = [path for path in INVALID if path.parent == folder]
        reply = cli("validate", *paths, "--schema", folder.name, "--format", "json")
        assert reply.code == 1
        found: dict[str, set[tuple[str, str]]] = {str(path): set() for path in paths}
        for fault in map(json.loads, reply.out.splitlines()):
            found[fault["file"]].add((fault["pointer"], fault["requirement"]))
            assert fault["text"]["en"], fault
            assert fault["text"]["zh"], fault
        for path in paths:
            told = json.loads(path.with_name(f"{path.stem}.expect.json").read_text("utf-8"))
            assert (told["pointer"], told["requirement"]) in found[str(path)], path


def event() -> dict[str, object]:
    """A valid shipment event."""
    return dict(Registry.load().examples("valid", "shipment-event")[0].instance)


def test_ndjson_on_standard_input_names_the_line(cli: Cli) -> None:
    """The second of three records is wrong, and so is its line."""
    good, bad = json.dumps(event()), json.dumps({**event(), "sequence": 0})
    reply = cli("validate", "-", "--schema", "shipment-event", stdin=f"{good}\n{bad}\n{good}\n")
    assert reply.code == 1
    assert reply.out.startswith("<stdin>:2: /sequence · ")
    assert "3 records" in reply.err
    assert "1 invalid" in reply.err


def test_schema_is_told_from_the_first_message(cli: Cli) -> None:
    """Without --schema the count names the schema that was taken."""
    reply = cli("validate", "-", stdin=json.dumps(event()))
    assert reply.code == 0, reply.said
    assert "shipment-event" in reply.err


def test_yaml_is_read_too(cli: Cli, tmp_path: Path) -> None:
    """A YAML file gives the line of the member at fault."""
    path = tmp_path / "event.yaml"
    lines = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in {**event(), "sequence": 0}.items()
    ]
    path.write_text("\n".join(lines), "utf-8")
    reply = cli("validate", path, "--schema", "shipment-event")
    wanted = next(
        number for number, line in enumerate(lines, start=1) if line.startswith("sequence:")
    )
    assert reply.out.startswith(f"{path}:{wanted}: /sequence")


def test_faults_are_told_in_chinese(cli: Cli) -> None:
    """Sentence and count follow the language."""
    reply = cli("--lang", "zh", "validate", "-", "--schema", "receipt", stdin="{}")
    assert "缺少" in reply.out
    assert "无效 1 条" in reply.err


@pytest.mark.parametrize(
    ("given", "code"), [("", 2), ("   \n", 2), ("[1, 2]", 2), ('{"nothing": "known"}', 2)]
)
def test_what_holds_no_known_message_is_the_callers_to_mend(
    cli: Cli, given: str, code: int
) -> None:
    """Nothing to check must never look like nothing wrong."""
    reply = cli("validate", "-", stdin=given)
    assert reply.code == code
    assert reply.err.startswith("Error: ")


@pytest.mark.parametrize("given", ['{"a": ', "{]", b'{"a": "\xff"}', '{"a": 1, "a": 2}'])
def test_what_is_no_json_is_a_fault_with_its_place(cli: Cli, given: str | bytes) -> None:
    """Broken bytes are located, not thrown."""
    reply = cli("validate", "-", "--schema", "receipt", stdin=given)
    assert reply.code == 1, reply.said
    assert reply.out.startswith("<stdin>:1")


def test_unknown_schema_gives_2_and_near_names(cli: Cli) -> None:
    """A slip of the pen is answered with what was perhaps meant."""
    reply = cli("validate", "-", "--schema", "reciept", stdin="{}")
    assert reply.code == 2
    assert "receipt" in reply.err


@pytest.mark.thorough
def test_many_processes_say_what_one_says(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same faults at the same lines in the same order, same counts, with borders in the middle of
    lines.
    """
    monkeypatch.setattr(parallel, "PART", 40_000)
    path = tmp_path / "events.ndjson"
    lines = [
        json.dumps(
            {
                **event(),
                "sequence": 0 if index % 97 == 0 else index,
                "event_id": "e" * (index % 60 + 1),
            }
        )
        for index in range(200)
    ]
    path.write_text("\n".join([*lines, "", "{broken"]), "utf-8")
    one, two = (cli("validate", path, "--format", "json", *jobs) for jobs in ((), ("--jobs", "2")))
    assert one.out.count("\n") == 4
    assert (two.code, two.out) == (one.code, one.out)
    assert two.err.split(";")[0] == one.err.split(";")[0]


@pytest.mark.parametrize("part", [1, 2, 5, 7, 100])
def test_borders_cover_the_file_and_lie_between_lines(tmp_path: Path, part: int) -> None:
    """Whatever the size of a part: every byte once, every border behind a line feed."""
    path = tmp_path / "lines"
    for data in (b"", b"a", b"\n", b"a\n", b"\n\nab\n\ncdefghijk\nl", b"abcdefgh" * 5):
        path.write_bytes(data)
        with path.open("rb") as file:
            borders = list(parallel.borders_of(file, part))
        assert b"".join(data[start:end] for start, end in borders) == data
        assert all(data[end - 1 : end] == b"\n" for _, end in borders[:-1])


def test_summary_tells_the_rate(cli: Cli) -> None:
    """Counts first, then time and records a second."""
    reply = cli("validate", "-", "--schema", "shipment-event", stdin=json.dumps(event()))
    assert "1 records of schema shipment-event, 0 invalid, 0 faults; " in reply.err
    assert reply.err.endswith(" records/s\n")
