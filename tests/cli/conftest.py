"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from command_line import Cli, run_jidi

from jidi.cli.reference import ReferencePartner, reference_partner


@pytest.fixture
def cli() -> Cli:
    """``jidi`` in this process; see :func:`command_line.run_jidi`."""
    return run_jidi


@pytest.fixture(scope="module")
def courier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReferencePartner]:
    """A reference courier on a port of its own."""
    with reference_partner("courier", tmp_path_factory.mktemp("courier")) as partner:
        yield partner
