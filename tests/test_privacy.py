"""The one gate: how far an answer reaches, and when unnamed answers are shown at all."""

from dataclasses import replace

import pytest

from tests.group import START, walking
from tests.test_engine import FIRST, answer, open_round
from worker.files import programmes
from workflows import privacy
from workflows.programme import Audience, Column, Question, Worksheet
from workflows.walk import Answer
from workflows.worksheets import table

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


def test_a_worksheet_leaves_out_columns_that_are_unnamed_or_for_fewer_eyes() -> None:
    five = programmes.load("five-steps")
    prompt = five.steps[0].prompts[0]
    first, second, third, *rest = prompt.questions
    mixed = replace(prompt, questions=(first, replace(second, named=False), replace(third, sees="facilitators"), *rest))
    step = replace(five.steps[0], prompts=(mixed, *five.steps[0].prompts[1:]))
    changed = replace(five, steps=(step, *five.steps[1:]))
    walk = answer(open_round(walking(), changed, FIRST), changed, "bo", at=START)
    columns = tuple(Column(title=q.id, question=q.id) for q in mixed.questions)
    sheet = Worksheet(id="s", title="S", prompt=mixed.id, columns=columns)
    assert table(walk, changed, sheet, "group").headers == (first.id, *(q.id for q in rest))
    assert table(walk, changed, sheet, "facilitators").headers == (first.id, third.id, *(q.id for q in rest))
