"""A reference courier in its own process, and a client that holds every answer against the
published OpenAPI documents.
"""

from __future__ import annotations

import copy
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import requests
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas" / "v1.0"

CORE_SCOPES = (
    "consignments:write",
    "consignments:read",
    "events:read",
    "subscriptions:write",
    "status:read",
)
CONSIGNMENT: dict[str, Any] = {
    "order_no": "ORD-20261121-0001",
    "ordered_at": "2026-11-21T09:30:00+08:00",
    "service_product": "STANDARD",
    "sender": {
        "name": "示例商家",
        "phone": {"kind": "mobile", "number": "13800000001"},
        "address": {
            "province": "浙江省",
            "city": "杭州市",
            "district": "西湖区",
            "detail": "示例路1号2幢3单元401室",
        },
    },
    "recipient": {
        "name": "测试甲",
        "phone": {"kind": "landline", "number": "021-50000000"},
        "address": {
            "province": "上海市",
            "city": "上海市",
            "district": "浦东新区",
            "detail": "样例大道88号5单元602室",
        },
    },
    "contents": {
        "category_code": "BOOKS",
        "items": [{"name": "示例图书", "quantity": 2}],
        "weight_g": 800,
    },
    "real_name": {
        "status": "VERIFIED",
        "method": "ONLINE",
        "verified_at": "2026-11-20T10:00:00+08:00",
    },
}


def consignment(**changes: Any) -> dict[str, Any]:
    """A valid consignment with some members replaced."""
    return {**copy.deepcopy(CONSIGNMENT), **changes}


def slug(answer: requests.Response) -> tuple[int, str]:
    """The status and problem type of a refusal."""
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


