"""Everything a person can do, whichever channel they use: gather, decide, apply.

Each method stores durably before it returns, so that a channel may acknowledge. Wrong input is AskPerson, with every
problem in the person's words; what is not theirs is NotFound; a lost store is StoreUnavailable and changes nothing.
What follows from it (counts, thank-you, edited messages) is in the due index by then, and survives any crash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from worker.store.walks import Walks
from worker.store.workspaces import Workspace, Workspaces
from workflows import asking, choosing, engine, ids, joining, milestones, schedule, starting
from workflows.board import Board, board_of
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages.consent import CONSENT, DECLINE
from workflows.messages.scene import Scene
from workflows.people import Group, Membership, Partner, Person, Preference
from workflows.programme import Programme, Step
from workflows.ticket import Ticket
from workflows.walk import Change, Milestone, Partnership, Round, Via, Walk
from workflows.words import Words

PROGRAMME = "five-steps"
_SAME_PRESS = timedelta(minutes=10)  # Slack and people repeat themselves within minutes, not later


class Tells(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The aware UTC instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The use cases, wired once at start."""

    walks: Walks
    workspaces: Workspaces
    programmes: Mapping[str, Programme]
    words: Words
    clock: Tells

    # --- workspaces -------------------------------------------------------------------------------------------------

    def workspace_installed(self, workspace: str, name: str, installer: str) -> None:
        """The app was added; adding it again finds everything as it was."""
        self.workspaces.keep(Workspace(id=workspace, name=name, installer=installer, active=True))

    def workspace_removed(self, workspace: str) -> None:
        """The app was taken out. What people wrote stays until it is erased; nothing is sent there any more."""
        found = self.workspaces.get(workspace)
        if found is not None:
            self.workspaces.keep(replace(found, active=False))

    # --- starting ---------------------------------------------------------------------------------------------------

    def start_form(self, workspace: str, *, channel: str = "", by_slack_user: str = "", zone: str = "") -> Form:
        """The form that starts a partnership."""
        return starting.start_form(self.words, channel=channel, installer=by_slack_user, zone=zone)

    def start(self, workspace: str, by_slack_user: str, typed: Typed) -> str:
        """Start a walk and return its id. Pressing the button twice starts one."""
        setup = starting.read_start(self.words, typed)
        now = self.clock.now()
        programme = self.programmes[PROGRAMME]
        names = (setup.channel, setup.group.casefold(), setup.partner.casefold())
        pid = "p" + ids.made_of("partnership", workspace, *names)[:11]
        starter = ids.person_id(workspace, by_slack_user)
        partnership = Partnership(
            id=pid,
            workspace=workspace,
            group=Group(
                id="g" + ids.made_of("group", workspace, setup.channel)[:11],
                name=setup.group,
                zone=setup.zone,
                channel=setup.channel,
            ),
            partner=Partner(name=setup.partner, kind=setup.partner_kind),
            programme=programme.id,
            version=programme.version,
            rhythm=setup.rhythm,
            mail_allowed=setup.mail_allowed,
            started_at=now,
            started_by=starter,
        )
        named = {by_slack_user: "member", **dict.fromkeys(setup.members, "member")}
        named |= dict.fromkeys(setup.facilitators, "facilitator")
        people = tuple(Person(id=ids.person_id(workspace, user), name=user, slack_user=user) for user in named)
        members = tuple(
            Membership(person=ids.person_id(workspace, user), role="facilitator" if role == "facilitator" else "member")
            for user, role in named.items()
        )
        change = joining.started(partnership, members, everyone=not setup.members, now=now)
        self._refuse_another(partnership)
        self.workspaces.add_partnership(workspace, pid)
        self.walks.begin_walk(replace(change, people=people))
        return pid

    def _refuse_another(self, wanted: Partnership) -> None:
        """The same button pressed twice finds its walk; another walk of the same name is a mistake to be told."""
        try:
            there = self.walks.get(wanted.id).partnership
        except NotFound:
            return
        if there.started_by != wanted.started_by or wanted.started_at - there.started_at > _SAME_PRESS:
            raise AskPerson({"group": self.words("start.exists")})

    def add_person(self, partnership: str, person: Person, *, role: str, prefers: Preference) -> None:
        """Somebody new takes part, once they have said yes."""
        member = Membership(person=person.id, role="observer" if role == "observer" else "member", prefers=prefers)
        if role == "facilitator":
            member = replace(member, role="facilitator")
        self.walks.change(partnership, lambda walk: joining.joined(walk, person, member, now=self.clock.now()))

    # --- answering --------------------------------------------------------------------------------------------------

    def answer_form(self, ticket: Ticket) -> Form:
        """What a person is asked by a ticket: consent first, then a round, a milestone or a step to move on."""
        walk, scene = self._member(ticket)
        if self._is_consent(walk, ticket):
            return choosing.consent_form(self.words, walk, ticket)
        if step := self._step(walk, ticket):
            return choosing.move_on_form(self.words, title=step.title, ticket=ticket)
        if milestone := walk.milestone(ticket.subject):
            ended = milestone.done_on is not None or not self._may_close(walk, ticket.person, milestone)
            return choosing.done_form(self.words, title=milestone.title, ticket=ticket, ended=ended)
        found = self._round(walk, ticket)
        before = walk.answer(found.id, ticket.person)
        if not engine.takes_answers(walk, found.id):
            return asking.closed_form(self.words, ticket=ticket)
        return asking.form(self.words, scene.prompt(found), ticket=ticket, before=before)

    def submit_answer(self, ticket: Ticket, typed: Typed, *, via: Via) -> None:
        """Keep what a person gave for a ticket, whatever it asks."""
        walk, scene = self._member(ticket)
        if self._is_consent(walk, ticket):
            self.submit_consent(ticket, typed, via=via)
        elif self._step(walk, ticket):
            self.move_on(ticket, typed)
        elif walk.milestone(ticket.subject):
            self.milestone_done(ticket)
        else:
            self._answer(ticket, scene, self._round(walk, ticket), typed, via=via)

    def _answer(self, ticket: Ticket, scene: Scene, found: Round, typed: Typed, *, via: Via) -> None:
        if not engine.takes_answers(scene.walk, found.id):
            raise AskPerson({"": " ".join(self.words.lines("answer.over"))})
        values = asking.values_of(scene.prompt(found), typed)
        if not values:
            raise AskPerson({"": self.words("answer.nothing")})
        now, programme = self.clock.now(), scene.programme

        def decide(walk: Walk) -> Change:
            return engine.answered(walk, programme, ticket.person, found.id, values, via=via, now=now)

        self.walks.change(ticket.partnership, decide)

    def parse_reply(self, ticket: Ticket, text: str) -> Typed:
        """Read a mail reply as the typed values of a round's form: what it does not name stays as it was."""
        walk, scene = self._member(ticket)
        found = self._round(walk, ticket)
        prompt, before = scene.prompt(found), walk.answer(found.id, ticket.person)
        as_it_was = asking.form(self.words, prompt, ticket=ticket, before=before).typed
        return {**as_it_was, **asking.from_reply(self.words, prompt, text)}

    # --- consent and settings ---------------------------------------------------------------------------------------

    def consent_form(self, ticket: Ticket) -> Form:
        """Yes or no, and how to be reached."""
        walk, _ = self._member(ticket)
        return choosing.consent_form(self.words, walk, ticket)

    def submit_consent(self, ticket: Ticket, typed: Typed, *, via: Via) -> None:
        """Keep a yes or no given on a form."""
        walk, _ = self._member(ticket)
        given = choosing.read_consent(self.words, typed)
        prefers = choosing.read_prefers(typed, walk.members[ticket.person])
        self._consent(ticket, given=given, prefers=prefers, via=via)

    def give_consent(self, ticket: Ticket, given: bool, *, via: Via) -> None:
        """Keep a yes or no given with one press."""
        self._member(ticket)
        self._consent(ticket, given=given, prefers=None, via=via)

    def _consent(self, ticket: Ticket, *, given: bool, prefers: Preference | None, via: Via) -> None:
        now = self.clock.now()
        self.walks.change(
            ticket.partnership,
            lambda walk: joining.consented(walk, ticket.person, given=given, prefers=prefers, via=via, now=now),
        )

    def preferences_form(self, ticket: Ticket) -> Form:
        """A person's settings as they are."""
        walk, scene = self._member(ticket)
        return choosing.preferences_form(self.words, walk, ticket, title=scene.title)

    def submit_preferences(self, ticket: Ticket, typed: Typed) -> None:
        """Keep a person's settings."""
        walk, _ = self._member(ticket)
        wanted = choosing.read_preferences(self.words, typed, walk.members[ticket.person])
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            return choosing.preferred(walk, ticket.person, wanted, now=now)

        self.walks.change(ticket.partnership, decide)

    def stop_mail(self, ticket: Ticket) -> None:
        """Send a person no more mail, wherever they take part."""
        self._mail(ticket, stopped=True)

    def resume_mail(self, ticket: Ticket) -> None:
        """Send a person mail again."""
        self._mail(ticket, stopped=False)

    def _mail(self, ticket: Ticket, *, stopped: bool) -> None:
        walk, _ = self._member(ticket)
        person = replace(walk.people[ticket.person], mail_stopped=stopped)
        self.walks.change(ticket.partnership, lambda _: Change(people=(person,)))

    # --- facilitating and looking -----------------------------------------------------------------------------------

    def move_on_form(self, ticket: Ticket) -> Form:
        """The reason a facilitator gives for ending a step."""
        walk, _ = self._member(ticket)
        step = self._step(walk, ticket)
        if step is None:
            raise NotFound("that step is not open any more")
        return choosing.move_on_form(self.words, title=step.title, ticket=ticket)

    def move_on(self, ticket: Ticket, typed: Typed) -> None:
        """End a step with a reason on record."""
        walk, scene = self._member(ticket)
        if not walk.may_lead(ticket.person):
            raise NotFound("only a facilitator moves on")
        reason, now = choosing.read_reason(self.words, typed), self.clock.now()
        self.walks.change(
            ticket.partnership,
            lambda walk: engine.moved_on(walk, scene.programme, ticket.subject, reason=reason, now=now),
        )

    def add_milestone(self, partnership: str, *, title: str, owner: str, due: date) -> str:
        """Add a milestone by hand and return its id."""
        walk = self.walks.get(partnership)
        problems = {}
        if not title.strip():
            problems["title"] = self.words("milestone.need_title")
        if owner not in walk.members or walk.members[owner].consent != "given":
            problems["owner"] = self.words("milestone.need_owner")
        now = self.clock.now()
        if due < schedule.on_the_wall(now, walk.group.zone).date():
            problems["due"] = self.words("milestone.need_date")
        if problems:
            raise AskPerson(problems)
        self.walks.change(
            partnership,
            lambda walk: milestones.added(walk, title=title.strip(), owner=owner, due=due, now=now),
        )
        return milestones.id_of(partnership, title.strip(), due)

    def milestone_done(self, ticket: Ticket) -> None:
        """The owner, or a facilitator, says that a milestone is reached."""
        walk, _ = self._member(ticket)
        milestone = walk.milestone(ticket.subject)
        if milestone is None:
            raise NotFound("there is no such milestone")
        if not self._may_close(walk, ticket.person, milestone):
            raise NotFound("only its owner or a facilitator closes a milestone")
        now = self.clock.now()
        self.walks.change(
            ticket.partnership,
            lambda walk: milestones.done(walk, ticket.subject, by=ticket.person, now=now),
        )

    def _may_close(self, walk: Walk, person: str, milestone: Milestone) -> bool:
        return person == milestone.owner or walk.may_lead(person)

    def board(self, ticket: Ticket) -> Board:
        """Where the walk stands, for a member who said yes."""
        walk, scene = self._member(ticket)
        if walk.members[ticket.person].consent != "given":
            raise NotFound("the board is for people who take part")
        today = schedule.on_the_wall(self.clock.now(), walk.zone(ticket.person)).date()
        return board_of(scene, person=ticket.person, now_day=today)

    # --- what a ticket stands for -----------------------------------------------------------------------------------

    def _member(self, ticket: Ticket) -> tuple[Walk, Scene]:
        walk = self.walks.get(ticket.partnership)
        if walk.partnership.workspace != ticket.workspace or ticket.person not in walk.members:
            raise NotFound(self.words("answer.not_asked"))
        programme = self.programmes[walk.partnership.programme]
        return walk, Scene(words=self.words, walk=walk, programme=programme)

    def _is_consent(self, walk: Walk, ticket: Ticket) -> bool:
        """Whoever has not said yes is asked that first, whatever the ticket is about."""
        return ticket.subject in (CONSENT, DECLINE) or walk.members[ticket.person].consent != "given"

    def _step(self, walk: Walk, ticket: Ticket) -> Step | None:
        """The open step that a facilitator's ticket is about."""
        run = walk.partnership.current
        if run is None or run.step != ticket.subject or not walk.may_lead(ticket.person):
            return None
        return self.programmes[walk.partnership.programme].step(run.step)

    def _round(self, walk: Walk, ticket: Ticket) -> Round:
        found = walk.round(ticket.subject)
        if found is None or walk.members[ticket.person].role == "observer":
            raise NotFound(self.words("answer.not_asked"))
        return found
