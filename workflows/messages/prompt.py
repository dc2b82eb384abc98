"""A prompt put to one person."""

from dataclasses import replace

from workflows import gates, quick, snoozing, worksheets
from workflows.drafting import SHORT
from workflows.forms import Option
from workflows.message import Action, Bullets, Divider, Heading, Message, Part, Small, Text
from workflows.messages import decided, examples, listed, rows_told
from workflows.messages.scene import Scene
from workflows.programme import Programme, Prompt, Step
from workflows.walk import Round
from workflows.who_sees import who_sees
from workflows.words import Words

KIND = "prompt"
ROWS = 12  # rows of a worksheet that a message holds


def compose(scene: Scene, *, round_: Round, person: str, by_mail: bool = False, again: bool = False) -> Message:
    """The questions, how long they take, until when, and who sees the answers.

    `by_mail` also names what one may choose from, since a reply has no buttons. It comes `again` to whoever put it off.
    """
    w, prompt, step = scene.words, scene.prompt(round_), scene.programme.step(round_.step)
    until = scene.until(round_, person)
    time = (
        w("prompt.time_one", until=until)
        if prompt.minutes == 1
        else w("prompt.time", minutes=prompt.minutes, until=until)
    )
    taps = () if by_mail else _taps(scene, prompt)
    return Message(
        kind=KIND,
        subject=w("prompt.subject", title=prompt.title),
        parts=(
            *(_again(scene, round_, person) if again else ()),
            Small(text=_place(scene, step)),
            Heading(text=prompt.title),
            *_opening_read(scene, step, prompt),
            *(Text(text=p.strip()) for p in prompt.intro.splitlines() if p.strip()),
            *_met(scene, prompt),
            *_proposal(scene, prompt),
            *listed.parts(scene, prompt, by_mail=by_mail),
            *(_how_to_tap(scene, prompt) if taps else ()),
            Small(text=time),
            Small(text=who_sees(w, prompt)),
        ),
        actions=actions(scene, round_, prompt, person, taps=taps),
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
    if not _decided_on(scene, prompt):
        return ()
    lines = _proposed(scene, prompt)
    more = len(lines) - ROWS
    rest = (Small(text=scene.words("summary.more", count=more)),) if more > 0 else ()
    return (Bullets(items=lines[:ROWS]), *rest) if lines else (Small(text=scene.words("prompt.empty_sheet")),)


def _decided_on(scene: Scene, prompt: Prompt) -> str:
    return scene.programme.decision(prompt.decision).worksheet if prompt.decision else ""


def _proposed(scene: Scene, prompt: Prompt) -> tuple[str, ...]:
    sheet_id = _decided_on(scene, prompt)
    if not sheet_id:
        return ()
    return rows_told.lines(worksheets.table(scene.walk, scene.programme, scene.programme.worksheet(sheet_id), "group"))


def _again(scene: Scene, round_: Round, person: str) -> tuple[Part, ...]:
    """Why it comes again, and whether it can be put off once more."""
    told = (Text(text=scene.words("later.again")),)
    if snoozing.may(scene.walk.members[person], round_.id):
        return told
    return (*told, Small(text=scene.words("later.last", closes=scene.until(round_, person))))


def _taps(scene: Scene, prompt: Prompt) -> tuple[Option, ...]:
    """The answers that are one tap away. Nobody agrees with one tap to what the message does not show them whole."""
    return () if prompt.decision and len(_proposed(scene, prompt)) > ROWS else quick.options(prompt)


def _how_to_tap(scene: Scene, prompt: Prompt) -> tuple[Part, ...]:
    w, asked = scene.words, quick.question(prompt)
    number = prompt.questions.index(asked) + 1 if asked else 1
    told = [w("quick.number", number=number) if len(prompt.questions) > 1 else w("quick.enough")]
    if quick.needs_words(prompt):
        told.append(w("quick.words"))
    elif quick.takes_more(prompt):
        told.append(w("quick.more"))
    return (Small(text=" ".join(told)),)


def actions(
    scene: Scene, round_: Round, prompt: Prompt, person: str, *, taps: tuple[Option, ...] = ()
) -> tuple[Action, ...]:
    """Answer, in full or short, or read first what is decided; later; or not at all.

    Whoever is low on strength finds the short one first. With `taps` each of these answers is a button of its own.
    """
    skip = scene.button("skip", "button.skip", person=person, subject=f"{round_.id}-skip", page="answer", main=False)
    put_off = (later(scene, round_, person),) if snoozing.may(scene.walk.members[person], round_.id) else ()
    board: tuple[Action, ...] = ()
    if prompt.decision:  # what is decided is read best as a table, and whole
        board = (scene.button("board", "button.board", person=person, subject="", page="board", main=False),)
    if taps:
        return (*_tapping(scene, round_, person, taps), *board, *put_off, skip)
    return (*_answering(scene, round_, prompt, person), *board, *put_off, skip)


def _tapping(scene: Scene, round_: Round, person: str, taps: tuple[Option, ...]) -> tuple[Action, ...]:
    """One button an answer, all alike: none of them is the one to press."""
    value = scene.ticket(person, round_.id).encode()
    buttons = (Action(id="quick", label=o.label, value=value, choice=o.value) for o in taps)
    full = scene.button("answer", "quick.answer", person=person, subject=round_.id, page="answer", main=False)
    return (*buttons, full)


def _answering(scene: Scene, round_: Round, prompt: Prompt, person: str) -> tuple[Action, ...]:
    full = scene.button("answer", "button.answer", person=person, subject=round_.id, page="answer")
    if prompt.decision or not prompt.short:
        return (full,)
    label = scene.words("button.short", minutes=prompt.short_minutes)
    short = replace(full, id="short", label=label, value=scene.ticket(person, f"{round_.id}{SHORT}").encode())
    if scene.walk.members[person].low_energy:
        return (short, replace(full, style="plain"))
    return (full, replace(short, style="plain"))


def later(scene: Scene, round_: Round, person: str) -> Action:
    """Put it off: a menu in Slack, in mail and on the web a page with the same choices."""
    button = scene.button(
        "later", "later.button", person=person, subject=f"{round_.id}{snoozing.LATER}", page="answer", main=False
    )
    return replace(button, options=tuple((choice, scene.words(f"later.{choice}")) for choice in snoozing.CHOICES))


def example(words: Words, programme: Programme) -> Message:
    """Dara is asked the first prompt of the first step, by mail."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0], person=examples.DARA, by_mail=True)