def wait_for(condition: Callable[[], Any], within_s: float = 10) -> Any:
    """The first true value of ``condition``; fails when there is none in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{condition} did not come true within {within_s} s")


@dataclass(frozen=True)
class Documented:
    """One operation of the OpenAPI documents."""

    document: dict[str, Any]
    method: str
    path: str
    responses: dict[str, Any]
    served_at: str
    secured: bool


def _documented() -> dict[str, Documented]:
    found: dict[str, Documented] = {}
    for name in ("courier", "platform", "governance", "sandbox"):
        document = yaml.safe_load(
            (SCHEMAS / "openapi" / f"{name}.yaml").read_text(encoding="utf-8")
        )
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "patch", "delete", "put"):
                    served_at = operation.get("x-served-at", "version")
                    secured = operation.get("security", True) != []
                    found[operation["operationId"]] = Documented(
                        document, method.upper(), path, operation["responses"], served_at, secured
                    )
    return found


OPERATIONS = _documented()
OF_COURIERS = {
    name: operation
    for name, operation in OPERATIONS.items()
    if "courier" in operation.document.get("x-roles", ["courier"])
}
_SCHEMAS = {
    schema["$id"]: schema
    for schema in (
        json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.schema.json")
    )
}
_REGISTRY = jsonschema_rs.Registry(list(_SCHEMAS.items()))
_BASE_URI = json.loads((SCHEMAS / "bundle.json").read_text(encoding="utf-8"))["base_uri"]
_ROOTLESS = {"getDiscovery", "issueToken", "performSandboxAction"}


def faults_of(thing: str, instance: Any) -> list[str]:
    """What is wrong with an instance of a published schema, in the words of a validator that is not
    the partner's.
    """
    return [
        f"/{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(thing).iter_errors(instance)
    ]


@cache
def _validator(thing: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{_BASE_URI}{thing}.schema.json"}, registry=_REGISTRY, validate_formats=True
    )


def check_response(operation_id: str, response: requests.Response) -> None:
    """Assert that status, media type, version header and body are as the OpenAPI document says."""
    operation = OPERATIONS[operation_id]
    described = operation.responses[str(response.status_code)]
    if "$ref" in described:
        described = operation.document["components"]["responses"][
            described["$ref"].rsplit("/", 1)[1]
        ]
    assert response.headers["Standard-Version"] == "1.0"
    assert "server" not in {name.lower() for name in response.headers}
    content = described.get("content")
    if not content:
        assert response.content == b""
        return
    media_type = response.headers["Content-Type"].partition(";")[0]
    if not media_type.endswith("json"):
        assert media_type in content
        return
    reference = content[media_type]["schema"]["$ref"]
    thing = re.sub(r"^.*/|\.schema\.json$", "", reference)
    assert faults_of(thing, response.json()) == [], (operation_id, response.text)


class Party:
    """A caller with its own token; every answer that it gets is checked against the contract."""

    def __init__(
        self, base_url: str, client_id: str, client_secret: str, scope: str | None = None
    ) -> None:
        self.origin = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.credentials = (client_id, client_secret)
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        answer = self.session.post(
            f"{base_url}/oauth/token", data=form, auth=self.credentials, timeout=10
        )
        check_response("issueToken", answer)
        self.token = answer.json()["access_token"]

    @classmethod
    def of_token(cls, base_url: str, token: str) -> Party:
        """A caller whose token was issued already."""
        party = cls.__new__(cls)
        party.origin, party.token, party.credentials = base_url, token, ("", "")
        party.session = requests.Session()
        party.session.trust_env = False
        return party

    def call(
        self, operation_id: str, *, path: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Call an operation; creating ones get a fresh key unless headers name one (or None for no
        key).
        """
        operation = OPERATIONS[operation_id]
        url = operation.path.format(**(path or {}))
        base = self.origin if operation_id in _ROOTLESS else f"{self.origin}/v1"
        usual = {"Idempotency-Key": secrets.token_hex(8), "Processing-Purpose": "DELIVERY"}
        headers = {"Authorization": f"Bearer {self.token}", **usual, **options.pop("headers", {})}
        answer = self.session.request(
            operation.method, base + url, headers=headers, timeout=20, **options
        )
        check_response(operation_id, answer)
        return answer

    def place(self, **changes: Any) -> dict[str, Any]:
        """The receipt of a new consignment."""
        answer = self.call("createConsignment", json=consignment(**changes))
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    def feed(self, **query: Any) -> list[dict[str, Any]]:
        """All events of the feed, page by page."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.call(
                "listEvents", params={**query, **({"cursor": cursor} if cursor else {})}
            ).json()
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items


class RunningCourier:
    """``python -m jidi_reference courier`` on a free port; may be stopped and started again on the
    same database.

    ``port``: one to keep over restarts, so that others find it again.
    """

    role = "courier"

    def __init__(
        self, directory: Path, database_url: str, port: int = 0, **environment: str
    ) -> None:
        self.directory = directory
        self._port = port
        self.database_url = database_url
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self.target: dict[str, Any] = {}
        self.base_url = ""

    def start(self) -> RunningCourier:
        """Start it and wait for its ready line."""
        target_file = self.directory / "target.yaml"
        command = [
            sys.executable,
            "-m",
            "jidi_reference",
            self.role,
            "--port",
            str(self._port),
            "--database-url",
            self.database_url,
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "reference_impl"),
            **self._environment,
        }
        self._process = subprocess.Popen(
            [*command, "--target-file", str(target_file)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._process.stdout is not None
        ready = json.loads(self._process.stdout.readline())
        assert ready["target_file"] == str(target_file)
        assert target_file.stat().st_mode & 0o777 == 0o600
        self.target = yaml.safe_load(target_file.read_text(encoding="utf-8"))
        self.base_url = ready["base_url"]
        return self

    def stop(self) -> int:
        """End it in good order; its exit status."""
        return self._end("terminate")

    def kill(self) -> int:
        """End it as a crash would."""
        return self._end("kill")

    def _end(self, how: str) -> int:
        if self._process is None:
            return 0
        getattr(self._process, how)()
        status = self._process.wait(15)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return status

    def party(self, name: str, scope: str | None = None) -> Party:
        """One of the parties in the target file."""
        auth = self.target["parties"][name]["auth"]
        return Party(self.base_url, auth["client_id"], auth["client_secret"], scope)

    def act(self, action: str, **parameters: Any) -> requests.Response:
        """A sandbox action."""
        driver = self.target["driver"]
        answer = requests.post(
            driver["url"],
            json={"action": action, "parameters": parameters},
            headers=driver["headers"],
            timeout=10,
        )
        check_response("performSandboxAction", answer)
        return answer

    def scan(self, waybill_no: str, *event_codes: str, **members: Any) -> dict[str, Any]:
        """Record scans in turn; the result of the last."""
        answer: dict[str, Any] = {}
        for event_code in event_codes:
            response = self.act(
                "record-scan", waybill_no=waybill_no, event_code=event_code, **members
            )
            assert response.status_code == 200, response.text
            answer = response.json()["result"]
        return answer

    def partner(self, name: str, scopes: Sequence[str] = CORE_SCOPES, **parameters: Any) -> Party:
        """A partner that nobody knew before."""
        made = self.act("provision-partner", name=name, scopes=list(scopes), **parameters).json()[
            "result"
        ]
        return Party(self.base_url, made["client_id"], made["client_secret"])

    def operator(self, client_id: str, operator_id: str, *scopes: str) -> Party:
        """A person at a client, with a token of its own."""
        made = self.act(
            "issue-operator-token", party=client_id, operator_id=operator_id, scopes=list(scopes)
        ).json()["result"]
        return Party.of_token(self.base_url, made["access_token"])
