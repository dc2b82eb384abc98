"""A mail reply is read as its writer meant it: numbers that name questions, and numbers that are somebody's words."""

import pytest

from worker.files import words as english
from workflows.errors import AskPerson
from workflows.programme import Prompt
from workflows.question import Question
from workflows.replying import from_reply

PROMPT = Prompt(
    id="p",
    title="T",
    intro="I",
    minutes=2,
    questions=(
        Question(id="norms", kind="long_text", label="What are your norms?"),
        Question(id="when", kind="short_text", label="When do you meet?"),
        Question(id="why", kind="long_text", label="Why?", required=False),
    ),
)


@pytest.mark.parametrize(
    ("reply", "typed"),
    [
        ("1: be kind\n2: Tuesdays", {"norms": "be kind", "when": "Tuesdays"}),
        (
            "Hi all,\n\n1. be kind\n2) Tuesdays\n(3) always",
            {"norms": "be kind", "when": "Tuesdays", "why": "always"},
        ),
        (
            "1: Our norms are\n1. be kind\n2. no names\n3: always",
            {"norms": "Our norms are\n1. be kind\n2. no names", "why": "always"},
        ),
        ("1: at night\n2: at\n2:30 pm we meet", {"norms": "at night", "when": "at 2:30 pm we meet"}),
        ("2: Tuesdays", {"when": "Tuesdays"}),
        ("1 - be kind\n2 - Tuesdays", {"norms": "be kind", "when": "Tuesdays"}),
        ("1: 3-5 people\n2: on day\n1-3", {"norms": "3-5 people", "when": "on day 1-3"}),
    ],
)
def test_numbers_name_questions_once_and_in_order(reply: str, typed: dict[str, str]) -> None:
    assert from_reply(english.load(), PROMPT, reply) == typed


def test_a_reply_that_names_no_question_is_asked_back() -> None:
    with pytest.raises(AskPerson) as asked:
        from_reply(english.load(), PROMPT, "We are kind and meet on Tuesdays.")
    assert "number of the question" in asked.value.problems[""]
