"""Whatever Slack would refuse is refused here first, with the place and the reason, and without the words."""

# ruff: noqa: E501 - one broken payload a line reads best
import copy
from collections.abc import Callable
from typing import Any

import pytest

from worker.slack.client import CheckedClient, check_call
from worker.slack.limits import SlackLimit, Surface, check

Payload = dict[str, Any]


def plain(text: str = "Hello") -> Payload:
    return {"type": "plain_text", "text": text}


def option(n: int = 0, **more: Any) -> Payload:
    return {"text": plain(f"Choice {n}"), "value": f"v{n}", **more}


def options(count: int) -> list[Payload]:
    return [option(n) for n in range(count)]


def button(**more: Any) -> Payload:
    return {"type": "button", "action_id": "answer", "text": plain("Answer"), "value": "T1/p1/bo/r1", **more}


def text_input(**more: Any) -> Payload:
    return {"type": "plain_text_input", "action_id": "did", **more}


def asked(element: Payload, **more: Any) -> Payload:
    return {"type": "input", "block_id": "did", "label": plain("What?"), "element": element, **more}


def section(text: Any = None) -> Payload:
    return {"type": "section", "text": text or {"type": "mrkdwn", "text": "Hello"}}


def message(*blocks: Payload, **more: Any) -> Payload:
    return {"text": "Hello", "blocks": list(blocks), **more}


def modal(*blocks: Payload, **more: Any) -> Payload:
    return {"type": "modal", "title": plain("Answer"), "submit": plain("Send"), "blocks": list(blocks), **more}


def home(*blocks: Payload, **more: Any) -> Payload:
    return {"type": "home", "blocks": list(blocks), **more}


def rich(*elements: Payload) -> Payload:
    return {"type": "rich_text", "elements": list(elements)}


FINE: list[tuple[Surface, Payload]] = [
    ("message", message(section(), {"type": "divider"}, {"type": "actions", "elements": [button()]})),
    ("message", message(metadata={"event_type": "fairsteps_delivery", "event_payload": {"key": "abc"}})),
    ("modal", modal(asked(text_input(max_length=3000, initial_value="x" * 3000)), private_metadata="x" * 3000)),
    (
        "modal",
        modal(asked({"type": "radio_buttons", "action_id": "a", "options": options(10), "initial_option": option(3)})),
    ),
    ("modal", modal(asked({"type": "static_select", "action_id": "a", "options": options(100)}))),
    ("home", home(*[section() for _ in range(100)])),
]


@pytest.mark.parametrize(("surface", "payload"), FINE)
def test_what_slack_takes_passes_and_is_not_changed(surface: Surface, payload: Payload) -> None:
    before = copy.deepcopy(payload)
    check(payload, surface)
    assert payload == before


def menu(**more: Any) -> Payload:
    return {"type": "static_select", "action_id": "a", **more}


def radio(some: list[Payload], **more: Any) -> Payload:
    return {"type": "radio_buttons", "action_id": "a", "options": some, **more}


def group(some: list[Payload]) -> Payload:
    return {"label": plain("Europe"), "options": some}


