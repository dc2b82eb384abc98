"""What differs between two versions of a programme, in plain words; and moving a running partnership to another.

Moving keeps every answer, outcome and agreed worksheet. It is refused, with every reason at once, where the new version
has no place for what the group walks in or agreed on, or would show an answer more widely than was promised when it was
given. An answer whose question is gone stays kept, and is counted. The change is applied whole or not at all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workflows.errors import WrongInput
from workflows.programme import Programme, Prompt, Step
from workflows.programme_parts import Part, parts
from workflows.question import Question
from workflows.walk import Change, Note, Walk
from workflows.yaml_tree import Mistakes, Node, tree

_TEXTS = ("short_text", "long_text")  # both are kept as text
_WIDER = ("me", "facilitators", "group", "partner")
_LATER = ("at-once", "own", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is new, gone or not as it was. `where` is its path of ids, `said` a sentence about it."""

    what: Literal["added", "removed", "changed"]
    where: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """So many answers stay kept under a question, or a column of its lines, that the new version does not ask."""

    question: str
    label: str
    answers: int


class CannotMove(WrongInput):
    """The partnership stays where it is; `reasons` says why, all at once."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def same_structure(one: str, other: str) -> bool:
    """Whether two structure files say the same, whatever their comments, order of keys and line breaks."""
    return one == other or _plain(tree(one, Mistakes(file=""))) == _plain(tree(other, Mistakes(file="")))


def compare(old: Programme, new: Programme) -> tuple[Difference, ...]:
    """Say what is added, removed and changed, in the order of the new version, what is gone last."""
    before, after = {p.where: p for p in parts(old)}, {p.where: p for p in parts(new)}
    added = (_added(part, before) for part in after.values() if part.where not in before)
    changed = (
        Difference(what="changed", where=where, said=f"{part.name}: {', '.join(how)}")
        for where, part in after.items()
        if where in before and (how := _how(before[where], part))
    )
    removed = (_removed(part, after) for part in before.values() if part.where not in after)
    return tuple(each for each in (*added, *changed, *removed) if each is not None)


def answers_without_a_place(walk: Walk, old: Programme, new: Programme) -> tuple[Left, ...]:
    """Count the answers that the new version has no question for. They stay kept."""
    there = {path for p in new.prompts() for path, _ in _asked(p)}
    counts: Counter[str] = Counter()
    put = {r.id: r.prompt for r in walk.rounds}
    for answer in walk.answers:
        prompt = put.get(answer.round, "")
        for question, value in answer.values.items():
            counts[f"{prompt}.{question}"] += 1
            cells = (
                {column for line in value if isinstance(line, dict) for column in line}
                if isinstance(value, list)
                else ()
            )
            counts.update(f"{prompt}.{question}.{column}" for column in cells)
    labels = {path: q.label for p in old.prompts() for path, q in _asked(p)}
    gone = [path for path in labels if path not in there and counts[path]]
    whole = [path for path in gone if path.rpartition(".")[0] not in gone]  # not its columns once more
    return tuple(Left(question=path, label=labels[path], answers=counts[path]) for path in whole)


def moved(walk: Walk, old: Programme, new: Programme, now: datetime) -> Change:
    """Move a partnership to another version of its programme, on record in the open step. Raises CannotMove."""
    if reasons := tuple(reasons_against(walk, old, new)):
        raise CannotMove(reasons)
    note = Note(what="version", by="", at=now, reason=f"{old.version} -> {new.version}")
    run = walk.partnership.current
    steps = tuple(replace(s, notes=(*s.notes, note)) if s is run else s for s in walk.partnership.steps)
    return Change(partnership=replace(walk.partnership, version=new.version, steps=steps))


def reasons_against(walk: Walk, old: Programme, new: Programme) -> Iterator[str]:
    """Why this partnership cannot be moved, each reason a sentence; none when it can."""
    partnership = walk.partnership
    if new.id != old.id or new.version == partnership.version:
        yield f"This partnership walks {old.id} {partnership.version}; name another version of that programme."
        return
    begun = [run.step for run in partnership.steps]
    if begun != [step.id for step in new.steps[: len(begun)]]:
        yield f"The steps walked so far must stay the first ones, in this order: {', '.join(begun)}."
        return
    yield from _prompts_lost(walk, old, new)
    decisions = {d.id for s in new.steps for d in s.decisions}
    for decided in sorted({o.decision for o in partnership.outcomes} - decisions):
        yield f"The decision {decided} was taken, and is gone in the new version. Keep it there."
    sheets = {w.id for s in new.steps for w in s.worksheets}
    used = {s.worksheet for s in partnership.sheets} | {e.worksheet for e in partnership.edits}
    for sheet in sorted(used - sheets):
        yield f"The worksheet {sheet} was agreed or corrected, and is gone in the new version. Keep it there."
    if partnership.current is not None:
        step = partnership.current.step
        for reading in sorted({r.id for r in old.step(step).readings} - {r.id for r in new.step(step).readings}):
            yield f"The reading {reading} of the open step may be on its way to people. Keep it in the new version."


def _prompts_lost(walk: Walk, old: Programme, new: Programme) -> Iterator[str]:
    """What was put to people must still be there, as the same kind of thing, and for no more eyes than was said."""
    before, after = _places(old), _places(new)
    still_open = {r.prompt for r in walk.rounds if r.closed_at is None}
    for name in sorted({r.prompt for r in walk.rounds}):
        if name not in before:
            continue
        if name not in after:
            yield f"The prompt {name} was put to people, and is gone in the new version. Keep it there."
            continue
        (was_in, was), (is_in, now) = before[name], after[name]
        if was_in.id != is_in.id:
            yield f"The prompt {name} was put in the step {was_in.id}. It cannot move to {is_in.id}."
        asked = dict(_asked(now))
        for path, question in _asked(was):
            if path in asked:
                yield from (f"The question {path} {why}." for why in _unfit(question, asked[path]))
                if name in still_open and _LATER.index(asked[path].reveal) < _LATER.index(question.reveal):
                    yield f"The question {path} is open, and would be shown sooner than was said. Wait until it closed."


def _unfit(was: Question, now: Question) -> Iterator[str]:
    """Why answers to one question cannot stand under another of the same id."""
    if was.kind != now.kind and not {was.kind, now.kind} <= set(_TEXTS):
        yield f"was {was.kind} and is {now.kind}; give the new one an id of its own"
    elif was.kind == "scale" and (was.low, was.high) != (now.low, now.high):
        yield f"went from {was.low} to {was.high} and has other ends now; give the new one an id of its own"
    if now.named and not was.named:
        yield "was asked without names; answers cannot get names afterwards"
    if _WIDER.index(now.sees) > _WIDER.index(was.sees):
        yield f"was for {was.sees} and would be shown to {now.sees}; answers given cannot be shown more widely"
    if not now.named and now.minimum < was.minimum:
        yield f"promised to wait for {was.minimum} answers; it cannot wait for fewer now"


def _places(programme: Programme) -> Mapping[str, tuple[Step, Prompt]]:
    found = {}
    for step in programme.steps:
        reviews = [d.review for d in step.decisions if d.review]
        for prompt in (*step.prompts, *(p for d in step.decisions for p in d.prompts), *reviews):
            found[prompt.id] = (step, prompt)
    return found


def _asked(prompt: Prompt) -> Iterator[tuple[str, Question]]:
    """Every question of a prompt and every column of its lines, by path."""
    for question in prompt.questions:
        yield f"{prompt.id}.{question.id}", question
        for column in question.columns:
            yield f"{prompt.id}.{question.id}.{column.id}", column


def _added(part: Part, others: Mapping[str, Part]) -> Difference | None:
    if part.within and part.within not in others:
        return None  # it came with what it stands in
    return Difference(what="added", where=part.where, said=f"{part.name} is new")


def _removed(part: Part, others: Mapping[str, Part]) -> Difference | None:
    if part.within and part.within not in others:
        return None
    return Difference(what="removed", where=part.where, said=f"{part.name} is gone")


def _how(was: Part, now: Part) -> Sequence[str]:
    """How a part changed, fact by fact."""
    how = [
        f"{fact} was {was.facts[fact] or 'none'}, is {now.facts[fact] or 'none'}"
        for fact in now.facts
        if was.facts.get(fact) != now.facts[fact]
    ]
    return (*how, *(("its words changed",) if was.words != now.words else ()))


def _plain(node: Node | None) -> object:
    """What a tree says, without places; the order of keys does not matter."""
    if node is None:
        return None
    if node.kind == "table":
        names, values = node.items[::2], node.items[1::2]
        return {name.value: _plain(value) for name, value in zip(names, values, strict=True)}
    return [_plain(each) for each in node.items] if node.kind == "list" else (node.kind, node.value)
