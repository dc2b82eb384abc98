"""Promises of both sides and how each stands: as the group says, as the partner says, and where the two differ.

A promise is a row of the worksheet of promises. What the group says of it comes from its answers and corrections; what
the partner says is its own word, kept as said, with the words before it. The partner speaks about what it promised,
not about what the group did. Pure; the same word twice is one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from workflows.contacts import PROMISES, PartnerWord, differ
from workflows.forms import Option
from workflows.occurrences import Occurrence
from workflows.programme import Programme, Worksheet
from workflows.question import Audience, Question
from workflows.schedule import instant_of, on_the_wall
from workflows.walk import Change, Walk
from workflows.worksheet_columns import questions_of, visible
from workflows.worksheet_rows import Sight, rows

NOTE_CHARS = 600
MOST_OF_ONE = 20  # words about one promise; the oldest goes first
MOST_WORDS = 500
TOLD_AT = 17  # local hour at which facilitators hear what the partner said that day, all at once
THEIRS = ("theirs", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise as somebody may see it. `whose`, `ours` and `theirs` are options; empty where nobody said anything.

    `words` are the exact words; `said` is what the partner says of it now, `before` what it said earlier, newest first.
    """

    row: str
    text: str
    words: str = ""
    whose: str = ""
    due: date | None = None
    ours: str = ""
    theirs: str = ""
    said: PartnerWord | None = None
    before: tuple[PartnerWord, ...] = ()

    @property
    def of_partner(self) -> bool:
        """Whether the partner promised it, alone or with the group."""
        return self.whose in THEIRS

    @property
    def disputed(self) -> bool:
        """Whether the two sides see it differently."""
        return differ(self.ours, self.theirs)

    @property
    def is_open(self) -> bool:
        """Whether the one who promised may still do something about it."""
        return "kept" not in (self.ours, self.theirs)


def sheet_of(programme: Programme) -> Worksheet | None:
    """The worksheet of promises that a programme lets the partner see."""
    sheets = (w for step in programme.steps for w in step.worksheets)
    return next((w for w in sheets if w.promised and w.shareable), None)


def promises(walk: Walk, programme: Programme, audience: Audience = "partner") -> tuple[Promise, ...]:
    """Every promise that an audience may see, what is due first; those without a day come last.

    The partner sees its own word and none that facilitators noted for it.
    """
    sheet = sheet_of(programme)
    if sheet is None or sheet.promised is None:
        return ()
    of, seen = sheet.promised, {c.id for c in visible(programme, sheet, audience)}
    if sheet.name not in seen:
        return ()
    made = []
    for row in rows(Sight(walk=walk, programme=programme, audience=audience), sheet):
        cells = {key: str(value) for key, value in row.cells.items() if key in seen and isinstance(value, str)}
        text = cells.get(sheet.name, "")
        if row.struck or not text:
            continue
        said = [w for w in walk.partnership.partner_words if w.row == row.id and w.about == text]
        noted = cells.get(of.theirs, "")
        made.append(
            Promise(
                row=row.id,
                text=text,
                words=next((cells[c] for c in _long(programme, sheet) if c in cells), ""),
                whose=cells.get(of.whose, ""),
                due=_day(cells.get(of.due, "")),
                ours=cells.get(of.ours, ""),
                theirs=said[-1].status if said else noted,
                said=said[-1] if said else None,
                before=tuple(reversed(said[:-1])),
            )
        )
    return tuple(sorted(made, key=lambda p: (p.due is None, p.due or date.max, p.row)))


def _long(programme: Programme, sheet: Worksheet) -> Iterator[str]:
    """The columns that hold the exact words."""
    return (key for key, q in questions_of(programme, sheet).items() if q.kind == "long_text" and key != sheet.name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def statuses(programme: Programme) -> tuple[Option, ...]:
    """What the partner may say of a promise, with its words."""
    sheet = sheet_of(programme)
    return _options(programme, sheet, sheet.promised.theirs) if sheet and sheet.promised else ()


def label(programme: Programme, status: str) -> str:
    """The words of a status, on either side; empty where nobody said anything."""
    return next((o.label for o in statuses(programme) if o.value == status), "")


def _options(programme: Programme, sheet: Worksheet, column: str) -> tuple[Option, ...]:
    question: Question | None = questions_of(programme, sheet).get(column)
    return question.options if question else ()


def are_shared(walk: Walk) -> bool:
    """Whether the partner sees the promises now."""
    return any(s.what == PROMISES and s.stands for s in walk.partnership.shares)


def said(walk: Walk, programme: Programme, contact: str, row: str, *, status: str, note: str, now: datetime) -> Change:
    """A contact says how they see a promise of theirs. Nothing changes for what is not theirs, or was said before."""
    found = next((p for p in promises(walk, programme) if p.row == row), None) if are_shared(walk) else None
    if found is None or not found.of_partner or status not in {o.value for o in statuses(programme)}:
        return Change()
    last = found.said
    if last and (last.status, last.note) == (status, note):
        return Change()
    word = PartnerWord(row=row, about=found.text, status=status, note=note[:NOTE_CHARS], by=contact, at=now)
    return Change(
        partnership=replace(walk.partnership, partner_words=_bounded((*walk.partnership.partner_words, word))),
        plan=tidings(walk, now=now),
    )


def _bounded(words: tuple[PartnerWord, ...]) -> tuple[PartnerWord, ...]:
    """The words that are kept; the newest of each promise always is."""
    newest = {w.row: w for w in words}
    of_row = Counter(w.row for w in words)
    kept, over = [], max(0, len(words) - MOST_WORDS)
    for word in words:
        spare = newest[word.row] is not word
        if spare and (over > 0 or of_row[word.row] > MOST_OF_ONE):
            of_row[word.row] -= 1
            over -= 1
            continue
        kept.append(word)
    return tuple(kept)


def tidings(walk: Walk, *, now: datetime) -> tuple[Occurrence, ...]:
    """What tells those who lead that the partner said something: one a day for each, whatever it said until then."""
    day = on_the_wall(now, walk.group.zone).date()
    slot = instant_of(day, TOLD_AT, walk.group.zone)
    if slot <= now:
        slot = instant_of(day + timedelta(days=1), TOLD_AT, walk.group.zone)
    return tuple(walk.occurrence("partner_word", slot, person=m.person) for m in walk.leads())


def counts(found: tuple[Promise, ...]) -> tuple[Counter[str], Counter[str], int]:
    """How many are kept, late and so on, as the group and as the partner sees it; and how many are disputed."""
    ours, theirs = Counter(p.ours for p in found if p.ours), Counter(p.theirs for p in found if p.theirs)
    return ours, theirs, sum(1 for p in found if p.disputed)
