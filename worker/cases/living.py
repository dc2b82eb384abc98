"""What Slack tells of people, channels and workspaces, kept as it is told. The decisions are in `workflows/living.py`.

Told twice, late or in any order, nothing changes twice. What belongs to several walks (a person, a channel) is kept
first where it is once, then in each walk; a crash between leaves the rest to the same news, which Slack brings again.
What people wrote stays, whoever goes: only they, or the operator, erase it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from worker import one_person
from worker.cases.hosting import Hosting
from worker.store.workspaces import Workspace
from workflows import living, orphaned
from workflows.changes import applied, merge
from workflows.errors import NotFound
from workflows.living import Account, Back, Lost
from workflows.occurrences import Occurrence
from workflows.outcomes import Mark
from workflows.people import Person
from workflows.walk import Change, Walk

log = structlog.get_logger()

# Slack's words for a channel that takes nothing; for any other word, somebody has to let us in again.
_CHANNEL_LOST: dict[str, Lost] = {"is_archived": "archived", "is_inactive": "archived", "channel_not_found": "gone"}
# After these, a request that comes with the organisation's installation says that we are there after all.
_OWN_INSTALLATION_GONE = ("uninstalled", "tokens_revoked")


class Living(Hosting):
    """The life of a workspace."""

    __slots__ = ()

    # --- the workspace --------------------------------------------------------------------------------------------

    def workspace_installed(self, workspace: str, name: str, installer: str, *, enterprise: str = "") -> None:
        """The app was added; adding it again finds everything as it was, and what waited is due again now."""
        self.workspaces.keep(
            Workspace(id=workspace, name=name, installer=installer, active=True, enterprise=enterprise)
        )
        self._wake(workspace)

    def workspace_removed(self, workspace: str, *, why: str = "uninstalled") -> None:
        """We are not there any more. What people wrote stays until it is erased; whom mail reaches goes on by mail."""
        found = self.workspaces.get(workspace)
        if found is not None and found.active:
            told = partial(living.taken_out, now=self.clock.now())
            for partnership in self.workspaces.partnerships(workspace):
                self._change(partnership, workspace, told)
            self.workspaces.keep(replace(found, active=False, trouble=why))
            log.warning("A workspace is served no more.", action="workspace_lost", id=workspace, reason=why)

    def workspace_back(self, workspace: str) -> None:
        """We are there again, by the installation that is there: what waited is due again now.

        A crash in between leaves it waiting for what is left of its hour.
        """
        found = self.workspaces.get(workspace)
        if found is not None and not found.active:
            self.workspaces.keep(replace(found, active=True, trouble="", wants=()))
            self._wake(workspace)

    def team_heard_of(self, workspace: str, enterprise: str) -> None:
        """A request came from a workspace that the installation of its organisation covers."""
        found = self.workspaces.get(workspace)
        if found is None:
            whole = self.workspaces.get(enterprise)
            name, installer = (whole.name, whole.installer) if whole else (enterprise, "")
            self.workspaces.keep(
                Workspace(id=workspace, name=name, installer=installer, active=True, enterprise=enterprise)
            )
            return
        if found.enterprise != enterprise:
            self.workspaces.keep(replace(found, enterprise=enterprise))
        if found.trouble in _OWN_INSTALLATION_GONE:
            self.workspace_back(workspace)

    def access_changed(self, workspace: str, enterprise: str, *, granted: bool, at: datetime) -> None:
        """An organisation gave a team to its installation, or took it away."""
        if granted:
            self.team_heard_of(workspace, enterprise)
        found = self.workspaces.get(workspace)
        if found is None or found.enterprise != enterprise or at.timestamp() <= found.access_at:
            return
        self.workspaces.keep(replace(found, access_at=at.timestamp()))
        if granted:
            self.workspace_back(workspace)
        else:
            self.workspace_removed(workspace, why="access_revoked")

    def key_lost(self, home: str, workspace: str, *, over: bool) -> None:
        """The token of an installation cannot be renewed; once it is over, what is due in the workspace waits."""
        if over:
            self.workspace_removed(workspace, why="key_lost")
        else:
            self._installer_wanted(home, workspace, living.KEY)

    def _wake(self, workspace: str) -> None:
        for partnership in self.workspaces.partnerships(workspace):
            self.due.hasten(partnership, now=self.clock.now())

    def _installer_wanted(self, home: str, workspace: str, what: str) -> None:
        """Whoever added the app hears once that it must be added again. They may take part in nothing."""
        found, theirs = self.workspaces.get(home), self.workspaces.partnerships(workspace)
        if found is None or what in found.wants:
            return
        if theirs and found.installer:
            # A crash before it is noted plans it again, under the same name as long as the hour is the same.
            hour = self.clock.now().replace(minute=0, second=0, microsecond=0)
            subject = f"{what}.{found.installer}"
            self._plan_once(theirs, lambda walk: walk.occurrence("wanting", hour, subject=subject))
        self.workspaces.keep(replace(found, wants=(*found.wants, what)))

    def _plan_once(self, partnerships: Sequence[str], what: Callable[[Walk], Occurrence]) -> None:
        """Plan something in the first of these walks that is there: one may be noted that never came to be."""
        for partnership in partnerships:
            try:
                self.walks.change(partnership, lambda walk: Change(plan=(what(walk),)))
            except NotFound:
                continue
            return

    # --- people ---------------------------------------------------------------------------------------------------

    def account_changed(self, workspace: str, account: Account) -> None:
        """Slack tells of one of its users. Strangers are nobody's business here, but for who is known by mail."""
        if account.email and account.proved and not account.gone:
            one_person.ids_of(self.people, self.walks, workspace, {account.slack_user: account.email})
        self._tell(workspace, account.slack_user, lambda person: living.told(person, account))

    def came_into_channel(self, workspace: str, channel: str, slack_user: str) -> None:
        """Somebody came into a channel: where the whole channel takes part, they are asked whether they want to.

        Who is new here is looked up first, by a worker: Slack's event names nothing but the account.
        """
        person = self.people.id_of(workspace, slack_user)
        new = Person(id=person, name=slack_user, slack_user=slack_user)
        known = self.people.some(workspace, [new.id]).get(new.id)
        comes = partial(living.stranger, person=new, now=self.clock.now())
        for walk in self._meeting_in(workspace, channel):
            if not walk.partnership.everyone:
                continue
            if known is None:
                self._change(walk.partnership.id, workspace, comes)
            else:
                self.invite(workspace, walk.partnership.id, known)

    def _tell(self, workspace: str, slack_user: str, decide: Callable[[Person], Person]) -> None:
        person = self.people.id_of(workspace, slack_user)
        changed = self.people.change(workspace, person, decide)
        if changed is None:
            return
        before, after = changed
        now = self.clock.now()
        if before.slack_gone == after.slack_gone and before.reachable == after.reachable:
            return

        def follows(walk: Walk) -> Change:
            back = Change()
            if not after.slack_gone:
                programme = self.programmes.of(walk.partnership)
                back = living.came_back(walk, programme, person, since=before.as_of, now=now)
            return merge((back, orphaned.noticed(applied(walk, back), now=now)))

        for partnership in self.walks.of(workspace, person):
            self._change(partnership, workspace, follows)

    # --- channels -------------------------------------------------------------------------------------------------

    def channel_lost(self, workspace: str, channel: str, why: Lost, *, at: datetime | None = None) -> None:
        """Nothing can be posted in a channel any more."""
        now = self.clock.now()
        self._in_channel(workspace, channel, lambda walk: living.lost(walk, why, at=at, now=now))

    def channel_back(self, workspace: str, channel: str, how: Back, *, at: datetime | None = None) -> None:
        """A channel takes messages again."""
        self._in_channel(workspace, channel, lambda walk: living.back(walk, how, at=at))

    def channel_moved(self, workspace: str, channel: str, to: str) -> None:
        """Slack gave a channel another id."""
        self._in_channel(workspace, channel, lambda walk: living.moved(walk, to))

    def _in_channel(self, workspace: str, channel: str, decide: Callable[[Walk], Change]) -> None:
        for walk in self._meeting_in(workspace, channel):
            self._change(
                walk.partnership.id, workspace, lambda now: decide(now) if now.group.channel == channel else Change()
            )

    def _meeting_in(self, workspace: str, channel: str) -> Iterator[Walk]:
        for partnership in self.workspaces.meeting_in(workspace, channel):
            try:
                walk = self.walks.get(partnership)
            except NotFound:
                continue
            if walk.partnership.workspace == workspace and walk.group.channel == channel:
                yield walk

    def _change(self, partnership: str, workspace: str, decide: Callable[[Walk], Change]) -> None:
        try:
            self.walks.change(
                partnership, lambda walk: decide(walk) if walk.partnership.workspace == workspace else Change()
            )
        except NotFound:
            log.info("A walk is gone.", action="walk_gone", partnership=partnership)

    # --- what Slack refuses ---------------------------------------------------------------------------------------

    def slack_refused(self, workspace: str, *, mark: Mark, who: str, reason: str, partnership: str = "") -> None:
        """Slack will not take something for good: note of whom that is true. The same twice changes nothing twice.

        `who` is the Slack user or channel it was about, `reason` is Slack's code.
        """
        match mark:
            case "person":
                self._tell(workspace, who, lambda person: replace(person, slack_gone=True))
            case "channel":
                self.channel_lost(workspace, who, _CHANNEL_LOST.get(reason, "removed"))
            case "workspace":
                self.workspace_removed(workspace, why=reason)
            case "scope":
                self._installer_wanted(workspace, workspace, living.RIGHT)
            case "":
                return
        log.warning("Slack refused for good.", action="refusal_noted", id=mark, partnership=partnership, reason=reason)
