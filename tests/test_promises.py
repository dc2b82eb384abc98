"""Promises of both sides: what the partner says stands beside what the group says, and where they differ it shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.partner_home import ANA, Site, site
from worker.files import programmes
from workflows import contacting, promises
from workflows.board_parts import sheet_of
from workflows.changes import applied
from workflows.contacts import PartnerWord
from workflows.due_partner import due_soon, news_until
from workflows.messages import digest
from workflows.messages.scene import Scene
from workflows.partnership import Edit
from workflows.promises import Promise
from workflows.walk import Change, Walk

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("five"), programmes.load("five-steps")) as found:
        yield found


@pytest.fixture
def five(made: Site) -> Site:
    made.begin_anew()
    return made


def scene(site: Site) -> Scene:
    return Scene(words=site.home.house.words, walk=site.walk, programme=site.programme)


def first(site: Site, walk: Walk | None = None) -> Promise:
    return promises.promises(walk or site.walk, site.programme)[0]


def say(site: Site, robin: str, status: str, note: str = "", row: str = "") -> None:
    link = f"{site.link(robin)}?say={row or first(site).row}"
    answer = site.send(link, status=status, note=note)
    assert answer.status_code == 200, answer.text


def test_what_the_partner_says_stands_beside_what_the_group_says(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    say(five, robin, "kept", "It left on Monday.")
    page = five.get(five.link(robin)).text
    assert "It left on Monday." in page
    assert "You see this differently" in page, "the group says that it is not due yet"
    tracker = promises.sheet_of(five.programme)
    assert tracker is not None
    board = sheet_of(scene(five), tracker, ANA).table
    row = board.rows[board.row_ids.index(first(five).row)]
    told = dict(zip(board.headers, row, strict=True))
    assert (told["They say"], told["Do we agree?"]) == ("Kept", "We see it differently")


def test_once_both_say_the_same_nothing_is_disputed(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    say(five, robin, "not-due")
    assert not first(five).disputed
    assert "You see this differently" not in five.get(five.link(robin)).text
    say(five, robin, "unsure")
    assert not first(five).disputed, "who is not sure does not contradict"


def test_an_earlier_word_stays_on_record_and_the_same_one_twice_is_one(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    for status in ("late", "late", "kept"):
        say(five, robin, status)
    kept = five.walk.partnership.partner_words
    assert [word.status for word in kept] == ["late", "kept"]
    assert "Before that: Late" in five.get(five.link(robin)).text


def test_a_promise_that_is_worded_anew_does_not_keep_what_was_said_of_the_old_one(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    say(five, robin, "kept")
    row, walk = first(five).row, five.walk
    edit = Edit(
        worksheet="promise-tracker",
        row=row,
        column="promise",
        before=None,
        after="Something else",
        by=ANA,
        at=five.now,
    )
    five.home.house.walks.change(
        five.home.partnership,
        lambda walk: Change(partnership=replace(walk.partnership, edits=(*walk.partnership.edits, edit))),
    )
    there = {p.row: p for p in promises.promises(five.walk, five.programme)}
    assert (there[row].text, there[row].theirs, there[row].said) == ("Something else", "", None)
    assert walk.partnership.partner_words == five.walk.partnership.partner_words, "it stays on record"


def test_the_partner_speaks_about_its_own_promises_alone(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    row = first(five).row
    five.home.house.walks.change(
        five.home.partnership,
        lambda walk: Change(
            partnership=replace(
                walk.partnership,
                edits=(
                    *walk.partnership.edits,
                    Edit(
                        worksheet="promise-tracker",
                        row=row,
                        column="whose",
                        before=None,
                        after="ours",
                        by=ANA,
                        at=five.now,
                    ),
                ),
            )
        ),
    )
    link = five.link(robin)
    assert f"?say={row}" not in five.get(link).text
    assert five.get(f"{link}?say={row}").status_code == 404
    assert five.client.post(f"{link}?say={row}", data={"status": "kept"}).status_code == 404
    assert not five.walk.partnership.partner_words
    assert "Not asked: the group promised it" in five.get(link).text


def test_what_cannot_be_used_comes_back_as_it_was_typed(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    link = f"{five.link(robin)}?say={first(five).row}"
    answer = five.send(link, note="Look at the bank <statement>")
    assert answer.status_code == 422
    assert "Please choose one." in answer.text
    assert "Look at the bank &lt;statement&gt;" in answer.text
    assert five.send(link, status="sold", note="x").status_code == 422
    five.home.take_store_away()
    try:
        page = five.client.post(link, data={"status": "kept", "note": "Not to be lost"})
        assert page.status_code == 503
    finally:
        five.home.bring_store_back()


def test_what_facilitators_noted_for_the_partner_stays_in_the_group(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    row = first(five).row
    noted = Edit(
        worksheet="promise-tracker",
        row=row,
        column="their-status",
        before=None,
        after="broken",
        by=ANA,
        at=five.now,
    )
    five.home.house.walks.change(
        five.home.partnership,
        lambda walk: Change(partnership=replace(walk.partnership, edits=(*walk.partnership.edits, noted))),
    )
    assert first(five).theirs == ""
    group = {p.row: p for p in promises.promises(five.walk, five.programme, "group")}
    assert group[row].theirs == "broken"
    assert "Broken" not in five.get(five.link(robin)).text
    say(five, robin, "kept", row=row)
    group = {p.row: p for p in promises.promises(five.walk, five.programme, "group")}
    assert group[row].theirs == "kept", "its own word takes the place of what was noted for it"


def test_facilitators_hear_of_it_once_a_day(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    say(five, robin, "late")
    say(five, robin, "kept", "Paid.")
    five.send(f"{five.link(robin)}?write=1", text="Thank you for your patience.")
    planned = {p.encode() for p in promises.tidings(five.walk, now=five.now)}
    assert len(planned) == 1, "one for the one who facilitates"
    slot = promises.tidings(five.walk, now=five.now)[0].slot
    news = news_until(scene(five), slot)
    assert [word.status for word in news.words] == ["kept"], "of a promise its last word"
    assert [letter.text for letter in news.letters] == ["Thank you for your patience."]
    assert not news_until(scene(five), slot + DAY)


def test_the_digest_counts_as_both_sides_see_it(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    say(five, robin, "kept")
    message = digest.compose(scene(five), person=ANA, day=five.now.date(), now=five.now)
    told = "\n".join(str(part) for part in message.parts)
    assert "As we see it: 0 kept, 0 late, 0 broken, 5 not due yet" in told
    assert "As Pulse App sees it: 1 kept, 0 late, 0 broken" in told
    assert "We see 1 promise differently." in told
    assert "Who may look: Robin Tide" in told


def test_only_what_is_due_and_open_and_theirs_is_reminded(five: Site) -> None:
    robin = five.invite()
    today = five.now.date()
    assert due_soon(scene(five), today) == (), "nothing is shared"
    five.share_all()
    assert len(due_soon(scene(five), today)) == 5
    assert due_soon(scene(five), today - 5 * DAY) == ()
    say(five, robin, "kept")
    assert len(due_soon(scene(five), today)) == 4


def test_words_are_bounded_and_the_newest_of_each_promise_stays(five: Site) -> None:
    five.share_all()
    walk, row = five.walk, first(five).row
    at = datetime(2026, 12, 1, tzinfo=UTC)
    for n in range(promises.MOST_OF_ONE + 5):
        status = ("late", "kept")[n % 2]
        walk = applied(walk, promises.said(walk, five.programme, "c1", row, status=status, note="", now=at + n * DAY))
    kept = walk.partnership.partner_words
    assert len(kept) == promises.MOST_OF_ONE
    assert kept[-1].at == at + (promises.MOST_OF_ONE + 4) * DAY
    crowd = tuple(
        PartnerWord(row=f"r{n}", about="x", status="kept", note="", by="c1", at=at)
        for n in range(promises.MOST_WORDS - 3)
    )
    walk = replace(walk, partnership=replace(walk.partnership, partner_words=(*crowd, *kept)))
    after = applied(walk, promises.said(walk, five.programme, "c1", row, status="broken", note="", now=at + 99 * DAY))
    assert {w.row for w in after.partnership.partner_words} == {w.row for w in (*crowd, *kept)}
    assert contacting.here(after) == ()


def test_nobody_corrects_what_the_partner_said_itself(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    row, cases = first(five).row, five.home.house.cases
    ticket = five.ticket(ANA, f"row.promise-tracker.{row}")
    assert "their-status" in {field.id for field in cases.answer_form(ticket).fields}
    say(five, robin, "kept", row=row)
    form = cases.answer_form(ticket)
    assert "their-status" not in {field.id for field in form.fields}
    assert any("may see this too" in line for line in form.intro)
