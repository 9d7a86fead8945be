"""Docstrings are wrapped at a hundred columns, and not where something once ended."""

from __future__ import annotations

from typing import Final

from tests.ragged import ROOT, rewrapped, sources

RAGGED: Final = '''def f():
    """What it is.

    A paragraph that breaks
    off early and goes on in the next line, as if somebody had changed what stood before it.

    - A list
    - stays as it is.
    """
'''
EVEN: Final = '''def f():
    """What it is.

    A paragraph that breaks off early and goes on in the next line, as if somebody had changed what
    stood before it.

    - A list
    - stays as it is.
    """
'''


def test_docstrings_are_not_ragged() -> None:
    """Otherwise ``python -m tests.ragged`` wraps them."""
    ragged = []
    for path in sources():
        source = path.read_text("utf-8")
        if rewrapped(source) != source:
            ragged.append(path.relative_to(ROOT).as_posix())
    assert ragged == []


def test_ragged_paragraphs_are_wrapped_and_lists_are_kept() -> None:
    """And what is even stays so."""
    assert rewrapped(RAGGED) == EVEN
    assert rewrapped(EVEN) == EVEN
