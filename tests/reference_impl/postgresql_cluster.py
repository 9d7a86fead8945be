"""A private PostgreSQL cluster from Debian's programs, on a Unix socket in a temporary
directory.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

_BIN = Path("/usr/lib/postgresql")


def _programs() -> Path | None:
    found = sorted(_BIN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def why_not() -> str:
    """Why there can be no cluster here; empty when there can. In CI a missing PostgreSQL is an
    error, not a reason.
    """
    if _programs() is not None:
        return ""
    if os.environ.get("CI"):
        raise RuntimeError(
            f"no PostgreSQL programs below {_BIN}; CI must install Debian's postgresql"
        )
    return f"no PostgreSQL programs below {_BIN}; install Debian's postgresql"


class PostgresqlCluster:
    """Starts and stops; each test module gets a database of its own."""

    def __init__(self) -> None:
        self._directory = Path(
            tempfile.mkdtemp(prefix="jidi-pg-")
        )  # short: a socket's path has 107 bytes at most
        self._data = self._directory / "data"
        self._numbers = count(1)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._directory, user.pw_uid, user.pw_gid)
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def start(self) -> None:
        """Create the cluster and start it; nothing is synced to disk, for speed."""
        self._run(
            "initdb",
            "-D",
            str(self._data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        )
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self._directory} -c "
            "fsync=off -c max_connections=200"
        )
        self._run(
            "pg_ctl",
            "-D",
            str(self._data),
            "-l",
            str(self._directory / "log"),
            "-w",
            "-o",
            options,
            "start",
        )

    def new_database(self) -> str:
        """The URL of a fresh database."""
        name = f"courier{next(self._numbers)}"
        self._run("createdb", "-h", str(self._directory), "-U", "postgres", name)
        return f"postgresql+psycopg://postgres@/{name}?host={self._directory}"

    def stop(self) -> None:
        """Stop the cluster and remove it."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._directory, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        programs = _programs()
        assert programs is not None
        drop = (
            ["setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--init-groups"]
            if os.geteuid() == 0
            else []
        )
        command = [*drop, str(programs / program), *arguments]
        done = subprocess.run(
            command,
            cwd=self._directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"
