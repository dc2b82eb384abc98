"""The workbook as a PDF for everybody: PDF/UA-1, tagged, with a title, a language, headings and an outline.

Promises: what people wrote goes to typst as JSON and is drawn as text, so it cannot be markup, read a file or stop the
drawing; a letter that no font has is spelled out. The same workbook gives the same bytes: no clock is read, no system
font is used and nothing is fetched.
"""

import json
from datetime import UTC, datetime, time
from functools import lru_cache

import typst

from worker.files import bundled
from worker.workbook import glyphs
from worker.workbook.told import told
from workflows.workbook import Workbook


def render(book: Workbook) -> bytes:
    """Return the whole file."""
    compiler = typst.Compiler(
        bundled.find("templates/workbook/frame.typ").read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(told(book))},
    )
    made = datetime.combine(book.made_on, time(), tzinfo=UTC)
    pages = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made)
    assert isinstance(pages, bytes), "one PDF is one file"
    return pages


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(glyphs.folder())])
