"""Personal data in feeds and logs, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Cli

from jidi.registry import Registry

PHONE, NAME = "13912764831", "王小明"
CALLBACK = {
    "waybill_no": "JD0001234567890",
    "recipient": {"name": NAME, "phone": {"number": PHONE}},
    "ts": 1_790_000_000_000,
}


def test_scan_tells_place_and_kind_and_never_the_value(cli: Cli, tmp_path: Path) -> None:
    """Exit code 1, one line a finding, a count on standard error."""
    file = tmp_path / "feed.ndjson"
    file.write_text(
        json.dumps(CALLBACK, ensure_ascii=False)
        + "\n"
        + json.dumps({"waybill_no": "SF1234567890123"})
        + "\n",
        encoding="utf-8",
    )
    reply = cli("scan", file, "--format", "json")
    found = [json.loads(line) for line in reply.out.splitlines()]
    assert reply.code == 1
    assert {(one["kind"], one["pointer"], one["line"]) for one in found} == {
        ("name", "/recipient/name", 1),
        ("mobile", "/recipient/phone/number", 1),
    }
    assert PHONE not in reply.said
    assert NAME not in reply.said
    assert "2 records" in reply.err


def test_scan_of_harmless_input_is_silent(cli: Cli) -> None:
    """Numbers of parcels, orders and moments are no personal data."""
    reply = cli(
        "scan",
        "-",
        stdin=(
            '{"waybill_no": "73512345678901", "order_no": "202611220001234567", "ts": '
            "1790000000000}\n"
        ),
    )
    assert (reply.code, reply.out) == (0, "")


def test_scan_reads_a_folder_through(cli: Cli, tmp_path: Path) -> None:
    """Logs, CSV and JSON below it, in the order of their names; Chinese where it is asked for."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a.log").write_text(f"收件人 {NAME} 电话{PHONE}\n", encoding="utf-8")
    (tmp_path / "b" / "c.csv").write_text(
        f"运单号,手机\nSF1234567890123,{PHONE}\n", encoding="utf-8"
    )
    (tmp_path / "d.json").write_text(json.dumps([CALLBACK], indent=1), encoding="utf-8")
    reply = cli("--lang", "zh", "scan", tmp_path)
    assert [line.partition(":")[0].rpartition("/")[2] for line in reply.out.splitlines()] == [
        "a.log",
        "a.log",
        "c.csv",
        "d.json",
        "d.json",
    ]
    assert "手机号" in reply.out
    assert PHONE not in reply.said


def test_scan_gives_equal_values_equal_digests_within_one_scan_only(
    cli: Cli, tmp_path: Path
) -> None:
    """So that they can be counted, and not be looked up."""
    file = tmp_path / "a.log"
    file.write_text(f"手机 {PHONE}\n电话 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}\n", encoding="utf-8")
    first, second = (
        json.loads(line)["digest"]
        for line in cli("scan", file, "--format", "json").out.splitlines()
    )
    again = json.loads(cli("scan", file, "--format", "json").out.splitlines()[0])["digest"]
    assert first == second != again


def test_scan_of_nothing_readable_ends_with_2(cli: Cli, tmp_path: Path) -> None:
    """It says what to do."""
    reply = cli("scan", tmp_path / "missing.log")
    assert reply.code == 2
    assert "cannot be read" in reply.err


@pytest.mark.parametrize("thing", ["consignment", "consignment-record"])
def test_scan_finds_every_person_and_telephone_of_the_published_examples(
    cli: Cli, thing: str
) -> None:
    """With the schemas and without; a sender's name of more than four characters is a shop's."""
    registry = Registry.load()
    for example in registry.examples("valid", thing):
        values = registry.personal_values(thing, example.instance)
        clear = [one for one in values if one.pi_class == "direct" and "*" not in str(one.value)]
        wanted = {
            one.pointer
            for one in clear
            if one.mask_profile == "phone"
            or (one.mask_profile == "name" and len(str(one.value)) <= 4)
        }
        for flag in ("--schema", "--no-schema"):
            reply = cli(
                "scan",
                "-",
                flag,
                "--format",
                "json",
                stdin=json.dumps(example.instance, ensure_ascii=False),
            )
            found = {json.loads(line)["pointer"] for line in reply.out.splitlines()}
            assert wanted <= found, (example.path, flag)
