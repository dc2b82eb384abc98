"""Unnamed answers cannot be traced to anybody, wherever one looks.

A whole walk is lived with marked words, and then everything that can be read is read: what was sent, every message as
it would read now, boards, worksheets, forms, the balance, the workbook. Words of a decision (why somebody objects, what
they advise) are on record however few they are, and without a name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta

import pytest

from tests.group import ASKED, Passing, passing
from tests.small import LOOK, small
from workflows import correcting, joining, messages, steps, worksheets
from workflows.balance import balance_of
from workflows.board import board_of
from workflows.people import Membership, Person
from workflows.question import Audience
from workflows.walk import Change
from workflows.workbook_filled import workbook_of

MARK = re.compile(r"\b(w\d*|open|veiled)-([a-z]+)-([a-z-]+)")
ON_RECORD = ("say",)  # said in a decision, kept with it
NEW = ("gus", "hal")


def texts(value: object) -> Iterator[str]:
    """Everything that can be read in a value, piece by piece; the row of a table is one piece."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        inner = list(value)
        if inner and all(isinstance(each, str) for each in inner):
            yield from inner
        else:
            for each in inner:
                yield from texts(each)
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif is_dataclass(value):
        for each in fields(value):
            if each.name == "rows":
                yield from (" | ".join(row) for row in getattr(value, "rows"))  # noqa: B009  any value with rows
            elif each.name not in ("row_ids", "token", "value"):
                yield from texts(getattr(value, each.name))


def fresh(story: Passing) -> Iterator[tuple[str, str, object]]:
    """What each may read now: where it stands, who reads it ("" for the group), and what it says."""
    scene, now = story.scene, story.now
    walk, programme = scene.walk, scene.programme
    leads = {m.person for m in walk.leads()}
    for found in walk.rounds:
        prompt = programme.prompt(found.prompt)
        yield "round_opened", "", messages.round_opened.compose(scene, round_=found)
        if prompt.to == "everyone" and not prompt.stage and found.closed_at:
            yield "summary", "", messages.summary.compose(scene, round_=found)
            yield "retold", "", messages.summary.compose(scene, round_=found, again=True)
        for person in sorted(leads):
            if prompt.stage in ("questions", "sense") and found.closed_at:
                yield "amend", person, messages.amend.compose(scene, round_=found, person=person)
    for outcome in walk.partnership.outcomes:
        yield "decided", "", messages.decided.compose(scene, outcome=outcome)
    for run in walk.partnership.steps:
        for person in sorted(leads):
            yield "stalled", person, messages.stalled.compose(scene, step_id=run.step, person=person, tries=1)
        if run.closed_on:
            yield "step_done", "", messages.step_done.compose(scene, step_id=run.step)
    for member in walk.counted():
        yield "digest", member.person, messages.digest.compose(scene, person=member.person, day=now.date(), now=now)
        yield "board", member.person, board_of(scene, person=member.person, now_day=now.date())
        for found in walk.rounds[-6:]:
            prompt_of = messages.prompt.compose(scene, round_=found, person=member.person, by_mail=True)
            yield "prompt", member.person, prompt_of
            yield "nudge", member.person, messages.nudge.compose(scene, round_=found, person=member.person)
    yield from _tables(story)


def _tables(story: Passing) -> Iterator[tuple[str, str, object]]:
    walk, programme = story.walk, story.programme
    audiences: Sequence[Audience] = ("group", "facilitators", "partner")
    for sheet in (w for s in programme.steps for w in s.worksheets):
        for audience in audiences:
            table = worksheets.table(walk, programme, sheet, audience)
            yield f"table of {sheet.id}", audience, table
            if not sheet.tally:
                there = worksheets.options(walk, programme, (sheet.id,), audience)
                yield f"options of {sheet.id}", audience, [o.label for o in there]
        lead = next((m.person for m in walk.leads()), "")
        if lead and not sheet.tally:
            yield f"history of {sheet.id}", lead, correcting.history(walk, programme, sheet.id)
            forms = [
                correcting.correct_form(story.words, walk, programme, sheet, row, story.scene.ticket(lead, "row"))
                for row in worksheets.table(walk, programme, sheet, "facilitators", reader=lead).row_ids
                if row
            ]
            yield f"forms of {sheet.id}", lead, [(f.intro, f.typed, f.fields) for f in forms]
    for audience in audiences:
        yield "balance", audience, balance_of(walk, programme, audience)
        if audience != "partner":
            yield "workbook", audience, workbook_of(story.scene, today=story.now.date(), audience=audience)


def sent(story: Passing) -> Iterator[tuple[str, str, object]]:
    """What went out, as it read then; what somebody is shown of their own answer is theirs."""
    for came in story.came:
        if came.due.kind != "follow" or came.send.channel == "channel":
            yield f"sent {came.due.kind}", came.due.person, came.send.message


