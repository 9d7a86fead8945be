"""How deep and how entangled the packages are: ``python -m benchmarks.layout``.

Figures come from the import graph alone: the longest chain of imports, imports a module, the median
package, and modules a folder. A face (``__init__``) that hands names on counts as a module.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import grimp

ROOT = Path(__file__).parents[1] / "src" / "jidi"


@dataclass(frozen=True)
class Layout:
    """Figures of one package: ``depth`` is the number of modules in the longest chain of imports,
    ``edges`` imports a module by folder, ``folders`` modules a folder (``__init__`` not counted).
    """

    modules: int
    depth: int
    chain: tuple[str, ...]
    edges: dict[str, float]
    folders: dict[str, int]

    @property
    def mean_edges(self) -> float:
        """Imports a module over the whole."""
        return self.edges[""]


def measure(package: str = "jidi") -> Layout:
    """The figures of ``package`` as it is installed."""
    graph = grimp.build_graph(package)
    imports = {
        module: sorted(graph.find_modules_directly_imported_by(module)) for module in graph.modules
    }
    chain = _longest(imports)
    by_folder: dict[str, list[int]] = {}
    for module, used in imports.items():
        by_folder.setdefault(module.rpartition(".")[0], []).append(len(used))
    edges = {name: sum(counts) / len(counts) for name, counts in by_folder.items() if name}
    edges[""] = sum(len(used) for used in imports.values()) / len(imports)
    return Layout(len(imports), len(chain), chain, edges, folders())


def folders(root: Path = ROOT) -> dict[str, int]:
    """Modules a folder of the kit (or of ``root``), by its path below the package."""
    counted = Counter(
        path.parent.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path.name != "__init__.py"
    )
    return dict(counted)


def _longest(imports: dict[str, list[str]]) -> tuple[str, ...]:
    @cache
    def chain(module: str) -> tuple[str, ...]:
        below = max((chain(used) for used in imports[module]), key=len, default=())
        return (module, *below)

    return max((chain(module) for module in sorted(imports)), key=len)


def main() -> None:
    """Print the figures."""
    layout = measure()
    packages = [value for name, value in layout.edges.items() if name]
    print(f"modules              {layout.modules}")
    print(f"depth                {layout.depth}")
    print(f"imports a module     {layout.mean_edges:.2f}")
    print(f"in the median package {median(packages):.2f}")
    print("folders with most modules:")
    for name, count in sorted(layout.folders.items(), key=lambda one: -one[1])[:8]:
        print(f"  {count:3}  {name}")
    print("longest chain:")
    for module in layout.chain:
        print(f"  {module}")


if __name__ == "__main__":
    main()
