"""The parts of a Home: each a heading and a few items with what can be pressed. A part with nothing in it is left out.

What may be shown to whom is decided elsewhere: `waiting`, `rounds.asked`, `gates`, `Walk.may_lead`. Buttons carry the
same tickets as those of the messages, so that a press here and there is the same press.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflows import board, rounds, say, shelf
from workflows.message import Action, Heading, Link, Message, Progress, Quote, Small, Text
from workflows.messages import consent, keep, offer, prompt, reading
from workflows.messages.scene import Scene
from workflows.people import Membership
from workflows.programme import Reading
from workflows.waiting import Waiting
from workflows.walk import Milestone, Round

MOST = 6  # items of one kind; more is a list to work through, and that is what the board is for
MOST_UNREAD = 2  # each has four buttons; the next one comes up when one is marked
_LETTERS = {"done": "d", "now": "n", "ahead": "a"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing: a title, what to know about it, a list, a link, and what can be pressed."""

    title: str = ""
    text: str = ""
    bullets: tuple[str, ...] = ()
    link: Link | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Items under a heading; `more` says what was left out, and `page` is where all of it stands on the web."""

    heading: str
    items: tuple[Item, ...]
    more: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Where a group stands: in words, and as a picture, named by programme, version and a letter a step (d, n, a).

    `lines` tell how many have answered what is open now.
    """

    heading: str
    progress: Progress
    programme: str
    version: str
    states: str
    alt: str
    lines: tuple[str, ...] = ()


def request(scene: Scene, member: Membership) -> tuple[Part, ...]:
    """The request to take part, with all that belongs to it; for who said no, the way back in one line."""
    message = consent.compose(scene, person=member.person)
    if member.consent in ("refused", "withdrawn"):
        yes = tuple(a for a in message.actions if a.id == "consent_yes")
        return (Part(heading="", items=(Item(text=scene.words("home.not_in"), actions=yes),)),)
    texts = [part.text for part in message.parts if isinstance(part, Text)]
    items = (*(Item(text=text) for text in texts[:-1]), Item(text=texts[-1], actions=message.actions))
    return (Part(heading=scene.words("consent.heading"), items=items),)


def pause(scene: Scene, member: Membership) -> tuple[Part, ...]:
    """That they pause, whoever began it, and the way back."""
    if not member.paused:
        return ()
    text = scene.words("home.resting_text" if member.resting else "home.paused_text")
    back = scene.button("resume", "button.resume", person=member.person, subject="", page="preferences")
    return (Part(heading=scene.words("home.paused"), items=(Item(text=text, actions=(back,)),)),)


def asked(scene: Scene, member: Membership) -> tuple[Part, ...]:
    """What somebody else waits for: whether they facilitate, whether words of theirs may be kept."""
    mine = (k for k in scene.walk.partnership.kept if k.author == member.person and k.state == "asked")
    messages = [keep.compose(scene, kept=kept) for kept in mine]
    if member.offer == "open":
        messages.insert(0, offer.compose(scene, person=member.person))
    items = tuple(_as_item(message) for message in messages[:MOST])
    return (Part(heading=scene.words("home.asks"), items=items),) if items else ()


def _as_item(message: Message) -> Item:
    """A message as one item, with all its words: nobody says yes to what they cannot read."""
    title = next((part.text for part in message.parts if isinstance(part, Heading)), "")
    said = (
        f"“{p.text}”" if isinstance(p, Quote) else p.text for p in message.parts if isinstance(p, Text | Quote | Small)
    )
    return Item(title=title, text="\n".join(said), actions=message.actions)


def waits(scene: Scene, member: Membership, found: Sequence[Waiting]) -> tuple[Part, ...]:
    """What is open for them, what closes first at the top; or that nothing is, and what comes next."""
    w = scene.words
    if scene.walk.partnership.over or member.role == "observer":
        text = w("home.over" if scene.walk.partnership.over else "home.observer")
        return (Part(heading="", items=(Item(text=text),)),)
    if found:
        return (Part(heading=w("home.waiting"), items=tuple(_open(scene, one, member.person) for one in found)),)
    if member.paused:
        return ()
    following = board.next_round(scene, member.person)
    text = " ".join(line for line in (w("digest.nothing_waits"), following) if line)
    return (Part(heading="", items=(Item(text=text),)),)


def put_off(scene: Scene, person: str, found: Sequence[Waiting]) -> tuple[Part, ...]:
    """What they put off, and until when."""
    items = tuple(_open(scene, one, person) for one in found)
    return (Part(heading=scene.words("home.put_off"), items=items),) if items else ()


def _open(scene: Scene, one: Waiting, person: str) -> Item:
    w, asks, until = scene.words, scene.prompt(one.round), scene.until(one.round, person)
    if one.snoozed is None:
        key = "prompt.time_one" if asks.minutes == 1 else "prompt.time"
        text = w(key, minutes=asks.minutes, until=until)
    else:
        again = say.moment(one.snoozed, scene.walk.zone(person), scene.locale)
        text = w("home.put_off_one", when=again, until=until)
    return Item(title=asks.title, text=text, actions=prompt.actions(scene, one.round, asks, person))


def answered(scene: Scene, member: Membership) -> tuple[Part, ...]:
    """What they answered or left that is still open: it can be changed."""
    items = tuple(
        _changed(scene, r, member.person, skipped=answer.skipped)
        for r in reversed(rounds.open_ones(scene.walk))
        if (answer := scene.walk.answer(r.id, member.person)) and rounds.takes_answers(scene.walk, r.id)
    )
    return (Part(heading=scene.words("home.answered"), items=items[:MOST]),) if items else ()


