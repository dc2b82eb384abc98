"""The one gate: how far an answer reaches, and when unnamed answers are shown at all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.group import START, walking
from workflows import privacy
from workflows.kinds.kind import Cell
from workflows.programme import Column, Gate, Programme, Prompt, Step, Worksheet
from workflows.question import Audience, Question, Reveal
from workflows.walk import Answer, Round
from workflows.worksheets import table

WALKING = walking()

QUESTION = Question(id="q", kind="short_text", label="How is it?")
PEOPLE = ("ana", "bo", "dara", "eli", "fen")


def answers(count: int) -> tuple[Answer, ...]:
    return tuple(
        Answer(round="r1", person=who, revision=1, at=START, via="web", values={"q": f"words of {who}"})
        for who in PEOPLE[:count]
    )


@pytest.mark.parametrize(
    ("sees", "reaches"),
    [
        ("me", ("me",)),
        ("facilitators", ("me", "facilitators")),
        ("group", ("me", "facilitators", "group")),
        ("partner", ("me", "facilitators", "group", "partner")),
    ],
)
def test_an_answer_reaches_those_it_may_and_nobody_wider(sees: Audience, reaches: tuple[Audience, ...]) -> None:
    question = replace(QUESTION, sees=sees)
    every: tuple[Audience, ...] = ("me", "facilitators", "group", "partner")
    assert tuple(a for a in every if privacy.reaches(question, a)) == reaches
    assert [bool(privacy.shown(question, answers(5), a)) for a in every] == [a in reaches for a in every]


def test_named_answers_are_shown_with_their_person() -> None:
    assert [s.person for s in privacy.shown(QUESTION, answers(2), "group")] == ["ana", "bo"]


def test_unnamed_answers_wait_for_five_and_come_without_person_or_order() -> None:
    unnamed = replace(QUESTION, named=False)
    assert privacy.shown(unnamed, answers(4), "group") == ()
    told = privacy.shown(unnamed, answers(5), "group")
    assert {s.person for s in told} == {""}
    assert told == privacy.shown(unnamed, answers(5)[::-1], "group"), "the order of arrival tells nothing"


def test_an_answer_is_held_back_until_its_reader_answered_too_or_until_the_round_closed() -> None:
    own, closed = replace(QUESTION, reveal="own"), replace(QUESTION, reveal="closed")
    assert privacy.shown(own, answers(2), "group", closed=False, reader="eli") == ()
    assert len(privacy.shown(own, answers(2), "group", closed=False, reader="bo")) == 2
    assert privacy.shown(own, answers(2), "facilitators", closed=False) == (), "nobody looks early"
    assert privacy.shown(closed, answers(2), "group", closed=False, reader="bo") == ()
    assert len(privacy.shown(own, answers(2), "group")) == len(privacy.shown(closed, answers(2), "group")) == 2


def test_a_question_may_ask_for_more_than_five_but_never_for_fewer() -> None:
    assert privacy.shown(replace(QUESTION, named=False, minimum=2), answers(4), "group") == ()
    assert privacy.shown(replace(QUESTION, named=False, minimum=6), answers(5), "group") == ()


def test_a_cell_reaches_no_further_than_its_line() -> None:
    cells = (Question(id="a", kind="short_text", label="A"), replace(QUESTION, id="b", sees="facilitators"))
    lines = replace(QUESTION, kind="rows", columns=cells, sees="group")
    rows: list[dict[str, Cell]] = [{"a": "for all", "b": "for two"}]
    given = replace(answers(1)[0], values={"q": rows})
    [told] = privacy.shown(lines, (given,), "group")
    assert told.value == [{"a": "for all"}]
    assert privacy.of_line(replace(lines, sees="me"), cells[0]).sees == "me"


# --- properties: any answers, any questions, any reader -----------------------------------------------------------


CROWD = tuple(f"p{n}" for n in range(12))
SEES: st.SearchStrategy[Audience] = st.sampled_from(("me", "facilitators", "group", "partner"))
REVEAL: st.SearchStrategy[Reveal] = st.sampled_from(("at-once", "own", "closed"))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Question, tuple[Answer, ...]]:
    question = replace(
        QUESTION,
        sees=draw(SEES),
        named=draw(st.booleans()),
        reveal=draw(REVEAL),
        minimum=draw(st.integers(min_value=0, max_value=8)),
    )
    who = draw(st.lists(st.sampled_from(CROWD), unique=True))
    given = tuple(
        Answer(
            round="r1",
            person=person,
            revision=1,
            at=START + timedelta(minutes=draw(st.integers(min_value=0, max_value=90))),
            via="web",
            values={"q": f"secret of {person}"} if draw(st.booleans()) else {},
        )
        for person in who
    )
    return question, given


@given(asked(), SEES, st.booleans(), st.sampled_from(CROWD))
def test_whatever_is_asked_nothing_passes_the_gate_that_may_not(
    put: tuple[Question, tuple[Answer, ...]], audience: Audience, closed: bool, reader: str
) -> None:
    question, answers_ = put
    there = {a.person for a in answers_ if a.values}
    seen = privacy.shown(question, answers_, audience, closed=closed, reader=reader)
    told = {str(s.value).removeprefix("secret of ") for s in seen}
    assert told <= there
    if not privacy.reaches(question, audience):
        assert not seen
    if question.reveal == "closed" and not closed:
        assert not seen
    if question.reveal == "own" and not closed and reader not in {a.person for a in answers_}:
        assert not seen
    if not question.named:
        assert all(not s.person for s in seen)
        assert not seen or len(seen) >= max(5, question.minimum)
        assert list(seen) == sorted(seen, key=lambda s: str(s.value))
    gated = privacy.gated((question,), answers_, audience, closed=closed, reader=reader)
    assert {a.person for a in gated} == told, "a table holds what a list holds"


@given(asked(), st.sampled_from(CROWD))
def test_one_more_unnamed_answer_in_an_open_round_never_shows_alone(
    put: tuple[Question, tuple[Answer, ...]], newcomer: str
) -> None:
    question = replace(put[0], named=False, sees="group", reveal="at-once")
    before = tuple(a for a in put[1] if a.person != newcomer)
    late = Answer(
        round="r1", person=newcomer, revision=1, at=START + timedelta(days=1), via="web", values={"q": "the new one"}
    )
    old = privacy.shown(question, before, "group", closed=False)
    new = privacy.shown(question, (*before, late), "group", closed=False)
    assert len(new) - len(old) in (0, max(5, question.minimum))


@given(asked(), SEES)
def test_no_unnamed_answer_ever_stands_beside_a_name(
    put: tuple[Question, tuple[Answer, ...]], audience: Audience
) -> None:
    unnamed = replace(put[0], id="q", named=False)
    named = replace(QUESTION, id="n", sees="partner")
    both = tuple(replace(a, values={**a.values, "n": f"I am {a.person}"}) for a in put[1])
    mixed = Prompt(id="mixed", title="M", intro="", minutes=1, questions=(unnamed, named))
    sheet = Worksheet(
        id="s",
        title="S",
        intro="",
        prompt="mixed",
        name="n",
        columns=(Column(id="q", title="Q", question="q"), Column(id="n", title="N", question="n")),
    )
    step = Step(
        id="one",
        title="",
        read="",
        done="",
        prompts=(mixed,),
        worksheets=(sheet,),
        readings=(),
        milestones=(),
        gate=Gate(),
    )
    programme = Programme(id="p", version="1", title="P", credit="", locale="en", steps=(step,))
    bo = WALKING.members["bo"]
    walk = replace(
        WALKING,
        members={p: replace(bo, person=p) for p in CROWD},
        rounds=(
            Round(
                id="r1", prompt="mixed", step="one", number=1, opens_on=START.date(), closes_at=START, closed_at=START
            ),
        ),
        answers=both,
    )
    shown = table(walk, programme, sheet, audience)
    assert shown.headers == ("N",)
    assert "secret" not in str(shown.rows)
    alone = replace(sheet, columns=sheet.columns[:1], name="q")
    only = table(walk, programme, alone, audience)
    assert not any(person in row_id for person in CROWD for row_id in only.row_ids)
    assert len(only.rows) == 0 or len(only.rows) >= max(5, unnamed.minimum)
