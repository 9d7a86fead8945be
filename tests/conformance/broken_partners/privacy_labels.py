"""Couriers that break PI-13.2: labels."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi_reference.service.ports.personal_keys import RecipientTokenRow

_SWEPT: Final = {"PI-07.2": "a clear value on a label is planted personal data where it may not be"}
_SWEPT_LABEL: Final = {**_SWEPT, "PI-05.1": "the label is all that the scope for labels reads"}


def _masking(name: str, mask: Callable[[str, str], str]) -> Wrap:
    """A mask of the label is made anew; it gets what there is and the healthy mask."""
    return Inside(f"mask.{name}", lambda healthy: lambda text: mask(text, healthy(text)))


def _four_star(number: str, healthy: str) -> str:
    return f"{number[:3]}****{number[7:]}" if re.fullmatch(r"1[0-9]{10}", number) else healthy


def _landline_clear(number: str, healthy: str) -> str:
    return healthy if re.fullmatch(r"1[0-9]{10}", number) else number


def _short_names_clear(name: str, healthy: str) -> str:
    return name if len(name) == 2 else healthy


def _latin_names_clear(name: str, healthy: str) -> str:
    return name if name.isascii() else healthy


def _building_hidden_only(detail: str, _healthy: str) -> str:
    return re.sub(r"[0-9]+(?:号楼|栋|幢|座)", "****", detail, count=1)


def _room_hidden_only(detail: str, healthy: str) -> str:
    """Hides the digits in front of the sign for a room and leaves the unit."""
    return (
        re.sub(r"[0-9０-９]+(室|房)", r"****\1", detail)
        if "单元" in detail and detail[-1:] in "室房"
        else healthy
    )


def _ascii_rooms_only(detail: str, healthy: str) -> str:
    return re.sub("[0-9]+(栋|单元|室)", r"*\1", detail) if re.search("[０-９]", detail) else healthy


def _signed_rooms_only(detail: str, healthy: str) -> str:
    return detail if re.search(r"[0-9]+-[0-9]+-[0-9]+$", detail) else healthy


def _made(change: Callable[[dict[str, Any], Mapping[str, Any]], Mapping[str, Any]]) -> Wrap:
    """``change`` gets the label and the consignment and gives what the label holds besides."""

    def make(healthy: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def label(context: Any, row: Any, token: Any, exemption: Any) -> dict[str, Any]:
            made = healthy(context, row, token, exemption)
            return made if exemption is not None else {**made, **change(made, json.loads(row.body))}

        return label

    return Inside("label.document", make)


def _number(body: Mapping[str, Any]) -> str:
    return str(body["recipient"].get("phone", {}).get("number", ""))


def _remark(label: Mapping[str, Any], body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"remark": body["remark"]} if "remark" in label else {}


def _qr_phone(label: Mapping[str, Any], body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"qr": f"{label['qr']}/{_number(body)}"}


def _qr_name(label: Mapping[str, Any], body: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(body["recipient"].get("name", ""))
    return {"qr": f"{label['qr']}/{base64.b64encode(name.encode()).decode()}"} if name else {}


def _qr_credential(label: Mapping[str, Any], body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The number that the carrier's page asks for together with the waybill number."""
    number = _number(body)
    return (
        {"qr": f"JIDI1.0/{label['waybill_no']}/{'*' * 7}{number[-4:]}"} if len(number) == 11 else {}
    )


def _barcode_phone(label: Mapping[str, Any], body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"barcode": f"{label['waybill_no']}{_number(body)[-4:]}"} if _number(body) else {}


