"""A facilitator hears what people said before a decision is made, or what keeps it from being made."""

from dataclasses import replace

from workflows import privacy
from workflows.kinds import kind_of
from workflows.message import Action, Bullets, Heading, Message, Part, Small, Text
from workflows.messages import decided, examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Dissent, Round
from workflows.words import Words

KIND = "amend"
MET = "met."  # a ticket's subject: how the objections to a decision were met


def compose(scene: Scene, *, round_: Round, person: str) -> Message:
    """What was said, and what to do about it: amend the worksheet, or say how an objection was met."""
    w, prompt = scene.words, scene.programme.prompt(round_.prompt)
    outcome = scene.walk.partnership.outcome_of(round_.id)
    what = outcome.result if outcome and outcome.result in ("blocked", "reopen") else "said"
    title = scene.programme.decision(prompt.decision).title
    return Message(
        kind=KIND,
        subject=w(f"amend.subject_{what}", title=title),
        parts=(
            Heading(text=w(f"amend.heading_{what}", title=title)),
            *(decided.dissent_parts(scene, outcome) if outcome else _said(scene, round_, person)),
            *(Text(text=line) for line in w.lines(f"amend.next_{what}")),
        ),
        actions=_actions(scene, prompt.decision, person, met=what == "blocked"),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def _said(scene: Scene, round_: Round, person: str) -> tuple[Part, ...]:
    """What a facilitator, or who stands in for one, may see of a question round or a sense check."""
    parts: list[Part] = []
    answers = scene.walk.answers_to(round_.id)
    for question in scene.prompt(round_).questions:
        lines = tuple(
            kind_of(question).show(question, s.value)
            for s in privacy.shown(question, answers, scene.walk.sees_as(person))
        )
        if lines:
            parts += [Text(text=question.label), Bullets(items=lines)]
    return tuple(parts) or (Small(text=scene.words("amend.nothing")),)


def _actions(scene: Scene, decision: str, person: str, *, met: bool) -> tuple[Action, ...]:
    board = scene.button("board", "button.board", person=person, subject="", page="board", main=not met)
    if not met:
        return (board,)
    say_how = scene.button("met", "button.met", person=person, subject=f"{MET}{decision}", page="answer")
    return (say_how, board)


def example(words: Words, programme: Programme) -> Message:
    """One person objects; Ana is asked how it was met."""
    scene, outcome = decided.example_outcome(examples.scene(words, programme))
    objection = Dissent(
        word="object", reason="The list names what some of us earn. That could cost them their benefits."
    )
    blocked = replace(outcome, result="blocked", dissent=(objection,), advice=(), review_on=None)
    decision = programme.decision(outcome.decision)
    round_ = replace(scene.walk.rounds[0], id=outcome.round, prompt=decision.prompts[-1].id)
    partnership = replace(scene.walk.partnership, outcomes=(blocked,))
    walk = replace(scene.walk, partnership=partnership, rounds=(*scene.walk.rounds, round_))
    return compose(replace(scene, walk=walk), round_=round_, person=examples.ANA)
