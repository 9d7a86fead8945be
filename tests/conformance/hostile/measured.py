"""``python measured.py FILE ARGUMENTS…``: the command line of the kit; on the way out its peak
resident memory in kB, its CPU seconds, and the seconds for which it was ready to run and the
machine was busy with others go to FILE.

The resource usage that a parent gets counts the pages that the parent itself had when it forked;
this does not.
"""

import atexit
import re
import sys
import time
from pathlib import Path

from jidi.cli import main


def _write(path: Path) -> None:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    spent = time.process_time()
    path.write_text(f"{found[1] if found else 0} {spent:.1f} {_waited():.1f}", "ascii")


def _waited() -> float:
    """How long the main thread, which ends the run, stood in the queue for a processor."""
    try:
        return int(Path("/proc/self/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):  # a kernel that does not count it
        return 0.0


if __name__ == "__main__":
    atexit.register(_write, Path(sys.argv.pop(1)))
    main()