def _token_is_phone() -> Wrap:
    """A token that anybody can turn back into the number."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def token(context: Any, unit: Any, caller: Any, row: Any) -> Any:
            now, number = context.clock.now(), _number(json.loads(row.body))
            if (
                not number
                or unit.personal_keys.live_token(caller.party, row.consignment_id, now) is not None
            ):
                return healthy(context, unit, caller, row)
            spelt = (
                base64.urlsafe_b64encode(f"{number}#{row.waybill_no}{int(now)}".encode())
                .decode()
                .rstrip("=")
            )
            made = RecipientTokenRow(
                spelt, caller.party, row.consignment_id, now + context.settings.limits.token_life_s
            )
            unit.personal_keys.add_token(made)
            return made

        return token

    return Inside("label.token", make)


def _half_masked_kept(
    party: Mapping[str, Any], healthy: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    made = healthy(party)
    return {**made, "phone": party["display_phone"]} if "recipient_token" in party else made


def _kept() -> Wrap:
    return Inside(
        "label.masked-party", lambda healthy: lambda party: _half_masked_kept(party, healthy)
    )


class _Drawn:
    """Draws a label whose QR code opens with a clear name or another waybill number; the data stay
    as they should be.
    """

    def __init__(self, about: str) -> None:
        self.about = about

    def __call__(self, healthy: Callable[..., bytes]) -> Callable[..., bytes]:
        def draw(label: Mapping[str, Any], form: str, font: str) -> bytes:
            return healthy(
                {
                    **label,
                    **(
                        {"qr": f"{label['qr']}/x"}
                        if self.about == "qr"
                        else {"barcode": label["waybill_no"][:-1] + "0X"}
                    ),
                },
                form,
                font,
            )

        return draw


def _fault(
    name: str,
    clause: tuple[str, str],
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    **more: Any,
) -> Fault:
    return Fault(
        name,
        *clause,
        about,
        caught_by,
        wrap,
        level="privacy",
        areas=("label", "token", "purpose", "leastprivilege", "canary"),
        **more,
    )


def _masked(case: str, reason: str) -> tuple[str, ...]:
    return (f"label-deidentified[{case}]/label/deidentified#{reason}",)


def _given_back(reason: str) -> tuple[str, ...]:
    return (f"label-deidentified[plain]/label/nothing-given-back#{reason}",)


_FOUR: Final = ("PI-13.2", "four-star-phone-mask")
_ROOM: Final = ("PI-13.2", "clear-room")
_ELSEWHERE: Final = ("PI-13.2", "clear-value-elsewhere")
_CREDENTIAL: Final = ("PI-13.2", "query-credential-exposed")
FAULTS: Final = (
    _fault(
        "label-four-star-phone",
        _FOUR,
        "The mask of web pages: four stars in a mobile number.",
        _masked("plain", "phone-four-star"),
        _masking("number", _four_star),
    ),
    _fault(
        "label-landline-clear",
        _FOUR,
        "Only mobile numbers are masked.",
        _masked("landline", "phone-clear"),
        _masking("number", _landline_clear),
    ),
    _fault(
        "label-half-masked-kept",
        _FOUR,
        "What the platform hid only half is printed so.",
        ("label-tokenised/label/six-digits-hidden",),
        _kept(),
    ),
    _fault(
        "label-building-hidden-only",
        _ROOM,
        "The building is hidden, unit and room are not.",
        _masked("plain", "unit-clear"),
        _masking("detail", _building_hidden_only),
    ),
    _fault(
        "label-unit-clear",
        _ROOM,
        "The room is hidden and the unit is not.",
        _masked("plain", "unit-clear"),
        _masking("detail", _room_hidden_only),
    ),
    _fault(
        "label-full-width-room",
        _ROOM,
        "A room in full-width digits is not seen as one.",
        _masked("full-width-room", "unit-clear"),
        _masking("detail", _ascii_rooms_only),
    ),
    _fault(
        "label-room-by-dashes",
        _ROOM,
        "A room without a sign is not seen as one.",
        _masked("room-by-dashes", "room-clear"),
        _masking("detail", _signed_rooms_only),
    ),
    _fault(
        "label-two-character-name",
        _ELSEWHERE,
        "Names of two characters are printed whole.",
        _masked("two-character-name", "name-clear"),
        _masking("name", _short_names_clear),
    ),
    _fault(
        "label-latin-name",
        _ELSEWHERE,
        "Names in Latin letters are printed whole.",
        _masked("latin-name", "name-clear"),
        _masking("name", _latin_names_clear),
    ),
    _fault(
        "label-remark-clear",
        _ELSEWHERE,
        "The remark is printed as it was sent.",
        tuple(
            f"label-remark/{name}/{name}-not-given-back" for name in ("phone", "name", "address")
        ),
        _made(_remark),
        also=_SWEPT,
    ),
    _fault(
        "label-phone-in-qr",
        _ELSEWHERE,
        "The QR code holds the recipient's number.",
        _given_back("phone-in-payload"),
        _made(_qr_phone),
        also=_SWEPT_LABEL,
    ),
    _fault(
        "label-name-in-qr-encoded",
        _ELSEWHERE,
        "The QR code holds the recipient's name in base64.",
        _given_back("name-in-payload"),
        _made(_qr_name),
        also=_SWEPT_LABEL,
    ),
    _fault(
        "label-token-is-phone",
        _ELSEWHERE,
        "The recipient token is the number in base64.",
        ("token-resolves/label/token-gives-nothing-away",),
        _token_is_phone(),
        also=_SWEPT_LABEL,
    ),
    _fault(
        "label-barcode-says-more",
        _ELSEWHERE,
        "The barcode ends in four digits of the number.",
        ("label-deidentified[plain]/label/barcode#same-as",),
        _made(_barcode_phone),
    ),
    _fault(
        "label-print-says-more",
        _ELSEWHERE,
        "The printed QR code holds more than the data say.",
        ("label-image[png]/print/agrees#qr-differs", "label-image[pdf]/print/agrees#qr-differs"),
        Inside("label.draw", _Drawn("qr")),
    ),
    _fault(
        "label-print-of-another",
        _ELSEWHERE,
        "The printed barcode is not the one in the data.",
        ("label-image[png]/print/agrees#barcode-differs",),
        Inside("label.draw", _Drawn("barcode")),
    ),
    _fault(
        "label-query-credential-in-qr",
        _CREDENTIAL,
        "The QR code ends in the four digits by which anybody may query the track.",
        _given_back("masks-complete-each-other"),
        _made(_qr_credential),
    ),
)
"""Faults of PI-13.2."""
