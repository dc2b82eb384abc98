"""The page that shows everything of a preview: programme by programme, step by step, Slack messages as one reads them.

Promises: what people write is text on it, never markup; it needs no script and nothing from elsewhere.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import ChoiceLoader, FileSystemLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from worker.local.window_text import link, mrkdwn
from worker.preview.exhibits import Exhibit

_HERE = Path(__file__).parent / "pages"
_WINDOW = Path(__file__).parents[1] / "local" / "pages"  # draws Slack's blocks
_NAMES = {"U0ANA": "Ana Ferreira", "U0BO": "Bo Lindqvist", "C0HARBOUR": "harbour-circle"}


def index(exhibits: Iterable[Exhibit]) -> str:
    """Return the page."""
    pages = ImmutableSandboxedEnvironment(  # not strict: Slack's blocks leave out what they do not have
        loader=ChoiceLoader([FileSystemLoader(_HERE), FileSystemLoader(_WINDOW)]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["mrkdwn"] = mrkdwn
    pages.filters["label"] = _label
    pages.filters["address"] = quote
    pages.globals["slack_link"] = link
    chapters = [
        (chapter, [(section, _titled(these)) for section, these in _by(of_chapter, 1)])
        for chapter, of_chapter in _by(exhibits, 0)
    ]
    return pages.get_template("index.html").render(chapters=chapters, names=_NAMES)


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
        return f"Slack {'modal' if name.startswith('modal_') else 'message'}{short}"
    if folder == "email":
        return "mail"
    return f"page{short}" if kind == "html" else kind.upper()
