"""Short answers in a row find their questions; where they could be meant otherwise, the person is asked."""

from decimal import Decimal

import pytest

from worker.files import words as english
from workflows.errors import AskPerson
from workflows.programme import Prompt
from workflows.question import Question
from workflows.replying import from_reply

WORDS = english.load()


def _prompt(*kinds: str) -> Prompt:
    labels = ("Is there a new tie?", "Do all of us know of it?", "Would you like to say more?")
    questions = tuple(
        Question(
            id=f"q{n}",
            kind=kind,
            label=label,
            low=Decimal(1),
            high=Decimal(5),
            low_label="low",
            high_label="high",
            required=n == 1,
        )
        for n, (kind, label) in enumerate(zip(kinds, labels, strict=False), start=1)
    )
    return Prompt(id="p", title="T", intro="I", minutes=2, questions=questions)


THREE = _prompt("yes_no", "yes_no", "yes_no")
MARKS = _prompt("scale", "scale", "scale")
FREE = _prompt("short_text", "short_text")
CONSENT = _prompt("consent")
MIXED = _prompt("scale", "long_text")


def said(prompt: Prompt, text: str) -> dict[str, object]:
    return {name: value for name, value in from_reply(WORDS, prompt, text).items() if value}


@pytest.mark.parametrize(
    "text",
    [
        "yes\nno\nnot sure",
        "yes, no, not sure",
        "1 yes, 2 no, 3 not sure",
        "1 yes\n2 no\n3 not sure",
        "1: yes 2: no 3: ?",
    ],
)
def test_short_answers_in_a_row_are_those_of_the_questions(text: str) -> None:
    assert said(THREE, text) == {"q1": "yes", "q2": "no", "q3": "unsure"}


def test_marks_in_a_row_and_a_word_for_all() -> None:
    assert said(MARKS, "4, 3, 3") == {"q1": "4", "q2": "3", "q3": "3"}
    assert said(CONSENT, "Je suis d’accord.") == {"q1": "consent"}
    assert said(THREE, "No to all three.") == {"q1": "no", "q2": "no", "q3": "no"}
    assert said(FREE, "First: the night team\nSecond: the list") == {"q1": "the night team", "q2": "the list"}
    assert said(MIXED, "1) 4 2) A break in August") == {"q1": "4", "q2": "A break in August"}
    assert said(FREE, "Is there a new tie?\nA cousin.\nDo all of us know of it?\nI think so.") == {
        "q1": "A cousin.",
        "q2": "I think so.",
    }


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        (THREE, "yes, no"),  # to two of three
        (THREE, "1\n2\n3"),  # the numbers of the questions, or of the answers
        (THREE, "1 2 1"),
        (THREE, "yes\nno\nI moved house"),
        (THREE, "yes to both"),
        (MARKS, "1, 2, 3"),
        (MARKS, "4, 3"),
        (MARKS, "2 4\n1 3"),  # two before one
        (MARKS, "1 4\n2 9"),
        (FREE, "1: time 2: nowhere"),
        (FREE, "1. the post 2. nobody"),
        (FREE, "Two things come to mind:\n1. People\n2. Cake"),
        (FREE, "1: People\n3: hello"),  # there is no third question
        (FREE, "Many thanks!"),
        (THREE, "1: yes\n2: no\n\nPS: Bo knows more about 3"),
        (THREE, "1: yes or no, who knows"),
        (CONSENT, "Consent? No way."),
        (CONSENT, "1 or 2"),
        (CONSENT, "consent / object"),
        (CONSENT, "De acuerdo con casi nada"),
        (FREE, "1. My cousin\n2. March 2024"),
        (FREE, "2 doctors\n3 nurses"),
    ],
)
def test_what_could_be_meant_otherwise_is_asked_back(prompt: Prompt, text: str) -> None:
    with pytest.raises(AskPerson):
        said(prompt, text)


def test_a_number_within_an_answer_stays_there_where_its_question_is_answered_below() -> None:
    assert said(FREE, "1. We are at stage 2. It hurts\n2. A year") == {
        "q1": "We are at stage 2. It hurts",
        "q2": "A year",
    }
