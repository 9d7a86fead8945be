"""Child process that decodes one label: bytes on standard input, JSON on standard output. Its
limits keep a hostile image from hurting the run.
"""

from __future__ import annotations

import json
import resource
import sys

from jidi.drive.labels.label_codes import MAX_BYTES, LabelRefusedError, decode_label

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20


def main() -> int:
    """Decode and print; a refusal is an answer too: ``{"refused": slug}``."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        answer = decode_label(sys.stdin.buffer.read(MAX_BYTES + 1)).as_json()
    except LabelRefusedError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "too-much-memory"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
