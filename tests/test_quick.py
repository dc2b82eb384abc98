# ruff: noqa: F811 - fixtures come in by their names
"""One tap is an answer where one tap is enough, and nothing that somebody wrote is lost by it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.prompt_home import ASKED_AT, FEEL, PROGRAMME, Story, began, labels, words
from tests.prompt_home import settings as house_settings
from tests.slack_front import add, harbour, state  # noqa: F401
from tests.slack_home import LocalSlack
from tests.small import CHECK, GOALS, LEDGER_AGREED, WORK, option, scale, stage
from worker.slack.app import build as build_slack
from worker.wiring import House, build
from workflows import quick
from workflows.programme import Prompt
from workflows.question import Condition, Question
from workflows.ticket import Ticket
from workflows.walk import Answer, Change

PICK = Question(id="pick", kind="choice", label="Which?", options=(option("one"), option("two")))
ASIDE = Question(id="aside", kind="long_text", label="Anything else?", required=False)


def asking(*questions: Question) -> Prompt:
    return replace(GOALS, questions=questions)


@pytest.mark.parametrize(
    ("prompt", "taps"),
    [
        (FEEL, ["yes", "no", "unsure"]),
        (asking(PICK), ["one", "two"]),
        (asking(ASIDE, PICK), ["one", "two"]),
        (asking(scale("much", "How much?")), ["1", "2", "3", "4", "5"]),
        (stage("d", "consent"), ["consent", "aside"]),  # an objection says what harm it sees
        (LEDGER_AGREED.prompts[0], ["1", "2", "3", "4", "5"]),
        (stage("d", "questions"), []),
        (asking(ASIDE), []),
        (asking(PICK, replace(PICK, id="other")), []),
        (asking(PICK, replace(ASIDE, required=True, when=Condition(question="pick", values=("two",)))), []),
        (asking(replace(PICK, options_from=("ledger",))), []),
        (asking(replace(PICK, options=tuple(option(name) for name in "abcdef"))), []),
        (asking(replace(scale("much", "How much?"), high=Decimal(6))), []),
        (asking(replace(PICK, kind="choices")), []),
        (asking(replace(PICK, options=())), []),
        (WORK, []),
        (CHECK, []),
    ],
)
def test_what_may_be_tapped(prompt: Prompt, taps: list[str]) -> None:
    assert [o.value for o in quick.options(prompt)] == taps


def test_a_tap_keeps_what_was_said_beside_it() -> None:
    before = Answer(
        round="r1",
        person="bo",
        revision=1,
        at=ASKED_AT,
        via="web",
        values={"fine": {"said": "no", "note": "I was ill."}, "more": "Soup"},
    )
    assert quick.tapped(FEEL, "unsure", before) == {"fine": {"said": "unsure", "note": "I was ill."}, "more": "Soup"}
    assert quick.tapped(FEEL, "yes", None) == {"fine": {"said": "yes", "note": ""}}
    assert quick.tapped(FEEL, "maybe", None) is None
    assert quick.tapped(stage("d", "consent"), "object", None) is None


# --- in Slack ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(state: str, harbour: LocalSlack) -> Iterator[House]:
    made = build(house_settings(state, harbour.api_url))
    yield made
    made.slack.close()


@pytest.fixture
def told(home: House, harbour: LocalSlack) -> Story:
    """Everybody was asked on Tuesday at nine."""
    home.redis.flushall()
    assert add(build_slack(home), harbour).status == 302
    begun = began(home, harbour)
    begun.until(ASKED_AT)
    return begun


def said(story: Story, name: str) -> tuple[int, object]:
    answer = story.walk.answer("r1", story.person(name))
    assert answer is not None
    return answer.revision, answer.values["fine"]


def about(story: Story, name: str) -> Ticket:
    return Ticket(workspace="T0HARBOUR", partnership=story.pid, person=story.person(name), subject="r1")


def test_one_tap_answers_and_the_message_shows_it_with_a_way_to_change_it(told: Story) -> None:
    (prompt,) = told.dms("bo")
    assert "One tap answers number 1. All the rest can be left out. To say more, press “Answer…”." in words(prompt)
    assert told.press("bo", prompt, "quick", "yes") is None
    told.settle()
    (shown,) = told.dms("bo")
    assert "Was it a good week? Yes" in words(shown).replace("*", "")
    assert labels(shown) == ["Change it", "See where we stand"]
    view = told.press("bo", shown, "change")
    assert view is not None
    chosen = [block["element"].get("initial_option") for block in view["blocks"] if block["type"] == "input"]
    assert chosen[0]["value"] == "yes", "the form shows what was tapped"
    assert "1 of 4 have answered." in words(told.channel()[-1])


def test_two_taps_before_the_message_changes_are_one_answer_and_the_same_twice_is_one(told: Story) -> None:
    (prompt,) = told.dms("bo")
    for choice in ("yes", "yes", "no", "no"):
        told.press("bo", prompt, "quick", choice)
    assert said(told, "bo") == (2, {"said": "no", "note": ""})
    told.settle()
    assert "Was it a good week? No" in words(told.dms("bo")[0]).replace("*", "")


def test_a_tap_loses_no_draft(told: Story) -> None:
    told.house.cases.keep_draft(about(told, "bo"), {"fine": "no", "fine.note": "I was", "more": "The new"})
    told.press("bo", told.dms("bo")[0], "quick", "yes")
    assert said(told, "bo") == (1, {"said": "yes", "note": ""})
    form = told.house.cases.answer_form(about(told, "bo"))
    assert form.typed == {"fine": "yes", "fine.note": "I was", "more": "The new"}
    assert "not sent yet" in " ".join(form.intro)


def test_a_late_tap_counts_like_a_late_form_and_one_after_the_step_is_told_kindly(told: Story) -> None:
    (bo,), (fen,) = told.dms("bo"), told.dms("fen")  # as they stood while the round was open
    told.until(datetime(2026, 12, 6, 10, tzinfo=UTC))
    told.press("bo", bo, "quick", "yes")
    told.settle()
    assert "It came after the closing time. It still counts" in words(told.dms("bo")[0])
    over = replace(told.walk.partnership, over=True)
    told.house.walks.change(told.pid, lambda walk: Change(partnership=over))
    before = told.walk
    view = told.press("fen", fen, "quick", "no")
    assert view is not None
    assert view["title"]["text"] == "Not counted"
    assert view["blocks"][0]["text"]["text"].startswith("This one is closed, so your tap was not counted.")
    assert told.walk == before


def test_a_tap_for_what_is_not_offered_any_more_changes_nothing(told: Story) -> None:
    (prompt,) = told.dms("bo")
    changed = replace(FEEL, questions=(replace(FEEL.questions[0], kind="choice", options=PICK.options),))
    step = replace(PROGRAMME.steps[0], prompts=(changed, *PROGRAMME.steps[0].prompts[1:]))
    told.reload(replace(PROGRAMME, steps=(step, *PROGRAMME.steps[1:])))
    view = told.press("bo", prompt, "quick", "yes")
    assert view is not None
    assert "This question has changed since." in view["blocks"][0]["text"]["text"]
    assert told.walk.answer("r1", told.person("bo")) is None
