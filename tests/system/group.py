"""Who walks in the first walk, and the calendar by which everything they get can be told in advance.

The calendar is worked out here by itself, with the standard library, from the programme, the dates and what people do
out of the ordinary. It never asks the engine.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.slack_home import ANA, BO, CHANNEL, DARA, ELI, FEN
from workflows.programme import Programme, Prompt, Step
from workflows.words import Words

START = datetime(2026, 9, 24, 10, 0, tzinfo=UTC)  # a Thursday; every zone of the group changes its clock in the walk
FIRST = date(2026, 9, 29)  # the Tuesday of the first round
WEEKS = 17  # two steps of eight and seven weeks, and two weeks of the third
END = datetime(2027, 1, 24, 9, 0, tzinfo=UTC)  # the last week of the story closes, on a Sunday at nine in Lisbon
GROUP, PARTNER, GROUP_ZONE = "Harbour Circle", "Tidewater Apps", "Europe/Lisbon"

Got = tuple[str, str, str, datetime]  # who, by which way, which title, when


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One of the group. `doors` are how they answer rounds of odd and even number."""

    name: str
    zone: str
    email: str
    asked_at: datetime  # when they may be asked for consent: at the start, or when their day begins
    slack: str = ""
    prefers: str = "slack"
    doors: tuple[str, str] = ("modal", "modal")

    @property
    def ways(self) -> dict[str, str]:
        """By which ways they are written to, and as whom."""
        every = {"slack": self.slack, "mail": self.email}
        return every if self.prefers == "both" else {self.prefers: every[self.prefers]}

    def door(self, round_: int) -> str:
        return self.doors[(round_ + 1) % 2]


PEOPLE = (
    Somebody(name="Ana", zone="Europe/Lisbon", email="ana@example.org", slack=ANA, asked_at=START),
    Somebody(name="Bo", zone="Europe/London", email="bo@example.org", slack=BO, asked_at=START),
    Somebody(
        name="Dara",
        zone="Asia/Kathmandu",
        email="dara@example.org",
        slack=DARA,
        asked_at=START,
        prefers="both",
        doors=("modal", "mail"),
    ),
    Somebody(
        name="Eli",
        zone="America/New_York",
        email="eli@example.org",
        slack=ELI,
        asked_at=datetime(2026, 9, 24, 12, 0, tzinfo=UTC),  # eight in the morning in New York
    ),
    Somebody(
        name="Fen",
        zone="Europe/London",
        email="fen@example.org",
        slack=FEN,
        asked_at=START,
        prefers="mail",
        doors=("mail", "web"),
    ),
    Somebody(
        name="Gil",
        zone="Australia/Lord_Howe",
        email="gil@example.org",
        asked_at=datetime(2026, 9, 24, 21, 30, tzinfo=UTC),  # it was late in the evening there
        prefers="mail",
        doors=("mail", "web"),
    ),
)
LEAD = PEOPLE[0]
HAL = Somebody(name="Hal", zone="Europe/Lisbon", email="hal@example.org", asked_at=START, prefers="mail")

# What happens in the story besides answering. Rounds are named by number; r1, r2, r16 and r17 are standing ones.
STANDING = "r2"  # Bo adds something to this one, from the board
SLOW, SLOW_IN = "Eli", "r4"  # answers this one only when reminded
DRAFTED = ("Dara", "r5")  # begun on the web, finished in Slack
CHANGED = ("Eli", "r8")  # has second thoughts afterwards
SKIPPED = {("Bo", "r6"), ("Gil", "r7")}  # one presses Skip, one writes it
SHORT = {("Ana", "r9"), ("Fen", "r12")}  # answer in the low-energy form
LATE = ("Gil", "r10")  # answers this one when the next week is open already
OBJECTED = ("Eli", "r14")  # sees harm in the ledger; it is met, and r15 asks again
ASIDE = {("Fen", "r14"), ("Fen", "r15")}
MOVED_ON = "vulnerabilities"  # Ana ends this step although something is missing


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One round as the calendar knows it: put on `day`, closed at nine in Lisbon on `closes`."""

    id: str
    step: str
    prompt: Prompt
    day: date
    closes: date

    @property
    def deciding(self) -> bool:
        return bool(self.prompt.stage)


def at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def _weeks(step: Step) -> Iterator[list[tuple[Prompt, int]]]:
    """What each week of a step puts, and how many days into the week."""
    week: list[tuple[Prompt, int]] = []
    for prompt in (p for p in step.prompts if not p.standing):
        if prompt.day == 0 and week:
            yield week
            week = []
        week.append((prompt, (week[-1][1] if week else 0) + prompt.day))
    yield week
    for decision in step.decisions:
        for prompt in decision.prompts:
            yield [(prompt, 0)]
        if decision.id == "ledger-agreed":  # the objection is met, and the group is asked again
            yield [(decision.prompts[-1], 0)]


def rounds(programme: Programme) -> Iterator[Asked]:
    """Every round that is put to people until the end of the story, in the order of their numbers."""
    number, tuesday = 0, FIRST
    for step in programme.steps:
        number += sum(1 for prompt in step.prompts if prompt.standing)
        for week in _weeks(step):
            if tuesday >= FIRST + timedelta(weeks=WEEKS):
                return
            for prompt, days in week:
                number += 1
                yield Asked(
                    id=f"r{number}",
                    step=step.id,
                    prompt=prompt,
                    day=tuesday + timedelta(days=days),
                    closes=tuesday + timedelta(days=5),
                )
            tuesday += timedelta(weeks=1)


def steps(programme: Programme) -> Iterator[tuple[Step, date, date]]:
    """Every step that begins in the story: the day it opens, and the day its last round of the story closes."""
    every = [*rounds(programme)]
    for step in programme.steps:
        if mine := [one for one in every if one.step == step.id]:
            yield step, mine[0].day, mine[-1].closes


def asked_of(one: Asked) -> tuple[Somebody, ...]:
    """Whom a round is put to."""
    return (LEAD,) if one.prompt.to == "facilitators" else PEOPLE


def consent_title(words: Words) -> str:
    return words("consent.subject", group=GROUP, partner=PARTNER, facilitator="Ana")


def plain_title(words: Words, title: str) -> str:
    """A title without what changes from week to week."""
    if title.startswith(words("digest.subject", group=GROUP, news="").rstrip()) and title != consent_title(words):
        return "digest"
    milestone = re.fullmatch(r"(.+): due (?:today, )?\w+day .+", title)
    return f"due: {milestone[1]}" if milestone else title


def everything_due(words: Words, programme: Programme) -> Counter[Got]:
    """All that the calendar brings until END, but for what answers somebody's own deeds."""
    due: Counter[Got] = Counter([(ANA, "slack", words("welcome.subject"), START)])
    due.update(_for_the_channel(words, programme))
    due.update(_for_ana(words, programme))
    consent = consent_title(words)
    due[HAL.email, "mail", consent, HAL.asked_at] += 1
    for somebody in PEOPLE:
        asked = ("slack", somebody.slack) if somebody.slack else ("mail", somebody.email)
        due[asked[1], asked[0], consent, somebody.asked_at] += 1
        due.update((somebody.email, "mail", "digest", when) for when in _digests(somebody))
        for way, who in somebody.ways.items():
            due.update((who, way, title, when) for title, when in _asked(words, programme, somebody, way))
    return Counter({got: count for got, count in due.items() if got[3] <= END})


