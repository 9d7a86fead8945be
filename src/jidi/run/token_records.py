"""Token exchanges of a run as evidence."""

from __future__ import annotations

from jidi.drive.keeping import Place
from jidi.judge.seen import TOKEN_FACT, presentable, token_facts
from jidi.model.exchange import Exchange
from jidi.registry import Registry
from jidi.run.journal_writer import Recorder

SCENARIO = "credentials"


def record_token(recorder: Recorder, registry: Registry, exchange: Exchange) -> None:
    """Every fetch of a token is evidence: judged as it came, and written without what may be a
    credential (DS-08.2).
    """
    response = exchange.response
    facts = {} if response is None else {TOKEN_FACT: token_facts(registry, response)}
    recorder.exchange(presentable(exchange), Place("", SCENARIO, "token", facts=facts))
