# ruff: noqa: F811 - fixtures come in by their names
"""People choose a shortcut: what waits opens, a message is kept with its author's yes, and what goes wrong is said."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.slack_front import (  # noqa: F401
    app,
    everything,
    front,
    harbour,
    house,
    installed,
    newest_view,
    post,
    state,
    ticket,
    token_of,
)
from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    DARA,
    ELI,
    FEN,
    TEAM,
    LocalSlack,
    interaction,
    moody_slack,
    press,
    sending,
)
from tests.slack_home import signed as sign
from tests.slack_walk import another, begun, done, on_message, opened, person, said, shortcut, typed
from tests.test_slack_away import without_state, without_walks
from worker.files import words as english
from worker.slack.app import FairstepsApp, build
from worker.slack.http import Answer
from worker.slack.keep_form import CARRIED_CHARS, Carried
from worker.slack.limits import check
from worker.slack.unmarked import unmarked
from worker.wiring import House
from workflows import hosting, keeping
from workflows.walk import Change, Kept, Walk

WORDS = english.load()
PROMISE = "Nobody gets our list before we have signed"


def choose(app: FairstepsApp, harbour: LocalSlack, body: dict[str, Any]) -> dict[str, Any]:
    """Somebody chooses a shortcut, with a trigger that works; return the modal that opens."""
    trigger = harbour.trigger(token_of(app.house), body["user"]["id"])
    assert post(app, interaction({**body, "trigger_id": trigger})).status == 200
    view = newest_view(harbour)
    assert view["user_id"] == body["user"]["id"]
    return view


def keep_as(kind: str, *, note: str = "", partnership: str = "") -> dict[str, Any]:
    which = {"partnership": {"type": "static_select", "selected_option": {"value": partnership}}} if partnership else {}
    return {
        **which,
        "kind": {"type": "radio_buttons", "selected_option": {"value": kind}},
        "note": {"type": "plain_text_input", "value": note or None},
    }


def send(app: FairstepsApp, view: dict[str, Any], values: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = post(app, interaction(sending(view, values, **more)))
    assert answer.status == 200
    body: dict[str, Any] = json.loads(answer.body if answer.body.startswith("{") else "{}")
    if "view" in body:
        check(body["view"], "modal")
    return body


def says(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def kept_of(house: House, walk: str) -> tuple[Kept, ...]:
    return house.walks.get(walk).partnership.kept


def to(harbour: LocalSlack, user: str) -> list[dict[str, Any]]:
    return [m for m in harbour.messages() if m.get("dm_with") == user]


def questions(harbour: LocalSlack, user: str, kept: Kept) -> list[dict[str, Any]]:
    """The messages to somebody that are about one kept message: the local Slack remembers those of other stories."""
    return [m for m in to(harbour, user) if f"keep.{kept.id}" in json.dumps(m["blocks"])]


# --- answer what waits ------------------------------------------------------------------------------------------------


def test_what_waits_opens_from_anywhere(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    nothing = choose(installed, harbour, shortcut("answer_waiting"))
    assert "Nothing waits for you" in says(nothing)
    assert "The next questions come on" in says(nothing)
    opened(house, walk)
    view = choose(installed, harbour, shortcut("answer_waiting"))
    assert (view["callback_id"], view["private_metadata"].split("/")[1]) == ("answer", walk)


def test_of_several_walks_one_is_chosen_first(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    other = another(house, walk)
    opened(house, walk)
    opened(house, other)
    view = choose(installed, harbour, shortcut("answer_waiting"))
    assert view["callback_id"] == "first_waiting"
    options = view["blocks"][0]["element"]["options"]
    assert {o["value"] for o in options} == {walk, other}
    chosen = {"partnership": {"type": "radio_buttons", "selected_option": {"value": other}}}
    for _ in range(2):
        answer = send(installed, view, chosen)
        assert answer["response_action"] == "update"
        assert answer["view"]["private_metadata"].startswith(ticket(other, BO, "r"))
    assert send(installed, view, chosen, user=ELI)["response_action"] == "errors"
    assert send(installed, view, chosen, team="T0OTHER").get("response_action") != "update"
    gone = {"partnership": {"type": "radio_buttons", "selected_option": {"value": "a/b"}}}
    assert send(installed, view, gone)["response_action"] == "errors"


def test_whoever_has_not_said_yes_finds_the_question_and_a_stranger_where_to_begin(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    begun(installed, harbour)
    assert choose(installed, harbour, shortcut("answer_waiting", user=DARA))["callback_id"] == "consent"
    stranger = choose(installed, harbour, shortcut("answer_waiting", user=FEN))
    assert "Type /fairsteps" in says(stranger)


def test_whoever_was_taken_out_learns_where_to_begin(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)

    def out(there: Walk) -> Change:
        return hosting.taken_out(there, person(DARA), by=person(ANA), now=house.clock.now())

    assert house.walks.change(walk, out).members[person(DARA)].taken_out
    view = choose(installed, harbour, shortcut("answer_waiting", user=DARA))
    assert "Type /fairsteps" in says(view)


def test_an_old_trigger_opens_nothing_and_hurts_nothing(installed: FairstepsApp, harbour: LocalSlack) -> None:
    begun(installed, harbour)
    views = len(harbour.views())
    assert post(installed, interaction(shortcut("answer_waiting", trigger="1.2.used"))).status == 200
    assert len(harbour.views()) == views


# --- keep a message ---------------------------------------------------------------------------------------------------


def test_bo_keeps_what_eli_wrote_and_eli_who_takes_no_part_says_yes_and_takes_it_back(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    words = f"<@{ANA}> told us: *{PROMISE}* &amp; <https://tidewater.example.org|more>"
    view = choose(installed, harbour, on_message(said(words)))
    plain = f"Ana told us: {PROMISE} & more (https://tidewater.example.org)"
    assert plain in says(view)
    sent = send(installed, view, keep_as("promise", note="Said before all of us"))
    assert "We ask Eli now." in says(sent["view"])
    (kept,) = kept_of(house, walk)
    assert (kept.state, kept.text, kept.author, kept.by) == ("asked", plain, person(ELI), person(BO))
    done(house)
    (question,) = questions(harbour, ELI, kept)
    actions = question["blocks"][-1]["elements"]
    assert [a["action_id"] for a in actions] == ["keep_yes", "keep_no"]
    for user in (BO, ANA, FEN):
        post(installed, interaction(press("keep_yes", actions[0]["value"], user=user)))
    assert kept_of(house, walk) == (kept,), "nobody says yes for Eli"
    yes = interaction(press("keep_yes", actions[0]["value"], user=ELI))
    headers = sign(yes)
    assert [post(installed, yes, headers).status for _ in range(3)] == [200] * 3
    (given_,) = kept_of(house, walk)
    assert (given_.state, given_.text) == ("given", plain)
    done(house)
    (question,) = questions(harbour, ELI, kept)
    assert question["text"].startswith("You said yes.")
    assert [a["action_id"] for a in question["blocks"][-1]["elements"]] == ["keep_no"]
    assert any("Eli said yes" in json.dumps(m["blocks"]) for m in to(harbour, BO))
    post(installed, interaction(press("keep_no", actions[0]["value"], user=ELI)))
    (dropped,) = kept_of(house, walk)
    assert (dropped.state, dropped.text, dropped.note) == ("refused", "", "")
    done(house)
    assert plain not in json.dumps([m for m in to(harbour, ELI) if m["text"].startswith("It is not kept")])


def test_the_same_modal_sent_again_keeps_it_once(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    view = choose(installed, harbour, on_message(said(PROMISE)))
    body = interaction(sending(view, keep_as("incident")))
    headers = sign(body)
    assert [post(installed, body, headers).status for _ in range(3)] == [200] * 3
    again = choose(installed, harbour, on_message(said(PROMISE), user=ANA))
    told = send(installed, again, keep_as("incident"), user=ANA)
    assert "Somebody asked about this message already." in says(told["view"])
    (kept,) = kept_of(house, walk)
    done(house)
    done(house)
    assert len(questions(harbour, ELI, kept)) == 1


def test_a_members_own_words_are_kept_at_once_and_can_be_taken_back_there(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    message = said("I will bring the list on Friday.", user=BO, ts="1732300001.000200")
    view = choose(installed, harbour, on_message(message))
    assert "These are your own words" in says(view)
    assert "Everyone who takes part" in says(send(installed, view, keep_as("promise"))["view"])
    (kept,) = kept_of(house, walk)
    assert (kept.state, kept.kind) == ("given", "promise")
    done(house)
    assert questions(harbour, BO, kept) == []
    again = choose(installed, harbour, on_message(message))
    assert "You kept this before, as A promise." in says(again)
    send(installed, again, keep_as("drop"))
    (dropped,) = kept_of(house, walk)
    assert (dropped.state, dropped.text) == ("refused", "")
    assert "nothing of yours" in says(send(installed, again, keep_as("drop"))["view"])


def test_who_asked_takes_it_back_in_the_same_place_and_the_question_says_so(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    message = said(PROMISE, ts="1732300002.000300")
    send(installed, choose(installed, harbour, on_message(message)), keep_as("evidence"))
    (kept,) = kept_of(house, walk)
    done(house)
    (before,) = questions(harbour, ELI, kept)
    send(installed, choose(installed, harbour, on_message(message)), keep_as("drop"))
    assert [(k.state, k.text) for k in kept_of(house, walk)] == [("withdrawn", "")]
    done(house)
    assert questions(harbour, ELI, kept) == []
    after = next(m for m in to(harbour, ELI) if m["ts"] == before["ts"])
    assert after["text"].startswith("It is not needed any more")
    pressed = press("keep_yes", before["blocks"][-1]["elements"][0]["value"], user=ELI)
    trigger = harbour.trigger(token_of(house), ELI)
    assert post(installed, interaction({**pressed, "trigger_id": trigger})).status == 200
    assert newest_view(harbour)["title"]["text"] == "That did not work"
    assert [k.state for k in kept_of(house, walk)] == ["withdrawn"]


@pytest.mark.parametrize(
    ("message", "word"),
    [
        (said("Deploy done", bot_id="B1", user="U0BOT"), "We can't ask whoever wrote this"),
        ({"type": "message", "subtype": "bot_message", "bot_id": "B1", "ts": "1.1", "text": "x"}, "We can't ask"),
        (said("x", app_id="A1"), "We can't ask"),
        (said("Hello", user="USLACKBOT"), "We can't ask"),
        (said("<@U0ELI> has joined the channel", subtype="channel_join"), "We can't ask"),
        (said(""), "There are no words"),
        (said("  \n "), "There are no words"),
    ],
)
def test_what_has_no_author_or_no_words_is_refused_kindly(
    installed: FairstepsApp, house: House, harbour: LocalSlack, message: dict[str, Any], word: str
) -> None:
    walk = begun(installed, harbour)
    view = choose(installed, harbour, on_message(message))
    assert word in says(view)
    assert not view.get("submit")
    assert kept_of(house, walk) == ()


@pytest.mark.parametrize("author", ["U0CHI", DARA])
def test_whoever_is_gone_or_was_promised_quiet_is_not_asked(
    installed: FairstepsApp, house: House, harbour: LocalSlack, author: str
) -> None:
    walk = begun(installed, harbour)
    view = choose(installed, harbour, on_message(said(PROMISE, user=author)))
    answer = send(installed, view, keep_as("promise"))
    assert answer["errors"]["kind"].startswith("We can't ask whoever wrote this")
    assert kept_of(house, walk) == ()


def test_only_who_takes_part_keeps_anything(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    assert "say first whether you take part" in says(choose(installed, harbour, on_message(said(PROMISE), user=DARA)))
    assert "you need to take part" in says(choose(installed, harbour, on_message(said(PROMISE), user=FEN)))
    view = choose(installed, harbour, on_message(said(PROMISE)))
    before = everything(house)
    for changed in (
        sending(view, keep_as("promise"), user=ANA),
        sending(view, keep_as("promise"), user=FEN),
        sending(view, keep_as("promise"), team="T0OTHER"),
        sending({**view, "private_metadata": ""}, keep_as("promise")),
        sending({**view, "private_metadata": "[1,2]"}, keep_as("promise")),
        sending({**view, "private_metadata": ticket(walk, BO, "")}, keep_as("promise")),
        sending(view, keep_as("murder")),
        sending(view, {}),
        sending(view, keep_as("promise", note="n" * 301)),
    ):
        assert post(installed, interaction(changed)).status == 200
    assert everything(house) == before


def test_of_several_walks_that_of_the_channel_stands_ready(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    other = another(house, walk)
    for channel, ready in ((CHANNEL, walk), ("C0OTHER", other)):
        view = choose(installed, harbour, on_message(said(PROMISE), channel=channel))
        which = next(b for b in view["blocks"] if b.get("block_id") == "partnership")
        assert which["element"]["initial_option"]["value"] == ready
    assert send(installed, view, keep_as("promise"))["response_action"] == "errors"
    send(installed, view, keep_as("promise", partnership=walk))
    assert len(kept_of(house, walk)) == 1
    assert kept_of(house, other) == ()
    assert send(installed, view, keep_as("promise", partnership="pgone"))["response_action"] == "errors"


def test_a_very_long_message_is_kept_as_far_as_it_is_shown(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    view = choose(installed, harbour, on_message(said('# شكراً 💚 "words" ' * 2500)))
    assert "Only its beginning is kept" in says(view)
    send(installed, view, keep_as("evidence"))
    (kept,) = kept_of(house, walk)
    assert len(kept.text) <= keeping.TEXT_CHARS
    assert kept.text.endswith("…")
    assert json.dumps(kept.text, ensure_ascii=False)[1:40] in says(view)


# --- bad days ---------------------------------------------------------------------------------------------------------


def test_a_trigger_that_is_too_old_gets_a_private_word(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    with moody_slack() as slack:
        there = at(house, slack.url)

        def answer(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
            return 200, {}, {"ok": False, "error": "expired_trigger_id"} if method == "views.open" else {"ok": True}

        slack.answer = answer
        address = slack.url.replace("127.0.0.1", "localhost")
        body = on_message(said(PROMISE), response_url=f"{address}hook")
        assert post(there, interaction(body)).status == 200
    (word,) = slack.of("hook")
    assert word["text"].startswith("Slack waited too long")
    assert (word["response_type"], word["replace_original"]) == ("ephemeral", False)
    assert kept_of(house, walk) == ()


def at(house: House, url: str) -> FairstepsApp:
    address = url.replace("127.0.0.1", "localhost")
    return build(replace(house, settings=house.settings.model_copy(update={"slack_api_url": address})))


@pytest.mark.parametrize("broken", [without_state, without_walks])
def test_redis_gone_is_said_in_private_and_a_modal_keeps_its_words(
    installed: FairstepsApp, house: House, harbour: LocalSlack, broken: Any
) -> None:
    walk = begun(installed, harbour)
    view = choose(installed, harbour, on_message(said(PROMISE)))
    gone = broken(house)
    assert post(gone, interaction(shortcut("answer_waiting"))).status in (200, 503)
    assert post(gone, interaction(on_message(said(PROMISE)))).status in (200, 503)
    answer = send(gone, view, keep_as("promise"))
    assert answer["response_action"] == "errors"
    assert "Your words are still here" in answer["errors"]["kind"]
    assert kept_of(house, walk) == ()


@pytest.mark.parametrize("missing", ["team", "user", "callback_id", "trigger_id", "channel", "message"])
@pytest.mark.parametrize("instead", [None, "x", 7, [], {}])
def test_a_shortcut_of_no_shape_that_slack_sends_hurts_nothing(
    installed: FairstepsApp, house: House, harbour: LocalSlack, missing: str, instead: Any
) -> None:
    before = everything(house)
    for body in (on_message(said(PROMISE)), shortcut("answer_waiting")):
        assert answered(post(installed, interaction({**body, missing: instead})))
        assert answered(post(installed, interaction({k: v for k, v in body.items() if k != missing})))
    assert everything(house) == before


def answered(answer: Answer) -> bool:
    return answer.status in (200, 400)


@pytest.mark.parametrize("ts", ["", "yesterday", "1.2.3", "99999999999999.1", "-1.1", "1732300000"])
def test_a_message_of_no_time_is_turned_away(installed: FairstepsApp, harbour: LocalSlack, ts: str) -> None:
    assert post(installed, interaction(on_message(said(PROMISE, ts=ts)))).status == 400


def test_what_nobody_knows_is_taken_without_a_fuss(installed: FairstepsApp) -> None:
    assert post(installed, interaction(shortcut("shortcut_of_tomorrow"))).status == 200
    assert post(installed, typed("x", command="/tomorrow")).status == 200


def test_two_workspaces_of_like_ids_never_meet(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    before = house.walks.get(walk)
    team = {"id": "T0OTHER", "domain": "other"}
    for body in (shortcut("answer_waiting", team="T0OTHER"), on_message(said(PROMISE), team=team)):
        answer = post(installed, interaction(body))
        assert answer.status == 200
        assert "Harbour" not in answer.body
    view = choose(installed, harbour, on_message(said(PROMISE)))
    send(installed, view, keep_as("promise"))
    (kept,) = kept_of(house, walk)
    value = ticket(walk, ELI, f"keep.{kept.id}")
    assert post(installed, interaction(press("keep_yes", value, user=ELI, team="T0OTHER"))).status == 200
    assert kept_of(house, walk) == (kept,)
    assert house.walks.get(walk).partnership.id == before.partnership.id
    assert kept_team(house, walk) == TEAM


def kept_team(house: House, walk: str) -> str:
    return house.walks.get(walk).partnership.workspace


# --- words without signs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("*Bold* and _slanted_ and ~gone~, `code`", "Bold and slanted and gone, code"),
        ("2*3*4 and snake_case_name stay", "2*3*4 and snake_case_name stay"),
        ("<@U1> asked <@U2|Zed> and <@U3>", "Bo Lindqvist asked Zed and somebody"),
        ("in <#C1|general> and <#C2>", "in #general and a channel"),
        ("<!channel> <!here> <!subteam^S1|@helpers> <!subteam^S2>", "everybody everybody helpers a group of people"),
        ("<https://x.example.org> <https://x.example.org|x.example.org>", "https://x.example.org x.example.org"),
        ("<https://evil.example.org|https://bank.example.org>", "https://bank.example.org (https://evil.example.org)"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org"),
        ("&lt;@U1&gt; &amp;amp; 5 &gt; 3", "<@U1> &amp; 5 > 3"),
        ("&gt; quoted\nplain", "quoted\nplain"),
        ("```\ncode\n```", "code"),
        ("שלום *עולם* 💚", "שלום עולם 💚"),
        ("<!date^1392734382^{date}|18 February 2014>", "18 February 2014"),
    ],
)
def test_slacks_signs_become_plain_words(raw: str, plain: str) -> None:
    assert unmarked(WORDS, raw, name=lambda user: {"U1": "Bo Lindqvist"}.get(user, "")) == plain


@given(st.text(max_size=300))
def test_whatever_somebody_wrote_reads_as_words(raw: str) -> None:
    assert isinstance(unmarked(WORDS, raw, name=lambda user: ""), str)


def test_the_worst_of_texts_is_read_at_once() -> None:
    for nasty in (" *a" * 4000, "<" * 12_000, "`" * 12_000, "&gt;" * 3000, "_ _" * 4000):
        assert unmarked(WORDS, nasty, name=lambda user: "") is not None


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from('a#"\\\n💚 ש'), min_size=1, max_size=4000).filter(str.strip))
def test_what_a_modal_carries_comes_back_and_fits(text: str) -> None:
    whole = Carried(by="U0BO", partnership="p1", channel="C1", ts="1732300000.000100", author="U0ELI", text=text)
    carried = whole.fitting()
    token = carried.to_token()
    assert len(token) <= CARRIED_CHARS
    assert "#" not in token
    assert Carried.from_token(token) == carried
    assert text.strip().startswith(carried.text.removesuffix("…")[:20].rstrip())
