"""The part of a Home for who looks after a walk. Who is silent is told to facilitators alone, as in the digest."""

from datetime import date

from workflows import board, gates, rounds, sharing
from workflows.contacts import SHARE
from workflows.home_parts import MOST, Item, Part, begun
from workflows.messages.amend import MET
from workflows.messages.handed import PEOPLE
from workflows.messages.lost import CHANNEL
from workflows.messages.scene import Scene

MOST_NAMES = 12


def leading(scene: Scene, person: str, *, today: date) -> tuple[Part, ...]:
    """For who looks after the walk: what its step lacks, objections that wait, who is silent, and what can be done."""
    if not scene.walk.may_lead(person) or scene.walk.partnership.over:
        return ()
    items = (
        *_lost(scene, person),
        _step(scene, person),
        *_objections(scene, person),
        *_sharing(scene, person),
        *_silent(scene, person, today=today),
    )
    return (Part(heading=scene.words("home.leading"), items=items),)


def _lost(scene: Scene, person: str) -> tuple[Item, ...]:
    """That nothing can be posted in the group's channel, and the way to another one, until there is one."""
    lost = scene.walk.group.channel_lost
    if not lost:
        return ()
    choose = scene.button("channel", "hosting.button_channel", person=person, subject=CHANNEL, page="answer")
    return (Item(text=scene.words(f"lost.{lost}", **scene.facts()), actions=(choose,)),)


def _step(scene: Scene, person: str) -> Item:
    w, run = scene.words, scene.walk.partnership.current
    people = scene.button("people", "home.people", person=person, subject=PEOPLE, page="answer", main=False)
    if run is None:
        return Item(text=w("home.no_step"), actions=(people,))
    step = scene.programme.step(run.step)
    lacks = board.waits(scene, step)
    key = "home.never_ends" if step.gate.never else "home.lacks" if lacks else "home.lacks_nothing"
    move_on = scene.button("move_on", "button.move_on", person=person, subject=step.id, page="answer", main=False)
    left = len(lacks) - MOST
    more = (scene.words("home.more_listed", count=left),) if left > 0 else ()
    return Item(text=w(key, title=step.title), bullets=(*lacks[:MOST], *more), actions=(move_on, people))


def _sharing(scene: Scene, person: str) -> tuple[Item, ...]:
    """What the partner sees, once there is something that it may see; before that, what has to happen first."""
    if not sharing.things(scene):
        later = sharing.later(scene)
        return (Item(text=later),) if later else ()
    partner = scene.walk.partnership.partner.name
    decide = scene.button("answer", "sharing.button", person=person, subject=SHARE, page="answer", main=False)
    heading = scene.words("sharing.heading", partner=partner)
    lines = sharing.told(scene) or (scene.words("sharing.told_nothing", partner=partner),)
    return (Item(text=heading, bullets=lines, actions=(decide,)),)


def _objections(scene: Scene, person: str) -> tuple[Item, ...]:
    decisions = (d for step in scene.programme.steps for d in step.decisions)
    return tuple(
        Item(
            text=scene.words("home.objection", title=d.title),
            actions=(scene.button("met", "button.met", person=person, subject=f"{MET}{d.id}", page="answer"),),
        )
        for d in decisions
        if gates.is_blocked(scene.walk.partnership.outcome(d.id))
    )[:MOST]


def _silent(scene: Scene, person: str, *, today: date) -> tuple[Item, ...]:
    """Who has not answered what is open, as the digest tells it: to those who facilitate, and to no one else."""
    if scene.walk.members[person].role != "facilitator":
        return ()
    names = sorted(
        {
            scene.name(m.person)
            for r in begun(scene, today)
            for m in rounds.asked(scene.walk, scene.programme.prompt(r.prompt))
            if m.person != person and scene.walk.answer(r.id, m.person) is None
        }
    )
    if not names:
        return ()
    told, left = ", ".join(names[:MOST_NAMES]), len(names) - MOST_NAMES
    if left > 0:
        told = scene.words("home.silent_more", names=told, count=left)
    return (Item(text=scene.words("home.silent", names=told)),)
