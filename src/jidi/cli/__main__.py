"""``python -m jidi.cli`` is ``jidi``."""

from jidi.cli import main

main()
