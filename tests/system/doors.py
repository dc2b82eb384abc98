"""What people do: press, fill a modal, answer a mail, fill a web page. Over HTTP and SMTP, as Slack would."""

import smtplib
from collections.abc import Mapping
from typing import Any

import httpx

from tests.slack_home import interaction, press, sending, signed
from tests.system import answers
from tests.system.installation import Installation
from worker.local import letters
from worker.local.letters import Letter
from workflows.forms import Typed

SECONDS = 30.0


def post(place: Installation, body: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """What Slack posts to us; signed by it unless `headers` say otherwise."""
    given = dict(signed(body, secret=place.secret) if headers is None else headers)
    given["Content-Type"] = "application/x-www-form-urlencoded"
    return httpx.post(f"{place.web}/slack/events", content=body, headers=given, timeout=SECONDS)


def get(url: str) -> httpx.Response:
    """Open a page."""
    return httpx.get(url, timeout=SECONDS)


def press_button(place: Installation, user: str, action: str, value: str) -> None:
    """Press a button that does its work at once."""
    trigger = place.slack.trigger(place.token, user)
    answer = post(place, interaction(press(action, value, user=user, trigger=trigger)))
    assert (answer.status_code, answer.text) == (200, "")


def open_modal(place: Installation, user: str, action: str, value: str) -> dict[str, Any]:
    """Press a button that opens a modal; return the modal."""
    before = {view["view_id"] for view in place.slack.views()}
    press_button(place, user, action, value)
    (view,) = [view for view in place.slack.views() if view["view_id"] not in before]
    assert (view["type"], view["user_id"]) == ("modal", user)
    return view


def send_modal(place: Installation, user: str, view: Mapping[str, Any], typed: Typed) -> dict[str, str]:
    """Fill an open modal and send it; return the errors by field, nothing when Slack closes it."""
    body = interaction(sending(view, answers.in_modal(view, typed), user=user))
    answer = post(place, body)
    assert answer.status_code == 200
    if not answer.text:
        return {}
    said = answer.json()
    assert said["response_action"] == "errors"
    return dict(said["errors"])


def reply(place: Installation, letter: Letter, text: str) -> None:
    """Answer a mail as a mail program does: to its Reply-To, with the mail quoted below."""
    assert "Reply-To" in letter.mail, "this mail does not say that it can be answered"
    (writer,) = letter.recipients
    answer = letters.reply(letter, writer, text)
    assert "\n> " in answer.get_content()
    with smtplib.SMTP("127.0.0.1", place.ports.inbound, timeout=SECONDS) as line:
        line.send_message(answer, from_addr=writer)


def send_page(url: str, typed: Typed) -> httpx.Response:
    """Open a page, fill its form and send it, as a browser does; return where that ends."""
    with httpx.Client(follow_redirects=True, timeout=SECONDS) as browser:
        shown = browser.get(url)
        assert shown.status_code == 200
        return browser.post(url, data=answers.Page(shown.text).filled(typed))
