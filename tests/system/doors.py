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
from worker.slack.modal_inputs import DECIDES
from worker.slack.modals import MORE, Leaf
from workflows.forms import Typed

SECONDS = 30.0
View = dict[str, Any]
# One line kept open: a story knocks a thousand times, and reading the world's certificates each time is slow.
LINE = httpx.Client(verify=False, trust_env=False, timeout=SECONDS)


def post(place: Installation, body: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """What Slack posts to us; signed by it unless `headers` say otherwise."""
    given = dict(signed(body, secret=place.secret) if headers is None else headers)
    given["Content-Type"] = "application/x-www-form-urlencoded"
    return LINE.post(f"{place.web}/slack/events", content=body, headers=given)


def get(url: str) -> httpx.Response:
    """Open a page."""
    return LINE.get(url)


def press_button(place: Installation, user: str, action: str, value: str) -> None:
    """Press a button that does its work at once."""
    trigger = place.slack.trigger(place.token, user)
    answer = post(place, interaction(press(action, value, user=user, trigger=trigger)))
    assert (answer.status_code, answer.text) == (200, "")


def open_modal(place: Installation, user: str, action: str, value: str) -> View:
    """Press a button that opens a modal; return the modal."""
    press_button(place, user, action, value)
    views = place.slack.views(since=max(place.opened.values(), default=""))
    (view,) = [view for view in views if view["view_id"] not in place.opened]
    place.opened |= {view["view_id"]: view["updated_at"] for view in views}
    assert (view["type"], view["user_id"]) == ("modal", user)
    return view


def send_modal(place: Installation, user: str, view: Mapping[str, Any], typed: Typed) -> dict[str, str]:
    """Fill an open modal and send it; return the errors by field, nothing when it is taken: Slack closes it, or it says
    what became of it, with nothing to fill in any more.
    """
    body = interaction(sending(view, answers.in_modal(view, typed), user=user))
    answer = post(place, body)
    assert answer.status_code == 200
    if not answer.text:
        return {}
    said = answer.json()
    if said["response_action"] == "update" and not [b for b in said["view"]["blocks"] if b["type"] == "input"]:
        return {}
    assert said["response_action"] == "errors"
    return dict(said["errors"])


def press_in_modal(place: Installation, user: str, view: Mapping[str, Any], action: str, typed: Typed) -> View:
    """Press a button of an open modal, or choose what others follow on; return the modal as it is drawn then."""
    body = interaction(in_modal(place, user, view, action, typed))
    answer = post(place, body)
    assert (answer.status_code, answer.text) == (200, "")
    return shown_again(place, view)


def in_modal(place: Installation, user: str, view: Mapping[str, Any], action: str, typed: Typed) -> View:
    """What Slack tells of it, with all that is typed."""
    buttons = [b for block in view["blocks"] if block["type"] == "actions" for b in block["elements"]]
    value = next((b.get("value", "") for b in buttons if b["action_id"] == action), "")
    assert value or action == DECIDES, f"the modal has no button {action}"
    state = {block: {block: given} for block, given in answers.in_modal(view, typed).items()}
    whole = {**view, "id": view["view_id"], "state": {"values": state}}
    where = {"type": "view", "view_id": view["view_id"]}
    return press(action, value, user=user, trigger=place.slack.trigger(place.token, user), view=whole, container=where)


def shown_again(place: Installation, view: Mapping[str, Any]) -> View:
    """An open modal as it is now."""
    changed = place.slack.views(since=view["updated_at"])
    (found,) = [one for one in changed if one["view_id"] == view["view_id"]]
    return found


def made_room(place: Installation, user: str, view: View, typed: Typed) -> View:
    """Bring everything onto an open modal that somebody wants to type into; return the page that is sent.

    Follow-ups come by choosing, further pages by Next, lines by adding.
    """
    unseen = set(typed)
    while True:
        view = _followed(place, user, view, typed)
        unseen -= _inputs(view)
        if leads_on(view):
            view = next_page(place, user, view, typed)
        elif unseen:
            before = _inputs(view)
            view = press_in_modal(place, user, view, MORE, typed)
            assert before != _inputs(view), f"there is no place for {unseen}"
        else:
            return view


def _followed(place: Installation, user: str, view: View, typed: Typed) -> View:
    """The page as it is once everything is chosen on it that others follow on."""
    while deciding := [one for one in _deciding(view) if one in typed]:
        before = _inputs(view)
        if before.issuperset(typed):
            break
        view = press_in_modal(place, user, view, DECIDES, typed)
        if _inputs(view) == before or deciding == [one for one in _deciding(view) if one in typed]:
            break
    return view


def _deciding(view: Mapping[str, Any]) -> list[str]:
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return [block["block_id"] for block in inputs if block["element"]["action_id"].startswith(DECIDES)]


def leads_on(view: Mapping[str, Any]) -> bool:
    """Whether more pages follow."""
    _, leaf = Leaf.read(view["private_metadata"])
    return leaf.number < leaf.count


def next_page(place: Installation, user: str, view: View, typed: Typed) -> View:
    """Press Next; Slack puts the page that we answer in the place of the one before."""
    answer = post(place, interaction(sending(view, answers.in_modal(view, typed), user=user)))
    said = answer.json()
    assert said.get("response_action") == "update", said
    place.slack.call("views.update", place.token, view_id=view["view_id"], view=said["view"])
    return shown_again(place, view)


def _inputs(view: Mapping[str, Any]) -> set[str]:
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def reply(place: Installation, letter: Letter, text: str) -> None:
    """Answer a mail as a mail program does: to its Reply-To, with the mail quoted below."""
    assert "Reply-To" in letter.mail, "this mail does not say that it can be answered"
    (writer,) = letter.recipients
    answer = letters.reply(letter, writer, text)
    assert "\n> " in answer.get_content()
    with smtplib.SMTP("127.0.0.1", place.ports.inbound, timeout=SECONDS) as line:
        line.send_message(answer, from_addr=writer)


def send_page(url: str, typed: Typed, *, do: str = "send") -> httpx.Response:
    """Open a page, fill its form and press a button, as a browser does; return where that ends.

    As long as there is no place for all that somebody wants to type, they ask for one more line.
    """
    with httpx.Client(verify=False, trust_env=False, follow_redirects=True, timeout=SECONDS) as browser:
        shown = browser.get(url)
        assert shown.status_code == 200
        page = answers.Page(shown.text)
        while lacking := [field for field in typed if not page.takes(field)]:
            there = {field: given for field, given in typed.items() if page.takes(field)}
            shown = browser.post(url, data={**page.filled(there), "_do": "more"})
            assert shown.status_code == 200
            page = answers.Page(shown.text)
            assert page.takes(lacking[0]), f"there is no place for {lacking[0]}"
        return browser.post(url, data={**page.filled(typed), "_do": do})


def opened_page(url: str) -> answers.Page:
    """The form of a page, as somebody finds it."""
    return answers.Page(get(url).text)
