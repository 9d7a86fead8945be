"""No scenario asks for longer pages than the least that a candidate may declare; ``pages`` keeps to
what is declared by itself.
"""

from __future__ import annotations

import pytest

from jidi.model.roles import ROLES
from jidi.model.step import Call
from jidi.run.data import load_data


@pytest.mark.parametrize("role", ROLES)
def test_a_page_that_is_asked_for_outright_fits_every_candidate(role: str) -> None:
    """Beyond ``max_page_items`` a candidate rightly answers 400; longer pages are asked for as
    ``$discovery#/limits/max_page_items``.
    """
    _, catalogue = load_data("1.0")
    least = next(
        bound.at_least
        for bound in catalogue.profile(role, "core").bounds
        if bound.limit == "max_page_items"
    )  # type: ignore[arg-type]
    assert least is not None
    beyond = [
        f"{scenario.id}/{step.id}"
        for scenario in catalogue.scenarios(role)  # type: ignore[arg-type]
        for step in scenario.steps
        if isinstance(step.deed, Call)
        and isinstance(query := step.deed.query, dict)
        and isinstance(limit := query.get("limit"), int)
        and limit > least
    ]
    assert beyond == []
