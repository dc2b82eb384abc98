"""Nothing that people write ever mentions anybody, forms a link, or becomes markup in Slack, on whatever surface.

Every renderer is looked at with hostile words in every place that holds words: messages of every kind, Home tabs,
modals, answers to commands, private replies, and what stands around them when they are sent.
"""

import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import slack_home
from tests.slack_home import BO, CHANNEL, TEAM, Moody, moody_slack, valkey
from worker.files import programmes, words
from worker.slack import commands
from worker.slack.blocks import render
from worker.slack.home import render_home
from worker.slack.limits import check
from worker.slack.modals import render_modal
from worker.slack.private_reply import reply_privately, show_privately
from worker.slack.send import Posting, Slack
from worker.slack.turns import Turns
from worker.store.connection import connect
from worker.store.pace import Pace
from workflows import command_answers, home, ids
from workflows.forms import Field, Form, Option
from workflows.message import (
    Action,
    Bullets,
    Facts,
    Heading,
    Link,
    Message,
    Numbered,
    Progress,
    Quote,
    Small,
    Text,
)
from workflows.messages import KINDS, examples

WORDS = words.load()
PROGRAMME = programmes.load_all()["five-steps"]
SPITE = (
    "<!channel> <!here> <!everyone> <@U0BO> <#C0PARTNERSHIPS> <!subteam^S0ALL|@all> <https://evil.example|click here> "
    "@channel @here @everyone #general https://evil.example *bold* _i_ ~s~ `code` ```block``` > quoted :bomb: "
    "&lt;!channel&gt; &amp;lt;!here&amp;gt; \u202egnihsif\u202c [md](https://evil.example) <!date^1^{date}|now>"
)
# What is read by machines: ids, addresses, kinds. The rest is read by people.
OPAQUE = ("id", "value", "url", "kind", "token", "other_token", "style", "page", "choice", "widget", "when", "locale")
RICH = ("rich_text_section", "rich_text_list", "rich_text_quote", "text", "link")


def spiteful(value: Any, text: str) -> Any:
    """`value` with `text` in every place that holds words."""
    if isinstance(value, str):
        return text
    if isinstance(value, Progress):
        return Progress(steps=tuple((text, state) for _, state in value.steps))
    if isinstance(value, Action):
        return replace(value, label=text, options=tuple((choice, text) for choice, _ in value.options))
    if isinstance(value, tuple):
        return tuple(spiteful(one, text) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in OPAQUE}
        wordy = {
            n: spiteful(v, text) for n, v in found.items() if (v and isinstance(v, str | tuple)) or is_dataclass(v)
        }
        return replace(cast(Any, value), **wordy)
    return value


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a payload."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from objects(inner)


def links(payload: Any) -> set[tuple[str, str]]:
    """Every link: where it leads, and what it says."""
    found = {(one["url"], one.get("text", "")) for one in objects(payload) if one.get("type") == "link"}
    return found | {(one["url"], "") for one in objects(payload) if one.get("type") == "button" and "url" in one}


def assert_harmless(payload: Mapping[str, Any], *, may_lead_to: frozenset[str] = frozenset()) -> None:
    """No word in `payload` does anything."""
    for one in objects(payload):
        kind = one.get("type")
        if kind == "mrkdwn":
            assert not set("<>") & set(one["text"])
            assert one["verbatim"] is True, "Slack would make links and mentions of plain words"
        elif kind == "plain_text":
            assert one["emoji"] is False
        elif kind in ("user", "usergroup", "broadcast", "channel", "emoji", "date", "color", "team"):
            raise AssertionError(f"a rich text element of kind {kind}")
        elif kind in ("rich_text", "rich_text_quote", "rich_text_list", "rich_text_section"):
            assert all(inner["type"] in RICH for inner in one["elements"])
    if isinstance(payload.get("text"), str):
        assert not set("<>") & set(payload["text"]), "a notification is mrkdwn"
    for url, says in links(payload):
        assert url in may_lead_to
        assert "://" not in says or says == url, "a link that says that it leads elsewhere"


