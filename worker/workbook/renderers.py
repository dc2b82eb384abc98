"""The kinds of file a workbook can be, by their ending."""

from collections.abc import Callable, Mapping

from worker.workbook import docx, markdown, pdf
from workflows.workbook import Workbook

RENDERERS: Mapping[str, tuple[str, Callable[[Workbook], bytes]]] = {
    "pdf": ("application/pdf", pdf.render),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.render),
    "md": ("text/markdown; charset=utf-8", markdown.render),
}


def render(book: Workbook, ending: str) -> bytes:
    """Return the workbook as a file of that ending. Raises KeyError for one that is not in `RENDERERS`."""
    return RENDERERS[ending][1](book)
