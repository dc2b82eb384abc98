"""Home tabs, published: at once for whoever opens theirs, and again for all who have one when a walk changes.

Promises: what is drawn was gathered as one, and never takes the place of something newer: it is published over the very
view that we drew last, and when Slack says that another one is there, everything is gathered and drawn anew. A view
that did not change is not published again. Where Slack cannot fetch the picture, the words stand alone; nobody finds an
empty tab. Drawing sends no message and stands in no ledger; what fails is noted, and the next change or look draws it.
A crash repeats a drawing at most.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from worker import one_person
from worker.enrol import address_of, person_of
from worker.slack.home import render_home
from worker.store.due import Claim
from worker.store.homes import Drawn
from worker.wiring import House
from workflows import ids
from workflows.errors import GiveUp, NotFound, Retry, StoreUnavailable
from workflows.home import home_of
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence, to_ms

log = structlog.get_logger()

TRIES = 4  # a picture that Slack cannot fetch, a view drawn meanwhile, and one more of each
AT_A_TIME = 40  # views published for one claim: Slack takes about a hundred a minute of a workspace
THEN = timedelta(seconds=30)
AT_ONCE = 2.0  # seconds that somebody who looks waits for Slack; it waits three for us
CONFLICT, UNREADABLE = "hash_conflict", "invalid_blocks"


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """The walks that several people share, each read once."""

    house: House
    scenes: dict[str, Scene | None] = field(default_factory=dict)

    def of(self, workspace: str, person: str) -> tuple[Scene, ...]:
        """The walks of a person, the newest first. One whose programme is lost is left out."""
        ours = (self.scene(pid) for pid in self.house.walks.of(workspace, person))
        mine = (s for s in ours if s and s.walk.partnership.workspace == workspace and _is_in(s, person))
        return tuple(sorted(mine, key=lambda s: (s.walk.partnership.started_at, s.walk.partnership.id), reverse=True))

    def scene(self, partnership: str) -> Scene | None:
        """A walk, or None when it or its programme is gone."""
        if partnership not in self.scenes:
            self.scenes[partnership] = self._read(partnership)
        return self.scenes[partnership]

    def _read(self, partnership: str) -> Scene | None:
        try:
            walk = self.house.walks.get(partnership)
            programme = self.house.programmes.of(walk.partnership)
        except NotFound:
            return None
        return Scene(words=self.house.words, walk=walk, programme=programme)


def _is_in(scene: Scene, person: str) -> bool:
    return person in scene.walk.members and person in scene.walk.people


def opened(house: House, workspace: str, slack_user: str) -> None:
    """Draw the Home of somebody who looks at it now. Raises Retry or GiveUp when Slack does not take it."""
    found = house.workspaces.get(workspace)
    if found is not None and not found.active:
        return
    person = house.people.id_of(workspace, slack_user)
    _draw(house, _Gathered(house=house), workspace, person, slack_user, looks=True)


def freshen(house: House, workspace: str, slack_user: str) -> None:
    """Draw the Home on which something was just pressed. The press is kept whatever happens here, so nothing is raised.

    What fails is drawn by the next `home` occurrence, some seconds later.
    """
    try:
        opened(house, workspace, slack_user)
    except (Retry, GiveUp, StoreUnavailable) as lost:
        log.info("A Home tab waits to be drawn.", action="home_waits", reason=type(lost).__name__)


def remember(house: House, workspace: str, slack_user: str) -> None:
    """Ask Slack about somebody whom we do not know yet, so that a form can be filled in for them without waiting.

    Their address is not kept: they take part in nothing, and nobody has to write to them.
    """
    person = house.people.id_of(workspace, slack_user)
    known = house.people.some(workspace, [person]).get(person)
    if known is not None and known.slack_user:
        return
    found = house.slack.profile(workspace, [slack_user]).get(slack_user)
    if found is None or found.is_bot:
        return
    accounts = {slack_user: address_of(workspace, found)}
    theirs = one_person.ids_of(house.people, house.walks, workspace, accounts)[slack_user]
    house.people.keep_new(workspace, [replace(person_of(workspace, found, theirs), email=None)])
    if theirs != person:  # they are here by mail, and find their walks at the first look
        opened(house, workspace, slack_user)


def redraw(house: House, claim: Claim, *, now: datetime) -> None:
    """Carry out a `home` occurrence and end its claim. Raises StoreUnavailable; whatever else fails is noted."""
    due, later = claim.occurrence, None
    try:
        later = _redrawn(house, due, now=now)
    except Retry as busy:
        later = now + busy.after
    house.walks.finish(due.partnership, claim=claim, plan=[(due, to_ms(later))] if later else ())


def _redrawn(house: House, due: Occurrence, *, now: datetime) -> datetime | None:
    """Draw for those who have a Home, and say when to go on if these are many."""
    if not house.homes.any(due.workspace):
        return None
    gathered, published = _Gathered(house=house), 0
    for person, slack_user in _who_has_one(house, gathered, due):
        if published == AT_A_TIME:
            return now + THEN  # those drawn by then are found unchanged, and the rest follows
        try:
            published += _draw(house, gathered, due.workspace, person, slack_user)
        except GiveUp as refused:
            log.info("A Home tab is not drawn any more.", action="home_left", id=person, reason=refused.reason)
            house.homes.forget(due.workspace, person)
    return None


def _who_has_one(house: House, gathered: _Gathered, due: Occurrence) -> Iterator[tuple[str, str]]:
    scene, workspace = gathered.scene(due.partnership), house.workspaces.get(due.workspace)
    if scene is None or (workspace is not None and not workspace.active):
        return
    people = scene.walk.people
    for person in house.homes.some(due.workspace, scene.walk.members):
        if person in people and not people[person].slack_gone and people[person].slack_user:
            yield person, people[person].slack_user or ""


def _draw(
    house: House, gathered: _Gathered, workspace: str, person: str, slack_user: str, *, looks: bool = False
) -> bool:
    """Publish one Home; whether it was. Unless they look at it, one that is as it was stays as it is."""
    for left in reversed(range(TRIES)):
        before = house.homes.some(workspace, [person]).get(person)
        pictures = _pictures(house, workspace)
        scenes = gathered.of(workspace, person)
        view = render_home(home_of(house.words, scenes, person, now=house.clock.now()), pictures=pictures)
        digest = ids.made_of("home", json.dumps(view, sort_keys=True))
        if not looks and before and before.digest == digest:
            return False
        mark = before.mark if before and left else ""  # in the end without: our mark may be one that was lost
        try:
            given = house.slack.publish(workspace, slack_user, view, mark=mark, seconds=AT_ONCE if looks else None)
        except GiveUp as refused:
            if not _again(house, workspace, refused, pictures=pictures) or not left:
                raise
            gathered.scenes.clear()
            continue
        house.homes.keep(workspace, person, Drawn(digest=digest, mark=given))
        return True
    return False


def _again(house: House, workspace: str, refused: GiveUp, *, pictures: str) -> bool:
    """Whether another try may do: somebody drew meanwhile, or Slack could not fetch the picture."""
    if refused.reason == UNREADABLE and pictures:
        # It downloads the picture before it takes the view, and says nothing more than this when that fails.
        log.warning("Slack could not show our pictures.", action="pictures_refused", id=workspace)
        house.homes.refuse_pictures(workspace)
        return True
    return refused.reason == CONFLICT


def _pictures(house: House, workspace: str) -> str:
    """The address that Slack fetches pictures from: ours when it is public, or when Slack is on this computer."""
    url = house.settings.public_url.rstrip("/")
    fetched = url.startswith("https://") or house.settings.local
    return url if fetched and not house.homes.without_pictures(workspace) else ""