def urls_of(value: Any) -> frozenset[str]:
    """Where the links of a value lead."""
    if isinstance(value, Link):
        return frozenset({value.url})
    if isinstance(value, tuple):
        return frozenset().union(*map(urls_of, value))
    if is_dataclass(value) and not isinstance(value, type):
        return frozenset().union(*(urls_of(getattr(value, f.name)) for f in fields(value)))
    return frozenset()


# --- messages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=[kind.KIND for kind in KINDS])
def test_a_message_of_any_kind_is_harmless_whatever_stands_in_it(kind: Any) -> None:
    message = spiteful(kind.example(WORDS, PROGRAMME), SPITE)
    assert message.subject == SPITE
    payload = render(message)
    check(payload, "message")
    assert_harmless(payload, may_lead_to=urls_of(message))


hostile = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="<>&!@#|*_~`:^ abU0", max_size=80),
    st.sampled_from(["<!channel>", "&lt;!here&gt;", "<@U0BO>", "@everyone", "https://evil.example", SPITE]),
)
ADDRESS = "https://example.org/read"


@given(hostile)
@example(SPITE)
@example("https://example.org@evil.example")
def test_a_message_of_every_part_is_harmless(text: str) -> None:
    label = text.strip() or "Answer"
    message = Message(
        kind="prompt",
        subject=text,
        parts=(
            Heading(text=text), Text(text=text), Small(text=text), Quote(text=text, who=text), Bullets(items=(text,)),
            Numbered(items=(text, text)), Facts(rows=((text, text),)), Progress(steps=((text, "now"),)),
            Link(label=text, url=ADDRESS), Link(label=text, url=text),
        ),
        actions=(
            Action(id="answer", label=label, value="T1/p1/bo/r1"),
            Action(id="later", label=label, value="T1/p1/bo/r1", options=(("a", label), ("b", "b"))),
        ),
    )  # fmt: skip
    payload = render(message)
    assert_harmless(payload, may_lead_to=frozenset({ADDRESS, text}))
    answer = commands.ephemeral(message)
    assert (answer["response_type"], answer["unfurl_links"], answer["unfurl_media"]) == ("ephemeral", False, False)
    assert_harmless(answer, may_lead_to=frozenset({ADDRESS, text}))


def test_what_a_command_answers_is_harmless() -> None:
    scene = examples.scene(WORDS, PROGRAMME)
    person = next(iter(scene.walk.members))
    for message in (
        command_answers.help_text(WORDS),
        command_answers.stranger(WORDS),
        command_answers.unasked(scene, person),
    ):
        assert_harmless(commands.ephemeral(spiteful(message, SPITE)), may_lead_to=urls_of(message))


# --- Home tabs and modals -------------------------------------------------------------------------------------------


@given(hostile)
@example(SPITE)
@settings(max_examples=10)
def test_a_home_tab_is_harmless(text: str) -> None:
    scene = examples.scene(WORDS, PROGRAMME)
    for person in scene.walk.members:
        value = spiteful(home.home_of(WORDS, (scene,), person, now=examples.NOW), text.strip() or "–")
        view = render_home(value)
        check(view, "home")
        assert_harmless(view, may_lead_to=urls_of(value))


def every_widget(text: str) -> Form:
    options = tuple(Option(value=f"v{n}", label=text, hint=text) for n in range(3))
    chosen: dict[str, str | tuple[str, ...]] = {
        "choice": "v1",
        "choices": ("v1",),
        "date": "2026-12-01",
        "zone": "Europe/Lisbon",
        "number": "3",
    }
    widgets = ("line", "lines", "number", "choice", "choices", "date", "people", "channel", "zone")
    asked = tuple(
        Field(
            id=f"f_{widget}", widget=cast(Any, widget), label=text, hint=text, placeholder=text, legend=text,
            required=False, options=options if widget.startswith("choice") else (),
        )
        for widget in widgets
    )  # fmt: skip
    typed: dict[str, str | tuple[str, ...]] = {
        f"f_{w}": chosen.get(w, text) for w in widgets if w not in ("people", "channel")
    }
    problems = {"": text, "f_line": text}
    return Form(
        id="answer", title=text, submit=text, fields=asked, intro=(text,), token="T1/p1/bo/r1", typed=typed,
        problems=problems, cancel=text, keep=text, more=text, other=text, other_token="T1/p1/bo/r1-short",
    )  # fmt: skip


