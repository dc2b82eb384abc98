"""The board of fifty people far along: what it says, whom it lets do what, and that a hundred rows stay readable."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.big_walk import NOON, big_walk, person
from worker.files import programmes, words
from worker.web import draw
from worker.web.board import board_page, sheet_page
from workflows import correcting
from workflows.board import Board, board_of
from workflows.board_parts import sheet_of
from workflows.changes import applied
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.walk import Dissent, Outcome, Walk
from workflows.worksheets import agreed_sheet, rows_of

TODAY = date(2027, 1, 12)
LEAD, MEMBER = person(0), person(1)


@pytest.fixture(scope="module")
def five() -> Programme:
    return programmes.load("five-steps")


@pytest.fixture(scope="module")
def far(five: Programme) -> Walk:
    """Two steps walked; the ledger was agreed on, then a facilitator corrected a row of it."""
    walk = big_walk(five, steps=2)
    ledger = five.worksheet("value-ledger")
    sheet = agreed_sheet(walk, five, ledger, decision="ledger-agreed", now=NOON)
    outcome = Outcome(
        decision="ledger-agreed",
        number=1,
        round="r9",
        at=NOON,
        result="agreed",
        method="consent",
        text=five.decision("ledger-agreed").proposal,
        took_part=tuple(person(n) for n in range(31)),
        of=50,
        counts=(("consent", 29), ("aside", 1), ("object", 0)),
        dissent=(Dissent(word="aside", reason="I do not know <these> rates."),),
        advice=("Say it in the channel too.",),
        review_on=date(2027, 12, 1),
        text_hash=sheet.text_hash,
    )
    walk = replace(walk, partnership=replace(walk.partnership, sheets=(sheet,), outcomes=(outcome,)))
    row = rows_of(walk, five, ledger)[0]
    typed = {"activity": str(row.cells["activity"]), "hours.low": "167", "hours.high": "168"}
    return applied(walk, correcting.corrected(walk, five, "value-ledger", row.id, typed, by=LEAD, now=NOON))


def board(walk: Walk, five: Programme, who: str) -> Board:
    return board_of(Scene(words=words.load(), walk=walk, programme=five), person=who, now_day=TODAY)


def drawn(board: Board) -> str:
    return board_page(board, link=lambda subject: f"/answer/{subject}", workbook="/workbook/T", home="/home/T")


def sheet(walk: Walk, five: Programme, who: str, name: str) -> str:
    one = sheet_of(Scene(words=words.load(), walk=walk, programme=five), five.worksheet(name), who)
    return sheet_page(one, title="Harbour Circle", link=lambda subject: f"/answer/{subject}")


@pytest.fixture(scope="module")
def lead(far: Walk, five: Programme) -> str:
    return drawn(board(far, five, LEAD))


@pytest.fixture(scope="module")
def member(far: Walk, five: Programme) -> str:
    return drawn(board(far, five, MEMBER))


def test_who_stands_in_for_a_facilitator_leads_and_still_sees_what_the_group_sees(five: Programme) -> None:
    walk = big_walk(five, steps=2)
    ana = replace(walk.members[LEAD], consent="withdrawn")
    alone = replace(walk, members={**walk.members, LEAD: ana})
    seen, before = board(alone, five, MEMBER), board(replace(alone, members=walk.members), five, MEMBER)
    assert (seen.lead, before.lead) == (True, False)
    headers = [[one.table.headers for one in part.sheets] for part in seen.parts]
    assert headers == [[one.table.headers for one in part.sheets] for part in before.parts]
    assert not any(one.private for part in seen.parts for one in part.sheets)
    ties = five.worksheet("conflict-register")
    ticket = Ticket(workspace="T1", partnership="p1", person=MEMBER, subject="")
    form = correcting.correct_form(words.load(), alone, five, ties, "new", ticket)
    private = {column.id for column in five.prompt(ties.prompt).question(ties.rows).columns}
    assert private.isdisjoint(field.id for field in form.fields), "who has which tie was for facilitators' eyes"


def test_the_ledger_of_fifty_says_that_it_changed_and_keeps_what_was_agreed(
    far: Walk, five: Programme, member: str
) -> None:
    ledger = re.search(r'<div class="fold away" id="sheet-value-ledger">(.*?)</div>', member, re.DOTALL)
    assert ledger is not None, "a hundred rows have a page of their own"
    assert 'href="?sheet=value-ledger"' in ledger[1]
    assert "100 rows" in ledger[1]
    assert "Changed since agreed" in ledger[1]
    page = sheet(far, five, MEMBER, "value-ledger")
    assert "As it was agreed: version 1, 100 rows" in page
    assert "167 to 168 hours" in page


def test_a_decision_shows_its_outcome_dissent_advice_and_when_it_comes_back(member: str) -> None:
    assert "Agreed on Tuesday 12 January 2027" in member
    assert "I do not know &lt;these&gt; rates." in member
    assert "Say it in the channel too." in member
    assert "Looked at again from Wednesday 1 December 2027." in member


def test_a_facilitator_may_correct_add_and_decide_and_a_member_may_not(
    far: Walk, five: Programme, lead: str, member: str
) -> None:
    theirs, ours = (sheet(far, five, who, "value-ledger") for who in (LEAD, MEMBER))
    row = rows_of(far, five, five.worksheet("value-ledger"))[0].id
    for what in ('"/answer/row.value-ledger.new"', f'"/answer/row.value-ledger.{row}"', "Only facilitators see this"):
        assert what in theirs
        assert what not in ours
    for what in ('"/answer/vulnerabilities"', '"/answer/people"'):
        assert what in lead
        assert what not in member
    assert "/answer/row." not in member + ours


def test_every_open_round_can_be_answered_but_one_of_another_day_is_not_shown(
    far: Walk, five: Programme, member: str
) -> None:
    [*rest, last] = far.rounds
    opened = replace(far, rounds=(*rest, replace(last, opens_on=TODAY)))
    later = replace(far, rounds=(*rest, replace(last, opens_on=TODAY + timedelta(days=1))))
    assert last.id in [r.subject for r in board(opened, five, MEMBER).rounds]
    assert last.id not in [r.subject for r in board(later, five, MEMBER).rounds]
    standing = [r for r in board(far, five, MEMBER).rounds if r.standing]
    assert standing
    assert f'href="/answer/{standing[0].subject}"' in member


def test_what_the_step_waits_for_is_told_in_words(far: Walk, five: Programme) -> None:
    [now] = [part for part in board(far, five, MEMBER).parts if part.open]
    assert now.id == "vulnerabilities"
    assert any("still empty in" in line for line in now.waits), "high threats without an owner"


def test_the_workbook_can_be_taken_along_and_a_page_without_links_draws_too(
    far: Walk, five: Programme, member: str
) -> None:
    assert all(f'href="/workbook/T.{kind}"' in member for kind in ("pdf", "docx", "md"))
    assert "/answer/" not in draw.page("board", board=board(far, five, LEAD))


def test_no_member_is_named_as_the_one_who_wrote_something(far: Walk, five: Programme) -> None:
    told = str(board(far, five, MEMBER).parts)
    assert not any(f"'{person(n)}'" in told for n in range(50))
