"""Messages are kept with their authors' yes: asked once, shown to nobody before, gone at a no. And where they stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.group import ASKED, Passing, passing
from tests.small import small
from worker.deliver import deliver
from worker.files import programmes, words
from worker.store import documents
from worker.vault import Vault
from worker.web import draw
from worker.wiring import House
from worker.workbook.renderers import RENDERERS, render
from workflows import joining, keeping, messages
from workflows.board import board_of
from workflows.changes import applied
from workflows.errors import AskPerson, NotFound
from workflows.keeping import Spoken
from workflows.message import Quote
from workflows.messages import examples
from workflows.messages.digest import compose as digest_of
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Change, Kept, Walk
from workflows.workbook_filled import workbook_of

SECRET = "Nobody gets our list before we have signed"
SAID = datetime(2026, 11, 29, 17, 20, tzinfo=UTC)


def spoken(author: str = "eli", *, message: str = "C1:17.1", text: str = SECRET) -> Spoken:
    names = {"eli": "Eli Brooks", "stranger": "Gus Moreau"}
    users = {"eli": "U0ELI", "stranger": "U0GUS"}
    return Spoken(
        message=message,
        text=text,
        author=author,
        name=names.get(author, author),
        slack_user=users.get(author, "U0X"),
        at=SAID,
    )


@pytest.fixture
def story() -> Passing:
    return passing(small())


def keep(story: Passing, said: Spoken, *, by: str = "bo", kind: keeping.Kind = "promise", note: str = "") -> Kept:
    story.apply(keeping.kept(story.walk, said, kind=kind, note=note, by=by, now=story.now))
    found = keeping.found(story.walk, keeping.id_of("p1", said.message, kind))
    assert found is not None
    return found


def answer(story: Passing, kept: Kept, *, given: bool) -> Kept:
    story.apply(keeping.answered(story.walk, kept.id, given=given, now=story.now))
    found = keeping.found(story.walk, kept.id)
    assert found is not None
    return found


def everywhere(story: Passing, reader: str) -> str:
    """All that a member can look at: the board as a page, the workbook, the digest."""
    board = board_of(story.scene, person=reader, now_day=story.now.date())
    page = draw.page("board", board=board, link=lambda subject: f"/answer/{subject}", workbook="/workbook/T")
    book = render(workbook_of(story.scene, today=story.now.date()), "md").decode()
    return page + book + str(digest_of(story.scene, person=reader, day=story.now.date(), now=story.now))


# --- being asked ------------------------------------------------------------------------------------------------------


def test_eli_is_asked_and_says_yes_and_then_the_group_can_read_it(story: Passing) -> None:
    kept = keep(story, spoken(), note="They said so in front of us.")
    assert kept.state == "asked"
    story.until(story.now + timedelta(hours=16))
    (asked,) = story.sent("keep")
    assert (asked.send.person, asked.send.channel, asked.send.to) == ("eli", "slack", "")
    assert Quote(text=SECRET) in asked.send.message.parts
    assert [a.id for a in asked.send.message.actions] == ["keep_yes", "keep_no"]
    assert not any(SECRET in everywhere(story, reader) for reader in ASKED), "nobody reads it before the yes"
    answer(story, kept, given=True)
    story.until(story.now + timedelta(hours=16))
    assert all(SECRET in everywhere(story, reader) for reader in ASKED)
    edit, heard = story.sent("kept")
    assert (edit.send.edits, edit.send.name) == (True, asked.send.name)
    assert [a.id for a in edit.send.message.actions] == ["keep_no"], "a yes can be taken back"
    assert (heard.send.person, heard.send.edits) == ("bo", False)
    assert heard.send.message.subject == "It is kept"


@pytest.mark.parametrize("after_a_yes", [False, True])
def test_a_no_drops_the_words_at_once_and_for_good(story: Passing, after_a_yes: bool) -> None:
    kept = keep(story, spoken(), note="It matters.")
    if after_a_yes:
        answer(story, kept, given=True)
    gone = answer(story, kept, given=False)
    assert (gone.state, gone.text, gone.note, gone.name) == ("refused", "", "", "")
    assert SECRET not in documents.walk_to_sealed(_document(story.walk), Clear())
    assert answer(story, kept, given=True).state == "refused", "what is dropped does not come back"
    assert keep(story, spoken()).state == "refused", "and nobody asks a second time"
    story.until(story.now + timedelta(hours=16))
    told = [c for c in story.sent("kept") if not c.send.edits]
    assert [c.send.message.subject for c in told] == ["It is not kept"]
    assert SECRET not in str([c.send.message for c in told])


class Clear(Vault):
    """Seals nothing, to look inside."""

    def __init__(self) -> None:
        pass

    def seal(self, text: str) -> bytes:
        return text.encode()


def _document(walk: Walk) -> documents.WalkDocument:
    return documents.WalkDocument(
        partnership=walk.partnership,
        members=tuple(walk.members.values()),
        rounds=walk.rounds,
        milestones=walk.milestones,
    )


def test_two_weeks_without_a_word_drop_it_and_the_question_says_so(story: Passing) -> None:
    kept = keep(story, spoken())
    story.until(story.now + timedelta(days=13, hours=23))
    assert keeping.found(story.walk, kept.id) == kept
    story.until(story.now + timedelta(days=2))
    gone = keeping.found(story.walk, kept.id)
    assert gone is not None
    assert (gone.state, gone.text) == ("lapsed", "")
    assert len(story.sent("keep")) == 1, "they were asked once"
    edit, heard = story.sent("kept")
    assert "two weeks went by" in edit.send.message.subject
    assert "said nothing for two weeks" in str(heard.send.message.parts)


def test_what_was_answered_in_time_is_not_dropped(story: Passing) -> None:
    kept = keep(story, spoken())
    given = answer(story, kept, given=True)
    story.until(story.now + timedelta(days=20))
    assert keeping.found(story.walk, kept.id) == given


def test_somebody_who_takes_no_part_is_asked_by_direct_message(story: Passing) -> None:
    kept = keep(story, spoken("stranger"))
    story.until(story.now + timedelta(hours=16))
    (asked,) = story.sent("keep")
    assert (asked.send.person, asked.send.to, asked.send.channel) == ("stranger", "U0GUS", "slack")
    assert "You do not take part" in str(asked.send.message.parts)
    answer(story, kept, given=True)
    assert "Gus Moreau" in everywhere(story, "dara")


def test_nobody_is_asked_at_night(story: Passing) -> None:
    story.until(datetime(2026, 12, 1, 2, 0, tzinfo=UTC))  # nine in the evening in New York
    keep(story, spoken())
    story.until(datetime(2026, 12, 1, 12, 59, tzinfo=UTC))
    assert not story.sent("keep")
    story.until(datetime(2026, 12, 1, 13, 1, tzinfo=UTC))
    assert len(story.sent("keep")) == 1


def test_whoever_pauses_is_asked_when_they_are_back(story: Passing) -> None:
    story.apply(Change(members=(replace(story.walk.members["eli"], paused_at=story.now),)))
    keep(story, spoken())
    story.until(story.now + timedelta(days=4))
    assert not story.sent("keep")
    story.apply(Change(members=(replace(story.walk.members["eli"], paused_at=None),)))
    story.until(story.now + timedelta(days=2))
    assert len(story.sent("keep")) == 1


def test_whoever_said_no_to_taking_part_is_not_asked_this_either() -> None:
    story = passing(small(), agreed=("ana", "bo"))
    for said_no in ("eli", "dara", "chi"):
        assert not keeping.may_ask(story.walk, said_no)
    assert keeping.may_ask(story.walk, "bo")
    assert keeping.may_ask(story.walk, "stranger")


# --- keeping twice, taking back, leaving ------------------------------------------------------------------------------


def test_ones_own_words_are_kept_at_once_and_nobody_is_asked(story: Passing) -> None:
    kept = keep(story, spoken("bo"), by="bo", kind="evidence")
    assert kept.state == "given"
    story.until(story.now + timedelta(days=20))
    assert not story.sent("keep")
    assert not story.sent("kept")


def test_the_same_message_as_the_same_kind_is_kept_once_by_whomever(story: Passing) -> None:
    keep(story, spoken())
    before = story.walk
    assert not keeping.kept(story.walk, spoken(), kind="promise", note="", by="bo", now=story.now)
    assert not keeping.kept(story.walk, spoken(), kind="promise", note="Mine", by="ana", now=story.now)
    assert story.walk == before
    keep(story, spoken(), kind="incident")
    assert len(story.walk.partnership.kept) == 2


def test_an_author_who_is_asked_may_keep_it_themselves(story: Passing) -> None:
    keep(story, spoken())
    kept = keep(story, spoken(), by="eli")
    assert (kept.state, kept.by) == ("given", "bo")
    gone = answer(story, kept, given=False)
    assert gone.state == "refused"
    assert keep(story, spoken(), by="eli").state == "given", "their own words, their own choice"


def test_who_asked_can_take_it_back_as_long_as_nobody_answered(story: Passing) -> None:
    kept = keep(story, spoken())
    assert not keeping.taken_back(story.walk, "C1:17.1", person="ana", now=story.now), "it is none of Ana's"
    assert not keeping.taken_back(story.walk, "C1:17.2", person="bo", now=story.now), "that is another message"
    story.until(story.now + timedelta(hours=16))
    story.apply(keeping.taken_back(story.walk, "C1:17.1", person="bo", now=story.now))
    gone = keeping.found(story.walk, kept.id)
    assert gone is not None
    assert (gone.state, gone.text) == ("withdrawn", "")
    story.until(story.now + timedelta(days=20))
    (edit,) = story.sent("kept")
    assert edit.send.edits
    given = answer(story, keep(story, spoken(message="C1:17.3")), given=True)
    assert not keeping.taken_back(story.walk, "C1:17.3", person="bo", now=story.now), "Eli agreed; it is Eli's to drop"
    story.apply(keeping.taken_back(story.walk, "C1:17.3", person="eli", now=story.now))
    dropped = keeping.found(story.walk, given.id)
    assert dropped is not None
    assert dropped.state == "refused"


def test_whoever_leaves_takes_their_words_and_their_requests_along(story: Passing) -> None:
    theirs = answer(story, keep(story, spoken()), given=True)
    own = keep(story, spoken("eli", message="C1:17.2"), by="eli")
    asked = keep(story, spoken("stranger", message="C1:17.3"), by="eli", note="A remark")
    others = keep(story, spoken("bo", message="C1:17.4", text="Mine stays"), by="bo")
    mine = spoken("bo", message="C1:17.5", text="So does this")
    remark = answer(story, keep(story, mine, by="eli", note="A remark"), given=True)
    story.leave("eli")
    now = {k.id: k for k in story.walk.partnership.kept}
    assert [now[k.id].state for k in (theirs, own, asked)] == ["refused", "refused", "withdrawn"]
    assert [now[k.id].text for k in (theirs, own, asked)] == ["", "", ""]
    assert now[others.id] == others
    assert now[remark.id] == replace(remark, note=""), "Bo's words stay, Eli's remark does not"
    assert all("Eli" not in str(k) for k in now.values())
    told = everywhere(story, "dara")
    assert SECRET not in told
    assert "Mine stays" in told
    assert "So does this" in told


def test_deciding_twice_makes_the_same_change(story: Passing) -> None:
    change = keeping.kept(story.walk, spoken(), kind="promise", note="", by="bo", now=story.now)
    assert change == keeping.kept(story.walk, spoken(), kind="promise", note="", by="bo", now=story.now)
    story.apply(change)
    kept = story.walk.partnership.kept[0]
    yes = keeping.answered(story.walk, kept.id, given=True, now=story.now)
    assert yes == keeping.answered(story.walk, kept.id, given=True, now=story.now)
    after = applied(story.walk, yes)
    assert not keeping.answered(after, kept.id, given=True, now=story.now)
    assert not keeping.lapsed(after, kept.id, now=story.now + timedelta(days=99))


# --- where it stands --------------------------------------------------------------------------------------------------


def test_three_lists_stand_on_the_board_and_in_the_workbook_and_the_partner_sees_none(story: Passing) -> None:
    for n, kind in enumerate(keeping.KINDS):
        said = spoken(message=f"C1:18.{n}", text=f"Words <b>{n}</b> & more")
        answer(story, keep(story, said, kind=kind, note=f"Note {n}"), given=True)
    board = board_of(story.scene, person="eli", now_day=story.now.date())
    assert [one.title for one in board.kept] == ["Promises", "Evidence", "Incidents"]
    assert [one.items[0].who for one in board.kept] == ["Eli Brooks"] * 3
    assert board.kept[0].items[0].day == "Sunday 29 November 2026"
    assert all(one.items[0].subject for one in board.kept), "their author finds the way to take it back"
    page = draw.page("board", board=board, link=lambda subject: f"/answer/{subject}")
    assert "Words &lt;b&gt;0&lt;/b&gt; &amp; more" in page
    assert page.count("Take it back") == 3
    others = board_of(story.scene, person="bo", now_day=story.now.date())
    assert not any(item.subject for one in others.kept for item in one.items)
    book = workbook_of(story.scene, today=story.now.date())
    assert "Kept messages" in [chapter.title for chapter in book.chapters]
    for ending in RENDERERS:
        assert render(book, ending)
    partner = workbook_of(story.scene, today=story.now.date(), audience="partner")
    assert "Kept messages" not in [chapter.title for chapter in partner.chapters]


# --- the use cases, over a real store ---------------------------------------------------------------------------------


@pytest.fixture
def walk(house: House, story: Passing) -> House:
    five = house.programmes["five-steps"]
    house.clock.move(story.now)
    there = replace(story.walk.partnership, programme=five.id, version=five.version, steps=(), next_round_on=None)
    house.workspaces.add_partnership("T1", "p1")
    house.people.keep("T1", story.walk.people.values())
    house.walks.begin_walk(Change(partnership=there, members=tuple(story.walk.members.values())))
    return house


def ticket(person: str, subject: str = "", **changed: str) -> Ticket:
    return replace(Ticket(workspace="T1", partnership="p1", person=person, subject=subject), **changed)


def kept_of(house: House) -> Kept:
    (one,) = house.walks.get("p1").partnership.kept
    return one


def test_an_author_answers_on_a_page(walk: House) -> None:
    kept = walk.cases.keep(ticket("bo"), spoken("dara"), kind="promise", note="")
    mine = ticket("dara", f"keep.{kept.id}")
    form = walk.cases.answer_form(mine)
    assert (form.id, [f.id for f in form.fields]) == ("kept", ["keep"])
    assert SECRET in form.intro
    with pytest.raises(AskPerson):
        walk.cases.submit_answer(mine, {}, via="web")
    walk.cases.submit_answer(mine, {"keep": "yes"}, via="web")
    assert kept_of(walk).state == "given"
    assert walk.cases.answer_form(mine).typed == {"keep": "yes"}
    walk.cases.submit_answer(mine, {"keep": "no"}, via="web")
    assert kept_of(walk).text == ""
    assert walk.cases.answer_form(mine).fields == ()


def test_the_page_of_somebody_else_tells_nothing(walk: House) -> None:
    kept = walk.cases.keep(ticket("bo"), spoken("dara"), kind="promise", note="")
    for other in ("bo", "ana"):
        with pytest.raises(NotFound):
            walk.cases.answer_form(ticket(other, f"keep.{kept.id}"))


def test_a_stranger_answers_by_a_press_and_nobody_else_can(walk: House) -> None:
    kept = walk.cases.keep(ticket("bo"), spoken("stranger"), kind="promise", note="")
    for wrong in (
        ticket("bo", f"keep.{kept.id}"),
        ticket("stranger", f"keep.{kept.id}", workspace="T2"),
        ticket("stranger", "keep.kother"),
        ticket("stranger", kept.id),
        ticket("stranger", f"keep.{kept.id}", partnership="pgone"),
    ):
        with pytest.raises(NotFound):
            walk.cases.let_keep(wrong, given=True)
    assert kept_of(walk).state == "asked"
    walk.cases.let_keep(ticket("stranger", f"keep.{kept.id}"), given=True)
    walk.cases.let_keep(ticket("stranger", f"keep.{kept.id}"), given=True)
    assert kept_of(walk).state == "given"
    walk.cases.let_keep(ticket("stranger", f"keep.{kept.id}"), given=False)
    walk.cases.let_keep(ticket("stranger", f"keep.{kept.id}"), given=False)
    assert kept_of(walk).state == "refused"
    with pytest.raises(NotFound):
        walk.cases.let_keep(ticket("stranger", f"keep.{kept.id}"), given=True)


def test_what_cannot_be_kept_is_said(walk: House) -> None:
    with pytest.raises(NotFound):
        walk.cases.keep(ticket("chi"), spoken(), kind="promise", note="")
    with pytest.raises(AskPerson, match=r"asked again at: $"):
        walk.cases.keep(ticket("bo"), spoken("chi"), kind="promise", note="")
    there = walk.walks.get("p1")
    full = tuple(replace(_kept(n), state="given", text=f"Words {n}") for n in range(keeping.MOST))
    walk.walks.change("p1", lambda _: Change(partnership=replace(there.partnership, kept=full)))
    with pytest.raises(AskPerson):
        walk.cases.keep(ticket("bo"), spoken(), kind="promise", note="")
    walk.walks.change("p1", lambda _: Change(partnership=replace(there.partnership, kept=(), over=True)))
    with pytest.raises(AskPerson):
        walk.cases.keep(ticket("bo"), spoken(), kind="promise", note="")
    assert walk.walks.get("p1").partnership.kept == ()


def _kept(n: int) -> Kept:
    return Kept(id=f"k{n}", kind="promise", text="", author="eli", by="bo", at=SAID, said_at=SAID, state="asked")


def test_the_drop_after_two_weeks_survives_a_crash_of_the_worker(walk: House) -> None:
    walk.cases.keep(ticket("bo"), spoken("dara"), kind="promise", note="")
    walk.clock.move(walk.clock.now() + keeping.PATIENCE + timedelta(minutes=1))
    claims = [c for some in walk.due.claim(now=walk.clock.now(), lease_ms=1) for c in some]
    drop = [c for c in claims if c.occurrence.kind == "unkept"]
    assert len(drop) == 1
    # that worker died; another one gets the claim, and a third has an old copy of it
    again = [c for some in walk.due.claim(now=walk.clock.now() + timedelta(minutes=2)) for c in some]
    deliver(walk, [c for c in again if c.occurrence.kind == "unkept"] or drop)
    first = walk.walks.get("p1")
    assert kept_of(walk).state == "lapsed"
    deliver(walk, drop)
    assert walk.walks.get("p1") == first


def test_a_kept_message_lies_in_redis_as_it_was(walk: House) -> None:
    kept = walk.cases.keep(ticket("bo"), spoken("stranger"), kind="incident", note="It matters")
    assert kept_of(walk) == kept
    assert not any(SECRET.encode() in (walk.redis.dump(key) or b"") for key in walk.redis.keys("*"))


def test_the_words_of_every_state_are_there() -> None:
    w, five = words.load(), programmes.load("five-steps")
    scene = Scene(words=w, walk=examples.walk(five), programme=five)
    asked = messages.keep.example_kept()
    ended = (replace(asked, state="given"), replace(asked, state="refused"), replace(asked, state="lapsed"))
    assert all(messages.kept.compose(scene, kept=one).subject for one in ended)
    edits = (*ended, replace(asked, state="withdrawn"))
    assert len({messages.keep.settled(scene, kept=one).subject for one in edits}) == 4


def test_a_consent_withdrawn_is_one_change_with_what_it_drops(story: Passing) -> None:
    answer(story, keep(story, spoken()), given=True)
    change = joining.consented(story.walk, "eli", given=False, prefers=None, via="slack", now=story.now)
    assert change.partnership is not None
    assert [k.state for k in change.partnership.kept] == ["refused"]
    assert {o.kind for o in change.plan} >= {"settled", "kept"}
