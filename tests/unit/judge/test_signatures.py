"""Our verification agrees with the public Standard Webhooks library and refuses everything near a
good push.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from jidi.judge.rules.signatures import Window, fault_of, sign, usual_mistake

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BODY = '{"id":"m1","note":"寄递"}'.encode()
NOW = 1_790_000_000


def headers(**changes: str) -> dict[str, str]:
    """Headers of a genuine push, with changes (an empty value drops the header)."""
    made = {
        "webhook-id": "m1",
        "webhook-timestamp": str(NOW),
        "webhook-signature": sign(SECRET, "m1", str(NOW), BODY),
    }
    made.update({name.replace("_", "-"): value for name, value in changes.items()})
    return {name: value for name, value in made.items() if value}


def test_sign_agrees_with_the_public_library() -> None:
    """Same secret, id, time and bytes: the same text."""
    public = Webhook(SECRET).sign("m1", datetime.fromtimestamp(NOW, UTC), BODY.decode())
    assert sign(SECRET, "m1", str(NOW), BODY) == public


def test_genuine_push_has_no_fault() -> None:
    """Also among several secrets, several signatures, and at the very border of the window."""
    assert fault_of(headers(), BODY, [SECRET], Window(NOW, 300)) == ""
    assert fault_of(headers(), BODY, [OTHER, SECRET], Window(NOW + 300, 300)) == ""
    both = sign(OTHER, "m1", str(NOW), BODY) + " " + sign(SECRET, "m1", str(NOW), BODY) + " v1a,abc"
    assert fault_of(headers(webhook_signature=both), BODY, [SECRET], Window(NOW - 300, 300)) == ""


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"webhook_id": ""}, "missing-webhook-id"),
        ({"webhook_timestamp": ""}, "missing-webhook-timestamp"),
        ({"webhook_signature": ""}, "missing-webhook-signature"),
        ({"webhook_timestamp": "soon"}, "bad-timestamp"),
        ({"webhook_timestamp": "１７９００００００００"}, "bad-timestamp"),
        ({"webhook_timestamp": "9" * 13}, "bad-timestamp"),
        ({"webhook_timestamp": str(NOW - 301)}, "outside-time-window"),
        ({"webhook_timestamp": str(NOW + 301)}, "outside-time-window"),
        ({"webhook_signature": "v1a,abc"}, "no-v1-signature"),
        ({"webhook_id": "m2"}, "signature-mismatch"),
        ({"webhook_timestamp": str(NOW + 1)}, "signature-mismatch"),
        ({"webhook_signature": "v1,"}, "signature-mismatch"),
        ({"webhook_signature": "v1,签名"}, "signature-mismatch"),
    ],
)
def test_fault_of_names_what_is_wrong(changes: dict[str, str], fault: str) -> None:
    """One slug for each way to be wrong."""
    assert fault_of(headers(**changes), BODY, [SECRET], Window(NOW, 300)) == fault


def test_altered_body_or_other_secret_is_a_mismatch() -> None:
    """Raw bytes count: the same JSON written otherwise does not verify."""
    assert (
        fault_of(headers(), BODY.replace(b'":"', b'": "'), [SECRET], Window(NOW, 300))
        == "signature-mismatch"
    )
    assert fault_of(headers(), BODY, [OTHER], Window(NOW, 300)) == "signature-mismatch"
    assert fault_of(headers(), BODY, [], Window(NOW, 300)) == "signature-mismatch"
    assert fault_of(headers(), BODY, ["whsec_not base64!"], Window(NOW, 300)) == "unusable-secret"


@pytest.mark.parametrize(
    ("stamp", "ahead", "fault"),
    [
        (NOW, (7200.0,), ""),
        (NOW + 7200, (7200.0,), ""),
        (NOW + 7200 + 300, (7200.0,), ""),
        (NOW + 3600, (3600.0, 7200.0), ""),
        (NOW + 7200 + 301, (7200.0,), "outside-time-window"),
        (NOW + 7200, (), "outside-time-window"),
        (NOW + 3600, (7200.0,), "outside-time-window"),
        (NOW - 7200, (7200.0,), "outside-time-window"),
    ],
)
def test_a_push_may_tell_real_time_or_that_of_the_moved_clock(
    stamp: int, ahead: tuple[float, ...], fault: str
) -> None:
    """Whoever moved a sandbox's clock knows by how much; no other time is in the window."""
    made = headers(
        webhook_timestamp=str(stamp), webhook_signature=sign(SECRET, "m1", str(stamp), BODY)
    )
    assert fault_of(made, BODY, [SECRET], Window(NOW, 300, ahead)) == fault


def _mistaken(key: bytes, text: bytes, *, hexadecimal: bool = False) -> dict[str, str]:
    digest = hmac.new(key, text, hashlib.sha256)
    told = digest.hexdigest() if hexadecimal else base64.b64encode(digest.digest()).decode()
    return {**headers(), "webhook-signature": f"v1,{told}"}


_KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
_HEAD = f"{headers()['webhook-id']}.{headers()['webhook-timestamp']}.".encode()
_JSON = '{"name":"邹柠翎","code": 1}'.encode()
_ANEW = json.dumps(json.loads(_JSON), ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        (_mistaken(SECRET.encode(), _HEAD + _JSON), "secret-as-text"),
        (_mistaken(SECRET.removeprefix("whsec_").encode(), _HEAD + _JSON), "secret-as-base64"),
        (_mistaken(_KEY, _HEAD.split(b".")[0] + b"." + _JSON), "no-timestamp"),
        (_mistaken(_KEY, _HEAD.split(b".")[1] + b"." + _JSON), "no-id"),
        (_mistaken(_KEY, _JSON), "body-only"),
        (_mistaken(_KEY, _HEAD + _ANEW), "json-written-anew"),
        (_mistaken(_KEY, _HEAD + json.dumps(json.loads(_JSON)).encode()), "json-written-anew"),
        (_mistaken(_KEY, _HEAD + _JSON, hexadecimal=True), "hexadecimal"),
        (_mistaken(b"another", _HEAD + _JSON), ""),
    ],
)
def test_usual_mistake_is_found(given: dict[str, str], mistake: str) -> None:
    """Each of them alone, and none where nothing known explains the signature."""
    assert usual_mistake(given, _JSON, [SECRET]) == mistake
    assert usual_mistake(given, b"no json", [SECRET]) in {"", mistake}
