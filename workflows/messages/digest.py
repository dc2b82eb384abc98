"""A person's weekly digest: the news first, then what waits for them, where the group stands, and what comes next.

It tells counts, dates and titles. Names stand beside milestones; who has not answered is told to facilitators alone.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from workflows import digests, rounds, say, waiting
from workflows.message import Action, Bullets, Divider, Heading, Link, Message, Part, Small, Text
from workflows.messages import examples, partner_lines
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.schedule import instant_of
from workflows.walk import Milestone, Round
from workflows.words import Words

KIND = "digest"
_AHEAD = timedelta(days=28)  # milestones further away than this are no news yet


def compose(scene: Scene, *, person: str, day: date, now: datetime) -> Message:
    """The digest of the week or month that ends on `day`, told at `now`."""
    waiting = _waiting(scene, person, now=now)
    member = scene.walk.members[person]
    period = digests.period(member, day)
    since, monthly = now - period, "_month" if member.digest_every == "month" else ""
    news = _news(scene, since=since, now=now, quiet=f"digest.news_quiet{monthly}")
    week = tuple(_week(scene, person, since=since, now=now))
    return Message(
        kind=KIND,
        subject=scene.words(f"digest.subject{monthly}", news=news),
        preheader=_preheader(scene, waiting),
        parts=(
            Heading(text=scene.words(f"digest.heading{monthly}", partnership=scene.title)),
            *(() if member.role == "observer" else _waiting_parts(scene, waiting, person)),
            Heading(text=scene.words("digest.progress")),
            scene.progress(),
            Heading(text=scene.words(f"digest.week{monthly}")),
            Bullets(items=week or (scene.words(f"digest.quiet{monthly}"),)),
            *_decisions(scene, since=since),
            *(_missing(scene, day=day) if member.role == "facilitator" else ()),
            *_milestones(scene, day=day, since=day - period),
            *partner_lines.parts(scene),
            *_readings(scene),
            Heading(text=scene.words("digest.next")),
            *(Text(text=line) for line in _next(scene, person)),
            Divider(),
            Small(text=scene.words("digest.measures")),
        ),
        actions=tuple(_actions(scene, waiting, person)),
        why=scene.why(person),
        locale=scene.locale,
    )


def _news(scene: Scene, *, since: datetime, now: datetime, quiet: str) -> str:
    done = [run for run in scene.walk.partnership.steps if run.closed_on and run.closed_on > since.date()]
    if done:
        return scene.words("digest.news_step", title=scene.programme.step(done[-1].step).title)
    decided = [o for o in scene.walk.partnership.outcomes if o.at > since]
    if decided:
        title = scene.programme.decision(decided[-1].decision).title
        return scene.words(f"digest.news_{decided[-1].result}", title=title)
    fresh = [r for r in _begun(scene, now.date()) if r.closed_at is None or r.closed_at > since]
    if not fresh:
        return scene.words(quiet)
    # Of two in a week the later one may have begun today, and what the group has done is the news.
    told = max(reversed(fresh), key=lambda r: scene.counts(r)[0])
    have, of = scene.counts(told)
    return scene.words("digest.news_open" if told.closed_at is None else "digest.news_closed", have=have, of=of)


def _begun(scene: Scene, day: date) -> tuple[Round, ...]:
    """Rounds put to everyone or to the facilitators that have begun; standing ones are put to nobody."""
    return tuple(r for r in scene.walk.rounds if not r.standing and (r.opens_on <= day or r.closed_at))


def _waiting(scene: Scene, person: str, *, now: datetime) -> tuple[Round, ...]:
    """What a person was asked and has not said anything to."""
    return tuple(one.round for one in waiting.waiting(scene, person, now=now))


def _preheader(scene: Scene, waiting: tuple[Round, ...]) -> str:
    if not waiting:
        return scene.words("digest.nothing_waits")
    return f"{scene.words('digest.waiting')}: {scene.prompt(waiting[0]).title}"


def _waiting_parts(scene: Scene, waiting: tuple[Round, ...], person: str) -> tuple[Part, ...]:
    lines = tuple(
        scene.words(
            "digest.waiting_one",
            title=scene.prompt(r).title,
            minutes=scene.prompt(r).minutes,
            until=scene.until(r, person),
        )
        for r in waiting
    )
    body = Bullets(items=lines) if lines else Text(text=scene.words("digest.nothing_waits"))
    return (Heading(text=scene.words("digest.waiting")), body)


def _week(scene: Scene, person: str, *, since: datetime, now: datetime) -> Iterator[str]:
    for round_ in _begun(scene, now.date()):
        if round_.closed_at is not None and round_.closed_at <= since:
            continue
        if scene.programme.prompt(round_.prompt).to == "facilitators" and not scene.walk.may_lead(person):
            continue
        have, of = scene.counts(round_)
        facts = {"title": scene.prompt(round_).title, "have": have, "of": of, "open": round_.closed_at is None}
        yield scene.words("digest.round", until=scene.until(round_, person), **facts)
    for run in scene.walk.partnership.steps:
        if run.closed_on and run.closed_on > since.date():
            yield scene.words("digest.step_closed", title=scene.programme.step(run.step).title)


def _decisions(scene: Scene, *, since: datetime) -> tuple[Part, ...]:
    """What was decided this week: the outcome and how many took part."""
    lines = tuple(
        scene.words(
            f"digest.decided_{o.result}",
            title=scene.programme.decision(o.decision).title,
            have=len(o.took_part),
            of=o.of,
        )
        for o in scene.walk.partnership.outcomes
        if o.at > since
    )
    return (Heading(text=scene.words("digest.decisions")), Bullets(items=lines)) if lines else ()


def _missing(scene: Scene, *, day: date) -> tuple[Part, ...]:
    silent = {
        scene.name(m.person)
        for r in _begun(scene, day)
        if r.closed_at is None
        for m in rounds.asked(scene.walk, scene.programme.prompt(r.prompt))
        if scene.walk.answer(r.id, m.person) is None
    }
    return (Small(text=scene.words("digest.missing", names=", ".join(sorted(silent)))),) if silent else ()


def _milestones(scene: Scene, *, day: date, since: date) -> tuple[Part, ...]:
    """Late ones first, then what is due soonest, then what was done this week."""
    near = [m for m in scene.walk.milestones if _is_news(m, day, since)]
    near.sort(key=lambda m: (m.done_on is not None, m.due))
    lines = tuple(_milestone(scene, m, day) for m in near)
    return (Heading(text=scene.words("digest.milestones")), Bullets(items=lines)) if lines else ()


def _is_news(milestone: Milestone, day: date, since: date) -> bool:
    if milestone.done_on is not None:
        return milestone.done_on > since
    return milestone.due <= day + _AHEAD


def _milestone(scene: Scene, milestone: Milestone, day: date) -> str:
    if milestone.done_on:
        key, when = "digest.milestone_done", milestone.done_on
    else:
        key, when = "digest.milestone_late" if milestone.due < day else "digest.milestone_open", milestone.due
    owner = scene.name(milestone.owner)
    return scene.words(key, title=milestone.title, owner=owner, due=say.short_day(when, scene.locale))


def _readings(scene: Scene) -> tuple[Part, ...]:
    run = scene.walk.partnership.current
    readings = scene.programme.step(run.step).readings if run else ()
    if not readings:
        return ()
    lines = tuple(
        scene.words("digest.reading_one", title=r.title, author=r.author, why=r.why.split(". ")[0].rstrip(".") + ".")
        for r in readings
    )
    links = tuple(Link(label=r.title, url=r.url) for r in readings if r.url)
    return (Heading(text=scene.words("digest.reading")), Bullets(items=lines), *links)


def _next(scene: Scene, person: str) -> Iterator[str]:
    walk = scene.walk
    run, day = walk.partnership.current, walk.next_round_on
    upcoming = scene.upcoming()
    if day is not None:
        zone = walk.zone(person)
        when = say.moment(instant_of(day, walk.partnership.rhythm.hour, zone), zone, scene.locale)
        if upcoming is not None:
            yield scene.words("digest.next_round", when=when, minutes=upcoming.minutes)
        else:
            yield scene.words("digest.next_none", when=when)
    place = scene.place_of(run.step) if run else 0
    if place < len(scene.programme.steps):
        yield scene.words("digest.next_step", title=scene.programme.steps[place].title)
    if walk.partnership.review_on:
        yield scene.words("digest.next_review", when=say.day(walk.partnership.review_on, scene.locale))


def _actions(scene: Scene, waiting: tuple[Round, ...], person: str) -> Iterator[Action]:
    if scene.walk.members[person].resting:
        yield scene.button("resume", "button.resume", person=person, subject="", page="preferences")
    if waiting and scene.walk.members[person].role != "observer":
        yield scene.button("answer", "button.answer", person=person, subject=waiting[0].id, page="answer")
    yield scene.button("board", "button.board", person=person, subject="", page="board", main=False)


def example(words: Words, programme: Programme) -> Message:
    """Ana's digest, who facilitates, in the first week."""
    scene = examples.scene(words, programme)
    return compose(scene, person=examples.ANA, day=date(2026, 12, 4), now=datetime.fromisoformat("2026-12-04T08:00Z"))
