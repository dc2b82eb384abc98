"""The page that shows everything of a preview: programme by programme, step by step, Slack messages as one reads them.

Promises: what people write is text on it, never markup; it needs no script and nothing from elsewhere, so it works
from a folder. Slack's payloads are drawn by `worker.blockkit`, as the local Slack window draws them.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import ChoiceLoader, FileSystemLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from worker.blockkit.drawing import PAGES, Surroundings, add_to
from worker.blockkit.known import Choice, Known
from worker.preview.exhibits import Exhibit

STYLES = {"blocks.css": PAGES / "blocks.css", "gallery.css": Path(__file__).parent / "pages" / "gallery.css"}
_HERE = Path(__file__).parent / "pages"
_KNOWN = Known(
    people=(Choice(value="U0ANA", label="Ana Ferreira"), Choice(value="U0BO", label="Bo Lindqvist")),
    channels=(Choice(value="C0HARBOUR", label="harbour-circle"),),
)


def index(exhibits: Iterable[Exhibit]) -> str:
    """Return the page. It asks for the files of STYLES beside it."""
    pages = ImmutableSandboxedEnvironment(  # not strict: Slack's blocks leave out what they do not have
        loader=ChoiceLoader([FileSystemLoader(_HERE), FileSystemLoader(PAGES)]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    add_to(pages)
    pages.filters["label"] = _label
    pages.filters["address"] = quote
    chapters = [
        (chapter, [(section, _titled(these)) for section, these in _by(of_chapter, 1)])
        for chapter, of_chapter in _by(exhibits, 0)
    ]
    # Nobody can press here, and no picture is fetched: its words stand in its place.
    return pages.get_template("index.html").render(chapters=chapters, on=Surroundings(known=_KNOWN, pictures=False))


def _by(exhibits: Iterable[Exhibit], place: int) -> list[tuple[str, list[Exhibit]]]:
    """Exhibits by a heading, in the order in which each heading first comes."""
    found: dict[str, list[Exhibit]] = {}
    for one in exhibits:
        found.setdefault(one.part[place], []).append(one)
    return list(found.items())


def _titled(exhibits: Iterable[Exhibit]) -> list[tuple[str, list[Exhibit]]]:
    return [(title, list(these)) for title, these in groupby(exhibits, key=lambda one: one.title)]


def _label(one: Exhibit) -> str:
    """What a link to a file says."""
    folder, _, name = one.file.partition("/")
    kind = Path(name).suffix.removeprefix(".")
    short = " (short)" if name.startswith(("modal_short_", "short_")) else ""
    if folder == "slack":
        return f"Slack {(one.payload or {}).get('type', 'message')}{short}"
    if folder == "email":
        return "mail"
    return f"page{short}" if kind == "html" else kind.upper()
