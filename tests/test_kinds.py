"""What people type is understood whole or asked again; what was kept fills a form again as it was."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from workflows.errors import AskPerson
from workflows.forms import Option
from workflows.kinds import KIND_NAMES, KINDS, Value, currencies, kind_of
from workflows.messages.sample import filled_in, sample_value
from workflows.question import Condition, Question

WORK = (
    Option(value="welcome", label="Welcoming new people"),
    Option(value="moderation", label="Moderation, day and night"),
    Option(value="data", label="Research and data"),
)
PEOPLE = (Option(value="p1", label="Ana Oduya"), Option(value="p2", label="Bo"), Option(value="p3", label="Chi"))
CELLS = (
    Question(id="work", kind="choice", label="Work", options=WORK),
    Question(id="hours", kind="range", label="Hours a week", unit="hours", low=Decimal(0), high=Decimal(168)),
    Question(id="rate", kind="money", label="Rate", currency="EUR", required=False),
    Question(id="who", kind="choices", label="Who gains", options=WORK, required=False),
    Question(id="note", kind="long_text", label="Note", max_chars=60, required=False),
)
QUESTIONS: Mapping[str, Question] = {
    question.kind: question
    for question in (
        Question(id="q", kind="short_text", label="?", max_chars=40),
        Question(id="q", kind="long_text", label="?", max_chars=200),
        Question(id="q", kind="number", label="?", unit="hours"),
        Question(id="q", kind="range", label="?", unit="hours", low=Decimal(0), high=Decimal(168)),
        Question(id="q", kind="money", label="?", currency="EUR"),
        Question(id="q", kind="choice", label="?", options=WORK),
        Question(id="q", kind="choices", label="?", options=WORK),
        Question(id="q", kind="scale", label="?", low=Decimal(1), high=Decimal(5), low_label="low", high_label="high"),
        Question(id="q", kind="yes_no", label="?", max_chars=200),
        Question(id="q", kind="date", label="?"),
        Question(id="q", kind="person", label="?", options=PEOPLE),
        Question(id="q", kind="rows", label="?", columns=CELLS, lines=3, most=3),
        Question(id="q", kind="dots", label="?", options=WORK, most=2),
        Question(id="q", kind="ranked", label="?", options=WORK),
        Question(id="q", kind="consent", label="?", max_chars=200),
    )
}
OPTIONAL = {kind: replace(question, required=False) for kind, question in QUESTIONS.items()}
LEDGER = replace(QUESTIONS["rows"], lines=1)


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
        ("money", "12-15 EUR", {"low": "12", "high": "15", "currency": "EUR"}),
        ("money", "EUR 12 to 15", {"low": "12", "high": "15", "currency": "EUR"}),
        ("money", "€12–15", {"low": "12", "high": "15", "currency": "EUR"}),
        ("money", "Between 12€ and €15", {"low": "12", "high": "15", "currency": "EUR"}),
        ("money", "about 1 200,50", {"low": "1200.5", "high": "1200.5", "currency": "EUR"}),
        ("money", "US$ 20", {"low": "20", "high": "20", "currency": "USD"}),
        ("money", "٣ gbp", {"low": "3", "high": "3", "currency": "GBP"}),
        ("money", "12 ALL", {"low": "12", "high": "12", "currency": "ALL"}),
        ("person", "ana", "p1"),
        ("person", "2", "p2"),
        ("dots", "3 and 1", ["welcome", "data"]),
        ("ranked", "3, 1, 2", ["data", "welcome", "moderation"]),
        ("ranked", "Research and data > 1", ["data", "welcome"]),
        ("ranked", "1. Moderation\n2. Welcoming new people", ["moderation", "welcome"]),
        ("ranked", "1. 3\n2. 1", ["data", "welcome"]),
        ("ranked", "2. Moderation, day and night", ["moderation"]),
        ("consent", "Consent", {"word": "consent", "why": ""}),
        ("consent", "1: but tell members first", {"word": "consent", "why": "but tell members first"}),
        ("consent", "I stand aside. I have no time.", {"word": "aside", "why": "I have no time."}),
        ("consent", "Object: it would do harm\nIt outs people.", {"word": "object", "why": "It outs people."}),
        (
            "rows",
            "Moderation; 3-5\n1;2;$1 USD;1, 3;every day\n",
            [
                {"work": "moderation", "hours": {"low": "3", "high": "5"}},
                {
                    "work": "welcome",
                    "hours": {"low": "2", "high": "2"},
                    "rate": {"low": "1", "high": "1", "currency": "USD"},
                    "who": ["welcome", "data"],
                    "note": "every day",
                },
            ],
        ),
        ("rows", "3\t4\t\t-\tnights", [{"work": "data", "hours": {"low": "4", "high": "4"}, "note": "nights"}]),
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
        ("money", "$12", "three letters"),
        ("money", "£12", "three letters"),
        ("money", "12 EUR to 15 USD", "two currencies"),
        ("money", "12 all", "Please write a number"),
        ("money", "12 zzz", "Please write a number"),
        ("money", "1,200 EUR", "We can't tell"),
        ("money", "-5 EUR", "0 or more"),
        ("money", "15-12", "smaller one first"),
        ("money", "1 to 2 to 3", "12 to 15 EUR"),
        ("money", "9" * 10_000, "12 to 15 EUR"),
        ("person", "Dee", "(1 to 3)"),
        ("dots", "1, 2, 3", "You have 2 dots and used 3. Please take 1 away."),
        ("ranked", "1, 2, 1", "named one of them twice"),
        ("ranked", "best", "the one you like best"),
        ("consent", "no", "Please begin with"),
        ("consent", "I don't object", "Please begin with"),
        ("consent", "object", "what harm it would do"),
        ("rows", "moderation; lots", "Line 1, Hours a week: Please write a number"),
        ("rows", "1;2\nmoderation", "Line 2, Hours a week: Please answer this one"),
        ("rows", "1;2;3;1;note;more", "Work; Hours a week; Rate; Who gains; Note"),
        ("rows", "1;2\n" * 4, "room for 3 lines"),
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


def test_a_dollar_is_understood_where_the_group_pays_in_dollars() -> None:
    question = replace(QUESTIONS["money"], currency="CAD")
    does = kind_of(question)
    assert does.parse(question, does.from_text(question, "$12")) == {"low": "12", "high": "12", "currency": "CAD"}


def test_money_without_a_currency_is_asked_for_it_and_no_other_is_put_in() -> None:
    question = replace(QUESTIONS["money"], currency="")
    for typed, field in (
        ({"q.low": "5"}, "q.currency"),
        ({"q.low": "5", "q.currency": "shells"}, "q.currency"),
        ({"q.low": "$5", "q.currency": "EUR"}, "q.currency"),
        ({"q.currency": "EUR"}, "q.low"),
    ):
        with pytest.raises(AskPerson) as raised:
            kind_of(question).parse(replace(question, required=False), typed)
        assert set(raised.value.problems) == {field}
    assert kind_of(question).parse(question, {"q.high": "5", "q.currency": "€"}) == {
        "low": "5",
        "high": "5",
        "currency": "EUR",
    }


def test_money_is_exact_and_shown_with_its_cents() -> None:
    question = QUESTIONS["money"]
    value = kind_of(question).parse(question, {"q.low": "0.10", "q.high": "1234,5678901234", "q.currency": "eur"})
    assert value == {"low": "0.1", "high": "1234.5678901234", "currency": "EUR"}
    assert kind_of(question).show(question, {**value, "high": "12.5"}) == "0.10 to 12.50 EUR"


def test_the_codes_of_currencies_are_each_there_once_and_cover_every_sign() -> None:
    assert len(set(currencies.CODES)) == len(currencies.CODES)
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in currencies.CODES)
    assert all(means <= set(currencies.CODES) for means in currencies.SIGNS.values())


def test_a_line_that_holds_nothing_but_the_groups_currency_is_passed_over() -> None:
    start = {"q.0.rate.currency": "EUR", "q.1.rate.currency": "EUR"}
    typed = {**start, "q.1.work": "data", "q.1.hours.low": "2"}
    value = kind_of(LEDGER).parse(LEDGER, typed)
    assert value == [{}, {"work": "data", "hours": {"low": "2", "high": "2"}}]
    assert kind_of(OPTIONAL["rows"]).parse(OPTIONAL["rows"], start) is None


def test_every_problem_of_every_line_is_told_beside_its_own_field() -> None:
    typed = {"q.0.work": "data", "q.3.hours.low": "many", "q.3.note": "x" * 61, "q.7.note": "only a note"}
    with pytest.raises(AskPerson) as raised:
        kind_of(LEDGER).parse(LEDGER, typed)
    assert set(raised.value.problems) == {
        "q.0.hours.low",
        "q.3.work",
        "q.3.hours.low",
        "q.3.note",
        "q.7.work",
        "q.7.hours.low",
    }


def test_more_lines_than_there_is_room_for_are_asked_about_and_none_is_cut() -> None:
    typed = {
        f"q.{n}.{part}": "1" if part == "hours.low" else "data" for n in range(5) for part in ("work", "hours.low")
    }
    with pytest.raises(AskPerson) as raised:
        kind_of(LEDGER).parse(LEDGER, typed)
    assert set(raised.value.problems) == {"q.3.work", "q.4.work"}


def test_what_belongs_to_no_line_is_no_line() -> None:
    for field_id in ("q.x.work", "q.01.work", "q.٣.work", "q.-1.work", "q.0.gone", "q.99999.work", "qq.0.work", "q.0"):
        assert kind_of(OPTIONAL["rows"]).parse(OPTIONAL["rows"], {field_id: "data"}) is None


def test_each_line_begins_under_a_heading_of_its_own() -> None:
    two = replace(LEDGER, label="What did you do?", hint="A guess will do.", lines=2)
    assert [field.id for field in kind_of(two).fields(two) if field.hint.startswith("A guess")] == ["q.0.work"]
    legends = [(field.id, field.legend) for field in kind_of(two).fields(two) if field.legend]
    assert legends == [("q.0.work", "Line 1: What did you do?"), ("q.1.work", "Line 2")]
    assert not any(field.required for field in kind_of(two).fields(two))
    assert [f.id for f in kind_of(LEDGER).fields(LEDGER) if f.required] == [
        "q.0.work",
        "q.0.hours.low",
        "q.0.hours.high",
    ]


def test_lines_read_as_lines_and_can_be_mailed_back() -> None:
    value = reply("rows", "Moderation; 3-5; 12; ; nights\n1; 2")
    assert value is not None
    shown = kind_of(LEDGER).show(LEDGER, value)
    assert shown == "Moderation, day and night · 3 to 5 hours · 12 EUR · – · nights\nWelcoming new people · 2 hours"
    assert reply("rows", shown) == value


def test_who_left_is_shown_without_an_id() -> None:
    assert kind_of(QUESTIONS["person"]).show(QUESTIONS["person"], "p1") == "Ana Oduya"
    assert kind_of(QUESTIONS["person"]).show(QUESTIONS["person"], "p9") == "someone who has left"


def test_two_people_of_one_name_are_told_apart_by_number_only() -> None:
    twins = replace(QUESTIONS["person"], options=(*PEOPLE, Option(value="p4", label="Bo")))
    with pytest.raises(AskPerson):
        kind_of(twins).from_text(twins, "Bo")
    assert kind_of(twins).from_text(twins, "4") == {"q": "p4"}
    assert kind_of(twins).from_text(twins, "4. Bo") == {"q": "p4"}


@pytest.mark.parametrize("kind", ["dots", "ranked", "choices", "choice"])
def test_a_row_taken_out_since_leaves_what_was_kept_readable(kind: str) -> None:
    question = replace(QUESTIONS[kind], options=WORK[:2], options_from=("goals",))
    value: Value = "data" if kind == "choice" else ["data", "welcome"]
    does = kind_of(question)
    assert "no longer on the list" in does.show(question, value)
    assert "data" not in does.typed(question, value).values()
    assert does.parse(replace(question, required=False), does.typed(question, value)) in (None, ["welcome"])


@pytest.mark.parametrize("kind", ["dots", "ranked", "choices", "choice", "person"])
def test_nothing_is_needed_while_there_is_nothing_to_choose_from(kind: str) -> None:
    question = replace(QUESTIONS[kind], options=(), options_from=("goals",))
    assert kind_of(question).fields(question) == ()
    assert kind_of(question).parse(question, {"q": "data", "q.1": "data"}) is None
    assert kind_of(question).check(question) == ()


def test_dots_are_three_unless_the_question_says_otherwise() -> None:
    options = tuple(Option(value=str(n), label=f"Goal {n}") for n in range(9))
    question = Question(id="q", kind="dots", label="?", hint="Which matter most?", options=options)
    does = kind_of(question)
    assert does.fields(question)[0].hint == "Which matter most? You have 3 dots. Put each on a different one."
    assert does.parse(question, {"q": ("8", "0", "4")}) == ["0", "4", "8"]
    with pytest.raises(AskPerson):
        does.parse(question, {"q": ("8", "0", "4", "5")})


def test_places_close_up_and_the_same_twice_is_asked_at_the_later_place() -> None:
    question = QUESTIONS["ranked"]
    does = kind_of(question)
    assert [field.id for field in does.fields(question)] == ["q.1", "q.2", "q.3"]
    assert does.parse(question, {"q.2": "data", "q.3": "welcome"}) == ["data", "welcome"]
    with pytest.raises(AskPerson) as raised:
        does.parse(question, {"q.1": "data", "q.2": "nowhere", "q.3": "data"})
    assert set(raised.value.problems) == {"q.2", "q.3"}
    many = replace(question, options=tuple(Option(value=str(n), label=str(n)) for n in range(9)))
    assert len(does.fields(many)) == 5
    assert len(does.fields(replace(many, most=12))) == 9


def test_an_objection_needs_its_harm_and_advice_goes_along_with_consent() -> None:
    question = QUESTIONS["consent"]
    does = kind_of(question)
    with pytest.raises(AskPerson) as raised:
        does.parse(question, {"q": "object", "q.why": " \u200f "})
    assert set(raised.value.problems) == {"q.why"}
    with pytest.raises(AskPerson) as raised:
        does.parse(question, {"q.why": "I would prefer another"})
    assert set(raised.value.problems) == {"q"}
    value = does.parse(question, {"q": "consent", "q.why": "I would prefer another"})
    assert value == {"word": "consent", "why": "I would prefer another"}
    assert does.show(question, value) == "Consent: I would prefer another"


def test_many_options_fold_up_into_a_menu() -> None:
    for count, menu in ((10, False), (11, True)):
        options = tuple(Option(value=str(n), label=str(n)) for n in range(count))
        question = Question(id="q", kind="choice", label="?", options=options)
        assert kind_of(question).fields(question)[0].menu is menu
    ten = replace(QUESTIONS["scale"], low=Decimal(0), high=Decimal(10))
    assert kind_of(ten).fields(ten)[0].menu


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_every_kind_has_a_sample_that_survives_being_kept_as_json(kind: str) -> None:
    bare = replace(QUESTIONS[kind], currency="", options=() if kind == "person" else QUESTIONS[kind].options)
    for question in (QUESTIONS[kind], OPTIONAL[kind], bare):
        value = sample_value(question)
        kept = TypeAdapter(Value)
        assert kept.validate_json(kept.dump_json(value)) == value
        question = filled_in(question)
        assert kind_of(question).parse(question, kind_of(question).typed(question, value)) == value
        assert "left" not in kind_of(question).show(question, value)


def test_a_sample_is_made_up_where_only_a_real_group_has_options() -> None:
    for kind in ("choice", "choices", "dots", "ranked"):
        assert sample_value(Question(id="q", kind=kind, label="?", options_from=("asset-map",)))


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
        (Question(id="q", kind="money", label="?", currency="euro"), "no ISO 4217 currency code"),
        (Question(id="q", kind="dots", label="?", options=WORK, most=-1), "most is less than 0"),
        (Question(id="q", kind="ranked", label="?"), "needs at least two options"),
        (Question(id="q", kind="person", label="?", options=PEOPLE), "needs no options"),
        (Question(id="q", kind="rows", label="?"), "rows need columns"),
        (Question(id="q", kind="rows", label="?", columns=CELLS[:1] * 2), "two columns have the id 'work'"),
        (replace(LEDGER, columns=(replace(CELLS[0], options=()),)), "needs at least two options (work)"),
        (replace(LEDGER, columns=(QUESTIONS["dots"],)), "cannot be 'dots' (q)"),
        (replace(LEDGER, columns=(replace(CELLS[0], when=Condition(question="q", values=())),)), "a condition (work)"),
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
FIELD_IDS = [
    *("q", "q.low", "q.high", "q.note", "q.currency", "q.why", "q.1", "q.2", "q.3", "other"),
    *(f"q.{line}.{part}" for line in ("0", "1", "2", "77", "x") for part in ("work", "hours.low", "rate.low", "note")),
    *("q.0.rate.currency", "q.0.who", "q.0", "q.0.work.low", "q..work"),
]
likely = ["welcome", "data", "12", "3-5", "EUR", "$", "consent", "object", "p1", "yes", "2026-12-01", "٣", "1\u202e2"]
typed_values = st.one_of(
    st.sampled_from(likely),
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(likely), st.text(max_size=20)), max_size=4).map(tuple),
)
anything = st.one_of(
    st.text(max_size=260),
    st.text(alphabet="0123456789.,- /toandhoursyesn?:;()\n٣²½€$£>·\t\u200f\u202e", max_size=30),
    st.lists(st.sampled_from(likely), max_size=6).map("; ".join),
    st.sampled_from("1.-–€$ ;\n>,a٣\u202e\ud800").map(lambda letter: letter * 10_000),
    st.characters(categories=["Cs"]).map(lambda c: c + "yes 1 2026-12-01"),
)


def a_line(line: int) -> st.SearchStrategy[dict[str, str | tuple[str, ...]]]:
    """What a person may type into one line of `rows`."""
    whole = st.tuples(
        st.sampled_from(WORK), hours, st.sampled_from(["", "7", "1.25"]), st.text(max_size=60), st.booleans()
    )
    return whole.map(
        lambda typed: {
            f"q.{line}.work": typed[0].value,
            f"q.{line}.hours.low": f"{typed[1]:f}0",
            f"q.{line}.rate.high": typed[2],
            f"q.{line}.note": typed[3],
            f"q.{line}.who": ("data", "welcome") if typed[4] else (),
        }
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
        "money": st.tuples(hours, hours, st.sampled_from(["", "EUR", "usd", "€"])).map(
            lambda e: {"q.low": f"{min(e[:2]):f}0", "q.high": f"{max(e[:2]):f}0", "q.currency": e[2]}
        ),
        "person": st.sampled_from(PEOPLE).map(lambda option: {"q": option.value}),
        "dots": several.map(lambda values: {"q": tuple(dict.fromkeys(values))[:2]}),
        "ranked": several.map(lambda values: {f"q.{n}": v for n, v in enumerate(dict.fromkeys(values), start=1)}),
        "consent": st.tuples(st.sampled_from(["consent", "aside", "object"]), text.map(lambda t: f"{t}.")).map(
            lambda pair: {"q": pair[0], "q.why": pair[1]}
        ),
        "rows": st.sets(st.integers(0, 9), min_size=1, max_size=3).flatmap(
            lambda lines: st.tuples(*(a_line(line) for line in lines)).map(
                lambda groups: {field_id: typed for group in groups for field_id, typed in group.items()}
            )
        ),
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
    if kind == "rows" and isinstance(value, list):
        question = replace(question, lines=len(value))  # a form draws as many as there are
    assert set(again) <= {field.id for field in does.fields(question)}
    assert does.parse(question, again) == value
    assert does.show(question, value)


@pytest.mark.parametrize(
    "kind", ["choice", "choices", "scale", "yes_no", "date", "range", "money", "person", "dots", "ranked"]
)
@settings(max_examples=60, deadline=None)
@given(draw=st.data())
def test_what_we_show_is_understood_when_somebody_mails_it_back(kind: str, draw: st.DataObject) -> None:
    question = QUESTIONS[kind]
    does = kind_of(question)
    whole = st.tuples(st.integers(0, 168), st.integers(0, 168))
    both = whole.map(lambda e: {"q.low": str(min(e)), "q.high": str(max(e))})
    strategy = both if kind in {"range", "money"} else kept(kind)
    if kind == "yes_no":
        strategy = st.sampled_from(["yes", "no", "unsure"]).map(lambda said: {"q": said, "q.note": "we saw it"})
    given_typed = draw.draw(strategy)
    assert isinstance(given_typed, dict)
    value = does.parse(question, given_typed)
    assert value is not None
    assert reply(kind, does.show(question, value)) == value


@pytest.mark.parametrize("kind", KIND_NAMES)
@settings(max_examples=80, deadline=None)
@given(typed=st.dictionaries(st.sampled_from(FIELD_IDS), typed_values), text=anything)
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


def test_both_ends_may_stand_in_the_first_field() -> None:
    question = QUESTIONS["range"]
    parse = kind_of(question).parse
    assert parse(question, {"q.low": "2-3"}) == {"low": "2", "high": "3"}
    assert parse(question, {"q.low": "about 2 to 3"}) == {"low": "2", "high": "3"}
    with pytest.raises(AskPerson):
        parse(question, {"q.low": "2-3", "q.high": "4"})
