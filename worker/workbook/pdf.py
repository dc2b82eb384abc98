"""The workbook as a PDF for everybody: PDF/UA-1, tagged, with a title, a language, headings and an outline.

Promises: what people wrote goes to typst as JSON and is drawn as text, so it cannot be markup, read a file or stop the
drawing; a letter that no font has is spelled out. The same workbook gives the same bytes: no clock is read, no system
font is used and nothing is fetched. It is drawn in a process of its own, which takes its memory along when it ends.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime, time

from worker.files import bundled
from worker.workbook import glyphs
from worker.workbook.told import told
from workflows.errors import GiveUp
from workflows.workbook import Workbook

_SECONDS = 120  # fifty people who answered everything take five on a slow machine


def render(book: Workbook) -> bytes:
    """Return the whole file. Raises GiveUp when it cannot be drawn, without a word of it in the reason."""
    given = {
        "frame": bundled.find("templates/workbook/frame.typ").read_text(encoding="utf-8"),
        "fonts": str(glyphs.folder()),
        "made": int(datetime.combine(book.made_on, time(), tzinfo=UTC).timestamp()),
        "book": told(book),
    }
    command = (sys.executable, "-m", "worker.workbook.typeset")
    try:
        drawn = subprocess.run(  # noqa: S603
            command, input=json.dumps(given).encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise GiveUp("drawing the PDF took too long") from None
    if drawn.returncode or not drawn.stdout:
        raise GiveUp("the PDF could not be drawn")
    return drawn.stdout
