"""Putting a round off: until when, how often, and what of it is kept.

What a person chooses ("tomorrow") becomes an instant on their own wall clock at once, and the instant alone is kept and
told. A round is put off MOST times; then it stays as it is until it closes. Moving a time that still lies ahead is no
new time. Choosing the same twice changes nothing.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from workflows import rounds, say, schedule
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one
from workflows.occurrences import Occurrence, to_ms
from workflows.people import Membership, Snooze
from workflows.ticket import Ticket
from workflows.walk import Change, Round, Walk
from workflows.words import Words

Choice = Literal["evening", "tomorrow", "workday"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
LATER = "-later"  # at the end of a ticket's subject: put that round off
MOST = 3  # more often than that is a no that nobody wants to say
EVENINGS = (18, 19)  # local hours: after work, and well before the quiet hours begin
AHEAD = timedelta(minutes=30)  # what comes back sooner than that was not put off
JUST_CAME = timedelta(days=1)  # to be reminded of what came at one's own wish an hour ago is too much
_SATURDAY = 5


def of(member: Membership, round_id: str) -> Snooze | None:
    """Until when a person put a round off, and how often; the time may have passed."""
    return next((s for s in member.snoozes if s.round == round_id), None)


def needs_no_nudge(member: Membership, round_id: str, *, now: datetime) -> bool:
    """Whether a round waits for a time of its person's own choice, or has just come to them at that time."""
    found = of(member, round_id)
    return found is not None and found.until > now - JUST_CAME


def may(member: Membership, round_id: str) -> bool:
    """Whether a person may put a round off once more, when it has come to them."""
    found = of(member, round_id)
    return found is None or found.times < MOST


def without(member: Membership, round_ids: Collection[str]) -> Membership:
    """A membership in which nothing of these rounds is put off."""
    kept = tuple(s for s in member.snoozes if s.round not in round_ids)
    return member if len(kept) == len(member.snoozes) else replace(member, snoozes=kept)


def dropped(walk: Walk, round_ids: Collection[str]) -> tuple[Membership, ...]:
    """The memberships that change when these rounds are over."""
    return tuple(after for m in walk.members.values() if (after := without(m, round_ids)) is not m)


def until(walk: Walk, person: str, choice: Choice, *, now: datetime) -> datetime:
    """When a choice comes true, in UTC, on the person's own clock and never in their quiet hours.

    An evening that is too near, or over, is no evening of another day: it is the next morning, and is told as that.
    """
    zone, hour = walk.zone(person), walk.partnership.rhythm.hour
    today = schedule.on_the_wall(now, zone).date()
    if choice == "evening":
        evenings = (schedule.instant_of(today, evening, zone) for evening in EVENINGS)
        awake = (at for at in evenings if walk.in_daytime(person, at) == at)
        if soon := next((at for at in awake if at - now >= AHEAD), None):
            return soon
    day = today + timedelta(days=1)
    while choice == "workday" and day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return walk.in_daytime(person, schedule.instant_of(day, hour, zone))


def put_off(words: Words, walk: Walk, round_id: str, person: str, choice: Choice, *, now: datetime) -> Change:
    """Put a round off: ask again then, and say so at once. Raises AskPerson, in words for them, where it cannot be."""
    found, member = _open(words, walk, round_id, person), walk.members[person]
    wanted, before = until(walk, person, choice, now=now), of(member, round_id)
    if before and before.until == wanted:
        return Change()
    zone, closes = walk.zone(person), said(words, walk, person, found.closes_at)
    times = before.times + (before.until <= now) if before else 1
    if times > MOST:
        raise AskPerson({"": words("later.enough", closes=closes)})
    if wanted >= found.closes_at:
        told = say.moment(wanted, zone, words.locale)
        raise AskPerson({"": words("later.too_late", closes=closes, until=told)})
    awake = replace(member, resting=False, paused_at=None) if member.resting else member
    snooze = Snooze(round=round_id, until=wanted, times=times)
    kept = replace(awake, snoozes=(*without(member, (round_id,)).snoozes, snooze), snoozed_at=now)
    told_now = walk.occurrence("refresh", now, subject=f"{round_id}.z{to_ms(wanted)}", person=person)
    return Change(members=(kept,), plan=(again(walk, snooze, person, at=wanted), told_now))


