"""The form of a prompt as a value: follow-ups, lines, the short version, what a draft, an answer and prefill bring."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.group import walking
from worker.files import words as english
from workflows import asked, asking
from workflows.errors import AskPerson
from workflows.forms import Form, Option, Typed, is_called_for
from workflows.kinds.kind import Cell
from workflows.programme import Programme, Prompt
from workflows.question import Condition, Question
from workflows.replying import from_reply, is_skip
from workflows.ticket import Ticket
from workflows.walk import Answer, Round, Walk
from workflows.who_sees import who_sees

WORDS = english.load()
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TICKET = Ticket(workspace="T1", partnership="p1", person="bo", subject="r1")
WORK = (Option(value="welcome", label="Welcoming people"), Option(value="crisis", label="Being there in a crisis"))
PROMPT = Prompt(
    id="week",
    title="Your week",
    intro="What did you do?",
    minutes=4,
    questions=(
        Question(
            id="work",
            kind="rows",
            label="What did you do?",
            most=4,
            columns=(
                Question(id="activity", kind="choice", label="Work", options=WORK),
                Question(id="hours", kind="range", label="Hours", required=False),
            ),
        ),
        Question(id="tie", kind="yes_no", label="Any ties to the partner?"),
        Question(
            id="since", kind="date", label="Since when?", when=Condition(question="tie", values=("yes", "unsure"))
        ),
        Question(id="plan", kind="short_text", label="A plan?", required=False, prefill="last"),
    ),
    short=("tie", "since"),
    short_minutes=1,
)


def drawn(prompt: Prompt = PROMPT, **more: Any) -> Form:
    return asking.form(WORDS, prompt, **{"ticket": TICKET, "before": None, **more})


def answered(**values: Any) -> Answer:
    return Answer(round="r1", person="bo", revision=1, at=NOW, via="web", values=values)


def ids(form: Form) -> list[str]:
    return [f.id for f in form.fields]


FIRST_LINE = ["work.0.activity", "work.0.hours.low", "work.0.hours.high"]
FULL = {"work.0.activity": "crisis", "tie": "no"}


# --- follow-ups -----------------------------------------------------------------------------------------------------


def test_a_follow_up_says_when_it_is_meant_and_is_needed_only_then() -> None:
    form = drawn()
    since = next(f for f in form.fields if f.id == "since")
    assert (since.when, since.when_values, since.required) == ("tie", ("yes", "unsure"), False)
    assert since.hint.startswith("Only if you said “Yes” or “Not sure” to “Any ties to the partner?”.")
    assert not is_called_for(form, since)
    called = drawn(draft={"tie": "unsure"})
    since = next(f for f in called.fields if f.id == "since")
    assert since.required
    assert is_called_for(called, since)
    asking.values_of(PROMPT, FULL)
    with pytest.raises(AskPerson) as ask:
        asking.values_of(PROMPT, {**FULL, "tie": "yes"})
    assert set(ask.value.problems) == {"since"}


def test_what_is_typed_in_a_follow_up_that_is_not_meant_is_no_answer_and_is_not_lost() -> None:
    typed = {**FULL, "since": "2020-05-01"}
    assert "since" not in asking.values_of(PROMPT, typed)
    left = asking.left_over(PROMPT, typed)
    assert left == {"since": "2020-05-01"}
    again = drawn(before=answered(tie={"said": "no", "note": ""}), draft=left)
    assert again.typed["since"] == "2020-05-01"
    assert WORDS("forms.draft") not in again.intro, "everything that was asked is sent"


def test_a_follow_up_of_a_follow_up_waits_for_both() -> None:
    deeper = Question(id="who", kind="choice", label="Who?", options=WORK, when=Condition(question="a", values=("x",)))
    first = Question(
        id="a",
        kind="choice",
        label="A",
        options=(Option(value="x", label="X"),),
        when=Condition(question="tie", values=("yes",)),
    )
    prompt = replace(PROMPT, questions=(PROMPT.questions[1], first, deeper), short=())
    assert asking.values_of(prompt, {"tie": "no", "a": "x"}) == {"tie": {"said": "no", "note": ""}}
    with pytest.raises(AskPerson) as ask:
        asking.values_of(prompt, {"tie": "yes", "a": "x"})
    assert set(ask.value.problems) == {"who"}


# --- lines ----------------------------------------------------------------------------------------------------------


def test_there_is_one_line_more_than_are_filled_and_never_more_than_allowed() -> None:
    assert ids(drawn())[:3] == FIRST_LINE
    assert "work.1.activity" not in ids(drawn())
    one: Typed = {"work.0.activity": "crisis"}
    assert "work.1.activity" in ids(drawn(draft=one))
    assert "work.2.activity" not in ids(drawn(draft=one))
    shown = {**one, "work.1.activity": "", "work.2.activity": ""}
    assert "work.2.activity" in ids(drawn(draft=shown)), "what was shown stays"
    assert "work.3.activity" in ids(drawn(draft=shown, extra=1))
    full = drawn(draft=shown, extra=9)
    assert "work.4.activity" not in ids(full)
    assert (drawn().more, full.more) == ("Add a line", "")


@pytest.mark.parametrize(
    "name", ["work.999999999999.activity", "work.٣.activity", "work.-1.activity", "work.x", "work."]
)
def test_forged_names_of_lines_draw_nothing(name: str) -> None:
    assert ids(drawn(draft={name: "crisis"})) in (ids(drawn()), ids(drawn(extra=9)))


def test_two_hundred_lines_are_a_problem_and_not_a_fault() -> None:
    typed = {f"work.{n}.activity": "crisis" for n in range(200)} | {"tie": "no"}
    with pytest.raises(AskPerson) as ask:
        asking.values_of(PROMPT, typed)
    assert {name.partition(".")[0] for name in ask.value.problems} == {"work"}


# --- short and full -------------------------------------------------------------------------------------------------


def test_the_short_form_asks_less_and_loses_nothing() -> None:
    form = drawn(short=True)
    assert ids(form) == ["tie", "tie.note", "since"]
    assert "All questions" in form.other
    assert Ticket.decode(form.other_token).subject == "r1"
    full = drawn()
    assert "about 1 min" in full.other
    assert Ticket.decode(full.other_token).subject == "r1-short"
    before = answered(plan="to disclose", tie={"said": "no", "note": ""})
    values = asking.values_of(PROMPT, {"tie": "yes", "since": "2020-05-01"}, short=True, before=before)
    assert values["plan"] == "to disclose"
    assert values["tie"] == {"said": "yes", "note": ""}


def test_what_was_typed_in_the_full_form_outlives_a_short_answer() -> None:
    draft: Typed = {"plan": "half a tho", "tie": "no"}
    assert asking.left_over(PROMPT, {"tie": "no"}, short=True, draft=draft) == {"plan": "half a tho"}
    assert asking.left_over(PROMPT, {**FULL, "plan": ""}, draft=draft) == {}


def test_what_a_mail_reply_does_not_name_stays_a_draft() -> None:
    draft: Typed = {"plan": "half a tho", "tie": "no"}
    assert asking.left_over(PROMPT, {"tie": "no", "tie.note": ""}, draft=draft) == {"plan": "half a tho"}


def test_a_prompt_without_a_short_version_offers_none() -> None:
    form = drawn(replace(PROMPT, short=()), short=True)
    assert (form.other, form.other_token) == ("", "")
    assert len(form.fields) == len(drawn().fields)


# --- draft, answer, prefill -------------------------------------------------------------------------------------------


def test_a_draft_stands_over_the_answer_and_the_answer_over_prefill() -> None:
    before, prefill = answered(plan="answered"), {"plan": "prefilled"}
    assert drawn(prefill=prefill).typed["plan"] == "prefilled"
    assert drawn(before=before, prefill=prefill).typed["plan"] == "answered"
    form = drawn(before=before, draft={"plan": "drafted"})
    assert form.typed["plan"] == "drafted"
    assert WORDS("forms.draft") in form.intro
    assert WORDS("forms.draft") not in drawn(before=before, draft={"plan": "answered"}).intro
    emptied = drawn(before=before, draft={"plan": ""})
    assert "plan" not in emptied.typed, "what was emptied does not come back"


def walk_with(*answers: Answer, prompt: str = "week") -> Walk:
    rounds = tuple(
        Round(id=a.round, prompt=prompt, step="one", number=1, opens_on=NOW.date(), closes_at=NOW) for a in answers
    )
    return replace(walking(), rounds=rounds, answers=answers)


def programme() -> Programme:
    return Programme(id="p", version="1", title="P", credit="", locale="en", steps=())


def test_prefill_is_the_newest_answer_of_the_person_alone() -> None:
    old = replace(answered(plan="old"), round="r0", at=NOW.replace(hour=1))
    theirs = replace(answered(plan="of Ana"), person="ana")
    assert asking.prefilled(walk_with(old, answered(plan="new"), theirs), programme(), PROMPT, "bo") == {"plan": "new"}
    assert asking.prefilled(walk_with(theirs), programme(), PROMPT, "bo") == {}
    other = replace(PROMPT, id="next", questions=(replace(PROMPT.questions[3], prefill="week.plan"),))
    assert asking.prefilled(walk_with(answered(plan="new")), programme(), other, "bo") == {"plan": "new"}


def test_prefill_that_does_not_fit_any_more_is_left_out() -> None:
    pick = Question(id="plan", kind="choice", label="Plan", options=WORK, prefill="last")
    prompt = replace(PROMPT, questions=(pick,))
    for value in ("gone", 7, ["crisis"], {"said": "yes"}):
        assert asking.prefilled(walk_with(answered(plan=value)), programme(), prompt, "bo") == {}
    assert asking.prefilled(walk_with(answered(plan="crisis")), programme(), prompt, "bo") == {"plan": "crisis"}


# --- what only the walk knows -----------------------------------------------------------------------------------------


def test_people_are_those_who_take_part_and_no_observers() -> None:
    walk = walking()
    watching = replace(walk, members={**walk.members, "eli": replace(walk.members["eli"], role="observer")})
    prompt = replace(PROMPT, questions=(Question(id="keeper", kind="person", label="Keeper?"),))
    (question,) = asked.resolved(watching, programme(), prompt).questions
    assert [o.label for o in question.options] == ["Ana Ferreira", "Bo Lindqvist", "Dara Sharma", "Fen Okada"]


def test_money_is_in_the_currency_of_the_group_also_in_a_line() -> None:
    walk = walking()
    group = replace(walk.partnership.group, currency="EUR")
    walk = replace(walk, partnership=replace(walk.partnership, group=group))
    money = Question(id="cost", kind="money", label="Cost?")
    rows = Question(id="lines", kind="rows", label="Lines", columns=(money,))
    first, second = asked.resolved(walk, programme(), replace(PROMPT, questions=(money, rows))).questions
    assert (first.currency, second.columns[0].currency) == ("EUR", "EUR")
    assert asked.resolved(walk, programme(), PROMPT) is PROMPT


def test_when_an_answer_reaches_others_is_said() -> None:
    closed = replace(PROMPT, questions=tuple(replace(q, reveal="closed") for q in PROMPT.questions))
    assert who_sees(WORDS, closed).endswith(WORDS("forms.closed"))
    assert WORDS("forms.closed") not in who_sees(WORDS, PROMPT)


# --- replies ----------------------------------------------------------------------------------------------------------


def test_a_reply_names_each_question_by_number_and_may_leave_some_out() -> None:
    typed = from_reply(
        WORDS, PROMPT, "1: crisis; 3 to 5\nwelcome; 1\n2: yes, my brother works there\n3: skip\n4: Pass."
    )
    assert typed["work.0.activity"] == "crisis"
    assert typed["work.1.activity"] == "welcome"
    assert typed["tie"] == "yes"
    assert not any(name.startswith(("since", "plan")) for name in typed)


def test_new_lines_take_the_place_of_all_old_ones() -> None:
    before = answered(work=[{"activity": "welcome"}, {"activity": "crisis"}], tie={"said": "no", "note": "old note"})
    typed = {**asking.typed_of(PROMPT, before.values), **from_reply(WORDS, PROMPT, "1: crisis; 2\n2: no")}
    values = asking.values_of(PROMPT, typed, before=before)
    assert values["work"] == [{"activity": "crisis", "hours": {"low": "2", "high": "2"}}]
    assert values["tie"] == {"said": "no", "note": ""}


@pytest.mark.parametrize("text", ["skip", " Skip. ", "SKIP THIS", "pass"])
def test_a_word_leaves_all_of_it_out(text: str) -> None:
    assert is_skip(WORDS, text)
    assert not is_skip(WORDS, f"{text} the salt")


def test_the_short_form_of_lines_asks_only_what_a_line_needs_and_keeps_the_rest() -> None:
    columns = (
        Question(id="task", kind="short_text", label="What?"),
        Question(id="thanks", kind="short_text", label="What came back?", required=False),
    )
    work = Question(id="work", kind="rows", label="Work", columns=columns)
    other = Question(id="more", kind="short_text", label="More?", required=False)
    prompt = Prompt(id="p", title="P", intro="I", minutes=3, questions=(work, other), short=("work",), short_minutes=1)
    assert [c.id for c in asking.asked_of(prompt, short=True)[0].columns] == ["task"]
    stored: list[dict[str, Cell]] = [{"task": "Hello", "thanks": "A smile"}, {"task": "Posts", "thanks": "A cake"}]
    before = Answer(round="r1", person="bo", revision=1, at=NOW, via="web", values={"work": stored})
    typed = {"work.0.task": "Hello!", "work.1.task": ""}
    values = asking.values_of(prompt, typed, short=True, before=before)
    assert values == {"work": [{"task": "Hello!", "thanks": "A smile"}]}, (
        "what was not shown stays; an emptied line goes"
    )
    cell = {"work.0.thanks": "A long smile"}
    left = asking.left_over(prompt, {"work.0.task": "Hello!"}, short=True, draft={"work.0.task": "Hel", **cell})
    assert left == cell, "typed in the full form and not shown in the short one: it waits as a draft"
