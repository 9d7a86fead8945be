"""Synthetic data of a run: unique, valid, and made up. Seeded, but fresh in every run through the
run's nonce.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jidi.counterparty import Lifecycle
from jidi.fuzz.child.shaping import key
from jidi.judge.seen import Canary, canaries_in
from jidi.model.journal import CanaryClass, CanaryKind
from jidi.model.texts.seeded import seeded
from jidi.registry import Registry
from jidi.run.playing.making import extras, parties, persons, usual_forms

_ALONE: Final[Mapping[str, tuple[CanaryKind, CanaryClass]]] = {
    "name": ("name", "direct"),
    "mobile": ("phone", "direct"),
    "text": ("remark", "quasi"),
}
"""What a value is that is made alone, and of which class."""
_PERSONAL: Final = frozenset({"party", "consignment", "consignments", "order", "orders"})
_LONG_SURNAMES: Final = 0.05
_SHORT_NAMES: Final = 0.12
_BEIJING_H: Final = 8
_MOST: Final = 100
"""As many things of one kind as a scenario asks for at most."""


class Generator:
    """Makes the values that a scenario asks for under ``generate``.

    The same seed, nonce and scope give the same values; ``now`` fixes the times in them.
    ``canaries`` are the personal values made so far. ``registry`` gives the code lists (those of
    the published version, unless given).
    """

    def __init__(
        self, seed: int, nonce: str, scope: str, now: datetime, registry: Registry | None = None
    ) -> None:
        self._random = seeded(f"{seed}/{nonce}/{scope}")
        self._keys = 0
        self._now = now.astimezone(UTC)
        self._registry = registry
        self.canaries: list[Canary] = []

    def make(self, kind: str, settings: Mapping[str, Any]) -> Any:
        """A value of ``kind`` (a key of :data:`KINDS`); ``settings`` are the other members of a
        mapping form, already evaluated.
        """
        made = KINDS[kind](self, settings)
        self._plant(kind, made)
        return made

    def _plant(self, kind: str, made: Any) -> None:
        """Note what was made if it is personal: the judge looks for it in everything that the
        candidate sends.
        """
        persons = made if isinstance(made, list) else [made]
        if kind in _ALONE:
            self.canaries.append(Canary(made, *_ALONE[kind]))
        elif kind in _PERSONAL:
            self.canaries += [canary for one in persons for canary in canaries_in(one)]

    def identifier(self, _settings: Mapping[str, Any]) -> str:
        """A UUID of version 4 form."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def idempotency_key(self, settings: Mapping[str, Any]) -> str:
        """A fresh key; the first of a scenario is no UUID, so that no form is like all others.

        ``longest``: of 128 characters. ``twin_of`` and ``case_of`` give a key that differs from
        another in its last character alone, or in the case of its letters alone.
        """
        if "twin_of" in settings:
            return usual_forms.twin(str(settings["twin_of"]))
        if "case_of" in settings:
            return str(settings["case_of"]).swapcase()
        if settings.get("longest"):
            return usual_forms.longest_key(self._random)
        self._keys += 1
        return key(self._random, usual=self._keys > 1)

    def order_no(self, settings: Mapping[str, Any]) -> str:
        """An order number in one of the forms that shops use; with ``beginning_of`` another one
        without its end, which nobody has.
        """
        if "beginning_of" in settings:
            return str(settings["beginning_of"])[:-2]
        return usual_forms.order_no(self._random, self._now.strftime("%Y%m%d"))

    def text(self, _settings: Mapping[str, Any]) -> str:
        """A harmless remark that occurs nowhere else."""
        return usual_forms.remark(self._random)

    def webhook_secret(self, _settings: Mapping[str, Any]) -> str:
        """A Standard Webhooks secret: ``whsec_`` and 32 random bytes in base64."""
        return "whsec_" + base64.b64encode(self._random.randbytes(32)).decode()

    def waybill_no(self, _settings: Mapping[str, Any]) -> str:
        """A well-formed waybill number that nobody was given."""
        return usual_forms.waybill_no(self._random)

    def name(self, _settings: Mapping[str, Any]) -> str:
        """A name of two to four Han characters."""
        pick = self._random
        if pick.random() < _SHORT_NAMES:
            return pick.choice(persons.SURNAMES) + pick.choice(persons.ALONE)
        surnames = persons.LONG_SURNAMES if pick.random() < _LONG_SURNAMES else persons.SURNAMES
        surname = pick.choice(surnames)
        given = [pick.choice(persons.GIVEN), pick.choice(persons.GIVEN + persons.COMMON)]
        pick.shuffle(given)
        return surname + "".join(given)

    def mobile(self, _settings: Mapping[str, Any]) -> str:
        """Eleven digits in a segment of the numbering plan (facts 4.1); whoever has this number has
        nothing to do with it, and it goes to no one but the candidate's sandbox.
        """
        return f"{self._random.choice(persons.MOBILES)}{self._random.randrange(10**8):08d}"

    def party(self, _settings: Mapping[str, Any]) -> dict[str, Any]:
        """Name, phone and address of a person who does not exist."""
        pick = self._random
        province, city, district, division = pick.choice(persons.PLACES)
        road = "".join(pick.sample(persons.ROADS, 2)) + pick.choice(persons.ROAD_KINDS)
        block = f"{pick.randrange(1, 40)}{pick.choice(persons.BLOCKS)}{pick.randrange(1, 6)}单元"
        door = f"{pick.randrange(101, 3299)}室"
        address = {
            "province": province,
            "city": city,
            "district": district,
            "detail": f"{road}{pick.randrange(1, 999)}号{block}{door}",
            "division_code": division,
        }
        return {
            "name": self.name({}),
            "phone": {"kind": "mobile", "number": self.mobile({})},
            "address": address,
        }

    def consignment(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """A valid consignment; ``settings`` may give ``order_no`` and, in ``with``, members to put
        in whole.
        """
        pick = self._random
        category, goods = pick.choice(persons.GOODS)
        name = usual_forms.goods(pick, goods)
        moment = self._now - timedelta(seconds=pick.randrange(30, 600))
        made = {
            "order_no": settings.get("order_no") or self.order_no({}),
            "ordered_at": usual_forms.instant(pick, moment),
            "service_product": "STANDARD",
            "sender": parties.as_sender(pick, self.party({})),
            "recipient": parties.as_recipient(pick, self.party({})),
            "contents": {
                "category_code": category,
                "items": [{"name": name, "quantity": pick.randrange(1, 5)}],
                "weight_g": pick.randrange(100, 9000),
            },
            "real_name": {
                "status": "VERIFIED",
                "method": "ONLINE",
                "verified_at": usual_forms.instant(pick, moment),
            },
        }
        return {**made, **self._more(settings, moment), **settings.get("with", {})}

    def _more(self, settings: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
        """Optional members, now and then, where not exactly the usual ones are asked for."""
        return {} if settings.get("plain") else extras.drawn(self._random, moment)

    def order(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """An order as customer and shop gave it: a consignment of this moment, without a waybill
        number; ``settings`` as for a consignment.
        """
        made = self.consignment({**_but(settings, "with"), "plain": True})
        moment = usual_forms.instant(self._random, self._now)
        return {**made, "ordered_at": moment, **settings.get("with", {})}

    def consignments(self, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
        """``count`` consignments (at most 100), each with an order number of its own unless one is
        given.
        """
        return [self.consignment(_but(settings, "count")) for _ in range(_count(settings))]

    def orders(self, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
        """``count`` orders (at most 100), each with a number of its own."""
        return [self.order(_but(settings, "count")) for _ in range(_count(settings))]

    def shipment_event(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """A valid event with a fresh id; ``settings`` give ``waybill_no``, ``event_code``,
        ``sequence`` and any other member.
        """
        lifecycle = Lifecycle.of((self._registry or Registry.load()).code_list)
        wish = {"event_code": "ACCEPTED", **settings}
        moment = self._now.isoformat(timespec="seconds")
        members = lifecycle.members(wish, [], self._now) | {
            "occurred_at": moment,
            "recorded_at": moment,
        }
        state = (
            lifecycle.state_of(str(wish["event_code"]), str(members["direction"]))
            if wish["event_code"] != "CORRECTION"
            else "CREATED"
        )
        named = {
            "event_id": usual_forms.event_id(self._random),
            "waybill_no": self.waybill_no({}),
            "sequence": 1,
            "state": state,
        }
        return {**named, **members, **wish}

    def moment(self, settings: Mapping[str, Any]) -> str:
        """An RFC 3339 time ``offset_s`` seconds from now (may be negative), in Beijing time or at
        another offset, ``utc_offset_h`` hours.
        """
        hours = int(settings.get("utc_offset_h", _BEIJING_H))
        local = self._now + timedelta(hours=hours, seconds=float(settings.get("offset_s", 0)))
        return local.replace(tzinfo=None).isoformat(timespec="seconds") + f"{hours:+03d}:00"


def _but(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != name}


def _count(settings: Mapping[str, Any]) -> int:
    """How many are asked for; one where a candidate declares no usable number."""
    wanted = settings.get("count", 1)
    usable = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    return max(1, min(int(wanted), _MOST)) if usable else 1


KINDS: Final[Mapping[str, Callable[[Generator, Mapping[str, Any]], Any]]] = {
    "consignment": Generator.consignment,
    "consignments": Generator.consignments,
    "idempotency-key": Generator.idempotency_key,
    "mobile": Generator.mobile,
    "name": Generator.name,
    "order": Generator.order,
    "order-no": Generator.order_no,
    "orders": Generator.orders,
    "party": Generator.party,
    "shipment-event": Generator.shipment_event,
    "text": Generator.text,
    "time": Generator.moment,
    "uuid": Generator.identifier,
    "waybill-no": Generator.waybill_no,
    "webhook-secret": Generator.webhook_secret,
}
"""Every kind of value that a scenario may ask for."""
