"""One thing to look at: a file of the preview, with where it stands on the page that shows them all.

Promises: a Slack payload is checked against Slack's limits before it is shown, as one that is sent is.
"""

import json
from dataclasses import dataclass
from typing import Any

from worker.slack.blocks import render
from worker.slack.limits import Surface, check
from worker.slack.modals import pages_of, render_modal
from worker.web import draw
from workflows.forms import Form
from workflows.message import Message

ASSETS = "../web/static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A file to write. `part` and `title` say where the page of all shows it; `payload` is drawn there."""

    file: str
    content: bytes
    part: tuple[str, str]  # a chapter of the page, and what it is part of there
    title: str
    payload: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands on the page of all."""

    chapter: str
    section: str

    def slack(self, name: str, title: str, message: Message) -> Exhibit:
        """A message as Slack gets it."""
        return self.payload(name, title, "message", render(message))

    def payload(self, name: str, title: str, surface: Surface, payload: dict[str, Any]) -> Exhibit:
        """What Slack gets, drawn beside its JSON."""
        check(payload, surface)
        told = json.dumps({"surface": surface, **payload}, indent=1, ensure_ascii=False).encode()
        return self._exhibit(f"slack/{name}.json", title, told, payload)

    def mail(self, name: str, title: str, mail: bytes) -> Exhibit:
        """A mail as it is sent."""
        return self._exhibit(f"email/{name}.eml", title, mail)

    def form(self, name: str, title: str, form: Form, *, web: bool = True) -> tuple[Exhibit, ...]:
        """A form as a modal and, unless only Slack can draw it, as a page."""
        last = len(pages_of(form, page=PAGE))
        modals = tuple(self._modal(name, title, form, number) for number in range(1, last + 1))
        return (*modals, self.page(name, title, draw.form_page(form, assets=ASSETS))) if web else modals

    def _modal(self, name: str, title: str, form: Form, number: int) -> Exhibit:
        """A page of a form as a modal; those after the first say which they are."""
        page = f".page-{number}" if number > 1 else ""
        return self.payload(f"modal_{name}{page}", title, "modal", render_modal(form, page=PAGE, number=number))

    def page(self, name: str, title: str, html: str) -> Exhibit:
        """A page."""
        return self.file(f"{name}.html", title, html.encode())

    def file(self, name: str, title: str, content: bytes) -> Exhibit:
        """A page or a download."""
        return self._exhibit(f"web/{name}", title, content)

    def _exhibit(self, file: str, title: str, content: bytes, payload: dict[str, Any] | None = None) -> Exhibit:
        return Exhibit(file=file, content=content, part=(self.chapter, self.section), title=title, payload=payload)


PAGE = "https://fairsteps.example.org/answer/…"  # where the rest of a form that is too long for Slack stands
