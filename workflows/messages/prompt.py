"""A prompt put to one person."""

from dataclasses import replace

from workflows import asking, gates, worksheets
from workflows.asking import SHORT
from workflows.message import Action, Bullets, Divider, Heading, Message, Part, Small, Text
from workflows.messages import decided, examples, listed, rows_told
from workflows.messages.scene import Scene
from workflows.programme import Programme, Prompt, Step
from workflows.walk import Round
from workflows.words import Words

KIND = "prompt"
ROWS = 12  # rows of a worksheet that a message holds


def compose(scene: Scene, *, round_: Round, person: str, by_mail: bool = False) -> Message:
    """The questions, how long they take, until when, and who sees the answers.

    `by_mail` also names what one may choose from, since a reply has no buttons.
    """
    w, prompt, step = scene.words, scene.prompt(round_), scene.programme.step(round_.step)
    until = scene.until(round_, person)
    time = (
        w("prompt.time_one", until=until)
        if prompt.minutes == 1
        else w("prompt.time", minutes=prompt.minutes, until=until)
    )
    return Message(
        kind=KIND,
        subject=w("prompt.subject", title=prompt.title),
        parts=(
            Small(text=_place(scene, step)),
            Heading(text=prompt.title),
            *_opening_read(scene, step, prompt),
            *(Text(text=p.strip()) for p in prompt.intro.splitlines() if p.strip()),
            *_met(scene, prompt),
            *_proposal(scene, prompt),
            *listed.parts(scene, prompt, by_mail=by_mail),
            Small(text=time),
            Small(text=asking.who_sees(w, prompt)),
        ),
        actions=actions(scene, round_, prompt, person),
        why=scene.why(person),
        preheader=time,
        reply_hint=w("prompt.reply" if len(prompt.questions) > 1 else "prompt.reply_one"),
        locale=scene.locale,
    )


def _place(scene: Scene, step: Step) -> str:
    number = scene.place_of(step.id)
    return scene.words("prompt.step", number=number, of=len(scene.programme.steps), step=step.title)


def _opening_read(scene: Scene, step: Step, prompt: Prompt) -> tuple[Part, ...]:
    asked = (*step.prompts, *(p for decision in step.decisions for p in decision.prompts))  # some steps only decide
    if prompt.id != asked[0].id:
        return ()
    read = tuple(Text(text=p.strip()) for p in step.read.splitlines() if p.strip())
    flags = (Text(text=scene.words("prompt.red_flags")), Bullets(items=step.red_flags)) if step.red_flags else ()
    return (*read, *flags, Divider())


def _met(scene: Scene, prompt: Prompt) -> tuple[Part, ...]:
    """What stood against it when the group was asked before, and how that was met: the reason why it is asked again."""
    before = scene.walk.partnership.outcome(prompt.decision) if prompt.decision else None
    if before is None or before.result != "blocked" or gates.is_blocked(before):
        return ()
    return decided.dissent_parts(scene, before)


def _proposal(scene: Scene, prompt: Prompt) -> tuple[Part, ...]:
    """The worksheet that is decided on, as far as a message holds it; all of it stands on the board."""
    sheet_id = scene.programme.decision(prompt.decision).worksheet if prompt.decision else ""
    if not sheet_id:
        return ()
    table = worksheets.table(scene.walk, scene.programme, scene.programme.worksheet(sheet_id), "group")
    lines = rows_told.lines(table)
    more = len(lines) - ROWS
    rest = (Small(text=scene.words("summary.more", count=more)),) if more > 0 else ()
    return (Bullets(items=lines[:ROWS]), *rest) if lines else (Small(text=scene.words("prompt.empty_sheet")),)


def actions(scene: Scene, round_: Round, prompt: Prompt, person: str) -> tuple[Action, ...]:
    """Answer, in full or short, or read first what is decided; whoever is low on strength finds the short one first."""
    full = scene.button("answer", "button.answer", person=person, subject=round_.id, page="answer")
    skip = scene.button("skip", "button.skip", person=person, subject=f"{round_.id}-skip", page="answer", main=False)
    if prompt.decision:  # what is decided is read best as a table, and whole
        return (full, scene.button("board", "button.board", person=person, subject="", page="board", main=False), skip)
    if not prompt.short:
        return (full, skip)
    label = scene.words("button.short", minutes=prompt.short_minutes)
    short = replace(full, id="short", label=label, value=scene.ticket(person, f"{round_.id}{SHORT}").encode())
    if scene.walk.members[person].low_energy:
        return (short, replace(full, style="plain"), skip)
    return (full, replace(short, style="plain"), skip)


def example(words: Words, programme: Programme) -> Message:
    """Dara is asked the first prompt of the first step, by mail."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0], person=examples.DARA, by_mail=True)
