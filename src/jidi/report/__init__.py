"""Reports: pure functions from a run record to text, JSON, JUnit, Markdown, HTML and HAR.

Nothing here decides anything; the verdict stands in the record. Whatever comes from a candidate is
untrusted text and passes through :mod:`jidi.report.escaping` on its way out.
"""

from __future__ import annotations

from jidi.report.formats.terminal import print_summary, render_terminal
from jidi.report.render import FORMATS, write_all

__all__ = ["FORMATS", "print_summary", "render_terminal", "write_all"]
