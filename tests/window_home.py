"""The local Slack window with real parts behind it, as fixtures, and who sits before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests import slack_home, web_home, web_programme
from tests.slack_front import add, token_of
from tests.slack_home import BO, TEAM, LocalSlack, Moody, free_port, moody_slack
from worker.local import mailbox, window
from worker.settings import Settings
from worker.slack.app import FairstepsApp, build
from worker.slack.modals import render_modal
from worker.slack.send import Posting
from worker.web.app import create_with
from worker.wiring import House
from worker.wiring import build as build_house
from workflows.forms import Form
from workflows.message import Action, Message, Text
from workflows.outcomes import Sent


@pytest.fixture(scope="module")
def api_url(harbour: LocalSlack) -> str:
    """As `make up` names it; private replies go to no other host."""
    return harbour.api_url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def front(state: str, api_url: str) -> Iterator[FairstepsApp]:
    """Fairsteps itself, over real HTTP, so that each signature is checked."""
    port = free_port()
    built = build_house(slack_home.settings(state, api_url, public_url=f"http://localhost:{port}"))
    made = web_home.with_programme(built, web_programme.programme())
    with web_home.serving(create_with(made), port):
        yield build(made)
    made.slack.close()


@pytest.fixture
def app(front: FairstepsApp, house: House, harbour: LocalSlack) -> FairstepsApp:
    """Fairsteps in the workspace, and no modal left over."""
    for view in harbour.views():
        httpx.post(f"{harbour.url}/_local/close", json={"view_id": view["view_id"]})
    assert add(front, harbour).status == 302
    return front


@dataclass(frozen=True)
class Seat:
    """Somebody before the window."""

    page: Page
    url: str

    def be(self, user: str, place: str = "messages") -> None:
        self.page.goto(f"{self.url}/slack/as/{user}/{place}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).last.click()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that runs no script, and whose owner sees it when a page breaks its own rules."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 700})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def pages(settings: Settings, folder: Path) -> Any:
    made = mailbox.create(folder, None)
    window.add(made, settings, patience=0)
    return made


@pytest.fixture
def seat(app: FairstepsApp, page: Page, tmp_path: Path) -> Iterator[Seat]:
    with web_home.serving(pages(app.house.settings, tmp_path), free_port()) as url:
        yield Seat(page=page, url=url)


@pytest.fixture
def lonely(app: FairstepsApp, page: Page, tmp_path: Path) -> Iterator[tuple[Seat, Moody]]:
    """A window whose Fairsteps says what the test wants."""
    with moody_slack() as moody:
        told = app.house.settings.model_copy(update={"public_url": moody.url.removesuffix("/api/")})
        with web_home.serving(pages(told, tmp_path), free_port()) as url:
            yield Seat(page=page, url=url), moody


def say(house: House, to: str, *parts: Any, actions: tuple[Action, ...] = (), text: str = "Hello") -> str:
    message = Message(kind="test", subject=text, parts=parts or (Text(text=text),), actions=actions)
    (outcome,) = house.slack.post([Posting(workspace=TEAM, delivery=f"d{hash(text)}", to=to, message=message)])
    assert isinstance(outcome, Sent)
    return outcome.ref.partition(":")[0]


def open_form(house: House, harbour: LocalSlack, form: Form, user: str = BO) -> None:
    token = token_of(house)
    said = harbour.call("views.open", token, trigger_id=harbour.trigger(token, user), view=render_modal(form))
    assert said["ok"]
