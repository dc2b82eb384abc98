"""Somebody who reads pages over real HTTP and presses what stands on them, without script."""

import contextlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tests import web_home
from tests.web_home import Home
from worker.web.app import create_with
from workflows.ticket import Ticket

TUESDAY = datetime(2026, 12, 1, 12, tzinfo=UTC)  # the first questions have come to everybody
_FORM = re.compile(r'<form method="post"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_BUTTON = re.compile(r"<button ([^>]*)>(.*?)</button>", re.DOTALL)


@dataclass
class Visit:
    """The pages as somebody outside sees them, and the home behind them."""

    home: Home
    client: httpx.Client

    def get(self, page: str, person: str, query: str = "", ending: str = "") -> httpx.Response:
        """Open a page of a person by the link they were sent; it is about the walk as a whole."""
        return self.client.get(self.url(page, person) + ending + query)

    def url(self, page: str, person: str) -> str:
        """The link that a person was sent."""
        ticket = Ticket(workspace="T1", partnership=self.home.partnership, person=person)
        return self.home.house.links.url(page, ticket)

    def press(self, page: httpx.Response, label: str) -> httpx.Response:
        """Press the button of that name, as a browser does, and follow where it leads."""
        for form in _FORM.findall(page.text):
            for button, text in _BUTTON.findall(form):
                told = dict(re.findall(r'([\w-]+)="([^"]*)"', button))
                if html.unescape(told.get("aria-label", text)) == label:
                    sent = {name: html.unescape(value) for name, value in _HIDDEN.findall(form)}
                    if "name" in told:
                        sent[told["name"]] = told.get("value", "")
                    return self.client.post(str(page.url).partition("?done")[0], data=sent, follow_redirects=True)
        raise AssertionError(f"there is no button “{label}”")

    def follow(self, page: httpx.Response, label: str) -> httpx.Response:
        """Open the link of that name."""
        for link, text in re.findall(r"<a ([^>]*)>(.*?)</a>", page.text, re.DOTALL):
            told = dict(re.findall(r'([\w-]+)="([^"]*)"', link))
            if html.unescape(told.get("aria-label", text)) == label:
                return self.client.get(str(page.url.join(html.unescape(told["href"]))))
        raise AssertionError(f"there is no link “{label}”")

    def send(self, page: httpx.Response, **typed: str) -> httpx.Response:
        """Fill a form in, and send it with what was in it."""
        sent = {name: html.unescape(value) for name, value in _HIDDEN.findall(page.text)}
        for name, value in re.findall(
            r'<input type="(?:text|date)" id="[^"]*" name="([^"]*)" value="([^"]*)"', page.text
        ):
            sent[name] = html.unescape(value)
        for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
            chosen = re.search(r'value="([^"]*)"[^>]* selected', options)
            sent[name] = chosen[1] if chosen else ""
        return self.client.post(str(page.url), data={**sent, "_do": "send", **typed}, follow_redirects=True)


def status(page: httpx.Response) -> str:
    """What a page says that was done."""
    found = re.search(r'role="status"[^>]*>\s*<p>(.*?)</p>', page.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def headings(page: httpx.Response) -> list[str]:
    """The headings of a page, in their order."""
    return [html.unescape(re.sub("<[^>]*>", "", text)) for text in re.findall(r"<h[1-3][^>]*>(.*?)</h", page.text)]


@contextlib.contextmanager
def visiting(state: Path, prepare: Callable[[Home], None] = lambda home: None) -> Iterator[Visit]:
    """Pages over a home of their own on the Tuesday of the first questions; `prepare` it before it is served."""
    port = web_home.free_port()
    with web_home.home(state, port) as home:
        home.house.clock.move(TUESDAY)
        prepare(home)
        with web_home.serving(create_with(home.house), port), httpx.Client(trust_env=False) as client:
            yield Visit(home=home, client=client)