def lived(weeks: int = 9, *, also: tuple[str, ...] = NEW) -> Passing:
    """Seven people on their way, or five; all of them, or all but one or three, answer in a week."""
    story = passing(small())
    for person in also:
        who = Person(id=person, name=f"{person.title()} Newcomer", slack_user=f"U0{person.upper()}")
        story.apply(joining.joined(story.walk, who, Membership(person=person), now=story.now))
        story.agree(person)
    for week in range(weeks):
        story.live(1, *(*ASKED, *also)[: (7, 6, 4, 7)[week % 4]], pick=week % 3, word="w")
        if week == 1:
            checks = tuple(c.id for c in LOOK.gate.checks)
            story.apply(steps.ticked(story.walk, story.programme, LOOK, checks, by="ana", now=story.now))
            for person in ("ana", "bo", "eli"):
                story.answer(story.round_of("noted"), person, word="w")
    return story


def unnamed(story: Passing) -> set[str]:
    """The questions that are asked without names."""
    return {q.id for p in story.programme.prompts() for q in p.questions if not q.named}


def leaks(story: Passing, *, also_sent: bool = False) -> list[str]:
    """Every place where an unnamed answer stands alone or beside a name."""
    hidden = unnamed(story) - set(ON_RECORD)
    names = [p.name for p in story.walk.people.values()]
    found = []
    for where, reader, value in (*fresh(story), *(sent(story) if also_sent else ())):
        pieces = list(texts(value))
        shown: dict[str, set[str]] = {}
        for piece in pieces:
            marks = [(who, what) for _, who, what in MARK.findall(piece)]
            for who, what in marks:
                if what in hidden:
                    shown.setdefault(what, set()).add(who)
            if any(what in hidden for _, what in marks) and any(name in piece for name in names):
                found.append(f"{where} for {reader or 'all'} names somebody beside unnamed words: {piece}")
        found += [
            f"{where} for {reader or 'all'} shows {what} of {len(who)}" for what, who in shown.items() if len(who) < 5
        ]
    return found


@pytest.fixture(scope="module")
def story() -> Passing:
    return lived()


def test_the_walk_reaches_far_enough_to_tell_something(story: Passing) -> None:
    assert [run.step for run in story.walk.partnership.steps] == ["look", "choose", "tend"]
    assert {o.result for o in story.walk.partnership.outcomes} == {"agreed", "chosen"}
    read = "\n".join(text for _, _, value in fresh(story) for text in texts(value))
    assert "w-bo-secret" in read
    assert "w-bo-name-name" in read
    assert "Bo Lindqvist" in read


@pytest.mark.parametrize("weeks", [1, 2, 3, 4, 6, 9])
def test_no_unnamed_word_of_fewer_than_five_is_shown_nor_one_beside_a_name(weeks: int) -> None:
    assert leaks(lived(weeks), also_sent=True) == []


def everything(story: Passing) -> list[tuple[str, str, list[str]]]:
    """All that can be read, without any order that comes of opaque ids."""
    return [(where, reader, sorted(texts(value))) for where, reader, value in (*fresh(story), *sent(story))]


@pytest.mark.parametrize("one", ["ana", "fen"])
def test_nothing_reads_differently_when_two_people_have_said_each_others_words(one: str) -> None:
    whole = lived(also=())  # five, for a summary shows five rows, in an order of opaque ids
    hidden = unnamed(whole) - {"say"}
    changed = []
    for answer in whole.walk.answers:
        other = whole.walk.answer(answer.round, {"bo": one, one: "bo"}.get(answer.person, answer.person))
        if other and other.person != answer.person:
            kept = {key: value for key, value in answer.values.items() if key not in hidden}
            theirs = {key: value for key, value in other.values.items() if key in hidden}
            changed.append(replace(answer, values={**kept, **theirs}))
    assert len(changed) > 4
    assert all(answer not in whole.walk.answers for answer in changed if "secret" in answer.values)
    before = everything(whole)
    swapped = replace(whole, walk=replace(whole.walk))
    swapped.apply(Change(answers=tuple(changed)))
    after = [(w, r, sorted(texts(v))) for w, r, v in fresh(swapped)]
    assert after == [entry for entry in before if not entry[0].startswith("sent")]


def test_who_takes_the_yes_back_is_read_nowhere_but_in_what_was_agreed() -> None:
    story = lived()
    story.leave("bo")
    story.until(story.now + timedelta(days=2))
    outcomes = story.walk.partnership.outcomes
    record = {o.text for o in outcomes} | {w for o in outcomes for w in (*o.advice, *(d.reason for d in o.dissent))}
    agreed = {cell for sheet in story.walk.partnership.sheets for row in sheet.rows for cell in row}
    for where, reader, value in fresh(story):
        for text in texts(value):
            for mark in re.findall(r"w-bo-[a-z-]+", text):
                assert any(mark in kept for kept in (*record, *agreed)), (where, reader, text)
    assert all("w-bo" not in str(c.send.message) for c in story.came if c.due.kind == "retell")
