"""What people type is understood whole or asked again; what was kept fills a form again as it was."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.errors import AskPerson
from workflows.forms import Option
from workflows.kinds import KIND_NAMES, KINDS, Value, kind_of
from workflows.programme import Question

WORK = (
    Option(value="welcome", label="Welcoming new people"),
    Option(value="moderation", label="Moderation, day and night"),
    Option(value="data", label="Research and data"),
)
QUESTIONS: Mapping[str, Question] = {
    question.kind: question
    for question in (
        Question(id="q", kind="short_text", label="?", max_chars=40),
        Question(id="q", kind="long_text", label="?", max_chars=200),
        Question(id="q", kind="number", label="?", unit="hours"),
        Question(id="q", kind="range", label="?", unit="hours", low=Decimal(0), high=Decimal(168)),
        Question(id="q", kind="choice", label="?", options=WORK),
        Question(id="q", kind="choices", label="?", options=WORK),
        Question(id="q", kind="scale", label="?", low=Decimal(1), high=Decimal(5), low_label="low", high_label="high"),
        Question(id="q", kind="yes_no", label="?", max_chars=200),
        Question(id="q", kind="date", label="?"),
    )
}
OPTIONAL = {
    kind: Question(
        id="q",
        kind=kind,
        label="?",
        required=False,
        options=question.options,
        low=question.low,
        high=question.high,
        max_chars=question.max_chars,
    )
    for kind, question in QUESTIONS.items()
}


def reply(kind: str, text: str) -> Value | None:
    question = QUESTIONS[kind]
    return kind_of(question).parse(question, kind_of(question).from_text(question, text))


def asked_again(kind: str, text: str) -> Mapping[str, str]:
    with pytest.raises(AskPerson) as raised:
        reply(kind, text)
    return raised.value.problems


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("short_text", "  two\n lines ", "two lines"),
        ("short_text", "a\x00b\x1b[31m", "ab[31m"),
        ("long_text", "one\r\n\r\ntwo\n", "one\n\ntwo"),
        ("long_text", "שלום 👩‍🔬 é", "שלום 👩‍🔬 é"),
        ("number", "7", "7"),
        ("number", "1,5 hours", "1.5"),
        ("number", "about 07.50 hrs.", "7.5"),
        ("number", "٣", "3"),
        ("number", "１２", "12"),
        ("number", "−2", "-2"),
        ("number", "-0", "0"),
        ("number", "1 200", "1200"),
        ("number", "1.234,5", "1234.5"),
        ("number", "1,234,567", "1234567"),
        ("number", "0.125", "0.125"),
        ("number", "0.1000000000000000001", "0.1000000000000000001"),
        ("range", "3-5", {"low": "3", "high": "5"}),
        ("range", "3 – 5 hours", {"low": "3", "high": "5"}),
        ("range", "between 3 and 5,5 h", {"low": "3", "high": "5.5"}),
        ("range", "3 hours to 5 hours", {"low": "3", "high": "5"}),
        ("range", "about 7", {"low": "7", "high": "7"}),
        ("choice", "2", "moderation"),
        ("choice", "(2)", "moderation"),
        ("choice", "2. Moderation, day and night", "moderation"),
        ("choice", "WELCOMING NEW PEOPLE.", "welcome"),
        ("choice", "mod", "moderation"),
        ("choices", "3, 1", ["welcome", "data"]),
        ("choices", "1 and 2", ["welcome", "moderation"]),
        ("choices", "1 3", ["welcome", "data"]),
        ("choices", "Moderation, day and night", ["moderation"]),
        ("choices", "Welcoming new people, research and data", ["welcome", "data"]),
        ("choices", "1. Welcoming new people\n3", ["welcome", "data"]),
        ("scale", "4", 4),
        ("scale", "4/5", 4),
        ("scale", "4 out of 5.", 4),
        ("scale", "5 - high", 5),
        ("scale", "Low", 1),
        ("yes_no", "Yes, because they pay us", {"said": "yes", "note": "because they pay us"}),
        ("yes_no", "no.", {"said": "no", "note": ""}),
        ("yes_no", "No idea", {"said": "unsure", "note": ""}),
        ("yes_no", "I don’t know - ask Bo", {"said": "unsure", "note": "ask Bo"}),
        ("yes_no", "not sure", {"said": "unsure", "note": ""}),
        ("date", "2026-12-01", "2026-12-01"),
        ("date", "1 December 2026", "2026-12-01"),
        ("date", "Tuesday, 1st of Dec. 2026", "2026-12-01"),
        ("date", "Sept 3, 2026", "2026-09-03"),
        ("date", "1.12.2026", "2026-12-01"),
    ],
)
def test_a_mail_reply_is_understood(kind: str, text: str, value: Value) -> None:
    assert reply(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("short_text", "x" * 43, "3 characters too long: there is room for 40"),
        ("short_text", " \u200b\u00a0 \x00", "it is needed"),
        ("number", "1,000", "We can't tell"),
        ("number", "1.000", "We can't tell"),
        ("number", "lots", "Please write a number"),
        ("number", "3²", "in hours"),
        ("number", "5 dollars", "in hours"),
        ("number", "1e5", "in hours"),
        ("number", "nan", "Please write a number"),
        ("number", "9" * 21, "at most 20 digits"),
        ("number", "9" * 100_000, "Please write a number"),
        ("range", "5-3", "smaller one first"),
        ("range", "3-200", "from 0 to 168 hours"),
        ("range", "1-2-3", "both ends"),
        ("choice", "4", "(1 to 3)"),
        ("choice", "gardening", "(1 to 3)"),
        ("choices", "1, gardening", "with commas"),
        ("choices", "0", "with commas"),
        ("scale", "6", "from 1 to 5"),
        ("scale", "4.5", "from 1 to 5"),
        ("scale", "4 because they listen", "nothing else"),
        ("yes_no", "not really", "Please begin with"),
        ("yes_no", "nobody knows", "Please begin with"),
        ("date", "01/02/2026", "like 2026-12-01"),
        ("date", "31 April 2026", "like 2026-12-01"),
        ("date", "0000-01-01", "like 2026-12-01"),
        ("date", "1 ju 2026", "like 2026-12-01"),
    ],
)
def test_what_cannot_be_understood_is_asked_again_in_plain_words(kind: str, text: str, words: str) -> None:
    assert any(words in problem for problem in asked_again(kind, text).values())


def test_both_ends_of_a_range_are_asked_again_at_once() -> None:
    question = QUESTIONS["range"]
    with pytest.raises(AskPerson) as raised:
        kind_of(question).parse(question, {"q.low": "some", "q.high": "500"})
    assert set(raised.value.problems) == {"q.low", "q.high"}


def test_one_number_alone_stands_for_both_ends_of_a_range() -> None:
    question = QUESTIONS["range"]
    for end in ("low", "high"):
        assert kind_of(question).parse(question, {f"q.{end}": "3"}) == {"low": "3", "high": "3"}


def test_a_note_without_an_answer_is_not_lost_but_asked() -> None:
    question = OPTIONAL["yes_no"]
    with pytest.raises(AskPerson) as raised:
        kind_of(question).parse(question, {"q.note": "they pay my sister"})
    assert set(raised.value.problems) == {"q"}


def test_a_limit_is_named_with_its_unit() -> None:
    question = Question(id="days", kind="number", label="?", unit="days", low=Decimal(1))
    with pytest.raises(AskPerson) as raised:
        kind_of(question).parse(question, {"days": "0"})
    assert raised.value.problems == {"days": "Please give 1 days or more."}


def test_a_problem_never_stands_in_the_text_of_the_exception() -> None:
    question = QUESTIONS["number"]
    with pytest.raises(AskPerson) as raised:
        kind_of(question).parse(question, {"q": "my secret"})
    assert "secret" not in str(raised.value) + repr(raised.value.problems)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_left_empty_is_none_or_asked_where_it_is_needed(kind: str) -> None:
    optional, needed = OPTIONAL[kind], QUESTIONS[kind]
    assert kind_of(optional).parse(optional, {}) is None
    with pytest.raises(AskPerson) as raised:
        kind_of(needed).parse(needed, {})
    first = kind_of(needed).fields(needed)[0]
    assert set(raised.value.problems) == {first.id}


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question(id="q", kind="choice", label="?"), "needs at least two options"),
        (Question(id="q", kind="choices", label="?", options=WORK + WORK[:1]), "two options have the value"),
        (Question(id="q", kind="scale", label="?"), "needs low and high"),
        (Question(id="q", kind="scale", label="?", low=Decimal(1), high=Decimal(5)), "words for both ends"),
        (Question(id="q", kind="range", label="?", low=Decimal(5), high=Decimal(1)), "low is greater than high"),
        (Question(id="q", kind="long_text", label="?", max_chars=9000), "max_chars must be from 1 to 3000"),
    ],
)
def test_a_question_that_cannot_work_is_named(question: Question, reason: str) -> None:
    assert any(reason in problem for problem in kind_of(question).check(question))


def test_each_kind_stands_once_in_the_registry_and_an_unknown_one_nowhere() -> None:
    assert len(set(KIND_NAMES)) == len(KINDS) == len(QUESTIONS)
    with pytest.raises(KeyError):
        kind_of(Question(id="q", kind="colour", label="?"))


# --- what holds for every answer there is

decimals = st.decimals(-(10**9), 10**9, places=3, allow_nan=False, allow_infinity=False)
hours = st.decimals(0, 168, places=3, allow_nan=False, allow_infinity=False)
typed_values = st.one_of(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4).map(tuple))
anything = st.one_of(
    st.text(max_size=260),
    st.text(alphabet="0123456789.,- /toandhoursyesn?:;()\n٣²½", max_size=30),
    st.characters(categories=["Cs"]).map(lambda c: c + "yes 1 2026-12-01"),
)


def kept(kind: str) -> st.SearchStrategy[object]:
    """What a person may type into the fields of a kind, each of it fine."""
    text = st.text(min_size=1, max_size=40)
    several = st.lists(st.sampled_from([option.value for option in WORK]), min_size=1)
    return {
        "short_text": text.map(lambda t: {"q": t}),
        "long_text": st.text(min_size=1, max_size=200).map(lambda t: {"q": t}),
        "number": decimals.map(lambda n: {"q": f"{n:f}0"}),
        "range": st.tuples(hours, hours).map(lambda e: {"q.low": f"{min(e):f}0", "q.high": f"{max(e):f}0"}),
        "choice": st.sampled_from(WORK).map(lambda option: {"q": option.value}),
        "choices": several.map(lambda values: {"q": tuple(values)}),
        "scale": st.integers(1, 5).map(lambda step: {"q": str(step)}),
        "yes_no": st.tuples(st.sampled_from(["yes", "no", "unsure"]), st.text(max_size=200)).map(
            lambda pair: {"q": pair[0], "q.note": pair[1]}
        ),
        "date": st.dates().map(lambda day: {"q": day.isoformat()}),
    }[kind]


@pytest.mark.parametrize("kind", KIND_NAMES)
@settings(max_examples=80, deadline=None)
@given(draw=st.data())
def test_what_was_kept_fills_the_form_and_is_read_as_the_same(kind: str, draw: st.DataObject) -> None:
    question = OPTIONAL[kind]
    does = kind_of(question)
    given_typed = draw.draw(kept(kind))
    assert isinstance(given_typed, dict)
    value = does.parse(question, given_typed)
    if value is None:  # only what nobody can see was typed
        assert kind in {"short_text", "long_text"}
        return
    again = does.typed(question, value)
    assert set(again) <= {field.id for field in does.fields(question)}
    assert does.parse(question, again) == value
    assert does.show(question, value)


@pytest.mark.parametrize("kind", ["choice", "choices", "scale", "yes_no", "date", "range"])
@settings(max_examples=60, deadline=None)
@given(draw=st.data())
def test_what_we_show_is_understood_when_somebody_mails_it_back(kind: str, draw: st.DataObject) -> None:
    question = QUESTIONS[kind]
    does = kind_of(question)
    whole = st.tuples(st.integers(0, 168), st.integers(0, 168))
    strategy = whole.map(lambda e: {"q.low": str(min(e)), "q.high": str(max(e))}) if kind == "range" else kept(kind)
    if kind == "yes_no":
        strategy = st.sampled_from(["yes", "no", "unsure"]).map(lambda said: {"q": said, "q.note": "we saw it"})
    given_typed = draw.draw(strategy)
    assert isinstance(given_typed, dict)
    value = does.parse(question, given_typed)
    assert value is not None
    assert reply(kind, does.show(question, value)) == value


@pytest.mark.parametrize("kind", KIND_NAMES)
@settings(max_examples=80, deadline=None)
@given(typed=st.dictionaries(st.sampled_from(["q", "q.low", "q.high", "q.note", "other"]), typed_values), text=anything)
def test_whatever_was_typed_is_kept_or_asked_again(
    kind: str, typed: Mapping[str, str | tuple[str, ...]], text: str
) -> None:
    for question in (QUESTIONS[kind], OPTIONAL[kind]):
        does = kind_of(question)
        for read in (lambda does=does, question=question: typed, lambda d=does, q=question: d.from_text(q, text)):
            try:
                value = does.parse(question, read())
            except AskPerson:
                continue
            assert value is None or does.parse(question, does.typed(question, value)) == value
