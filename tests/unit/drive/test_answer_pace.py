"""The kit learns how long a candidate takes for an answer, and gives generated cases the time that
this pace needs.
"""

from __future__ import annotations

import socket

import pytest
from tests.unit.drive.conftest import Behaviour, ClientMaker, RawServer, ServerMaker, reply

from jidi.model.outgoing import Outgoing
from jidi.run.contract_cases import phase_seconds

_LATE_S = 0.25


def late(seconds: float) -> Behaviour:
    """Answer one request after ``seconds``, then close."""

    def behave(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        server.ended.wait(seconds)
        connection.sendall(reply(b"{}", b"Connection: close"))

    return behave


def test_time_of_an_answer_is_what_the_candidate_took(
    raw_server: ServerMaker, client_for: ClientMaker
) -> None:
    """A candidate that takes a quarter of a second is known for that."""
    server = raw_server(late(_LATE_S))
    client = client_for(server.host, deadline_s=30)
    for _ in range(5):
        assert client.send(Outgoing("GET", server.url)).response is not None
    assert client.answer_s >= _LATE_S
    assert phase_seconds(client.answer_s, 1_000) >= phase_seconds(_LATE_S, 1_000)


@pytest.mark.parametrize(
    ("answer_s", "rate"), [(0.25, 60.0), (0.25, None), (0.0, 4.0), (0.0, 5.0), (1.0, 1_000.0)]
)
def test_two_thousand_cases_in_a_row_fit_into_the_bound(
    answer_s: float, rate: float | None
) -> None:
    """Of whatever is slower, the answers or the declared rate."""
    assert phase_seconds(answer_s, rate) > 2_000 * max(answer_s, 1 / rate if rate else 0)


@pytest.mark.parametrize("answer_s", [3.0, 60.0, float("inf")])
@pytest.mark.parametrize("rate", [None, 0.0, -1.0, 0.001, 60.0])
def test_a_candidate_that_hangs_does_not_hold_the_phase_for_ever(
    answer_s: float, rate: float | None
) -> None:
    """Two seconds an answer are the most that anybody is waited for."""
    assert phase_seconds(answer_s, rate) == phase_seconds(2.0, None)
