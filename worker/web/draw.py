"""Turns values into whole HTML pages. Needs no request, so that a preview draws the same page as the service.

Promises: everything that comes in is escaped, a missing value is an error and not a gap, and no page holds a script
or style inside it or anything from another host. Templates are compiled once. It writes nothing.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from worker.files.bundled import roots
from worker.web import forms
from workflows.forms import Form

STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """Return the one environment of all pages; what is named `.html.j2` is escaped like `.html`."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([root / "templates" / "web" for root in roots()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["look"] = _look()
    return made


def _look() -> str:
    """A short mark of all static files, so that browsers keep them for long and still see a new one at once."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def page(name: str, *, assets: str = "/static", **values: object) -> str:
    """Return the page `name` with `values`. `assets` is where the style sheets are."""
    return environment().get_template(f"{name}.html.j2").render(assets=assets, **values)


def form_page(
    form: Form,
    *,
    notice: str = "",
    tone: str = "good",
    drawn: str = "",
    over: str = "",
    kept: Form | None = None,
    focus: str = "",
    look: tuple[str, str] | None = None,
    yours: str = "",
    assets: str = "/static",
) -> str:
    """Return `form` as a page of its own.

    `notice` stands above it in a `tone` (good or warn), `drawn` and `over` come back with it, what was typed into
    `kept` is shown below to be copied, `focus` is the field to go on with, and `look` the label and
    address of something to look at first, `yours` the way back to a page of one's own.
    """
    return page(
        "form",
        assets=assets,
        form=form,
        groups=forms.groups(form, focus),
        problems=forms.problems_in_order(form),
        notice=notice,
        tone=tone,
        drawn=drawn,
        over=over,
        said=forms.spoken(kept) if kept else (),
        look_first=look,
        yours=yours,
    )


def thanks_page(
    form: Form, *, title: str, intro: str, board: str = "", yours: str = "", assets: str = "/static"
) -> str:
    """Return what a person answered, to read once more, with the ways to their `board` and to the page of their own."""
    said = forms.spoken(form)
    return page("thanks", assets=assets, title=title, intro=intro, board=board, yours=yours, said=said)


def plain_page(
    *,
    title: str,
    paragraphs: tuple[str, ...],
    home: bool = False,
    board: str = "",
    yours: str = "",
    assets: str = "/static",
) -> str:
    """Return a page of a title and a few sentences, with the ways to the start page, a `board` or a page of `yours`."""
    return page("plain", assets=assets, title=title, paragraphs=paragraphs, home=home, board=board, yours=yours)
