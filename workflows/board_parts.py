"""The larger parts of a board: worksheets with their state, decisions with their outcome, and kept messages."""

from dataclasses import dataclass
from datetime import datetime

from workflows import correcting, keeping, say
from workflows.correcting import Correction
from workflows.gates import is_blocked
from workflows.messages.keep import KEEP, author_of
from workflows.messages.scene import Scene
from workflows.programme import Decision, Worksheet
from workflows.schedule import on_the_wall
from workflows.walk import Outcome, Sheet
from workflows.worksheet_columns import visible
from workflows.worksheet_names import struck_out
from workflows.worksheets import Table, table

LONG = 12  # rows; a worksheet with more is folded up, so that the rest of the page stays within reach


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSheet:
    """A worksheet. `state` says in words how far it is, `corrected` that facilitators changed cells.

    `private` are the columns that the group does not see. `agreed` is what was agreed, where the table reads
    differently by now. The history and the rows struck out are for facilitators, who may also correct and add.
    """

    table: Table
    state: str
    private: frozenset[int] = frozenset()
    corrected: str = ""
    history: tuple[tuple[Correction, str], ...] = ()  # with its day in words
    struck: tuple[tuple[str, str], ...] = ()
    agreed: Sheet | None = None
    may_correct: bool = False
    to_agree: bool = False  # some decision is about it; of another it says nothing that it is a draft

    @property
    def long(self) -> bool:
        """Whether it is better folded up."""
        return len(self.table.rows) > LONG

    @property
    def filled(self) -> int:
        """How many rows stand in it, gaps left out."""
        return sum(1 for row_id in self.table.row_ids if row_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDissent:
    """Somebody stood aside or objected, and how that was met."""

    word: str
    reason: str
    person: str
    met: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDecision:
    """A decision with what came of it; `result` is empty while it is still to be made."""

    title: str
    proposal: str
    result: str = ""
    lines: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    took_part: str = ""
    dissent: tuple[BoardDissent, ...] = ()
    advice: tuple[str, ...] = ()
    review: str = ""
    text_hash: str = ""
    method: str = ""
    earlier: tuple[str, ...] = ()
    meet: str = ""  # what the form is about in which a facilitator says how an objection was met


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardWords:
    """What somebody said and agreed to have kept. `subject` is where its author takes it back, empty for others."""

    text: str
    who: str
    day: str
    note: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardKept:
    """Kept messages of one kind, the oldest first."""

    title: str
    items: tuple[BoardWords, ...]


def kept_of(scene: Scene, person: str) -> tuple[BoardKept, ...]:
    """The kept messages that a person may read, a list for each kind that there are some of."""
    found = keeping.shown(scene.walk, scene.walk.sees_as(person))
    lists = ((kind, tuple(k for k in found if k.kind == kind)) for kind in keeping.KINDS)
    return tuple(
        BoardKept(
            title=scene.words(f"keeping.lists.{kind}"),
            items=tuple(
                BoardWords(
                    text=k.text,
                    who=author_of(scene, k) or scene.words("keeping.somebody_listed"),
                    day=_day(scene, k.said_at),
                    note=k.note,
                    subject=KEEP + k.id if k.author == person else "",
                )
                for k in some
            ),
        )
        for kind, some in lists
        if some
    )


def sheet_of(scene: Scene, sheet: Worksheet, person: str) -> BoardSheet:
    """A worksheet as `person` may see it: facilitators see what reaches them, and what they corrected."""
    lead = scene.walk.may_lead(person)
    audience = scene.walk.sees_as(person)
    made = table(scene.walk, scene.programme, sheet, audience, reader=person)
    decisions = (d for step in scene.programme.steps for d in step.decisions)
    to_agree = made.version > 0 or any(d.worksheet == sheet.id for d in decisions)
    corrections = () if sheet.tally else correcting.history(scene.walk, scene.programme, sheet.id, audience)
    return BoardSheet(
        table=made,
        state=_state(scene, made, to_agree=to_agree),
        to_agree=to_agree,
        private=_private(scene, sheet) if audience != "group" and not sheet.tally else frozenset(),
        corrected=_corrected(scene, corrections),
        history=tuple((c, _day(scene, c.at)) for c in corrections) if lead else (),
        struck=struck_out(scene.walk, scene.programme, sheet, audience) if lead else (),
        agreed=scene.walk.partnership.agreed(sheet.id) if made.state == "changed" else None,
        may_correct=lead and not sheet.tally,
    )


def _state(scene: Scene, made: Table, *, to_agree: bool) -> str:
    if made.withheld:
        return scene.words("board.withheld")
    if made.state == "draft" and not to_agree:
        return ""
    day = say.day(made.agreed_on, scene.locale) if made.agreed_on else ""
    return scene.words(f"board.state.{made.state}", day=day, version=made.version)


def _private(scene: Scene, sheet: Worksheet) -> frozenset[int]:
    theirs = {column.id for column in visible(scene.programme, sheet, "group")}
    columns = visible(scene.programme, sheet, "facilitators")
    return frozenset(n for n, column in enumerate(columns) if column.id not in theirs)


def _corrected(scene: Scene, corrections: tuple[Correction, ...]) -> str:
    if not corrections:
        return ""
    return scene.words("board.corrected", count=len(corrections), day=_day(scene, corrections[0].at))


def _day(scene: Scene, at: datetime) -> str:
    return say.day(on_the_wall(at, scene.walk.group.zone).date(), scene.locale)


def decision_of(scene: Scene, decision: Decision, *, lead: bool) -> BoardDecision:
    """A decision, with its newest outcome and a line for each earlier one."""
    outcomes = [o for o in scene.walk.partnership.outcomes if o.decision == decision.id]
    results = [_result(scene, o.result, o.at) for o in outcomes]
    if not outcomes:
        return BoardDecision(title=decision.title, proposal=decision.proposal)
    last = outcomes[-1]
    if last.result == "blocked" and not is_blocked(last):
        results[-1] = _result(scene, "met", last.at)
    return BoardDecision(
        title=decision.title,
        proposal=decision.proposal,
        result=results[-1],
        lines=tuple(line for line in last.text.split("\n") if line and line != decision.proposal),
        counts=tuple(_count(scene, last, name, n, ranked=decision.method == "ranked") for name, n in last.counts),
        method=last.method,
        took_part=scene.words("board.took_part", have=len(last.took_part), of=last.of),
        dissent=tuple(
            BoardDissent(
                word=scene.words(f"board.word.{d.word}"), reason=d.reason, person=scene.dissenter(d.person), met=d.met
            )
            for d in last.dissent
        ),
        advice=last.advice,
        review=scene.words("board.review", day=say.day(last.review_on, scene.locale)) if last.review_on else "",
        text_hash=last.text_hash,
        earlier=tuple(results[:-1]),
        meet=f"met.{decision.id}" if lead and is_blocked(last) else "",
    )


def _result(scene: Scene, result: str, at: datetime) -> str:
    return scene.words(f"board.result.{result}", day=_day(scene, at))


def _count(scene: Scene, outcome: Outcome, name: str, number: int, *, ranked: bool) -> str:
    """One figure of an outcome: dots of an option, its place in a ranking, or how many said a word."""
    if outcome.result != "chosen":
        return scene.words(f"board.said.{name}", count=number)
    return f"{number}. {name}" if ranked else f"{name}: {number}"
