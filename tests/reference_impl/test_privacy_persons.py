"""What persons may ask for, erasure, statistics, officer notices, and the database's own guard of
the audit records.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy
from alembic import command
from alembic.config import Config
from push_receiver import PushReceiver, new_secret
from running_courier import ROOT, Party, RunningCourier, check_response, consignment, slug, wait_for

from jidi_reference.service.ports.accounts import ClientRow
from jidi_reference.settings import ALL_SCOPES
from jidi_reference.storage.database import Database

pytestmark = pytest.mark.parametrize(
    "courier",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)
RECIPIENT = ("测试甲", "021-50000000", "样例大道88号")
SENDER = ("示例商家", "13800000001", "示例路1号")


def path_of(receipt: dict[str, Any]) -> dict[str, str]:
    """The path parameters that name a consignment."""
    return {"consignment_id": receipt["consignment_id"]}


def code_of(courier: RunningCourier, receipt: dict[str, Any], role: str = "RECIPIENT") -> str:
    """A fresh code of a person."""
    code: str = courier.act(
        "person-code", consignment_id=receipt["consignment_id"], party_role=role
    ).json()["result"]["person_code"]
    return code


def wish(
    receipt: dict[str, Any], code: str, kind: str = "ACCESS", **members: Any
) -> dict[str, Any]:
    """A request of the recipient."""
    verification = {"method": "ONE_TIME_CODE", "code": code}
    return {
        "type": kind,
        "waybill_no": receipt["waybill_no"],
        "party_role": "RECIPIENT",
        "verification": verification,
        **members,
    }


def followed(party: Party, made: dict[str, Any]) -> dict[str, Any]:
    """The request as it stands now."""
    answer: dict[str, Any] = party.call(
        "getPrivacyRequest", path={"request_id": made["request_id"]}
    ).json()
    return answer


def test_only_the_person_itself_is_obeyed(
    courier: RunningCourier, platform_a: Party, platform_b: Party
) -> None:
    """A wrong, foreign, used, or too often guessed code is refused in one and the same way
    (PI-09.4).
    """
    mine, other = platform_a.place(), platform_a.place()
    code = code_of(courier, mine)
    refusals = [
        platform_b.call("createPrivacyRequest", json=wish(mine, code)),
        platform_a.call("createPrivacyRequest", json=wish(other, code)),
        platform_a.call("createPrivacyRequest", json={**wish(mine, code), "party_role": "SENDER"}),
        platform_a.call(
            "createPrivacyRequest", json={**wish(mine, code), "waybill_no": "JR99999999999999"}
        ),
    ]
    assert {slug(answer) for answer in refusals} == {(403, "requester-unverified")}
    assert len({answer.content for answer in refusals}) == 1
    assert platform_a.call("createPrivacyRequest", json=wish(mine, code)).status_code == 201
    assert platform_a.call("createPrivacyRequest", json=wish(mine, code)).status_code == 403
    guessed = code_of(courier, other)
    wrong = f"{(int(guessed) + 1) % 10**6:06d}"
    for _ in range(10):
        assert platform_a.call("createPrivacyRequest", json=wish(other, wrong)).status_code == 403
    assert platform_a.call("createPrivacyRequest", json=wish(other, guessed)).status_code == 403


def test_access_and_correction_concern_one_persons_data(
    courier: RunningCourier, platform_a: Party
) -> None:
    """The answer is that person's own data and nobody else's; a correction changes it everywhere
    (PI-09.2).
    """
    receipt = platform_a.place()
    made = platform_a.call(
        "createPrivacyRequest", json=wish(receipt, code_of(courier, receipt))
    ).json()
    assert "answer" not in made
    assert followed(platform_a, made)["answer"] == consignment()["recipient"]
    change = {"correction": {"name": "测试丙"}}
    done = platform_a.call(
        "createPrivacyRequest",
        json=wish(receipt, code_of(courier, receipt), "CORRECTION", **change),
    ).json()
    assert (done["state"], done["received_at"] < done["due_at"]) == ("COMPLETED", True)
    assert (
        platform_a.call("getConsignment", path=path_of(receipt)).json()["consignment"]["recipient"][
            "name"
        ]
        == "测试丙"
    )
    heard = platform_a.call(
        "createPrivacyRequest",
        json=wish(receipt, code_of(courier, receipt), "COMPLAINT", text="被多次致电"),
    ).json()
    assert (heard["state"], bool(heard["outcome"])) == ("COMPLETED", True)
    assert "被多次致电" not in json.dumps(followed(platform_a, heard), ensure_ascii=False)


def test_erasure_of_a_parcel_under_way_is_refused(
    courier: RunningCourier, platform_a: Party
) -> None:
    """The data is still needed, and the refusal says so."""
    receipt = platform_a.place()
    made = platform_a.call(
        "createPrivacyRequest", json=wish(receipt, code_of(courier, receipt), "ERASURE")
    ).json()
    assert (made["state"], made["refusal_reason"]) == ("REFUSED", "STILL_NEEDED")
    assert platform_a.call("getLabel", path=path_of(receipt)).status_code == 200


def test_erased_person_is_gone_from_every_interface(
    courier: RunningCourier, receiver: PushReceiver
) -> None:
    """Record, list, label, token, export, replay, push, earlier answers and the stored rows lose
    the person; the journey stays (PI-09.3).
    """
    platform = courier.partner("erasing", ALL_SCOPES)
    approver = courier.operator(platform.credentials[0], "second", "bulk:approve")
    key = {"Idempotency-Key": "erase-me"}
    body = consignment(remark="转交测试甲", order_no="ERASE-1")
    receipt = platform.call("createConsignment", json=body, headers=key).json()
    first = platform.call(
        "createPrivacyRequest", json=wish(receipt, code_of(courier, receipt)), headers=key
    ).json()
    label = platform.call("getLabel", path=path_of(receipt)).json()
    courier.scan(receipt["waybill_no"], "ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED")
    shipment = platform.call("getShipment", path=receipt).json()
    done = platform.call(
        "createPrivacyRequest", json=wish(receipt, code_of(courier, receipt), "ERASURE")
    ).json()
    assert done["state"] == "COMPLETED"
    shown = platform.call("getConsignment", path=path_of(receipt)).json()
    assert shown["view"]["reason"] == "ERASURE"
    assert shown["view"]["sender"] == consignment()["sender"]
    assert shown["view"]["contents"] == {"category_code": "BOOKS", "weight_g": 800}
    assert slug(platform.call("getLabel", path=path_of(receipt))) == (410, "erased")
    assert slug(
        platform.call("resolveRecipientToken", path={"recipient_token": label["recipient_token"]})
    ) == (410, "erased")
    export = {
        "kind": "EXPORT",
        "selection": {"waybill_nos": [receipt["waybill_no"]]},
        "reason": "对账",
        "destination_region": "CN",
    }
    export["categories"] = [
        "RECIPIENT_NAME",
        "RECIPIENT_PHONE",
        "RECIPIENT_ADDRESS",
        "REMARK",
        "CONTENTS",
    ]
    operation = platform.call("requestBulkOperation", json=export).json()
    bulk = {"bulk_operation_id": operation["bulk_operation_id"]}
    approver.call(
        "decideBulkOperation",
        path=bulk,
        json={"decision": "APPROVE", "scope_digest": operation["scope_digest"]},
    )
    secret = {"callback_url": receiver.url, "secret": new_secret()}
    subscription = platform.call("createSubscription", json=secret).json()
    platform.call(
        "replaySubscription", path={"subscription_id": subscription["subscription_id"]}, json={}
    )
    wait_for(lambda: receiver.messages)
    again = platform.call("createConsignment", json=body, headers=key)
    assert again.json() == receipt
    texts = [
        platform.call("getBulkOperationResult", path=bulk).text,
        platform.call("listConsignments", params={"order_no": "ERASE-1"}).text,
        json.dumps(
            [shown, followed(platform, first), followed(platform, done)], ensure_ascii=False
        ),
        platform.call("listAuditRecords").text,
        again.text,
        *(message.body.decode() for message in receiver.messages),
        _stored(courier),
    ]
    escaped = [json.dumps(value)[1:-1] for value in (*RECIPIENT, "转交", "示例图书")]
    assert not [
        value
        for text in texts
        for value in (*RECIPIENT, "转交", "示例图书", *escaped)
        if value in text
    ]
    assert platform.call("getShipment", path=receipt).json() == shipment
    assert [event["event_code"] for event in platform.feed()] == [
        "ORDER_CREATED",
        "ACCEPTED",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
    ]


def _stored(courier: RunningCourier) -> str:
    """Every row that speaks of the partner of the erasure test."""
    engine = sqlalchemy.create_engine(courier.database_url)
    with engine.connect() as connection:
        rows = [
            tuple(row)
            for row in connection.execute(
                sqlalchemy.text("SELECT body FROM consignments WHERE owner = 'erasing'")
            )
        ]
        for table in ("documents", "idempotency", "audit_records"):
            owner = {"documents": "owner", "idempotency": "caller", "audit_records": "partner"}[
                table
            ]
            rows += [
                tuple(row)
                for row in connection.execute(
                    sqlalchemy.text(f"SELECT body FROM {table} WHERE {owner} = 'erasing'")  # noqa: S608 - fixed names
                )
            ]
    engine.dispose()
    return json.dumps(rows, ensure_ascii=False)


def test_statistics_suppress_small_cells(courier: RunningCourier) -> None:
    """Five waybills make a cell, four do not; nobody is named (DS-04.1)."""
    platform = courier.partner("counted", ALL_SCOPES)
    for number in range(5):
        waybill_no = platform.place()["waybill_no"]
        hub = {
            "facility": {
                "facility_id": "HUB-1",
                "name": "示例中转场",
                "kind": "HUB",
                "city": "上海市",
            }
        }
        courier.scan(waybill_no, "ACCEPTED", **hub)
        if number < 4:
            courier.scan(waybill_no, "HUB_ARRIVED", **hub)
    statistics = platform.call("getStatistics").json()
    cells = {
        (cell["state"], cell.get("node")): cell.get("count", "suppressed")
        for cell in statistics["cells"]
    }
    assert cells == {
        ("CREATED", None): 5,
        ("ACCEPTED", "HUB-1"): 5,
        ("IN_TRANSIT", "HUB-1"): "suppressed",
    }
    today = statistics["to"]
    assert (
        len(platform.call("getStatistics", params={"from": today, "to": today}).json()["cells"])
        == 3
    )
    for query in (
        {"from": "2026-02-30"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2026-01-01", "to": "2026-02-01"},
        {"to": "x"},
    ):
        assert slug(platform.call("getStatistics", params=query)) == (400, "parameter-invalid")


def test_officer_changes_are_published_newest_first(courier: RunningCourier) -> None:
    """Each change stands in the public list with its filings, and discovery names the new officer
    (PI-11.2).
    """
    filings = [{"authority": "POSTAL", "filed_at": "2026-09-30T10:00:00+08:00"}]
    dates = ["2026-09-28T09:00:00+08:00", "2026-10-09T09:00:00+08:00"]
    ids = [
        courier.act(
            "change-officer",
            name=f"负责人{at}",
            phone="021-60000000",
            changed_at=date,
            filings=filings,
        )
        for at, date in zip("甲乙", dates, strict=True)
    ]
    expected = [answer.json()["result"]["notice_id"] for answer in reversed(ids)]
    seen, cursor = [], None
    while True:
        query = {"limit": "1", **({"cursor": cursor} if cursor else {})}
        answer = requests.get(
            f"{courier.base_url}/v1/protection-officer-notices", params=query, timeout=5
        )
        check_response("listProtectionOfficerNotices", answer)
        seen += [notice["notice_id"] for notice in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == expected
    discovery = requests.get(
        f"{courier.base_url}/.well-known/express-data-sharing", timeout=5
    ).json()
    assert discovery["protection_officer"]["name"] == "负责人乙"


def test_database_refuses_to_change_an_audit_record(
    courier: RunningCourier, platform_a: Party
) -> None:
    """Not even who holds the database's own credential rewrites or deletes a record by an ordinary
    statement (PI-15.2).
    """
    platform_a.call("listConsignments")
    engine = sqlalchemy.create_engine(courier.database_url)
    for statement in ("UPDATE audit_records SET body = '{}'", "DELETE FROM audit_records"):
        with (
            pytest.raises(sqlalchemy.exc.DatabaseError, match="append-only"),
            engine.begin() as connection,
        ):
            connection.execute(sqlalchemy.text(statement))
    engine.dispose()
    assert platform_a.call("listAuditRecords").json()["items"]


def test_level_core_offers_nothing_of_level_privacy(
    courier: RunningCourier, tmp_path: Path
) -> None:
    """With the level set to core neither capability nor operation is there, and purposes are not
    asked for.
    """
    assert courier.base_url
    running = RunningCourier(
        tmp_path, f"sqlite:///{tmp_path / 'core.sqlite'}", JIDI_REFERENCE_LEVEL="core"
    ).start()
    document = requests.get(
        f"{running.base_url}/.well-known/express-data-sharing", timeout=5
    ).json()
    assert not {"labels", "purpose_binding", "audit_records"} & set(document["capabilities"])
    party = running.party("platform-a")
    receipt = party.place()
    assert (
        party.call(
            "getConsignment", path=path_of(receipt), headers={"Processing-Purpose": None}
        ).status_code
        == 200
    )
    assert requests.get(f"{running.base_url}/v1/audit-records", timeout=5).status_code == 404
    assert running.stop() == 0


def test_database_of_the_first_revision_is_brought_forward(
    courier: RunningCourier, tmp_path: Path
) -> None:
    """What was stored under the first revision is still there under the second, as a committed
    platform with nothing erased.
    """
    database = Database(
        f"sqlite:///{tmp_path / 'old.sqlite'}"
        if "sqlite" in courier.database_url
        else courier.database_url
    )
    config = Config()
    config.set_main_option(
        "script_location",
        str(ROOT / "reference_impl" / "jidi_reference" / "storage" / "migrations"),
    )
    with database.engine.execution_options(jidi_write=True).begin() as connection:
        config.attributes["connection"] = connection
        if "sqlite" in courier.database_url:
            command.upgrade(config, "0001")
        else:
            command.downgrade(config, "0001")
        connection.execute(
            sqlalchemy.text(
                "INSERT INTO clients (client_id, party, secret_hash, scopes) VALUES ('old', "
                "'old', '', 'events:read')"
            )
        )
    database.migrate()
    with database.read() as unit:
        client = unit.accounts.find_client("old")
    database.close()
    assert client == ClientRow(
        "old", "old", "", ("events:read",), "platform", committed=True, reviewed_at=0.0
    )
