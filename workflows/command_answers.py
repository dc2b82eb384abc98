"""What a command answers, as messages for one pair of eyes: help, where the group stands, what to read, what to take.

They hold what the board shows a member and what is theirs alone. Pure; the channel renders them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from workflows import commanding, rounds, say, schedule
from workflows.board import next_round
from workflows.commanding import Asked
from workflows.drafting import SHORT
from workflows.message import Action, Bullets, Divider, Heading, Link, Message, Part, Quote, Small, Text
from workflows.messages.consent import UNSAID
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.waiting import waiting
from workflows.walk import Round
from workflows.words import Words

KIND = "command"
COMMAND = "command"  # the action of a button that stands for a typed command: `choice` is what would be typed
_QUOTED_CHARS = 500
_OFFERED = 20  # walks with a button of their own: more long names do not fit into one message
_TOLD = tuple(name for name in commanding.NAMES if name != "help")


def help_text(words: Words, *, asked: Asked | None = None, go: Action | None = None) -> Message:
    """What one can type. Of something unknown it says so, with what was typed and what may have been meant."""
    unknown = asked is not None and not asked.name
    lines = tuple(words("commands.help.line", name=name, does=words(f"commands.does.{name}")) for name in _TOLD)
    return Message(
        kind=KIND,
        subject=words("commands.unknown.subject" if unknown else "commands.help.subject"),
        parts=(
            *(_unknown(words, asked) if asked and unknown else ()),
            Heading(text=words("commands.help.heading")),
            Bullets(items=lines),
            Small(text=words("commands.help.only_you")),
        ),
        actions=(go,) if go else (),
        locale=words.locale,
    )


def _unknown(words: Words, asked: Asked) -> tuple[Part, ...]:
    said = words("commands.unknown.meant", name=asked.meant) if asked.meant else words("commands.unknown.lost")
    typed = asked.typed if len(asked.typed) <= _QUOTED_CHARS else asked.typed[:_QUOTED_CHARS] + "…"
    return Text(text=said), Small(text=words("commands.unknown.typed")), Quote(text=typed), Divider()


def stranger(words: Words) -> Message:
    """For whoever takes part nowhere: what this is, and a way to start."""
    return Message(
        kind=KIND,
        subject=words("commands.stranger.subject"),
        parts=(
            *(Text(text=line) for line in words.lines("home.newcomer")),
            Text(text=words("commands.stranger.not_in")),
        ),
        actions=(Action(id="start", label=words("button.start"), value="start", style="primary"),),
        locale=words.locale,
    )


def unasked(scene: Scene, person: str) -> Message:
    """For whoever has not said yes: the way to the question."""
    text = scene.words("commands.unasked.text", partnership=scene.title)
    action = scene.button("answer", "commands.unasked.open", person=person, subject=UNSAID)
    return _said(scene, "commands.unasked.subject", Text(text=text), actions=(action,))


def which(scenes: Sequence[Scene], person: str, asked: Asked) -> Message:
    """Ask which partnership is meant: a button each, which stands for the command typed there."""
    words, typed = scenes[0].words, f"{asked.name} {asked.rest}".strip()
    more = (Small(text=words("commands.which.more")),) if len(scenes) > _OFFERED else ()
    return Message(
        kind=KIND,
        subject=words("commands.which.subject"),
        parts=(Text(text=words("commands.which.text")), *more),
        actions=tuple(go(scene, person, typed, label=scene.title) for scene in scenes[:_OFFERED]),
        locale=words.locale,
    )


def go(scene: Scene, person: str, typed: str, *, label: str) -> Action:
    """A button that does what the command would do if it was typed."""
    return Action(id=COMMAND, label=label, value=scene.ticket(person).encode(), choice=typed)


def first(scene: Scene, person: str, *, now: datetime) -> Ticket | None:
    """What waits first: what was put off comes last, and whoever is low on strength gets the short form."""
    found = sorted(waiting(scene, person, now=now), key=lambda one: one.snoozed is not None)
    if not found:
        return None
    prompt = scene.prompt(found[0].round)
    short = SHORT if scene.walk.members[person].low_energy and prompt.short and not prompt.decision else ""
    return scene.ticket(person, f"{found[0].round.id}{short}")


def nothing_waits(scene: Scene, person: str) -> Message:
    """Nothing waits: why, and when the next questions come."""
    w, member = scene.words, scene.walk.members[person]
    if member.paused:
        back = go(scene, person, "resume", label=w("button.resume"))
        return _said(scene, "commands.next.subject", Text(text=w("commands.next.paused")), actions=(back,))
    return _said(scene, "commands.next.subject", *(Text(text=line) for line in coming(scene, person)))


def coming(scene: Scene, person: str) -> tuple[str, ...]:
    """That nothing waits, and what comes next."""
    w = scene.words
    if scene.walk.partnership.over:
        return (w("commands.next.over", partnership=scene.title),)
    nothing = w("commands.next.nothing", partnership=scene.title)
    if not scene.walk.members[person].counts:
        return nothing, w("commands.next.observer")
    return nothing, next_round(scene, person) or w("commands.next.none_planned")


def status(scene: Scene, person: str, *, now: datetime) -> Message:
    """Where the group stands, and the person: steps, open rounds, their own state and milestones."""
    w, member = scene.words, scene.walk.members[person]
    today = schedule.on_the_wall(now, scene.walk.zone(person)).date()
    state = "paused" if member.paused else "going"
    state = "resting" if member.resting else "observer" if member.role == "observer" else state
    more = (go(scene, person, "resume", label=w("button.resume")),) if member.paused else ()
    return Message(
        kind=KIND,
        subject=w("commands.status.subject", partnership=scene.title),
        parts=(
            Heading(text=w("commands.status.subject", partnership=scene.title)),
            scene.progress(),
            *_rounds(scene, person, today, now),
            Text(text=w(f"commands.status.{state}")),
            *_milestones(scene, person, today),
        ),
        actions=(scene.button("board", "button.board", person=person, subject="", main=False), *more),
        locale=scene.locale,
    )


def _rounds(scene: Scene, person: str, today: date, now: datetime) -> tuple[Part, ...]:
    if scene.walk.partnership.over:
        return (Text(text=scene.words("commands.status.over")),)
    found = [r for r in scene.walk.rounds if not r.standing and rounds.takes_new(scene.walk, r, today=today)]
    put_off = {w.round.id for w in waiting(scene, person, now=now) if w.snoozed}
    lines = tuple(_round(scene, one, person, put_off=one.id in put_off) for one in found)
    return (Bullets(items=lines),) if lines else (Text(text=scene.words("commands.status.no_rounds")),)


def _round(scene: Scene, one: Round, person: str, *, put_off: bool) -> str:
    w, prompt = scene.words, scene.prompt(one)
    have, of = scene.counts(one)
    answer = scene.walk.answer(one.id, person)
    mine = "put_off" if put_off else "waits"
    if all(m.person != person for m in rounds.asked(scene.walk, scene.programme.prompt(one.prompt))):
        mine = "not_asked"
    if answer:
        mine = "left" if answer.skipped else "said"
    until = scene.until(one, person)
    said = w(f"commands.status.{mine}")
    return w("commands.status.round", title=prompt.title, have=have, of=of, until=until, mine=said)


def _milestones(scene: Scene, person: str, today: date) -> Iterator[Part]:
    mine = sorted((m for m in scene.walk.milestones if m.owner == person and not m.done_on), key=lambda m: m.due)
    if mine:
        yield Small(text=scene.words("commands.status.milestones"))
        yield Bullets(
            items=tuple(
                scene.words(
                    "commands.status.late" if m.due < today else "commands.status.milestone",
                    title=m.title,
                    due=say.day(m.due, scene.locale),
                )
                for m in mine
            )
        )


def paused(scene: Scene, person: str) -> Message:
    """They pause: nobody asks why, and how to come back."""
    w = scene.words
    return _said(
        scene,
        "commands.pause.subject",
        Text(text=w("commands.pause.done", partnership=scene.title)),
        Text(text=w("commands.pause.back")),
        actions=(go(scene, person, "resume", label=w("button.resume")),),
    )


def resumed(scene: Scene, *, was_paused: bool) -> Message:
    """They are asked again."""
    text = scene.words("commands.resume.done" if was_paused else "commands.resume.was_not", partnership=scene.title)
    return _said(scene, "commands.resume.subject", Text(text=text))


def reading(scene: Scene) -> Message:
    """What there is to read in the open step: by whom, how long, why, and where."""
    w, run = scene.words, scene.walk.partnership.current
    if run is None:
        return _said(scene, "commands.reading.subject", Text(text=w("commands.reading.no_step")))
    step = scene.programme.step(run.step)
    parts: list[Part] = [Heading(text=w("commands.reading.heading", step=step.title))]
    for one in step.readings:
        kind = w(f"reading.kinds.{one.kind}")
        parts += [Divider(), Text(text=one.title)]
        parts += [Small(text=w("reading.by", author=one.author, kind=kind, minutes=one.minutes)), Text(text=one.why)]
        parts += [Text(text=one.where)] if one.where else []
        parts += [Link(label=w("reading.link"), url=one.url)] if one.url else []
    if not step.readings:
        parts.append(Text(text=w("commands.reading.none")))
    return _said(scene, "commands.reading.subject", *parts)


def export(scene: Scene, *, workbook: str, board: str) -> Message:
    """Where the workbook and the board are; `workbook` and `board` are addresses made for this person."""
    w = scene.words
    links = [Link(label=w(f"commands.export.{ending}"), url=f"{workbook}.{ending}") for ending in ("pdf", "docx", "md")]
    return _said(
        scene,
        "commands.export.subject",
        Heading(text=w("commands.export.heading")),
        Text(text=w("commands.export.text", partnership=scene.title)),
        *links,
        Link(label=w("commands.export.board"), url=board),
        Small(text=w("commands.export.yours")),
    )


def _said(scene: Scene, subject: str, *parts: Part, actions: tuple[Action, ...] = ()) -> Message:
    return Message(kind=KIND, subject=scene.words(subject), parts=parts, actions=actions, locale=scene.locale)
