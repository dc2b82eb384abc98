"""What a facilitator decides about a step: ticks of its gate, more time, fewer answers, ending or reopening it.

One form for all of it, drawn as the step stands; each decision is kept with who, when and why. A form that was drawn
before somebody else decided something decides nothing, for its ticks would undo theirs; the same one sent twice decides
once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from workflows import gates, ids, steps
from workflows.changes import applied, merge
from workflows.drafting import AS_SEEN
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one, several
from workflows.programme import Programme, Prompt, Step
from workflows.ticket import Ticket
from workflows.walk import Change, Note, Walk
from workflows.words import Words

FORM = "move_on"
_REASON_CHARS = 500
_AS_SEEN_CHARS = 8  # of what the step looked like on the form, in a ticket's subject
Do = Literal["save", "extend", "lower", "move_on", "reopen"]
_NOTED = {"extend": "extended", "lower": "quorum", "move_on": "moved_on", "reopen": "reopened"}


def step_form(words: Words, walk: Walk, programme: Programme, step: Step, ticket: Ticket) -> Form:
    """What can be decided about a step as it stands now."""
    run = walk.partnership.run(step.id)
    closed = run is not None and run.closed_on is not None
    fields = _reopen_fields(words, step) if closed else _open_fields(words, walk, step)
    lines = ("step.ended",) if closed else ("step.intro",)
    said = {note.what for note in run.notes} if run else set()
    return Form(
        id=FORM,
        title=words("step.form_title"),
        submit=words("step.send"),
        cancel=words("step.close"),
        intro=(step.title, *(text for line in lines for text in words.lines(line, title=step.title))),
        fields=(
            *fields,
            Field(
                id="reason",
                widget="lines",
                label=words("step.reason"),
                hint=words("step.reason_hint_ended" if closed else "step.reason_hint"),
                required=closed,
                max_chars=_REASON_CHARS,
            ),
        ),
        token=replace(ticket, subject=f"{step.id}{AS_SEEN}{as_it_is(walk, step)}").encode(),
        typed={
            "checks": tuple(c.id for c in step.gate.checks if f"yes:{c.id}" in said),
            "do": "reopen" if closed else "save",
        },
    )


def as_it_is(walk: Walk, step: Step) -> str:
    """What was decided about a step so far, told by nothing but a hash."""
    run = walk.partnership.run(step.id)
    notes = [f"{n.what} {n.by} {n.at}" for n in run.notes] if run else []
    ended = str(run.closed_on) if run else ""
    return ids.made_of("step as seen", step.id, ended, *notes)[:_AS_SEEN_CHARS]


def _open_fields(words: Words, walk: Walk, step: Step) -> tuple[Field, ...]:
    acts: tuple[Do, ...] = ("save", "extend", "lower", "move_on") if not step.gate.never else ("save",)
    do = Field(
        id="do",
        widget="choice",
        label=words("step.do"),
        options=tuple(Option(value=act, label=words(f"step.do_{act}")) for act in acts),
    )
    people = len(walk.counted())
    now = gates.needed(gates.quorum_of(walk, step), people)
    fewer = Field(
        id="needed",
        widget="number",
        label=words("step.needed", now=now, people=people),
        required=False,
        max_chars=3,
    )
    checks = Field(
        id="checks",
        widget="choices",
        label=words("step.checks"),
        required=False,
        options=tuple(Option(value=c.id, label=c.label) for c in step.gate.checks),
    )
    return (*((checks,) if step.gate.checks else ()), do, *((fewer,) if "lower" in acts else ()))


def _reopen_fields(words: Words, step: Step) -> tuple[Field, ...]:
    options = tuple(Option(value=p.id, label=p.title[:75]) for p in rounds_of(step))
    return (
        Field(
            id="again",
            widget="choices",
            label=words("step.again"),
            hint=words("step.again_hint"),
            required=False,
            options=options,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a facilitator decided about a step. `needed` is a number of people."""

    do: Do
    reason: str
    checks: tuple[str, ...]
    again: tuple[str, ...]
    needed: int


def read_step(words: Words, walk: Walk, step: Step, typed: Typed) -> Wanted:
    """Read the form of a step. Raises AskPerson with every problem beside its field."""
    run, said = walk.partnership.run(step.id), one(typed, "do")
    ended = not said and ((run is not None and run.closed_on is not None) or "do" not in typed)
    do: Do = "reopen" if ended else _do(said)
    reason, problems = one(typed, "reason"), {}
    if not reason and do in ("lower", "move_on", "reopen"):
        problems["reason"] = words("step.need_reason")
    if len(reason) > _REASON_CHARS:
        problems["reason"] = words("start.too_long", most=_REASON_CHARS)
    needed, people = one(typed, "needed"), len(walk.counted())
    if do == "lower" and not (needed.isascii() and needed.isdigit() and 1 <= int(needed) <= people):
        problems["needed"] = words("step.need_number", people=people)
    if problems:
        raise AskPerson(problems)
    known = {p.id for p in rounds_of(step)}
    return Wanted(
        do=do,
        reason=reason,
        checks=several(typed, "checks"),
        again=tuple(p for p in several(typed, "again") if p in known),
        needed=int(needed) if do == "lower" else 0,
    )


def rounds_of(step: Step) -> tuple[Prompt, ...]:
    """The prompts of a step that can be asked again."""
    return tuple(p for p in step.prompts if not p.standing)


def _do(text: str) -> Do:
    match text:
        case "extend" | "lower" | "move_on" | "reopen":
            return text
        case _:
            return "save"


def is_decided(walk: Walk, step: Step, wanted: Wanted, *, by: str) -> bool:
    """Whether a facilitator has decided this already: the button was pressed twice."""
    run = walk.partnership.run(step.id)
    notes = run.notes if run else ()
    if wanted.do == "save":
        return {n.what for n in notes if n.what.startswith("yes:")} == {f"yes:{c}" for c in wanted.checks}
    return any((n.what, n.by, n.reason) == (_NOTED[wanted.do], by, wanted.reason) for n in notes)


def decided(walk: Walk, programme: Programme, step: Step, wanted: Wanted, *, by: str, now: datetime) -> Change:
    """Apply what a facilitator decided: the ticks first, since they may be all that was missing."""
    if wanted.do == "reopen":
        note = Note(what="reopened", by=by, at=now, reason=wanted.reason)
        return steps.reopened(walk, programme, step.id, wanted.again, note)
    ticks = steps.ticked(walk, programme, step, wanted.checks, by=by, now=now)
    walk = applied(walk, ticks)
    match wanted.do:
        case "extend":
            note = Note(what="extended", by=by, at=now, reason=wanted.reason)
            return merge((ticks, steps.extended(walk, programme, step, note)))
        case "lower":
            note = Note(what="quorum", by=by, at=now, reason=wanted.reason)
            return merge((ticks, steps.lowered(walk, programme, step, _share(walk, wanted.needed), note)))
        case "move_on":
            note = Note(what="moved_on", by=by, at=now, reason=wanted.reason)
            return merge((ticks, steps.moved_on(walk, programme, step.id, note)))
        case _:
            return ticks


def _share(walk: Walk, needed: int) -> Decimal:
    """The share of people that makes `needed` of them, so that it still fits when somebody joins or leaves."""
    share = Decimal(needed) / Decimal(max(1, len(walk.counted())))
    return share.quantize(Decimal("0.000001"), rounding=ROUND_DOWN)  # rounded up, it would ask for one more
