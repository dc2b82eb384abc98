"""The weight of a board: fifty people, all steps walked, and nothing of it lost on the way to lighter pages."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from tests.big_walk import big_walk, person
from worker.files import programmes, words
from worker.links import Links
from worker.web.board import board_page, sheet_page
from workflows.board import Board, board_of
from workflows.board import sheet_page as sheet_of_walk
from workflows.messages.scene import Scene
from workflows.ticket import Ticket

MOST = 300_000  # bytes of any one page, before it is packed for the wire
TODAY = date(2027, 1, 12)
LEAD, MEMBER = person(0), person(1)
LINKS = Links(public_url="https://fairsteps.example.org", keys=["a made-up key that is long enough to sign with"])


@pytest.fixture(scope="module")
def scene() -> Scene:
    five = programmes.load("five-steps")
    return Scene(words=words.load(), walk=big_walk(five, steps=5), programme=five)


def link(who: str, subject: str) -> str:
    """An address as long as those that people are sent."""
    return LINKS.url("answer", Ticket(workspace="T1", partnership="p1", person=who, subject=subject))


def page(board: Board, who: str, *, whole: bool = False) -> str:
    return board_page(board, link=lambda s: link(who, s), workbook="/workbook/T", home="/home/T", whole=whole)


@pytest.mark.parametrize("who", [LEAD, MEMBER])
def test_no_page_of_fifty_people_is_heavy_and_every_cell_can_be_read(scene: Scene, who: str) -> None:
    board = board_of(scene, person=who, now_day=TODAY)
    drawn = page(board, who)
    assert len(drawn.encode()) < MOST
    for part in board.parts:
        for one in part.sheets:
            text = drawn
            if f'href="?sheet={one.table.id}"' in drawn:
                found = sheet_page_of(scene, one.table.id, who)
                assert len(found.encode()) < MOST, one.table.id
                text = found
            elif one.long:
                raise AssertionError(f"nothing leads to {one.table.id}")
            told = html.unescape(text)
            for row in one.table.rows:
                assert all(cell in told for cell in row if cell), one.table.id


def sheet_page_of(scene: Scene, sheet: str, who: str) -> str:
    one = sheet_of_walk(scene, sheet, person=who)
    assert one is not None
    return sheet_page(one, title=scene.title, link=lambda s: link(who, s))


def test_everything_stands_on_one_page_for_printing(scene: Scene) -> None:
    board = board_of(scene, person=MEMBER, now_day=TODAY)
    whole = page(board, MEMBER, whole=True)
    assert 'href="?sheet=' not in whole
    told = html.unescape(whole)
    for part in board.parts:
        for one in part.sheets:
            assert all(cell in told for row in one.table.rows for cell in row if cell)
    folds = re.findall(r'<details class="fold(?: part| inner)?"([^>]*)>', whole)
    assert folds
    assert all("open" in fold for fold in folds), "what is folded is not printed"


def test_the_picture_of_the_balance_says_the_same_in_words(scene: Scene) -> None:
    board = board_of(scene, person=MEMBER, now_day=TODAY)
    drawn = page(board, MEMBER)
    covers: list[str] = [held.cover for held in board.balance.assets]
    [figure] = re.findall(r"<figure>\s*<figcaption>What we bring.*?</figure>", drawn, re.DOTALL)
    assert f"What we bring: {len(covers)}" in figure
    widths = dict(re.findall(r'<rect class="(\w+)" x="\d+" y="0" width="(\d+)"', figure))
    for cover, word in (("fully", "covered"), ("partly", "partly covered"), ("uncovered", "not covered")):
        assert f"{covers.count(cover)} {word}</li>" in figure
        assert int(widths.get(cover, 0)) == covers.count(cover)


def test_who_leads_finds_the_people_and_the_milestones_to_change(scene: Scene) -> None:
    theirs, ours = (page(board_of(scene, person=who, now_day=TODAY), who) for who in (LEAD, MEMBER))
    assert "Who takes part" in theirs
    assert "Who takes part" not in ours
    assert "Add a milestone" in ours
    over = replace(scene, walk=replace(scene.walk, partnership=replace(scene.walk.partnership, over=True)))
    assert "Add a milestone" not in page(board_of(over, person=LEAD, now_day=TODAY), LEAD)


def test_a_worksheet_of_a_step_that_has_not_begun_is_not_there() -> None:
    five = programmes.load("five-steps")
    early = Scene(words=words.load(), walk=big_walk(five, steps=1), programme=five)
    later = five.steps[-1].worksheets[0].id
    assert sheet_of_walk(early, later, person=LEAD) is None
    assert sheet_of_walk(early, "nothing-like-it", person=LEAD) is None
