"""The group hears what it decided: the outcome, how many took part, dissent, and the date of its review.

It hears it in its channel or, without one, each by themselves.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from workflows import counting, gates, say
from workflows.changes import applied
from workflows.message import Bullets, Heading, Message, Part, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Change, Dissent, Outcome
from workflows.words import Words

KIND = "decided"


def compose(scene: Scene, *, outcome: Outcome, person: str = "") -> Message:
    """Tell the channel or a person an outcome. Who said what is told only where the decision is made by name."""
    w, title = scene.words, scene.programme.decision(outcome.decision).title
    return Message(
        kind=KIND,
        subject=w(f"decided.subject_{outcome.result}", title=title),
        parts=(
            Heading(text=w(_heading(scene, outcome), title=title)),
            *_text(outcome),
            Text(text=w("decided.took_part", have=len(outcome.took_part), of=outcome.of)),
            *_counts(scene, outcome),
            *dissent_parts(scene, outcome),
            *_after(scene, outcome),
        ),
        actions=scene.to_board(person),
        why=scene.why(person) if person else "",
        locale=scene.locale,
    )


def _heading(scene: Scene, outcome: Outcome) -> str:
    if outcome.result == "lapsed" and not _held_before(scene, outcome):
        return "decided.heading_lapsed_undecided"
    return f"decided.heading_{outcome.result}"


def _held_before(scene: Scene, outcome: Outcome) -> bool:
    before = (o for o in scene.walk.partnership.outcomes if o.decision == outcome.decision)
    return any(o.number < outcome.number and o.result in gates.HOLDS for o in before)


def _text(outcome: Outcome) -> tuple[Part, ...]:
    if outcome.result == "chosen":
        return (Bullets(items=tuple(outcome.text.splitlines())),)
    return tuple(Text(text=line) for line in outcome.text.splitlines() if line.strip())


def _counts(scene: Scene, outcome: Outcome) -> tuple[Part, ...]:
    if outcome.result in ("agreed", "blocked", "kept", "reopen"):
        lines = [scene.words(f"decided.count_{word}", count=number) for word, number in outcome.counts if number]
    else:
        key = "decided.count_dots" if outcome.method == counting.DOTS else "decided.count_place"
        lines = [scene.words(key, option=label, count=n) for label, n in outcome.counts]
    return (Bullets(items=tuple(lines)),) if lines else ()


def dissent_parts(scene: Scene, outcome: Outcome) -> tuple[Part, ...]:
    """Dissent and advice as they stay in the document."""
    lines = tuple(dissent_line(scene, one) for one in outcome.dissent)
    advice: tuple[Part, ...] = ()
    if outcome.advice:
        advice = (Text(text=scene.words("decided.advice")), Bullets(items=outcome.advice))
    return (*((Text(text=scene.words("decided.dissent")), Bullets(items=lines)) if lines else ()), *advice)


def dissent_line(scene: Scene, one: Dissent) -> str:
    """One voice against, and how it was met."""
    who = scene.dissenter(one.person) or scene.words("decided.somebody")
    key = f"decided.{one.word}" if one.reason else f"decided.{one.word}_silent"
    told = scene.words(key, who=who, reason=one.reason)
    return f"{told} {scene.words('decided.met', how=one.met)}" if one.met else told


def _after(scene: Scene, outcome: Outcome) -> tuple[Part, ...]:
    w, lines = scene.words, []
    if outcome.result == "blocked":
        lines.append(w("decided.blocked_next"))
    if outcome.result == "reopen":
        lines.append(w("decided.reopen_next"))
    if outcome.review_on:
        lines.append(w("decided.review", when=say.day(outcome.review_on, scene.locale)))
    if outcome.text_hash:
        lines.append(w("decided.hash", version=outcome.sheet_version, text_hash=outcome.text_hash))
    return tuple(Small(text=line) for line in lines)


def example_outcome(scene: Scene) -> tuple[Scene, Outcome]:
    """Six decided, one stood aside."""
    decision = next(d for s in scene.programme.steps for d in s.decisions if d.method == "consent")
    outcome = Outcome(
        decision=decision.id,
        number=1,
        round="r9",
        at=datetime(2026, 12, 6, 9, 0, tzinfo=UTC),
        result="agreed",
        method="consent",
        text=decision.proposal,
        took_part=(examples.ANA, examples.BO, examples.DARA, examples.ELI, examples.FEN),
        of=6,
        counts=(("consent", 4), ("aside", 1), ("object", 0)),
        dissent=(Dissent(word="aside", reason="I was away for most of this and cannot judge it."),),
        advice=("Please look at the hours again in spring.",),
        review_on=date(2027, 6, 6),
    )
    kept = replace(scene.walk.partnership, outcomes=(outcome,))
    return replace(scene, walk=applied(scene.walk, Change(partnership=kept))), outcome


def example(words: Words, programme: Programme) -> Message:
    """The group has agreed on its first worksheet."""
    scene, outcome = example_outcome(examples.scene(words, programme))
    return compose(scene, outcome=outcome)


def example_by_mail(words: Words, programme: Programme) -> Message:
    """Dara hears it by mail."""
    scene, outcome = example_outcome(examples.scene(words, programme))
    return compose(scene, outcome=outcome, person=examples.DARA)
