"""What waits for a person: the open rounds that they were asked and have said nothing to. The same on every channel."""

from dataclasses import dataclass
from datetime import datetime

from workflows import rounds, schedule
from workflows.messages.scene import Scene
from workflows.walk import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open round that waits for a person; `snoozed` is until when they put it off, as long as that lies ahead."""

    round: Round
    snoozed: datetime | None = None


def waiting(scene: Scene, person: str, *, now: datetime) -> tuple[Waiting, ...]:
    """Return what waits for a person now (aware, UTC), what closes first at the top; nothing while they pause.

    Whoever has not said yes is asked nothing. A skipped round does not wait.
    """
    walk = scene.walk
    member = walk.members[person]
    if member.paused or not member.counts or walk.partnership.over:
        return ()
    today = schedule.on_the_wall(now, walk.zone(person)).date()
    mine = (
        r
        for r in walk.rounds
        if not r.standing
        and rounds.takes_new(walk, r, today=today)
        and walk.answer(r.id, person) is None
        and any(m.person == person for m in rounds.asked(walk, scene.programme.prompt(r.prompt)))
    )
    until = {s.round: s.until for s in member.snoozes if s.until > now}
    return tuple(Waiting(round=r, snoozed=until.get(r.id)) for r in sorted(mine, key=lambda r: (r.closes_at, r.number)))