def _changed(scene: Scene, found: Round, person: str, *, skipped: bool) -> Item:
    kind, label = ("answer", "button.after_all") if skipped else ("change", "button.change")
    text = scene.words("home.skipped_one" if skipped else "home.answered_one", until=scene.until(found, person))
    button = scene.button(kind, label, person=person, subject=found.id, page="answer", main=False)
    return Item(title=scene.prompt(found).title, text=text, actions=(button,))


def any_time(scene: Scene, member: Membership) -> tuple[Part, ...]:
    """What is put to nobody and stays open, for whoever has something to note."""
    if not member.counts or member.paused:
        return ()
    mine = (
        r
        for r in scene.walk.rounds
        if r.standing and r.closed_at is None and rounds.takes_answers(scene.walk, r.id)
        if any(m.person == member.person for m in rounds.asked(scene.walk, scene.programme.prompt(r.prompt)))
    )
    items = tuple(_noted(scene, r, member.person) for r in mine)
    return (Part(heading=scene.words("home.any_time"), items=items[:MOST]),) if items else ()


def _noted(scene: Scene, standing: Round, person: str) -> Item:
    answer = scene.walk.answer(standing.id, person)
    kind, label = ("change", "button.change") if answer and not answer.skipped else ("answer", "button.answer")
    button = scene.button(kind, label, person=person, subject=standing.id, page="answer", main=False)
    return Item(title=scene.prompt(standing).title, text=scene.words("home.any_time_one"), actions=(button,))


def path(scene: Scene, person: str, *, today: date) -> Path:
    """The steps and where the group stands; what facilitators alone are asked is told to them alone."""
    w, progress, partnership = scene.words, scene.progress(), scene.walk.partnership
    told = " ".join(
        w("home.alt_one", number=number, title=title, state=w(f"home.state.{state}"))
        for number, (title, state) in enumerate(progress.steps, start=1)
    )
    return Path(
        heading=w("home.where"),
        progress=progress,
        programme=scene.programme.id,
        version=scene.programme.version,
        states="".join(_LETTERS[state] for _, state in progress.steps),
        alt=w("home.alt", group=partnership.group.name, programme=scene.programme.title, steps=told),
        lines=tuple(_count(scene, r) for r in begun(scene, today) if _told(scene, r, person))[:MOST],
    )


def _told(scene: Scene, found: Round, person: str) -> bool:
    return scene.programme.prompt(found.prompt).to == "everyone" or scene.walk.may_lead(person)


def _count(scene: Scene, found: Round) -> str:
    have, of = scene.counts(found)
    return scene.words("home.answers_now", title=scene.prompt(found).title, have=have, of=of)


def milestones(scene: Scene, person: str, *, today: date) -> tuple[Part, ...]:
    """Their own milestones that are not done, the one that is due first at the top: late ones are."""
    mine = sorted((m for m in scene.walk.milestones if m.owner == person and not m.done_on), key=lambda m: m.due)
    if not mine:
        return ()
    left = len(mine) - MOST
    more = scene.words("home.more_milestones", count=left) if left > 0 else ""
    items = tuple(_milestone(scene, one, today=today) for one in mine[:MOST])
    return (Part(heading=scene.words("home.milestones"), items=items, more=more),)


def _milestone(scene: Scene, one: Milestone, *, today: date) -> Item:
    text = scene.words("home.late" if one.due < today else "home.due", due=say.day(one.due, scene.locale))
    done = scene.button("milestone_done", "button.done", person=one.owner, subject=one.id, page="answer", main=False)
    return Item(title=one.title, text=text, actions=(done,))


def readings(scene: Scene, member: Membership) -> tuple[Part, ...]:
    """The readings of the open step: new ones, then saved, then read; those not for them fold away at the end."""
    run = scene.walk.partnership.current
    found = scene.programme.step(run.step).readings if run else ()
    order = ("saved", "read")
    marks = {r.id: shelf.mark_of(member, r.id) for r in found}
    unread = [r for r in found if marks[r.id] is None]
    marked = sorted((r for r in found if marks[r.id] in order), key=lambda r: order.index(marks[r.id]))
    items = [_reading(scene, r, member.person) for r in (*unread[:MOST_UNREAD], *marked[:MOST])]
    unwanted = [r for r in found if marks[r.id] == "unwanted"]
    items += [
        Item(text=f"{scene.words('home.unwanted')}: {r.title}", actions=_undo(scene, r, member)) for r in unwanted
    ]
    left = max(len(unread) - MOST_UNREAD, 0) + max(len(marked) - MOST, 0)
    more = scene.words("home.more_readings", count=left) if left else ""
    return (Part(heading=scene.words("home.reading"), items=tuple(items), more=more, page="reading"),) if items else ()


def _reading(scene: Scene, one: Reading, person: str) -> Item:
    w, marked = scene.words, reading.marked(scene, one, person)
    told = one.id in scene.walk.partnership.discussed
    talk = w("home.reading_discussed" if told else "home.reading_discuss", question=one.discuss)
    lines = (reading.by(scene, one), *((marked,) if marked else (one.why, one.where)), talk)
    return Item(
        title=one.title,
        text="\n".join(line for line in lines if line),
        link=Link(label=w("reading.link"), url=one.url) if one.url else None,
        actions=reading.actions(scene, one, person),
    )


def _undo(scene: Scene, one: Reading, member: Membership) -> tuple[Action, ...]:
    return reading.actions(scene, one, member.person)


def begun(scene: Scene, today: date) -> tuple[Round, ...]:
    """The rounds with a deadline that people are asked on a day."""
    return tuple(r for r in rounds.open_ones(scene.walk) if rounds.takes_new(scene.walk, r, today=today))
