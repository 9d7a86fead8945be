"""What the sieve is silent about, the rules are silent about too: on three corpora, on mutations of
their lines, on generated text.
"""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.scan import Scanner
from jidi.scan.kinds.sieve import Sieve
from jidi.scan.kinds.stretches import deep_stretches

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
SIEVE = Sieve()
PIECES = [
    "13812345678",
    "138 1234 5678",
    "0571-88889999",
    "(010)88889999",
    "010- 88889999",
    "010) 88889999",
    "95013123456-12",
    "4008201234-1",
    "+86 ",
    "86-",
    "转1234",
    "[1234]",
    "1732181234567",
    "11010519491231002X",
    "6222021234567890128",
    "6222 0212 3456 7890 128",
    "4539 1488 0343 6467",
    "粤B12345",
    "京AD12345",
    "3栋2单元1201室",
    "17F1702",
    "17FA1702",
    "12F1203a",
    "城17FA1702室",
    "Room 1203, Building 5",
    "Room1203, ",
    "Building12, ",
    "Suite1203A",
    "粤b12345",
    "粤B-",
    "d12345",
    "abcdef0",
    "张伟明",
    "王芳",
    "收件人：",
    "联系",
    "代",
    "，",
    "：",
    " ",
    "=",
    "phone=",
    "name=",
    "receiver1234567_name: ",
    "<name>",
    '"mobile":',
    "%E5%BC%A0",
    "&#49;",
    "\\u5f20",
    "MTM4MTIzNDU2Nzg=",
    "5byg5Lyf5piO",
    "a.b@mail.example.com",
    "e3b0c44298fc1c149afbf4c8996fb924",
    "550e8400-e29b-41d4-a716-446655440000",
    "１３８",
    "VALUES (",
    "{",
    "}",
    "[",
    "]",
    "^FD13812345678",
    "网点",
    "快递员",
    "已签收",
    "x",
    "12345678",
    "-",
    "_",
    "0",
    "单号",
    "\t",
    "；",
]


def corpus_lines() -> list[str]:
    """Lines of the labelled corpora."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        modules = [__import__(name) for name in ("scan_corpus", "scan_heldout", "scan_counter")]
    finally:
        sys.path.remove(str(BENCHMARKS))
    return [sample.text for module in modules for sample in module.corpus(400, 11)]


def check(lines: list[str]) -> None:
    """Every line that is passed over holds nothing."""
    plain = [line.replace("\n", " ") for line in lines]
    heard = set(SIEVE.speaking("\n".join(plain))[0])
    for number, line in enumerate(plain):
        if number not in heard:
            assert [one for _, one, _ in deep_stretches(line)] == [], line


def mutated(pick: random.Random, line: str) -> str:
    """The line with a few characters gone, doubled, replaced or out of their place."""
    letters = list(line)
    for _ in range(pick.randint(1, 6)):
        place = pick.randrange(len(letters)) if letters else 0
        change = pick.randrange(5)
        if change == 0 and letters:
            del letters[place]
        elif change == 1:
            letters.insert(place, pick.choice(PIECES))
        elif change == 2 and letters:
            letters[place] = pick.choice("0123456789 -:=，张王Xx")
        elif change == 3:
            letters[place:place] = letters[place : place + pick.randint(1, 12)]
        else:
            letters = letters[place:] + letters[:place]
    return "".join(letters)


def test_sieve_lets_every_finding_of_the_corpora_through() -> None:
    """Clean and labelled lines alike."""
    check(corpus_lines())


@pytest.mark.parametrize("seed", range(4))
def test_sieve_lets_every_finding_of_mutations_through(seed: int) -> None:
    """Whatever is done to the lines."""
    pick = random.Random(seed)  # noqa: S311 - repeatable, not secret
    check([mutated(pick, line) for line in corpus_lines()])


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=12))
def test_sieve_lets_every_finding_of_pieces_through(lines: list[str]) -> None:
    """Numbers, names, marks and encodings in any order."""
    check(lines)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_sieve_lets_every_finding_of_any_text_through(lines: list[str]) -> None:
    """Whatever characters there are."""
    check(lines)


def test_sieve_passes_over_most_of_a_clean_log() -> None:
    """Times, waybills, traces and stations need no second look."""
    pick = random.Random(5)  # noqa: S311 - repeatable, not secret
    lines = [
        f"2026-11-07 10:00:{pick.randrange(60):02} INFO [exec-{pick.randrange(99)}] c.e.Track - "
        f"query nu=YT{pick.randrange(10**13):013} cost={pick.randrange(99)}ms "
        f"trace={pick.getrandbits(64):016x} 快件已到达 【张江转运中心】"
        for _ in range(2000)
    ]
    assert len(SIEVE.speaking("\n".join(lines))[0]) < 200


def test_sieve_hides_no_record_of_a_block() -> None:
    """Lines of JSON among lines of text are read as records."""
    text = (
        'plain\n{"receiver_name": "斯琴高娃"}\n[1, {"xm": "斯琴高娃"}]\n\ufeff{"xm":"斯琴高娃"}\n'
    )
    found = list(Scanner(b"s").scan(io.BytesIO(text.encode()), "a.log"))
    assert [one.line for one in found] == [2, 3, 4]