def again(walk: Walk, snooze: Snooze, person: str, *, at: datetime) -> Occurrence:
    """The round put to its person again."""
    return walk.occurrence("again", at, subject=f"{snooze.round}.{to_ms(snooze.until)}", person=person)


def passed_by(walk: Walk, person: str, *, now: datetime) -> tuple[Occurrence, ...]:
    """What came back while a person had paused, put to them now that they are there again."""
    member = walk.members[person]
    since = member.paused_at
    mine = (s for s in member.snoozes if since is not None and since <= s.until <= now)
    at = walk.in_daytime(person, now)
    return tuple(again(walk, s, person, at=at) for s in mine)


def _open(words: Words, walk: Walk, round_id: str, person: str) -> Round:
    found, member = walk.round(round_id), walk.members[person]
    if found is None or found.standing:
        raise AskPerson({"": words("answer.not_asked")})
    if walk.answer(round_id, person):
        raise AskPerson({"": words("later.answered")})
    if found.closed_at is not None:
        closed = said(words, walk, person, found.closed_at)
        late = rounds.takes_answers(walk, round_id)
        raise AskPerson({"": words("later.closed_late" if late else "later.closed", closed=closed)})
    if member.paused and not member.resting:
        raise AskPerson({"": words("later.paused")})
    return found


def said(words: Words, walk: Walk, person: str, instant: datetime) -> str:
    """An instant in words, on a person's own clock."""
    return say.moment(instant, walk.zone(person), words.locale)


# --- on a page --------------------------------------------------------------------------------------------------------


def form(words: Words, walk: Walk, found: Round, *, title: str, ticket: Ticket, now: datetime) -> Form:
    """The same three choices as a form, each with its time; nothing to press where none of them can be."""
    person = ticket.person
    member, before = walk.members[person], of(walk.members[person], found.id)
    options = _options(words, walk, found, person, now=now)
    put = words("later.until", until=said(words, walk, person, before.until)) if before and before.until > now else ""
    why = "" if options else _why_not(words, walk, found, member, now=now)
    choose = Field(id="later", widget="choice", label=words("later.question"), options=options)
    return Form(
        id="later",
        title=words("later.form_title"),
        submit=words("later.send") if options else "",
        cancel=words("answer.close"),
        intro=tuple(line for line in (title, put, why) if line),
        fields=(choose,) if options else (),
        token=ticket.encode(),
    )


def _options(words: Words, walk: Walk, found: Round, person: str, *, now: datetime) -> tuple[Option, ...]:
    """What can be chosen now, each instant once."""
    told: dict[datetime, Option] = {}
    for choice in CHOICES:
        try:
            put_off(words, walk, found.id, person, choice, now=now)
        except AskPerson:
            continue
        at = until(walk, person, choice, now=now)
        told.setdefault(at, Option(value=choice, label=said(words, walk, person, at)))
    return tuple(told.values())


def _why_not(words: Words, walk: Walk, found: Round, member: Membership, *, now: datetime) -> str:
    try:
        put_off(words, walk, found.id, member.person, "tomorrow", now=now)
    except AskPerson as refused:
        return refused.problems[""]
    return ""


def read(typed: Typed) -> str:
    """What was given on the form."""
    return one(typed, "later")


def chosen(words: Words, given: str) -> Choice:
    """A choice that came in as text. Raises AskPerson when it is none."""
    found = next((c for c in CHOICES if c == given), None)
    if found is None:
        raise AskPerson({"later": words("later.question")})
    return found
