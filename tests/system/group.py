"""Who walks in the first walk, and the calendar by which everything they get can be told in advance.

The calendar is worked out here by itself, with the standard library, from the programme and the dates alone.
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
PULSE_AGAIN = 16  # weeks after the first round: the pulse of week 12 comes again four weeks later
END = datetime(2027, 1, 24, 9, 0, tzinfo=UTC)  # the second pulse closes, on a Sunday at nine in Lisbon
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
HAL = Somebody(name="Hal", zone="Europe/Lisbon", email="hal@example.org", asked_at=START, prefers="mail")
SLOW, SLOW_IN = "Eli", "r2"  # answers this one only when reminded


def at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def rounds(programme: Programme) -> Iterator[tuple[str, date, Prompt]]:
    """Every round of the story: its id, its day and what is asked."""
    prompts = [prompt for step in programme.steps for prompt in step.prompts]
    for week, prompt in enumerate(prompts):
        yield f"r{week + 1}", FIRST + timedelta(weeks=week), prompt
    yield f"r{len(prompts) + 1}", FIRST + timedelta(weeks=PULSE_AGAIN), programme.prompt("pulse")


def steps(programme: Programme) -> Iterator[tuple[Step, date, date]]:
    """Every step: the day it opens, and the day its last round closes."""
    opens = FIRST
    for step in programme.steps:
        last = opens + timedelta(weeks=len(step.prompts) - 1)
        yield step, opens, last + timedelta(days=5)
        opens = last + timedelta(weeks=1)


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
    due.update(_milestones(programme))
    consent = consent_title(words)
    due[HAL.email, "mail", consent, HAL.asked_at] += 1
    for somebody in PEOPLE:
        asked = ("slack", somebody.slack) if somebody.slack else ("mail", somebody.email)
        due[asked[1], asked[0], consent, somebody.asked_at] += 1
        due.update((somebody.email, "mail", "digest", when) for when in _digests(somebody))
        for way, who in somebody.ways.items():
            due.update((who, way, title, when) for title, when in _asked(words, programme, somebody))
    return Counter({got: count for got, count in due.items() if got[3] <= END})


def _for_the_channel(words: Words, programme: Programme) -> Iterator[Got]:
    yield CHANNEL, "channel", words("started.subject", group=GROUP), START
    for _, day, prompt in rounds(programme):
        yield CHANNEL, "channel", words("round_opened.subject", title=prompt.title), at(day, 9, GROUP_ZONE)
        closes = at(day + timedelta(days=5), 9, GROUP_ZONE)
        yield CHANNEL, "channel", words("summary.subject", title=prompt.title), closes
    for step, _, closes_on in [*steps(programme)][:-1]:
        yield CHANNEL, "channel", words("step_done.subject", title=step.title), at(closes_on, 9, GROUP_ZONE)


def _milestones(programme: Programme) -> Iterator[Got]:
    """To Ana, a week before, a day before and on the day; the first one she marks as done at once."""
    for step, opens, _ in steps(programme):
        for plan in step.milestones:
            for before in (7,) if plan.id == "ledger-keeper" else (7, 1, 0):
                day = opens + timedelta(days=plan.days - before)
                yield ANA, "slack", f"due: {plan.title}", at(day, 9, PEOPLE[0].zone)


def _asked(words: Words, programme: Programme, somebody: Somebody) -> Iterator[tuple[str, datetime]]:
    for round_id, day, prompt in rounds(programme):
        yield prompt.title, at(day, 9, somebody.zone)
        if (somebody.name, round_id) == (SLOW, SLOW_IN):
            yield words("nudge.subject", title=prompt.title), at(day + timedelta(days=3), 9, somebody.zone)
    for step, opens, _ in steps(programme):
        for place, reading in enumerate(step.readings):
            day = opens + timedelta(days=1 + 2 * place)
            yield words("reading.subject", title=reading.title), at(day, 9, somebody.zone)


def _digests(somebody: Somebody) -> Iterator[datetime]:
    """Each Friday at eight, from the first round on: before it there is nothing to tell."""
    day = FIRST + timedelta(days=3)
    while (when := at(day, 8, somebody.zone)) <= END:
        yield when
        day += timedelta(weeks=1)
