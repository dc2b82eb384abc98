"""What an app sends to Slack, drawn as HTML: nothing is left out, nothing becomes markup, and no server is needed."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, Template
from playwright.sync_api import Browser, Page

from worker.blockkit.drawing import PAGES, Surroundings, add_to
from worker.blockkit.known import Choice, Known

KNOWN = Known(
    people=(Choice(value="U0BO", label="Bo <b>"), Choice(value="U0CHI", label="Chi")),
    channels=(Choice(value="C0TALK", label="talk"),),
    gone=frozenset({"U0CHI"}),
)
NOT_DRAWN = "not drawn here"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 400, "height": 800}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@cache
def template() -> Template:
    pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    add_to(pages)
    return pages.from_string(
        '{% from "inputs.html" import body %}{{ body(view, slack_inputs(view, on.known), "f", on) }}'
    )


def drawn(*blocks: dict[str, Any], press: str = "/press", pictures: bool = True) -> str:
    on = Surroundings(known=KNOWN, press=press, at="1.5|", pictures=pictures)
    return template().render(view={"blocks": blocks}, on=on)


def text(words: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": words}


def option(words: str, value: str = "v") -> dict[str, Any]:
    return {"text": text(words), "value": value}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "a", "elements": list(elements)}


def test_everything_that_we_send_is_drawn(preview: Path) -> None:
    page = (preview / "index.html").read_text()
    files = sorted((preview / "slack").glob("*.json"))
    assert {json.loads(file.read_text())["surface"] for file in files} == {"message", "modal", "home"}
    for file in files:
        payload = json.loads(file.read_text())
        assert NOT_DRAWN not in drawn(*payload.get("blocks", ())), file.name
        assert f"slack/{file.name}" in page, file.name
    assert NOT_DRAWN not in page


def test_the_gallery_needs_no_server_and_no_script(preview: Path, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((preview / "index.html").as_uri())
    assert all(url.startswith("file://") for url in asked)
    assert {url.rpartition("/")[2] for url in asked} == {"index.html", "blocks.css", "gallery.css"}
    assert "<script" not in (preview / "index.html").read_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.locator(".message .bk-button.primary").first.evaluate("node => getComputedStyle(node).color")


@pytest.mark.parametrize(
    "element",
    [
        {"type": "button", "action_id": "x", "text": text("Choose me")},
        {"type": "static_select", "action_id": "x", "placeholder": text("Choose me"), "options": [option("One")]},
        {"type": "overflow", "action_id": "x", "options": [option("Choose me")]},
        {"type": "users_select", "action_id": "x", "placeholder": text("Choose me")},
        {"type": "conversations_select", "action_id": "x", "placeholder": text("Choose me")},
        {"type": "datepicker", "action_id": "x", "placeholder": text("Choose me")},
        {"type": "timepicker", "action_id": "x", "placeholder": text("Choose me")},
        {"type": "radio_buttons", "action_id": "x", "options": [option("Choose me")]},
        {"type": "checkboxes", "action_id": "x", "options": [option("Choose me")]},
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "Choose me"},
    ],
    ids=lambda element: element["type"],
)
def test_each_element_is_drawn_in_a_row_and_beside_words(element: dict[str, Any]) -> None:
    beside = {"type": "section", "block_id": "s", "text": text("Words"), "accessory": element}
    row = {"type": "context", "elements": [element]} if element["type"] == "image" else actions(element)
    for html in (drawn(row), drawn(beside)):
        assert NOT_DRAWN not in html
        assert "Choose me" in html


def test_a_menu_is_a_row_of_places_to_press() -> None:
    menu = {"type": "static_select", "action_id": "x", "options": [option("One", "a|t"), option("Two", "b|t")]}
    html = drawn(actions(menu))
    assert 'value="1.5|0.0.0"' in html
    assert 'value="1.5|0.0.1"' in html
    assert "b|t" not in html, "what a choice means is read from the message"
    assert "formaction" not in drawn(actions(menu), press="")


def test_what_is_not_known_is_named() -> None:
    assert f"[video: {NOT_DRAWN}]" in drawn({"type": "video"})
    assert f"[file_input: {NOT_DRAWN}]" in drawn(
        {"type": "input", "block_id": "i", "label": text("File"), "element": {"type": "file_input", "action_id": "x"}}
    )
    assert f"[wave: {NOT_DRAWN}]" in drawn(actions({"type": "wave"}))


def test_words_are_words() -> None:
    evil = '<img src=x onerror="alert(1)">'
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": evil}]}
    field = {"type": "plain_text_input", "action_id": "x", "initial_value": evil}
    html = drawn(
        {"type": "header", "text": text(evil)},
        {"type": "section", "text": text(evil, "mrkdwn"), "fields": [text(evil)]},
        {"type": "context", "elements": [text(evil)]},
        {"type": "image", "image_url": 'https://example.org/"><b>', "alt_text": evil, "title": text(evil)},
        {"type": "rich_text", "elements": [section]},
        {"type": "input", "block_id": evil, "label": text(evil), "element": field},
        actions({"type": "button", "action_id": "x", "text": text(evil), "url": "javascript:alert(1)"}),
    )
    assert "<img src=x" not in html
    assert "<b>" not in html
    assert "javascript:" not in html


def test_people_and_channels_go_by_their_names_and_who_left_is_not_offered() -> None:
    mention = [{"type": "user", "user_id": "U0BO"}, {"type": "channel", "channel_id": "C0TALK"}]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": mention}]}
    html = drawn(rich, actions({"type": "users_select", "action_id": "x"}))
    assert "@Bo &lt;b&gt;" in html
    assert "#talk" in html
    assert "Chi" not in html


def test_a_picture_is_its_words_where_nothing_may_be_loaded() -> None:
    picture = {"type": "image", "image_url": "https://example.org/steps.png", "alt_text": "Step 2 of 5"}
    assert "https://example.org/steps.png" in drawn(picture)
    without = drawn(picture, pictures=False)
    assert "https://example.org" not in without
    assert "Step 2 of 5" in without


def test_a_button_that_wants_to_be_sure_asks_first() -> None:
    sure = {"title": text("Sure?"), "text": text("It is gone then."), "confirm": text("Yes"), "deny": text("No")}
    html = drawn(actions({"type": "button", "action_id": "x", "text": text("Delete"), "confirm": sure}))
    assert html.index("Delete") < html.index("It is gone then.") < html.index("Yes")
    assert html.count("formaction") == 1
