"""The built wheel carries its data and works away from any checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jidi import resources

CHECKOUT = resources.schemas_root().parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder in which the wheel of this checkout is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [
        *pip,
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(CHECKOUT),
    ]
    subprocess.run(build, check=True, cwd=folder)
    (wheel,) = folder.glob("jidi-*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)],
        check=True,
        cwd=folder,
    )
    return folder / "site"


def in_wheel(installed: Path, code: str) -> str:
    """What ``code`` prints when the installed wheel comes before everything else."""
    environment = os.environ | {"PYTHONPATH": str(installed), "JIDI_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        cwd=installed,
    ).stdout


@pytest.mark.slow
@pytest.mark.thorough
def test_wheel_finds_its_own_data(installed: Path) -> None:
    """Both trees lie in the wheel, and it is those that are found."""
    out = in_wheel(
        installed,
        "from jidi import resources as r; print(r.schemas_root()); print(r.conformance_root())",
    )
    assert out.split() == [
        str(installed / "jidi_data" / "schemas"),
        str(installed / "jidi_data" / "conformance"),
    ]


@pytest.mark.slow
def test_wheel_lists_the_requirements(installed: Path) -> None:
    """The command line works from the wheel alone."""
    out = in_wheel(
        installed, "import sys; sys.argv = ['jidi', 'list']; from jidi.cli import main; main()"
    )
    assert "DS-01.1" in out


@pytest.mark.slow
def test_wheel_holds_every_data_file(installed: Path) -> None:
    """Nothing of the two trees is left behind, nothing else comes along."""
    for tree in ("schemas", "conformance"):
        source, packaged = CHECKOUT / tree, installed / "jidi_data" / tree
        wanted = {
            path.relative_to(source)
            for path in source.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert {
            path.relative_to(packaged) for path in packaged.rglob("*") if path.is_file()
        } == wanted


@pytest.mark.slow
def test_reference_partner_that_is_not_installed_is_told_with_the_remedy(installed: Path) -> None:
    """Who installed the kit alone learns what to add, and it is nobody's fault but usage."""
    out = in_wheel(
        installed,
        "import sys; from importlib.machinery import PathFinder\n"
        "real = PathFinder.find_spec\n"
        "PathFinder.find_spec = classmethod(lambda cls, name, *rest: None "
        "if name == 'sqlalchemy' else real(name, *rest))\n"
        "from jidi.cli import main\n"
        "sys.stderr = sys.stdout\n"
        "try:\n    main(['serve', 'courier'])\nexcept SystemExit as end:\n    print(end.code)",
    )
    assert "pip install 'jidi[reference]'" in out
    assert "sqlalchemy" in out
    assert out.endswith("2\n")