BROKEN: list[tuple[str, Surface, Payload, str]] = [
    # messages
    ("no text", "message", {"blocks": [section()]}, "text"),
    ("endless text", "message", {"text": "x" * 40_001}, "text"),
    ("51 blocks", "message", message(*[{"type": "divider"}] * 51), "blocks"),
    ("too much in all", "message", message(*[section(plain("x" * 2900))] * 5), "blocks"),
    ("metadata without a type", "message", message(metadata={"event_payload": {}}), "metadata"),
    ("metadata of text", "message", message(metadata="key"), "metadata"),
    ("metadata without a payload", "message", message(metadata={"event_type": "x", "event_payload": "y"}), "metadata.event_payload"),
    ("huge metadata", "message", message(metadata={"event_type": "x", "event_payload": {"k": "x" * 9000}}), "metadata"),
    # views
    ("another type", "modal", home(section()), "type"),
    ("no title", "modal", {"type": "modal", "blocks": [section()]}, "title"),
    ("title of 25", "modal", modal(section(), title=plain("x" * 25)), "title"),
    ("title in mrkdwn", "modal", modal(section(), title={"type": "mrkdwn", "text": "Hi"}), "title"),
    ("close of 25", "modal", modal(section(), close=plain("x" * 25)), "close"),
    ("submit of 25", "modal", modal(section(), submit=plain("x" * 25)), "submit"),
    ("no blocks", "modal", modal(), "blocks"),
    ("101 blocks", "modal", modal(*[{"type": "divider"}] * 101), "blocks"),
    ("101 blocks at home", "home", home(*[{"type": "divider"}] * 101), "blocks"),
    ("home with a title", "home", home(section(), title=plain()), "title"),
    ("input without submit", "modal", {k: v for k, v in modal(asked(text_input())).items() if k != "submit"}, "submit"),
    ("3001 of private metadata", "modal", modal(section(), private_metadata="x" * 3001), "private_metadata"),
    ("callback_id of 256", "modal", modal(section(), callback_id="x" * 256), "callback_id"),
    ("250 kB", "modal", modal(*[asked(text_input(initial_value="ä" * 3000), block_id=f"b{n}") for n in range(50)]), "view"),
    # blocks
    ("unknown block", "message", message({"type": "carousel"}), "blocks[0]"),
    ("no block", "message", message("hello"), "blocks[0]"),  # type: ignore[arg-type]
    ("block_id twice", "message", message({"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}), "blocks[1].block_id"),
    ("block_id of 256", "message", message({"type": "divider", "block_id": "x" * 256}), "blocks[0].block_id"),
    ("empty block_id", "message", message({"type": "divider", "block_id": ""}), "blocks[0].block_id"),
    ("empty section", "message", message({"type": "section"}), "blocks[0]"),
    ("section of 3001", "message", message(section(plain("x" * 3001))), "blocks[0].text"),
    ("empty text object", "message", message(section(plain(" "))), "blocks[0].text"),
    ("text of a new type", "message", message(section({"type": "html", "text": "Hi"})), "blocks[0].text"),
    ("verbatim plain_text", "message", message(section({**plain(), "verbatim": True})), "blocks[0].text.verbatim"),
    ("emoji in mrkdwn", "message", message(section({"type": "mrkdwn", "text": "x", "emoji": True})), "blocks[0].text.emoji"),
    ("11 fields", "message", message({"type": "section", "fields": [plain()] * 11}), "blocks[0].fields"),
    ("field of 2001", "message", message({"type": "section", "fields": [plain("x" * 2001)]}), "blocks[0].fields[0]"),
    ("header of 151", "message", message({"type": "header", "text": plain("x" * 151)}), "blocks[0].text"),
    ("header in mrkdwn", "message", message({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}), "blocks[0].text"),
    ("11 in a context", "message", message({"type": "context", "elements": [plain()] * 11}), "blocks[0].elements"),
    ("empty context", "message", message({"type": "context", "elements": []}), "blocks[0].elements"),
    ("picture nobody can hear", "message", message({"type": "image", "image_url": "https://example.org/a.png", "alt_text": ""}), "blocks[0].alt_text"),
    ("picture in a context", "message", message({"type": "context", "elements": [{"type": "image", "image_url": "https://example.org/a.png"}]}), "blocks[0].elements[0].alt_text"),
    ("26 buttons", "message", message({"type": "actions", "elements": [button(action_id=f"a{n}") for n in range(26)]}), "blocks[0].elements"),
    ("no buttons", "message", message({"type": "actions", "elements": []}), "blocks[0].elements"),
    ("action_id twice", "message", message({"type": "actions", "elements": [button(), button()]}), "blocks[0].elements[1].action_id"),
    ("rich text of nothing", "message", message(rich()), "blocks[0].elements"),
    ("empty rich text", "message", message(rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})), "blocks[0].elements[0].elements[0].text"),
    ("list of a new style", "message", message(rich({"type": "rich_text_list", "style": "roman", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]})), "blocks[0].elements[0].style"),
    ("link to nowhere", "message", message(rich({"type": "rich_text_section", "elements": [{"type": "link", "url": "file:///etc"}]})), "blocks[0].elements[0].elements[0].url"),
    # elements
    ("button of 76", "message", message({"type": "actions", "elements": [button(text=plain("x" * 76))]}), "blocks[0].elements[0].text"),
    ("button value of 2001", "message", message({"type": "actions", "elements": [button(value="x" * 2001)]}), "blocks[0].elements[0].value"),
    ("button of a new style", "message", message({"type": "actions", "elements": [button(style="plain")]}), "blocks[0].elements[0].style"),
    ("no action_id", "message", message({"type": "actions", "elements": [button(action_id="")]}), "blocks[0].elements[0].action_id"),
    ("action_id of 256", "message", message({"type": "actions", "elements": [button(action_id="x" * 256)]}), "blocks[0].elements[0].action_id"),
    ("unknown element", "modal", modal(asked({"type": "file_input", "action_id": "a"})), "blocks[0].element"),
    ("no element", "modal", modal({"type": "input", "label": plain()}), "blocks[0].element"),
    ("no label", "modal", modal({"type": "input", "element": text_input()}), "blocks[0].label"),
    ("label of 2001", "modal", modal(asked(text_input(), label=plain("x" * 2001))), "blocks[0].label"),
    ("hint of 2001", "modal", modal(asked(text_input(), hint=plain("x" * 2001))), "blocks[0].hint"),
    ("button as an input", "modal", modal(asked(button())), "blocks[0].element"),
    ("placeholder of 151", "modal", modal(asked(text_input(placeholder=plain("x" * 151)))), "blocks[0].element.placeholder"),
    ("max_length of 3001", "modal", modal(asked(text_input(max_length=3001))), "blocks[0].element.max_length"),
    ("more than max_length", "modal", modal(asked(text_input(max_length=3, initial_value="four"))), "blocks[0].element.initial_value"),
    ("11 radio buttons", "modal", modal(asked(radio(options(11)))), "blocks[0].element.options"),
    ("no options", "modal", modal(asked(radio([]))), "blocks[0].element.options"),
    ("11 checkboxes", "modal", modal(asked({**radio(options(11)), "type": "checkboxes"})), "blocks[0].element.options"),
    ("option of 76", "modal", modal(asked(radio([option(text=plain("x" * 76))]))), "blocks[0].element.options[0].text"),
    ("option hint of 76", "modal", modal(asked(radio([option(description=plain("x" * 76))]))), "blocks[0].element.options[0].description"),
    ("option value of 151", "modal", modal(asked(radio([option(value="x" * 151)]))), "blocks[0].element.options[0].value"),
    ("option without a value", "modal", modal(asked(radio([option(value="")]))), "blocks[0].element.options[0].value"),
    ("the same option twice", "modal", modal(asked(radio([option(), option()]))), "blocks[0].element.options"),
    ("chosen, but not offered", "modal", modal(asked(radio(options(2), initial_option=option(7)))), "blocks[0].element.initial_option"),
    ("menu of 101", "modal", modal(asked(menu(options=options(101)))), "blocks[0].element.options"),
    ("menu of nothing", "modal", modal(asked(menu())), "blocks[0].element"),
    ("group of 101", "modal", modal(asked(menu(option_groups=[group(options(101))]))), "blocks[0].element.option_groups[0].options"),
    ("empty groups", "modal", modal(asked(menu(option_groups=[]))), "blocks[0].element.option_groups"),
    ("no such day", "modal", modal(asked({"type": "datepicker", "action_id": "a", "initial_date": "2026-02-30"})), "blocks[0].element.initial_date"),
    ("nobody chosen", "modal", modal(asked({"type": "multi_users_select", "action_id": "a", "initial_users": [""]})), "blocks[0].element.initial_users[0]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("surface", "payload", "path"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_what_slack_would_refuse_is_refused_here_with_its_place(surface: Surface, payload: Payload, path: str) -> None:
    with pytest.raises(SlackLimit) as refused:
        check(payload, surface)
    assert refused.value.path == path


def test_a_refusal_never_repeats_what_somebody_wrote() -> None:
    with pytest.raises(SlackLimit) as refused:
        check(message(section(plain("my diagnosis " * 400))), "message")
    assert "diagnosis" not in str(refused.value)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "chat.postEphemeral"])
def test_no_message_leaves_unchecked(method: str) -> None:
    with pytest.raises(SlackLimit):
        check_call(method, message({"type": "header", "text": plain("x" * 151)}))


@pytest.mark.parametrize(
    "call",
    [
        lambda client, view: client.views_open(trigger_id="1.2", view=view),
        lambda client, view: client.views_push(trigger_id="1.2", view=view),
        lambda client, view: client.views_update(view_id="V1", view=view),
    ],
)
def test_no_modal_leaves_unchecked(call: Callable[[CheckedClient, Payload], object]) -> None:
    # Nothing listens there: a check that came too late would be a refused connection.
    client = CheckedClient(token="xoxb-none", base_url="http://127.0.0.1:9/api/")
    with pytest.raises(SlackLimit):
        call(client, modal(asked(radio(options(11)))))
    with pytest.raises(SlackLimit):
        client.views_publish(user_id="U0BO", view=home(section(), title=plain()))
