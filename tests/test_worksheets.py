"""Worksheets: rows of answers and lines, arithmetic, gaps, tallies, corrections, and what a group agreed on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.group import START, walking
from worker.files import words as english
from workflows import amounts, correcting
from workflows.amounts import Amount
from workflows.changes import applied
from workflows.errors import AskPerson, NotFound
from workflows.forms import Option
from workflows.kinds import Value, kind_of
from workflows.programme import Column, Filled, Gate, Programme, Prompt, Step, Worksheet
from workflows.question import Question
from workflows.ticket import Ticket
from workflows.walk import Answer, Change, Round, Walk
from workflows.worksheets import agreed_sheet, hash_of, options, rows_of, table, text_of, unfilled

KINDS = (
    Option(value="welcome", label="Welcome"),
    Option(value="data", label="Data"),
    Option(value="care", label="Care"),
)
WORK = Question(
    id="work",
    kind="rows",
    label="What did you do?",
    columns=(
        Question(id="task", kind="choice", label="Work", options=KINDS),
        Question(id="hours", kind="range", label="Hours", unit="hours", required=False),
        Question(id="aside", kind="short_text", label="For facilitators", required=False, sees="facilitators"),
    ),
)
RATES = Question(
    id="rates",
    kind="rows",
    label="What would it cost?",
    columns=(
        Question(id="of", kind="choice", label="Work", options=KINDS),
        Question(id="rate", kind="money", label="An hour"),
    ),
)
THREAT = (
    Question(id="threat", kind="short_text", label="What could go wrong?"),
    Question(id="likely", kind="scale", label="How likely?", low=Decimal(1), high=Decimal(5)),
    Question(id="harm", kind="scale", label="How bad?", low=Decimal(1), high=Decimal(5)),
)
TIES = (
    Question(id="tie", kind="yes_no", label="New ties?", named=False),
    Question(id="leak", kind="short_text", label="What worries you?", named=False, required=False),
)
LEDGER = Worksheet(
    id="ledger",
    title="Value ledger",
    intro="What we do.",
    prompt="week",
    rows="work",
    name="task",
    by="task",
    columns=(
        Column(id="task", title="Work", question="task"),
        Column(id="hours", title="Hours a week", question="hours"),
        Column(id="aside", title="Aside", question="aside"),
        Column(id="rate", title="What it costs an hour", look="costs.rates.rate", where={"of": "task"}),
        Column(id="cost", title="Hours × rate", times=("hours", "rate")),
        Column(id="keeper", title="Keeper", hand=Question(id="keeper", kind="person", label="Keeper")),
    ),
)
THREATS = Worksheet(
    id="threats",
    title="Threats",
    intro="",
    prompt="threats",
    name="threat",
    columns=(
        *(Column(id=q.id, title=q.label, question=q.id) for q in THREAT),
        Column(id="risk", title="Likely × bad", times=("likely", "harm")),
        Column(id="owner", title="Owner", hand=Question(id="owner", kind="person", label="Owner")),
    ),
)
WORRIES = Worksheet(
    id="worries",
    title="Worries",
    intro="",
    prompt="ties",
    name="leak",
    columns=(Column(id="leak", title="Worry", question="leak"),),
)
TALLY = Worksheet(id="tally", title="Harm check", intro="", prompt="ties", name="", tally=True, columns=())
FIVE = ("ana", "bo", "dara", "eli", "fen")


def prompt(name: str, *questions: Question, **more: object) -> Prompt:
    return Prompt(id=name, title=name.title(), intro="", minutes=1, questions=questions, **more)  # type: ignore[arg-type]


def programme(**changed: Prompt) -> Programme:
    prompts = {
        "week": prompt("week", WORK),
        "costs": prompt("costs", RATES),
        "threats": prompt("threats", *THREAT),
        "ties": prompt("ties", *TIES),
        **changed,
    }
    step = Step(
        id="one",
        title="One",
        read="",
        done="",
        prompts=tuple(prompts.values()),
        worksheets=(LEDGER, THREATS, WORRIES, TALLY),
        readings=(),
        milestones=(),
        gate=Gate(),
    )
    return Programme(id="p", version="1", title="P", credit="", locale="en", steps=(step,))


ONE = programme()


Said = Mapping[str, Mapping[str, Value]]


def put(walk: Walk, name: str, said: Said, *, closed: bool = True, short: bool = False) -> Walk:
    """Another round of a prompt, answered by each in turn, a minute apart."""
    number = len(walk.rounds) + 1
    end = START + timedelta(days=number)
    made = Round(
        id=f"r{number}",
        prompt=name,
        step="one",
        number=number,
        opens_on=date(2026, 12, 1),
        closes_at=end,
        closed_at=end if closed else None,
    )
    answers = tuple(
        Answer(round=made.id, person=who, revision=1, at=at(n), via="web", values=values, short=short)
        for n, (who, values) in enumerate(said.items())
    )
    return applied(walk, Change(rounds=(made,), answers=answers))


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def hours(low: int, high: int) -> dict[str, str]:
    return {"low": str(low), "high": str(high)}


def line(task: str, low: int, high: int, **more: str) -> dict[str, str | dict[str, str]]:
    return {"task": task, "hours": hours(low, high), **more}


def rate(task: str, low: str, high: str, currency: str = "EUR") -> dict[str, str | dict[str, str]]:
    return {"of": task, "rate": {"low": low, "high": high, "currency": currency}}


def ledger() -> Walk:
    said = {"bo": {"work": [line("welcome", 2, 3), line("data", 1, 1)]}, "eli": {"work": [line("welcome", 4, 6)]}}
    return put(walking(), "week", said)  # type: ignore[arg-type]


def fix(walk: Walk, sheet: Worksheet, row: str, **typed: str | tuple[str, ...]) -> Walk:
    given = {key.replace("__", "."): value for key, value in typed.items()}
    return applied(walk, correcting.corrected(walk, ONE, sheet.id, row, given, by="ana", now=at(99)))


# --- rows -----------------------------------------------------------------------------------------------------------


def test_each_line_of_an_answer_is_a_row_and_keeps_its_id_while_it_is_edited() -> None:
    walk = ledger()
    before = rows_of(walk, ONE, LEDGER)
    assert [(r.person, r.cells["task"]) for r in before] == [("bo", "welcome"), ("bo", "data"), ("eli", "welcome")]
    [mine, *_] = [a for a in walk.answers if a.person == "bo"]
    edited = applied(walk, Change(answers=(replace(mine, revision=2, values={"work": [line("care", 9, 9)]}),)))  # type: ignore[dict-item]
    assert [r.id for r in rows_of(edited, ONE, LEDGER) if r.person == "bo"] == [before[0].id]


def test_row_ids_tell_nothing_and_differ_from_worksheet_to_worksheet_and_group_to_group() -> None:
    walk = ledger()
    salted = replace(walk, partnership=replace(walk.partnership, salt="pepper"))
    ids = {r.id for r in rows_of(walk, ONE, LEDGER)}
    assert ids.isdisjoint(r.id for r in rows_of(salted, ONE, LEDGER))
    assert not any(who in row_id for who in FIVE for row_id in ids)


def test_who_takes_their_consent_back_takes_their_rows_along() -> None:
    walk = ledger()
    gone = replace(walk.members["bo"], consent="withdrawn")
    assert [r.person for r in rows_of(replace(walk, members={**walk.members, "bo": gone}), ONE, LEDGER)] == ["eli"]


def test_a_repeated_prompt_adds_rows_but_one_put_again_or_prefilled_replaces_them() -> None:
    first: Said = {"bo": {"threat": "Leak", "likely": 2, "harm": 2}}
    second: Said = {"bo": {"threat": "Sale", "likely": 3, "harm": 3}}
    walk = put(put(walking(), "threats", first), "threats", second)
    names = {
        how: [r.cells["threat"] for r in rows_of(walk, programme(threats=again), THREATS)]
        for how, again in {
            "monthly": prompt("threats", *THREAT, every_weeks=4),
            "again": prompt("threats", *THREAT),
            "prefilled": prompt("threats", *(replace(q, prefill="last") for q in THREAT), every_weeks=4),
        }.items()
    }
    assert names == {"monthly": ["Leak", "Sale"], "again": ["Sale"], "prefilled": ["Sale"]}


def test_a_correction_of_a_prefilled_row_holds_when_the_same_answer_comes_again() -> None:
    kept = programme(threats=prompt("threats", *(replace(q, prefill="last") for q in THREAT), every_weeks=4))
    said: Said = {"bo": {"threat": "Leak", "likely": 2, "harm": 2}}
    walk = put(walking(), "threats", said)
    [row] = rows_of(walk, kept, THREATS)
    assert [r.id for r in rows_of(put(walk, "threats", said), kept, THREATS)] == [row.id]


def test_a_short_answer_leaves_alone_what_it_did_not_ask() -> None:
    brief = programme(threats=prompt("threats", *THREAT, short=("likely",), short_minutes=1))
    walk = put(walking(), "threats", {"bo": {"threat": "Leak", "likely": 2, "harm": 2}})
    walk = put(walk, "threats", {"bo": {"likely": 5}}, short=True)
    [row] = rows_of(walk, brief, THREATS)
    assert dict(row.cells) == {"threat": "Leak", "likely": 5, "harm": 2}


# --- arithmetic -----------------------------------------------------------------------------------------------------


def test_cost_is_hours_times_the_range_of_what_all_said_about_that_work() -> None:
    costs = {"bo": {"rates": [rate("welcome", "10", "12.5")]}, "ana": {"rates": [rate("welcome", "15", "20")]}}
    walk = put(ledger(), "costs", costs)  # type: ignore[arg-type]
    cells = dict(zip(table(walk, ONE, LEDGER, "group").headers, table(walk, ONE, LEDGER, "group").rows[0], strict=True))
    assert cells["What it costs an hour"] == "10 to 20 EUR"
    assert cells["Hours × rate"] == "20 to 60 EUR"


def test_currencies_stand_side_by_side_and_are_never_mixed() -> None:
    costs = {"bo": {"rates": [rate("welcome", "10", "12")]}, "ana": {"rates": [rate("welcome", "30", "30", "USD")]}}
    shown = table(put(ledger(), "costs", costs), ONE, LEDGER, "group")  # type: ignore[arg-type]
    assert "20 to 36 EUR; 60 to 90 USD" in shown.rows[0]
    assert shown.totals[shown.headers.index("Hours × rate")] == "60 to 108 EUR; 180 to 270 USD (2/3)"
    assert shown.totals[shown.headers.index("Hours a week")] == "7 to 10 hours"
    assert shown.totals[shown.headers.index("What it costs an hour")] == "", "prices are not added up"


def test_arithmetic_is_exact_to_the_last_digit() -> None:
    long = Amount(low=Decimal("12345678901234567.89"), high=Decimal("99999999999999999.99"), unit="EUR", money=True)
    hours_ = Amount(low=Decimal("0.1"), high=Decimal("0.3"), unit="hours")
    [made] = amounts.multiplied([(hours_,), (long,)])
    assert (made.low, made.high) == (Decimal("1234567890123456.789"), Decimal("29999999999999999.997"))
    assert amounts.multiplied([(long,), (long,)]) == (), "money times money is nothing"
    assert sum((a.low for a in amounts.summed([hours_] * 3)), Decimal(0)) == Decimal("0.3")


# --- tables ---------------------------------------------------------------------------------------------------------


def test_an_option_that_nobody_filled_shows_as_a_gap_under_its_own_name() -> None:
    shown = table(ledger(), ONE, LEDGER, "group")
    assert [row[0] for row in shown.rows] == ["Welcome", "Welcome", "Data", "Care"]
    assert shown.gaps == ("Care",)
    assert shown.row_ids[-1] == ""
    assert shown.state == "draft"
    assert table(walking(), ONE, LEDGER, "group").state == "empty"


def test_columns_for_fewer_eyes_are_left_out_and_nobody_is_named() -> None:
    walk = put(walking(), "week", {"bo": {"work": [line("data", 1, 2, aside="between us")]}})  # type: ignore[dict-item]
    assert "Aside" not in table(walk, ONE, LEDGER, "group").headers
    assert "between us" in table(walk, ONE, LEDGER, "facilitators").rows[1]
    assert "Bo" not in str(table(walk, ONE, LEDGER, "facilitators"))


def test_unnamed_rows_wait_for_five_people_and_come_in_an_order_that_tells_nothing() -> None:
    said: dict[str, dict[str, Value]] = {who: {"leak": f"worry of {n}"} for n, who in enumerate(FIVE)}
    four = put(walking(), "ties", dict(list(said.items())[:4]))
    none = table(walking(), ONE, WORRIES, "group")
    assert table(four, ONE, WORRIES, "facilitators") == none, "four read exactly like none"
    assert none.withheld
    assert options(four, ONE, ("worries",), "group") == ()
    shown = table(put(walking(), "ties", said), ONE, WORRIES, "group")
    assert not shown.withheld
    assert list(shown.row_ids) == sorted(shown.row_ids)
    backwards = table(put(walking(), "ties", dict(reversed(said.items()))), ONE, WORRIES, "group")
    assert backwards == shown, "the order of arrival tells nothing"


def test_while_a_round_is_open_unnamed_rows_come_in_batches() -> None:
    walk = walking()
    everyone = {f"x{n}": {"leak": f"worry {n}"} for n in range(7)}
    members = {w: replace(walk.members["bo"], person=w) for w in everyone}
    walk = replace(walk, members={**walk.members, **members})
    assert len(table(put(walk, "ties", everyone, closed=False), ONE, WORRIES, "group").rows) == 5
    assert len(table(put(walk, "ties", everyone), ONE, WORRIES, "group").rows) == 7


def test_a_tally_counts_answers_and_shows_notes_only_once_nobody_can_be_guessed() -> None:
    said: dict[str, dict[str, Value]] = {w: {"tie": {"said": "yes", "note": ""}} for w in FIVE[:4]}
    said["ana"] = {"tie": {"said": "yes", "note": "my cousin"}}
    four = table(put(walking(), "ties", said), ONE, TALLY, "group")
    assert four.withheld
    assert four.rows == ()
    said["fen"] = {"tie": {"said": "unsure", "note": ""}}
    five = table(put(walking(), "ties", said), ONE, TALLY, "group")
    assert five.headers == ("Ties", "Yes", "No", "Not sure", "Notes")
    assert five.rows == (("New ties?", "4", "0", "1", "my cousin"),)
    open_ = programme(ties=prompt("ties", replace(TIES[0], named=True)))
    alone = table(put(walking(), "ties", {"ana": said["ana"]}), open_, TALLY, "group")
    assert alone.rows == (("New ties?", "1", "0", "0"),), "named ones are counted, but their notes stay back"


def test_rows_can_be_chosen_by_names_that_fit_and_differ() -> None:
    told = options(ledger(), ONE, ("ledger",), "group")
    assert [o.label for o in told] == ["Welcome", "Data", "Welcome (2)"]
    long = put(ledger(), "threats", {w: {"threat": "x" * 200, "likely": 1, "harm": 1} for w in ("bo", "eli")})
    several = options(long, ONE, ("ledger", "threats"), "group")
    assert several[0].label == "Value ledger: Welcome"
    assert all(len(o.label) <= 75 for o in several)
    assert len({o.label for o in several}) == len(several) == 5


# --- gates ----------------------------------------------------------------------------------------------------------


def test_every_high_row_needs_an_owner_who_takes_part() -> None:
    said: dict[str, dict[str, Value]] = {
        "bo": {"threat": "Leak", "likely": 4, "harm": 4},
        "eli": {"threat": "Spam", "likely": 2, "harm": 2},
    }
    walk = put(walking(), "threats", said)
    wanted = Filled(worksheet="threats", column="owner", where="risk", at_least=Decimal(12))
    [row] = unfilled(walk, ONE, wanted)
    owned = fix(walk, THREATS, row.id, threat="Leak", likely="4", harm="4", owner="fen")
    assert unfilled(owned, ONE, wanted) == ()
    gone = replace(owned.members["fen"], consent="withdrawn")
    left = replace(owned, members={**owned.members, "fen": gone})
    assert [r.id for r in unfilled(left, ONE, wanted)] == [row.id], "an owner who left is no owner"


# --- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_keeps_who_when_before_and_after_of_each_cell_that_changed() -> None:
    walk = ledger()
    row = rows_of(walk, ONE, LEDGER)[0]
    given = {"task": "welcome", "hours__low": "5", "hours__high": "6", "correction__reason": "Counted again"}
    fixed = fix(walk, LEDGER, row.id, **given)
    [edit] = fixed.partnership.edits
    assert (edit.column, edit.before, edit.after, edit.by, edit.at, edit.reason) == (
        "hours",
        hours(2, 3),
        hours(5, 6),
        "ana",
        at(99),
        "Counted again",
    )
    assert fix(fixed, LEDGER, row.id, **given) == replace(fixed, version=fixed.version + 1), "Save twice keeps one"
    changed = rows_of(fixed, ONE, LEDGER)[0]
    assert changed.edited == {"hours"}
    [told] = correcting.history(fixed, ONE, "ledger")
    assert (told.row, told.column, told.before, told.after, told.by) == (
        "Welcome",
        "Hours a week",
        "2 to 3 hours",
        "5 to 6 hours",
        "Ana Ferreira",
    )


def test_the_form_of_a_row_comes_filled_and_sent_as_it_is_changes_nothing() -> None:
    walk, ticket = ledger(), Ticket(workspace="T1", partnership="p1", person="ana")
    row = rows_of(walk, ONE, LEDGER)[0]
    form = correcting.correct_form(english.load(), walk, ONE, LEDGER, row.id, ticket)
    assert form.typed == {"task": "welcome", "hours.low": "2", "hours.high": "3"}
    assert {"keeper", "aside", "correction.strike", "correction.reason"} <= {f.id for f in form.fields}
    assert not correcting.corrected(walk, ONE, "ledger", row.id, form.typed, by="ana", now=at(1))


def test_every_problem_is_named_at_once_and_only_facilitators_correct() -> None:
    walk = ledger()
    row = rows_of(walk, ONE, LEDGER)[0].id
    with pytest.raises(AskPerson) as asked:
        fix(walk, LEDGER, row, hours__low="many", keeper="nobody")
    assert {"task", "hours.low", "keeper"} <= set(asked.value.problems)
    with pytest.raises(NotFound):
        correcting.corrected(walk, ONE, "ledger", row, {"task": "data"}, by="bo", now=at(1))
    with pytest.raises(NotFound):
        fix(walk, LEDGER, "h7", task="data")


def test_a_row_struck_out_leaves_and_comes_back_and_a_new_one_is_made_by_hand() -> None:
    walk = ledger()
    row = rows_of(walk, ONE, LEDGER)[1]
    struck = fix(walk, LEDGER, row.id, correction__strike=("yes",))
    assert row.id not in [r.id for r in rows_of(struck, ONE, LEDGER)]
    back = fix(struck, LEDGER, row.id, task="data", hours__low="1", hours__high="1")
    assert [r.id for r in rows_of(back, ONE, LEDGER)] == [r.id for r in rows_of(walk, ONE, LEDGER)]
    made = fix(walk, LEDGER, "new", task="care", hours__low="1", hours__high="2")
    again = fix(made, LEDGER, "new", task="care", hours__low="1", hours__high="2")
    assert [r.id for r in rows_of(again, ONE, LEDGER) if r.by_hand] == ["h1"], "pressing twice makes one row"
    second = fix(made, LEDGER, "new", task="data")
    assert [r.id for r in rows_of(second, ONE, LEDGER) if r.by_hand] == ["h1", "h2"]


def test_an_unnamed_row_can_be_corrected_once_it_shows_without_telling_whose_it_is() -> None:
    said: dict[str, dict[str, Value]] = {who: {"leak": f"worry {n}"} for n, who in enumerate(FIVE)}
    walk, ticket = put(walking(), "ties", said), Ticket(workspace="T1", partnership="p1", person="ana")
    row = table(walk, ONE, WORRIES, "facilitators").row_ids[0]
    form = correcting.correct_form(english.load(), walk, ONE, WORRIES, row, ticket)
    assert not any(name in str(form) for name in ("Bo", "Eli", "Fen", "Dara"))
    fixed = fix(walk, WORRIES, row, leak="put kindly")
    assert "put kindly" in str(table(fixed, ONE, WORRIES, "group").rows)
    four = replace(walk, answers=walk.answers[:4])
    with pytest.raises(NotFound):
        correcting.correct_form(english.load(), four, ONE, WORRIES, row, ticket)


# --- agreeing -------------------------------------------------------------------------------------------------------


def agree(walk: Walk, sheet: Worksheet) -> Walk:
    made = agreed_sheet(walk, ONE, sheet, decision="d", now=at(50))
    return replace(walk, partnership=replace(walk.partnership, sheets=(*walk.partnership.sheets, made)))


def test_what_was_agreed_is_kept_and_a_later_correction_shows_until_it_is_agreed_again() -> None:
    walk = agree(ledger(), LEDGER)
    shown = table(walk, ONE, LEDGER, "facilitators")
    assert (shown.state, shown.version, shown.agreed_on) == ("agreed", 1, date(2026, 11, 26))
    row = rows_of(walk, ONE, LEDGER)[0].id
    fixed = fix(walk, LEDGER, row, task="welcome", hours__low="5", hours__high="6")
    assert table(fixed, ONE, LEDGER, "group").state == "changed"
    kept = fixed.partnership.agreed("ledger")
    assert kept is not None
    assert "2 to 3 hours" in str(kept.rows)
    assert hash_of(text_of(kept)) == kept.text_hash, "anyone can check the kept text against its mark"
    twice = agree(fixed, LEDGER)
    assert (table(twice, ONE, LEDGER, "group").state, table(twice, ONE, LEDGER, "group").version) == ("agreed", 2)


def test_what_only_facilitators_see_is_not_part_of_what_the_group_agrees_on() -> None:
    walk = put(walking(), "week", {"bo": {"work": [line("data", 1, 2, aside="between us")]}})  # type: ignore[dict-item]
    assert "between us" not in str(agreed_sheet(walk, ONE, LEDGER, decision="d", now=at(1)))


def test_two_texts_are_the_same_only_when_every_cell_is() -> None:
    made = agreed_sheet(ledger(), ONE, LEDGER, decision="d", now=at(1))
    assert text_of(made) == text_of(replace(made, rows=made.rows[::-1]))
    for other in (("a\tb", "c"), ("a", "b\tc"), ("a\\tb", "c"), ("a\nb", "c")):
        for one in (("a\tb", "c"), ("a", "b\tc"), ("a\\tb", "c"), ("a\nb", "c")):
            same = text_of(replace(made, rows=(one,))) == text_of(replace(made, rows=(other,)))
            assert same == (one == other)


def test_a_line_that_is_emptied_takes_nobody_elses_keeper_along() -> None:
    walk = ledger()
    _, second, _ = rows_of(walk, ONE, LEDGER)
    walk = fix(walk, LEDGER, second.id, task="data", hours__low="1", hours__high="1", keeper="fen")
    question = replace(WORK, lines=2)
    emptied = {**kind_of(question).typed(question, [line("welcome", 2, 3), line("data", 1, 1)])}  # type: ignore[arg-type]
    left = {name: value for name, value in emptied.items() if not name.startswith("work.0.")}
    kept = kind_of(question).parse(question, left)
    assert kept is not None
    edited = next(a for a in walk.answers if a.person == "bo")
    walk = applied(walk, Change(answers=(replace(edited, values={"work": kept}),)))
    keepers = {row.id: row.cells.get("keeper") for row in rows_of(walk, ONE, LEDGER)}
    assert keepers[second.id] == "fen", "the line kept its number, and with it its keeper"
    assert list(keepers.values()).count("fen") == 1


def test_a_row_that_changed_while_its_form_was_open_is_not_undone() -> None:
    walk, words = ledger(), english.load()
    row, *_ = rows_of(walk, ONE, LEDGER)
    ticket = Ticket(workspace="T1", partnership="p1", person="ana", subject=f"row.ledger.{row.id}")
    form = correcting.correct_form(words, walk, ONE, LEDGER, row.id, ticket)
    as_seen = Ticket.decode(form.token).subject.removeprefix("row.ledger.")
    assert correcting.corrected(walk, ONE, "ledger", as_seen, {**form.typed, "keeper": "fen"}, by="ana", now=at(1))
    walk = fix(walk, LEDGER, row.id, task="care", hours__low="2", hours__high="3")
    with pytest.raises(correcting.Outdated):
        correcting.corrected(walk, ONE, "ledger", as_seen, {**form.typed, "keeper": "fen"}, by="ana", now=at(1))
