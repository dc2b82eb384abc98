"""Yes and no by mail, in the languages people answer in: strictly, and never out of a longer sentence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.files import words as english
from workflows import replying
from workflows.errors import AskPerson
from workflows.programme import Prompt
from workflows.question import Question
from workflows.replying import from_reply

WORDS = english.load()
PROMPT = Prompt(
    id="p",
    title="T",
    intro="I",
    minutes=2,
    questions=(
        Question(id="tie", kind="yes_no", label="Is there a new tie?"),
        Question(id="hours", kind="range", label="How many hours?", unit="hours", required=False),
        Question(id="day", kind="date", label="Since when?", required=False),
        Question(id="words", kind="long_text", label="What else should we know?", required=False),
    ),
)
LONE = Prompt(id="l", title="T", intro="I", minutes=1, questions=PROMPT.questions[:1])


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "yes!",
        "YES.",
        "Yes please",
        "Hello,\n\nyes, I agree.\n\nThank you",
        "Hi Ana, yes",
        "1: yes",
        "Ja, gerne!",
        "Liebe Ana,\n\nja, ich bin dabei.",
        "Sí, acepto",
        "Oui, je suis d’accord.",
        "Bonjour, oui",
        "Sim, concordo.",
        "نعم، أوافق",
        "はい、同意します。",
        "> Will you take part?\n\nyes",
    ],
)
def test_a_mail_that_says_yes_and_no_more_is_a_yes(text: str) -> None:
    assert replying.said(WORDS, text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No, thank you.",
        "Nein, danke",
        "Hola,\n\nno, gracias",
        "Non merci",
        "não",
        "لا شكرا",
        "いいえ、結構です。",
    ],
)
def test_a_mail_that_says_no_and_no_more_is_a_no(text: str) -> None:
    assert replying.said(WORDS, text) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "> yes",
        "yes\nno",
        "Yes, but not with my name",
        "I would say yes if it were shorter",
        "yes?",
        "Did you mean yes or no?",
        "Ja, aber erst im Mai",
        "Oui et non",
        "No sé",
        "yesterday",
        "👍",
        "Hello Ana",
        "yes " * 400,
    ],
)
def test_a_yes_within_other_words_is_none(text: str) -> None:
    assert replying.said(WORDS, text) is None


@pytest.mark.parametrize(
    "text",
    ["Yes please!\n\nBo", "Yes, gladly\n\nBo Lindqvist", "yes\nBo L.", "Hello Ana,\n\nyes\n\nThank you\nbo"],
)
def test_whoever_says_yes_may_sign_it(text: str) -> None:
    assert replying.said(WORDS, text, signed="Bo Lindqvist") == "yes"


@pytest.mark.parametrize("text", ["yes\n\nBut not Bo", "yes\n\nAna", "Bo", "yes\nnot B."])
def test_what_stands_below_a_yes_and_is_no_name_of_theirs_counts(text: str) -> None:
    assert replying.said(WORDS, text, signed="Bo Lindqvist") is None
    assert replying.said(WORDS, text) is None


def test_no_phrase_means_both() -> None:
    yes, no = ({each.strip() for each in WORDS(f"replying.{key}").split(",")} for key in ("yes", "no"))
    assert not yes & no
    assert all(replying.said(WORDS, each) == "yes" for each in yes)
    assert all(replying.said(WORDS, each) == "no" for each in no)


@pytest.mark.parametrize("text", ["no comment", "Kein Kommentar.", "je passe", "スキップ", "تخطي", "-", "N/A"])
def test_a_question_is_left_out_in_any_language(text: str) -> None:
    assert replying.is_skip(WORDS, text)
    assert from_reply(WORDS, PROMPT, f"1: {text}") == {}


@pytest.mark.parametrize(
    ("reply", "said", "note"),
    [
        ("Ja, mein Bruder", "yes", "mein Bruder"),
        ("はい、兄が", "yes", "兄が"),
        ("لا", "no", ""),
        ("No sé", "unsure", ""),
        ("Não sei", "unsure", ""),
        ("ja und nein", "unsure", ""),
        ("oui", "yes", ""),
        ("No, nunca", "no", "nunca"),
    ],
)
def test_yes_and_no_to_a_question_in_other_languages(reply: str, said: str, note: str) -> None:
    typed = from_reply(WORDS, LONE, reply)
    assert (typed["tie"], typed.get("tie.note", "")) == (said, note)


def test_what_begins_like_a_yes_and_is_none_is_asked_back() -> None:
    for reply in ("Si tengo tiempo", "January", "Nonsense"):
        with pytest.raises(AskPerson):
            from_reply(WORDS, LONE, reply)


@pytest.mark.parametrize(
    ("reply", "day"),
    [
        ("5. Januar 2027", "2027-01-05"),
        ("Dienstag, 5. Januar 2027", "2027-01-05"),
        ("5 de enero de 2027", "2027-01-05"),
        ("1er février 2027", "2027-02-01"),
        ("2027年1月5日", "2027-01-05"),
        ("٥ يناير ٢٠٢٧", "2027-01-05"),
    ],
)
def test_days_in_other_languages(reply: str, day: str) -> None:
    assert from_reply(WORDS, PROMPT, f"3: {reply}")["day"] == day


def test_a_number_that_stands_twice_is_named_and_nothing_is_guessed() -> None:
    with pytest.raises(AskPerson) as asked:
        from_reply(WORDS, PROMPT, "1: yes\n2: 3\n4: fine\n2: 5")
    assert "more than once" in asked.value.problems["hours"]
    assert "tie" not in asked.value.problems


def test_answers_elsewhere_are_asked_for() -> None:
    with pytest.raises(AskPerson) as asked:
        from_reply(WORDS, PROMPT, "Please see below.")
    assert asked.value.problems[""] == WORDS("replying.not_here")


def test_an_answer_with_another_number_below_a_quoted_question_is_asked_back() -> None:
    with pytest.raises(AskPerson) as asked:
        from_reply(WORDS, PROMPT, "> 1. Is there a new tie?\n\n2: yes\n\n> 2. How many hours?\n\n4")
    assert "tie" in asked.value.problems


@given(text=st.text(alphabet="12345:.)->– \n\tQyesno١１①\u202b\u20e3①", max_size=200))
def test_no_text_can_break_the_matching(text: str) -> None:
    replying.said(WORDS, text)
    assert replying.said(WORDS, f"{text}\nyes, but later") is None
    with suppress(AskPerson):
        assert isinstance(from_reply(WORDS, PROMPT, text), dict)
