"""Couriers that break PI-12.2: what goes abroad without a legal basis that carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Wrap, both

from jidi_reference.service.ports.documents import BASIS

_AREAS: Final = ("crossborder", "entrustment", "bulk")
_ABROAD: Final = "agreement-abroad[{}]/{}#status"


def _basis(*seams: str, pardon: Callable[[Any, Any, Any, Any], bool]) -> Wrap:
    """Lets pass what ``pardon`` pardons; it sees context, unit, caller and wish."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def check_basis(context: Any, unit: Any, caller: Any, wish: Any) -> None:
            if not pardon(context, unit, caller, wish):
                healthy(context, unit, caller, wish)

        return check_basis

    return both(*(Inside(seam, make) for seam in seams))


def _carried(
    change: Callable[[Any, Any, str, Any], tuple[Any, str, Any]], *, always: bool = False
) -> Wrap:
    """Looks at a basis, region and categories other than the true ones."""

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        def carries(context: Any, basis: Any, region: str, categories: Any) -> bool:
            return always or healthy(context, *change(context, basis, region, categories))

        return carries

    return Inside("agreement.carries", make)


def _any_region(_context: Any, basis: Any, _region: str, categories: Any) -> tuple[Any, str, Any]:
    return basis, basis.body["destination_region"], categories


def _any_category(_context: Any, basis: Any, region: str, _categories: Any) -> tuple[Any, str, Any]:
    return basis, region, ()


def _from_now(_context: Any, basis: Any, region: str, categories: Any) -> tuple[Any, str, Any]:
    begun = {**basis.body, "valid_from": "2020-01-01T00:00:00Z"}
    return replace(basis, body=begun), region, categories


def _for_ever(_context: Any, basis: Any, region: str, categories: Any) -> tuple[Any, str, Any]:
    return (
        replace(basis, body={**basis.body, "valid_until": "2099-01-01T00:00:00Z"}),
        region,
        categories,
    )


def _anybodys(_context: Any, unit: Any, _caller: Any, wish: Any) -> bool:
    found = unit.documents.find(BASIS, wish.get("cross_border_basis_id", ""), None)
    return found is not None and _carries_whole(found, wish)


def _carries_whole(basis: Any, wish: Any) -> bool:
    return basis.body["destination_region"] == wish["destination_region"] and set(
        wish["categories"]
    ) <= set(basis.body["categories"])


def _named(_context: Any, _unit: Any, _caller: Any, wish: Any) -> bool:
    return "cross_border_basis_id" in wish


def _always(*_: Any) -> bool:
    return True


def _to(*regions: str) -> Callable[..., bool]:
    return lambda _context, _unit, _caller, wish: wish["destination_region"] in regions


_FAULTS: Final = (
    Fault(
        "abroad-without-basis",
        "PI-12.2",
        "foreign-destination-accepted",
        "Nobody asks for a basis.",
        (
            _ABROAD.format("US", "without/refused-without-basis"),
            "export-abroad/without/refused-without-basis#status",
        ),
        _basis("agreement.check-basis", "bulk.check-basis", pardon=_always),
    ),
    Fault(
        "agreement-abroad-without-basis",
        "PI-12.2",
        "foreign-destination-accepted",
        "Agreements with processors abroad need no basis.",
        (_ABROAD.format("US", "without/refused-without-basis"),),
        _basis("agreement.check-basis", pardon=_always),
    ),
    Fault(
        "export-abroad-without-basis",
        "PI-12.2",
        "foreign-destination-accepted",
        "Exports to a destination abroad need no basis.",
        ("export-abroad/without/refused-without-basis#status",),
        _basis("bulk.check-basis", pardon=_always),
    ),
    *(
        Fault(
            f"{region.lower()}-taken-for-mainland",
            "PI-12.2",
            "foreign-destination-accepted",
            f"{region} is taken for the mainland.",
            (_ABROAD.format(region, "without/refused-without-basis"),),
            _basis("agreement.check-basis", "bulk.check-basis", pardon=_to(region)),
        )
        for region in ("HK", "TW")
    ),
    Fault(
        "abroad-with-any-word",
        "PI-12.2",
        "foreign-destination-accepted",
        "Any text in the place of a basis will do.",
        (_ABROAD.format("US", "unknown/refused-with-unknown"),),
        _basis("agreement.check-basis", "bulk.check-basis", pardon=_named),
    ),
    Fault(
        "abroad-with-basis-for-elsewhere",
        "PI-12.2",
        "foreign-destination-accepted",
        "A basis for another region is taken.",
        (_ABROAD.format("US", "other-region/refused-for-another-region"),),
        _carried(_any_region),
    ),
    Fault(
        "abroad-beyond-basis",
        "PI-12.2",
        "foreign-destination-accepted",
        "More categories go abroad than the basis covers.",
        (
            _ABROAD.format("US", "beyond-categories/refused-beyond-categories"),
            "export-abroad/more/refused-beyond-categories#status",
        ),
        _carried(_any_category),
    ),
    Fault(
        "abroad-with-basis-of-another",
        "PI-12.2",
        "foreign-destination-accepted",
        "The basis of another partner is taken.",
        (_ABROAD.format("US", "with-foreign/refused-with-a-strangers"),),
        _basis("agreement.check-basis", pardon=_anybodys),
    ),
    Fault(
        "abroad-before-basis-begins",
        "PI-12.2",
        "foreign-destination-accepted",
        "A basis that begins tomorrow is taken today.",
        ("export-abroad/too-early/refused-before-it-begins#status",),
        _carried(_from_now),
    ),
    Fault(
        "abroad-after-basis-ended",
        "PI-12.2",
        "foreign-destination-accepted",
        "A basis never ends.",
        ("basis-expired/after/refused-after#status",),
        _carried(_for_ever),
    ),
)

FAULTS: Final = tuple(replace(fault, level="privacy", areas=_AREAS) for fault in _FAULTS)
"""Faults of PI-12.2."""
