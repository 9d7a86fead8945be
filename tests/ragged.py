"""Docstrings whose paragraphs are wrapped unevenly: a line that ends although the first word of the
next would have fitted. ``python -m tests.ragged`` wraps them anew.

Lists, indented blocks, doctests and tables are left as they are; a line that ends a sentence may
end early only where its paragraph ends.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("src/jidi", "reference_impl/jidi_reference", "tests", "benchmarks", "docs/tools")
WIDTH: Final = 100
MISSING: Final = 25
"""Columns that may stay empty before a word that would have fitted: a break for the sense."""
_KEPT: Final = re.compile(r"\s*(?:[-*>|] |\d+\. |>>>|\.\. |[A-Z]\w+:$|[\w*, ]+: \S)")


def docstrings(source: str) -> Iterator[ast.Constant]:
    """Every string that stands as a statement, in the order of the tree."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str()) as found):
                yield found


def ragged(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Paragraphs, as first and last line, of which a line ends too early; ``lines`` are those of a
    docstring with its quotes.
    """
    start = 0
    for index in range(len(lines) + 1):
        if index == len(lines) or not lines[index].strip():
            block = lines[start:index]
            if len(block) > 1 and _is_plain(block) and _ends_early(block):
                yield start, index
            start = index + 1


def _is_plain(block: list[str]) -> bool:
    indents = {len(line) - len(line.lstrip()) for line in block}
    return len(indents) == 1 and not any(_KEPT.match(line) for line in block)


def _ends_early(block: list[str]) -> bool:
    for line, following in pairwise(block):
        word = following.split()[0]
        if word == '"""':
            continue
        if len(line) + 1 + len(word) <= WIDTH - MISSING:
            return True
    return False


def rewrapped(source: str) -> str:
    """The source with its ragged paragraphs wrapped anew."""
    lines = source.splitlines()
    for node in sorted(docstrings(source), key=lambda one: -one.lineno):
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        if lines[first].lstrip().startswith(('"""', 'r"""')):
            found = lines[first:last]
            for start, end in reversed(list(ragged(found))):
                found[start:end] = _wrapped(found[start:end])
            lines[first:last] = found
    return "\n".join(lines) + "\n"


def _wrapped(block: list[str]) -> list[str]:
    indent = block[0][: len(block[0]) - len(block[0].lstrip())]
    closed = block[-1].strip() == '"""'
    text = " ".join(line.strip() for line in (block[:-1] if closed else block))
    wrapped = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*wrapped, f'{indent}"""'] if closed else wrapped


def sources() -> Iterator[Path]:
    """Every module of the project."""
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def main() -> None:
    """Wrap what is ragged."""
    for path in sources():
        source = path.read_text("utf-8")
        if (made := rewrapped(source)) != source:
            path.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
