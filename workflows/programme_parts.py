"""A programme taken apart: every part by its path of ids, with the facts and the words that make it what it is.

Two versions are compared part by part. A fact is shown to people as it stands here, so it is named in plain words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from workflows.programme import Column, Decision, Gate, Programme, Prompt, Step, Worksheet
from workflows.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. `within` is the path of what it stands in; `name` says what it is, with its title."""

    where: str
    within: str
    name: str
    facts: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def parts(programme: Programme) -> Iterator[Part]:
    """Every part of a programme, each before what stands in it."""
    order = ", ".join(step.id for step in programme.steps)
    told = (programme.title, programme.about, programme.credit)
    yield Part(where=programme.id, within="", name="The programme", facts={"order of steps": order}, words=told)
    for step in programme.steps:
        where = f"step {step.id}"
        words = (step.title, step.read, step.done, step.review_title, *step.red_flags)
        facts = {"weeks to its review": str(step.review_weeks)}
        yield Part(where=where, within="", name=f"Step “{step.title}”", facts=facts, words=words)
        yield _gate(where, step.gate)
        for prompt in step.prompts:
            yield from _prompt(where, prompt)
        for decision in step.decisions:
            yield from _decision(where, decision)
        for sheet in step.worksheets:
            yield from _worksheet(where, sheet)
        yield from _brought(where, step)


def _prompt(within: str, prompt: Prompt) -> Iterator[Part]:
    where = f"{within}/prompt {prompt.id}"
    facts = {
        "minutes": str(prompt.minutes),
        "asked": prompt.to,
        "day": str(prompt.day),
        "every so many weeks": str(prompt.every_weeks),
        "short version": ", ".join(prompt.short),
        "standing": _flag(prompt.standing),
        "closes": prompt.closes,
    }
    words = (prompt.title, prompt.intro, prompt.talk)
    yield Part(where=where, within=within, name=f"Prompt “{prompt.title}”", facts=facts, words=words)
    for question in prompt.questions:
        yield from _question(where, question, "Question")


def _question(within: str, asked: Question, noun: str) -> Iterator[Part]:
    where = f"{within}/{noun.lower()} {asked.id}"
    facts = {
        "kind": asked.kind,
        "options": ", ".join((*(o.value for o in asked.options), *asked.options_from)),
        "must be answered": _flag(asked.required),
        "seen by": asked.sees,
        "named": _flag(asked.named),
        "shown": asked.reveal,
        "asked when": f"{asked.when.question} is {', '.join(asked.when.values)}" if asked.when else "",
        "lowest": str(asked.low) if asked.low is not None else "",
        "highest": str(asked.high) if asked.high is not None else "",
        "at most": str(asked.most) if asked.most else "",
    }
    labels = (text for o in asked.options for text in (o.label, o.hint))
    words = (asked.label, asked.hint, asked.unit, asked.low_label, asked.high_label, *labels)
    yield Part(where=where, within=within, name=f"{noun} “{asked.label}”", facts=facts, words=words)
    for column in asked.columns:
        yield from _question(where, column, "Column")


def _decision(within: str, decision: Decision) -> Iterator[Part]:
    votes = [q for p in decision.prompts for q in p.questions if p.stage == "vote"]
    facts = {
        "method": decision.method,
        "stages": ", ".join(p.stage or "" for p in decision.prompts),
        "share of people": str(decision.quorum),
        "worksheet": decision.worksheet,
        "options": ", ".join(o for q in votes for o in (*(o.value for o in q.options), *q.options_from)),
        "chosen": str(decision.keep),
        "named": _flag(any(q.named for p in decision.prompts for q in p.questions)),
        "weeks to its review": str(decision.review_weeks),
    }
    asked = (*decision.prompts, *([decision.review] if decision.review else []))
    words = (decision.title, decision.proposal, *(q.label for p in asked for q in p.questions))
    name = f"Decision “{decision.title}”"
    yield Part(where=f"{within}/decision {decision.id}", within=within, name=name, facts=facts, words=words)


def _worksheet(within: str, sheet: Worksheet) -> Iterator[Part]:
    where = f"{within}/worksheet {sheet.id}"
    facts = {
        "filled from": ".".join(filter(None, (sheet.prompt, sheet.rows))),
        "counts answers": _flag(sheet.tally),
        "rows named by": sheet.name,
        "rows stand under": sheet.by,
        "side": sheet.side,
        "covers": sheet.covers,
        "in place": ", ".join(sheet.in_place),
        "may be shared with": "partner" if sheet.shareable else "",
        "promises": ", ".join(asdict(sheet.promised).values()) if sheet.promised else "",
    }
    name = f"Worksheet “{sheet.title}”"
    yield Part(where=where, within=within, name=name, facts=facts, words=(sheet.title, sheet.intro))
    for column in sheet.columns:
        facts = {"filled by": _filled_by(column)}
        name = f"Column “{column.title}”"
        yield Part(where=f"{where}/column {column.id}", within=where, name=name, facts=facts, words=(column.title,))


def _filled_by(column: Column) -> str:
    if column.hand:
        return f"facilitators ({column.hand.kind})"
    if column.times:
        return " times ".join(column.times)
    if column.look:
        return " where ".join(filter(None, (column.look, ", ".join(f"{a} = {b}" for a, b in column.where.items()))))
    return f"answers to {column.question}"


def _gate(within: str, gate: Gate) -> Part:
    filled = (
        f"{f.worksheet}.{f.column}" + (f" where {f.where} >= {f.at_least}" if f.where else "") for f in gate.filled
    )
    facts = {
        "share of people": str(gate.quorum),
        "rows": ", ".join(f"{count} of {sheet}" for sheet, count in gate.rows.items()),
        "filled": ", ".join(filled),
        "decisions": ", ".join(gate.decisions),
        "checks": ", ".join(check.id for check in gate.checks),
        "never closes": _flag(gate.never),
    }
    words = tuple(check.label for check in gate.checks)
    return Part(where=f"{within}/gate", within=within, name="Gate", facts=facts, words=words)


def _brought(within: str, step: Step) -> Iterator[Part]:
    for reading in step.readings:
        words = (reading.title, reading.author, reading.why, reading.discuss, reading.where, reading.url)
        name = f"Reading “{reading.title}”"
        yield Part(where=f"{within}/reading {reading.id}", within=within, name=name, words=words)
    for plan in step.milestones:
        where, name = f"{within}/milestone {plan.id}", f"Milestone “{plan.title}”"
        yield Part(where=where, within=within, name=name, facts={"days": str(plan.days)}, words=(plan.title,))


def _flag(flag: bool) -> str:
    return "yes" if flag else "no"
