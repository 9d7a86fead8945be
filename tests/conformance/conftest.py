"""Lets the tests here import broken partners by the name under which ``python -m`` finds them
too.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