def _for_the_channel(words: Words, programme: Programme) -> Iterator[Got]:
    """What opens for all, what closes, what was decided, and each step that is done."""
    yield CHANNEL, "channel", words("started.subject", group=GROUP), START
    for one in rounds(programme):
        if one.prompt.to == "facilitators":
            continue
        opened = words("round_opened.subject", title=one.prompt.title)
        yield CHANNEL, "channel", opened, at(one.day, 9, GROUP_ZONE)
        closes = at(one.closes, 9, GROUP_ZONE)
        if not one.deciding:
            yield CHANNEL, "channel", words("summary.subject", title=one.prompt.title), closes
        elif one.prompt.stage == "consent":
            came_to = "decided.subject_blocked" if one.id == OBJECTED[1] else "decided.subject_agreed"
            title = programme.decision(one.prompt.decision).title
            yield CHANNEL, "channel", words(came_to, title=title), closes
    for step, _, closes_on in [*steps(programme)][:-1]:
        yield CHANNEL, "channel", words("step_done.subject", title=step.title), at(closes_on, 9, GROUP_ZONE)


def _for_ana(words: Words, programme: Programme) -> Iterator[Got]:
    """What only the facilitator hears: milestones, what is said before a decision, an objection, a step that stalls.

    A milestone comes a week before, a day before and on the day; the first one she marks as done at once.
    """
    for step, opens, closes_on in steps(programme):
        for plan in step.milestones:
            for before in (7,) if plan.id == "ledger-keeper" else (7, 1, 0):
                day = opens + timedelta(days=plan.days - before)
                yield ANA, "slack", f"due: {plan.title}", at(day, 9, LEAD.zone)
        if step.id == MOVED_ON:
            yield ANA, "slack", words("stalled.subject", title=step.title), at(closes_on, 9, GROUP_ZONE)
    for one in rounds(programme):
        if one.prompt.stage == "sense" or one.id == OBJECTED[1]:
            what = "amend.subject_said" if one.prompt.stage == "sense" else "amend.subject_blocked"
            title = programme.decision(one.prompt.decision).title
            yield ANA, "slack", words(what, title=title), at(one.closes, 9, GROUP_ZONE)


def _asked(words: Words, programme: Programme, somebody: Somebody, way: str) -> Iterator[tuple[str, datetime]]:
    """Each prompt at nine, a reminder two days later for whoever has not answered, a reading a week from the fifth
    day of a step on. A reminder by mail comes back to the mail that it reminds of.
    """
    for one in rounds(programme):
        if somebody not in asked_of(one):
            continue
        yield one.prompt.title, at(one.day, 9, somebody.zone)
        if (somebody.name, one.id) in ((SLOW, SLOW_IN), LATE):
            reminded = at(one.day + timedelta(days=2), 9, somebody.zone)
            title = one.prompt.title
            yield (f"Re: {title}" if way == "mail" else words("nudge.subject", title=title)), reminded
    for step, opens, _ in steps(programme):
        for place, reading in enumerate(step.readings):
            day = opens + timedelta(days=5 + 7 * place)
            yield words("reading.subject", title=reading.title), at(day, 9, somebody.zone)


def _digests(somebody: Somebody) -> Iterator[datetime]:
    """Each Friday at eight, from the first round on: before it there is nothing to tell."""
    day = FIRST + timedelta(days=3)
    while (when := at(day, 8, somebody.zone)) <= END:
        yield when
        day += timedelta(weeks=1)
