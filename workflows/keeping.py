"""Messages kept from Slack as a promise, evidence or an incident: asked about, agreed to, dropped, shown.

A `Kept` is *asked* (its author alone is asked, once), then one of: *given* (they said yes, or kept their own words),
*refused* (they said no, took a yes back, or left), *lapsed* (two weeks without a word), *withdrawn* (whoever kept it
took that back, or left, before there was an answer). Only a given one is shown, and only through `shown`. One that is
neither asked nor given holds no text, note or name; it stays, so that nobody is asked about the same message twice.
Its author alone can bring it back, by keeping their own words anew.

Every function gives one change, applied whole with what it plans or not at all. A crash before it leaves everything as
it was. The drop after two weeks is an occurrence of its own (`unkept`), so a clock that stood still drops it late, and
nothing of it shows until then, for it was never given. The same request twice changes nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from workflows import ids, reach, schedule
from workflows.occurrences import Occurrence
from workflows.question import Audience
from workflows.walk import Change, Kept, Partnership, Walk

Kind = Literal["promise", "evidence", "incident"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TEXT_CHARS = 2000  # what a modal can carry along with it; a longer message is kept as far as this
NOTE_CHARS = 300
MOST = 100  # that a group keeps at a time: they are read on one page
PATIENCE = timedelta(days=14)  # without a word, the text is dropped
_ENDED = ("refused", "lapsed", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message of somebody's in Slack. `message` names it among all of the workspace; `text` is plain words.

    `author` is a person; `name` and `slack_user` are theirs, and `at` is when they wrote it (aware, UTC).
    """

    message: str
    text: str
    author: str
    name: str
    slack_user: str
    at: datetime


def id_of(partnership: str, message: str, kind: Kind) -> str:
    """The id of a message kept as a kind: kept twice, by whomever, it is one."""
    return "k" + ids.made_of("kept", partnership, message, kind)[:11]


def found(walk: Walk, kept_id: str) -> Kept | None:
    """The kept message of that id."""
    return next((k for k in walk.partnership.kept if k.id == kept_id), None)


def about_message(walk: Walk, message: str) -> tuple[Kept, ...]:
    """What a message is kept as, asked or given, whoever kept it."""
    mine = {id_of(walk.partnership.id, message, kind) for kind in KINDS}
    return tuple(k for k in walk.partnership.kept if k.id in mine and k.state not in _ENDED)


def shown(walk: Walk, audience: Audience) -> tuple[Kept, ...]:
    """What the group may read, the oldest first. The partner is shown none of it."""
    given = (k for k in walk.partnership.kept if k.state == "given" and audience != "partner")
    return tuple(sorted(given, key=lambda k: (k.said_at, k.id)))


def is_full(walk: Walk) -> bool:
    """Whether there is no room for one more."""
    return sum(1 for k in walk.partnership.kept if k.state not in _ENDED) >= MOST


def may_ask(walk: Walk, author: str) -> bool:
    """Whether an author can be asked. Whoever has not said yes to this walk was promised to hear no more of it."""
    member = walk.members.get(author)
    if member is None:
        return True
    return member.consent == "given" and walk.people[author].reachable and bool(reach.channels(walk, author))


def kept(walk: Walk, spoken: Spoken, *, kind: Kind, note: str, by: str, now: datetime) -> Change:
    """Keep a message: at once when its author does, else once they have said yes."""
    before = found(walk, id_of(walk.partnership.id, spoken.message, kind))
    own = by == spoken.author
    if before and before.state == "asked" and own:  # as their words are now, with their remark if they make one
        mine = replace(before, state="given", text=spoken.text, note=note or before.note)
        return _told(walk, (mine,), now=now)
    if before and (before.state == "given" or not own):
        return Change()
    made = Kept(
        id=id_of(walk.partnership.id, spoken.message, kind),
        kind=kind,
        text=spoken.text,
        author=spoken.author,
        by=by,
        at=now,
        said_at=spoken.at,
        state="given" if own else "asked",
        note=note,
        name=spoken.name,
        slack_user=spoken.slack_user,
    )
    return Change(partnership=_with(walk, (made,)), plan=() if own else _asking(walk, made, now=now))


def _asking(walk: Walk, made: Kept, *, now: datetime) -> tuple[Occurrence, ...]:
    known = made.author in walk.members
    slot = walk.in_daytime(made.author, now) if known else schedule.in_daytime(now, walk.group.zone)
    ask = walk.occurrence("keep", slot, subject=made.id, person=made.author)
    return ask, walk.occurrence("unkept", now + PATIENCE, subject=made.id)


def answered(walk: Walk, kept_id: str, *, given: bool, now: datetime) -> Change:
    """The author says yes or no; a no takes an earlier yes back. What has ended has ended."""
    before = found(walk, kept_id)
    if before is None or before.state in _ENDED or (given and before.state == "given"):
        return Change()
    return _told(walk, (replace(before, state="given") if given else _dropped(before, "refused"),), now=now)


def taken_back(walk: Walk, message: str, *, person: str, now: datetime) -> Change:
    """An author drops what was kept of a message of theirs; who asked to keep it drops that as long as it is asked."""
    return _told(walk, _let_go(person, about_message(walk, message)), now=now)


def lapsed(walk: Walk, kept_id: str, *, now: datetime) -> Change:
    """Two weeks went by without a word: the text is dropped."""
    before = found(walk, kept_id)
    if before is None or before.state != "asked" or now - before.at < PATIENCE:
        return Change()
    return _told(walk, (_dropped(before, "lapsed"),), now=now)


def left(walk: Walk, person: str, *, now: datetime) -> Change:
    """Somebody takes part no more: their words, their requests and their remarks go with them."""
    ended = _let_go(person, (k for k in walk.partnership.kept if k.state not in _ENDED))
    known = {k.id for k in ended}
    silent = (k for k in walk.partnership.kept if k.by == person and k.note and k.id not in known)
    change = _told(walk, ended, now=now)
    return replace(change, partnership=_with(walk, (*ended, *(replace(k, note="") for k in silent))))


def _let_go(person: str, of: Iterable[Kept]) -> tuple[Kept, ...]:
    """What a person may drop: their own words, and their own open requests."""
    return tuple(
        _dropped(k, "refused" if k.author == person else "withdrawn")
        for k in of
        if k.author == person or (k.by == person and k.state == "asked")
    )


def _dropped(before: Kept, state: Literal["refused", "lapsed", "withdrawn"]) -> Kept:
    return replace(before, state=state, text="", note="", name="")


def _told(walk: Walk, changed: tuple[Kept, ...], *, now: datetime) -> Change:
    """Keep them as they are now; the question says so, and who kept them hears of it in their daytime."""
    plan: list[Occurrence] = []
    for one in changed:
        subject = f"{one.id}.{one.state}"
        if one.by == one.author:
            continue  # nobody was asked
        plan.append(walk.occurrence("kept", now, subject=subject))
        if one.by in walk.members and one.state != "withdrawn":
            slot = walk.in_daytime(one.by, now)
            plan.append(walk.occurrence("kept", slot, subject=subject, person=one.by))
    return Change(partnership=_with(walk, changed), plan=tuple(plan)) if changed else Change()


def _with(walk: Walk, changed: Iterable[Kept]) -> Partnership | None:
    """The partnership with these kept messages; None when there is nothing to keep."""
    newest = {k.id: k for k in changed}
    if not newest:
        return None
    before = {k.id: k for k in walk.partnership.kept}
    return replace(walk.partnership, kept=tuple({**before, **newest}.values()))