@settings(max_examples=40)
@given(hostile.filter(lambda text: text.strip() != ""))
@example(SPITE)
def test_a_modal_is_harmless_and_gives_back_what_was_typed(text: str) -> None:
    view = render_modal(every_widget(text), notice=text, page=ADDRESS)
    check(view, "modal")
    assert_harmless(view, may_lead_to=frozenset({ADDRESS}))
    assert "mrkdwn" not in {one.get("type") for one in objects(view)}
    asked = {one.get("action_id"): one for one in objects(view) if "initial_value" in one}
    assert asked["f_lines"]["initial_value"] == text[:3000], "it is the person's own text, and theirs to change"


# --- what leaves ----------------------------------------------------------------------------------------------------


@pytest.fixture
def moody() -> Iterator[Moody]:
    with moody_slack() as server:
        server.answer = lambda method, body: (200, {}, {"ok": True, "channel": "D1", "ts": "1.1"})
        yield server


def test_nothing_unfolds_and_nobody_is_named_in_what_is_posted_and_edited(
    moody: Moody, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        at = slack_home.settings("redis://127.0.0.1:1", moody.url)
        slack = Slack(settings=at, tokens={TEAM: "xoxb-1"}.get, turns=Turns(Pace(connect(url)), local=True))
        message = Message(kind="prompt", subject=SPITE, parts=(Text(text=SPITE),))
        key = ids.delivery_id(partnership="p1", what="ask/r1/", person="bo", slot_ms=1, channel="slack")
        new = Posting(workspace=TEAM, delivery=key, to=BO, message=message)
        slack.post([new, replace(new, ref="D1:1.1"), replace(new, to=CHANNEL, thread="C1:1.1", broadcast=True)])
        slack.close()
    assert sorted(method for method, _ in moody.asked) == ["chat.postMessage", "chat.postMessage", "chat.update"]
    for _, body in moody.asked:
        said = {name: body[name] for name in ("parse", "link_names", "unfurl_links", "unfurl_media")}
        assert said == {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
        assert_harmless(body)
        assert body["metadata"] == {"event_type": "fairsteps_delivery", "event_payload": {"key": key}}
        assert "bo" not in key, "an opaque id, for everybody in the workspace can read it"
    (reply,) = [body for method, body in moody.asked if "thread_ts" in body]
    assert (reply["thread_ts"], reply["reply_broadcast"]) == ("1.1", True)


def test_a_private_reply_is_for_one_pair_of_eyes_and_harmless(moody: Moody) -> None:
    api = moody.url.replace("127.0.0.1", "localhost")
    message = Message(kind="prompt", subject=SPITE, parts=(Text(text=SPITE), Quote(text=SPITE, who=SPITE)))
    reply_privately(f"{api}hook", SPITE, api_url=api, tls=ssl.create_default_context())
    show_privately(f"{api}hook", message, api_url=api)
    assert len(moody.asked) == 2
    for _, body in moody.asked:
        assert body["response_type"] == "ephemeral"
        assert body["replace_original"] is False
        assert_harmless(body)
    reply_privately("https://evil.example/hook", SPITE, api_url=api, tls=ssl.create_default_context())
    assert len(moody.asked) == 2, "nothing goes to an address that is not Slack's"


def test_what_is_checked_can_fail() -> None:
    unsafe = ["<!channel>", "a > b"]
    for text in unsafe:
        with pytest.raises(AssertionError):
            assert_harmless(
                {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]}
            )
        with pytest.raises(AssertionError):
            assert_harmless({"text": text})
    with pytest.raises(AssertionError):
        assert_harmless({"elements": [{"type": "link", "url": ADDRESS, "text": "https://bank.example"}]},
                        may_lead_to=frozenset({ADDRESS}))  # fmt: skip
    with pytest.raises(AssertionError):
        assert_harmless(json.loads('{"type": "rich_text", "elements": [{"type": "broadcast", "range": "channel"}]}'))
