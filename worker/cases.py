"""Everything a person can do, whichever channel they use: gather, decide, apply.

Each method stores durably before it returns, so that a channel may acknowledge. Wrong input is AskPerson, with every
problem in the person's words; what is not theirs is NotFound; a lost store is StoreUnavailable and changes nothing.
What follows from it (counts, thank-you, edited messages) is in the due index by then, and survives any crash.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from worker.library import Library
from worker.store.drafts import Drafts
from worker.store.walks import Walks
from worker.store.workspaces import Workspace, Workspaces
from workflows import (
    asking,
    choosing,
    correcting,
    engine,
    facilitating,
    gates,
    ids,
    joining,
    milestones,
    rounds,
    schedule,
    starting,
    steps,
    together,
)
from workflows.about import (
    About,
    AboutConsent,
    AboutMilestone,
    AboutObjection,
    AboutRound,
    AboutRow,
    AboutStep,
    about,
)
from workflows.board import Board, board_of
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages import rows_told
from workflows.messages.prompt import ROWS
from workflows.messages.scene import Scene
from workflows.people import Group, Membership, Partner, Person, Preference
from workflows.programme import Worksheet
from workflows.ticket import Ticket
from workflows.walk import Change, Milestone, Partnership, Round, Via, Walk, applied, merge
from workflows.words import Words

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
    drafts: Drafts
    programmes: Library
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
        return starting.start_form(
            self.words, self.programmes.all(), channel=channel, installer=by_slack_user, zone=zone
        )

    def start(self, workspace: str, by_slack_user: str, typed: Typed) -> str:
        """Start a walk and return its id. Pressing the button twice starts one."""
        setup = starting.read_start(self.words, self.programmes.all(), typed)
        now = self.clock.now()
        programme = self.programmes.newest(setup.programme)
        names = (setup.channel, setup.group.casefold(), setup.partner.casefold(), programme.id)
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
                currency=setup.currency,
            ),
            partner=Partner(name=setup.partner, kind=setup.partner_kind),
            programme=programme.id,
            version=programme.version,
            rhythm=setup.rhythm,
            mail_allowed=setup.mail_allowed,
            started_at=now,
            started_by=starter,
            salt=secrets.token_hex(16),
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

    def answer_form(self, ticket: Ticket, *, typed: Typed | None = None, extra: int = 0) -> Form:
        """What a ticket asks of a person. `typed` draws what they have typed so far, with `extra` more lines."""
        walk, scene = self._member(ticket)
        match self._about(scene, ticket):
            case AboutConsent():
                return choosing.consent_form(scene, ticket)
            case AboutStep(step=step):
                return facilitating.step_form(self.words, walk, scene.programme, step, ticket)
            case AboutRow(sheet=sheet, row=row):
                return correcting.correct_form(self.words, walk, scene.programme, sheet, row, ticket)
            case AboutObjection(decision=decision, title=title):
                return choosing.met_form(self.words, walk, decision, title=title, ticket=ticket)
            case AboutMilestone(milestone=milestone):
                ended = milestone.done_on is not None or not self._may_close(walk, ticket.person, milestone)
                return choosing.done_form(self.words, title=milestone.title, ticket=ticket, ended=ended)
            case AboutRound() as asked:
                return self._round_form(scene, ticket, asked, typed, extra)

    def _round_form(self, scene: Scene, ticket: Ticket, asked: AboutRound, typed: Typed | None, extra: int) -> Form:
        prompt, takes = scene.prompt(asked.round), rounds.takes_answers(scene.walk, asked.round.id)
        if asked.skip:
            return choosing.skip_form(self.words, title=prompt.title, ticket=ticket, ended=not takes)
        if not takes:
            return asking.closed_form(self.words, ticket=ticket)
        draft = typed if typed is not None else self.drafts.get(ticket.partnership, asked.round.id, ticket.person)
        before = scene.walk.answer(asked.round.id, ticket.person)
        form = asking.form(
            self.words,
            prompt,
            ticket=ticket,
            before=None if before and before.skipped else before,
            draft=draft,
            prefill=asking.prefilled(scene.walk, scene.programme, prompt, ticket.person),
            short=asked.short,
            extra=extra,
        )
        return replace(form, intro=(*form.intro, *self._proposal(scene, prompt)))

    def _proposal(self, scene: Scene, prompt: Prompt) -> tuple[str, ...]:
        """What is decided on, to read beside the answer: nobody agrees to what they do not see."""
        sheet = scene.programme.decision(prompt.decision).worksheet if prompt.decision else ""
        if not sheet:
            return ()
        lines = rows_told.lines(
            worksheets.table(scene.walk, scene.programme, scene.programme.worksheet(sheet), "group")
        )
        more = (self.words("summary.more", count=len(lines) - ROWS),) if len(lines) > ROWS else ()
        return ("\n".join(f"• {line}" for line in lines[:ROWS]), *more)

    def submit_answer(self, ticket: Ticket, typed: Typed, *, via: Via) -> None:
        """Keep what a person gave for a ticket, whatever it asks."""
        _, scene = self._member(ticket)
        match self._about(scene, ticket):
            case AboutConsent():
                self.submit_consent(ticket, typed, via=via)
            case AboutStep() as led:
                self._decide_step(ticket, scene, led, typed)
            case AboutRow(sheet=sheet, row=row):
                self._correct(ticket, scene, sheet, row, typed)
            case AboutObjection(decision=decision):
                self._met(ticket, decision, choosing.read_met(self.words, typed))
            case AboutMilestone():
                self.milestone_done(ticket)
            case AboutRound(skip=True) as asked:
                self._skip(ticket, scene, asked.round, via=via)
            case AboutRound() as asked:
                self._answer(ticket, scene, asked, typed, via=via)

    def _answer(self, ticket: Ticket, scene: Scene, asked: AboutRound, typed: Typed, *, via: Via) -> None:
        self._refuse_closed(scene.walk, asked.round)
        prompt, before = scene.prompt(asked.round), scene.walk.answer(asked.round.id, ticket.person)
        values = asking.values_of(prompt, typed, short=asked.short, before=before)
        if not values:
            raise AskPerson({"": self.words("answer.nothing")})
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            self._refuse_closed(walk, asked.round)  # it may have come to its end since the form was read
            return engine.answered(
                walk, scene.programme, ticket.person, asked.round.id, values, via=via, now=now, short=asked.short
            )

        self.walks.change(ticket.partnership, decide)
        draft = self.drafts.get(ticket.partnership, asked.round.id, ticket.person)
        if via == "mail" and before:  # a reply repeats what it does not name
            stood = asking.typed_of(prompt, before.values)
            typed = {name: given for name, given in typed.items() if given != stood.get(name)}
        leaving = asking.left_over(prompt, typed, short=asked.short, draft=draft)
        self.drafts.forget(ticket.partnership, asked.round.id, ticket.person, leaving=leaving)

    def _refuse_closed(self, walk: Walk, asked: Round) -> None:
        if not rounds.takes_answers(walk, asked.id):
            raise AskPerson({"": " ".join(self.words.lines("answer.over"))})

    def skip(self, ticket: Ticket, *, via: Via = "slack") -> None:
        """A person leaves a round: no more reminders for it. What they answered already stays."""
        _, scene = self._member(ticket)
        self._skip(ticket, scene, self._round(scene, ticket), via=via)

    def _skip(self, ticket: Ticket, scene: Scene, asked: Round, *, via: Via) -> None:
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            self._refuse_closed(walk, asked)
            return engine.answered(walk, scene.programme, ticket.person, asked.id, {}, via=via, now=now, skipped=True)

        self.walks.change(ticket.partnership, decide)
        self.drafts.forget(ticket.partnership, asked.id, ticket.person)

    def keep_draft(self, ticket: Ticket, typed: Typed) -> None:
        """Keep what a person has typed and not sent. Nothing else than a round has drafts."""
        _, scene = self._member(ticket)
        self.drafts.keep(ticket.partnership, self._round(scene, ticket).id, ticket.person, typed)

    def parse_reply(self, ticket: Ticket, text: str) -> Typed:
        """Read a mail reply as the typed values of a round's form: what it does not name stays as it was."""
        walk, scene = self._member(ticket)
        found = self._round(scene, ticket)
        prompt, before = scene.prompt(found), walk.answer(found.id, ticket.person)
        as_it_was = asking.typed_of(prompt, before.values) if before else {}
        return {**as_it_was, **asking.from_reply(self.words, prompt, text)}

    # --- consent and settings ---------------------------------------------------------------------------------------

    def consent_form(self, ticket: Ticket) -> Form:
        """Yes or no, and how to be reached."""
        _, scene = self._member(ticket)
        return choosing.consent_form(scene, ticket)

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

    def resume(self, ticket: Ticket) -> None:
        """Ask a person again after a pause."""
        self._member(ticket)
        now = self.clock.now()
        self.walks.change(ticket.partnership, lambda walk: engine.came_back(walk, ticket.person, now=now))

    def _mail(self, ticket: Ticket, *, stopped: bool) -> None:
        walk, _ = self._member(ticket)
        person = replace(walk.people[ticket.person], mail_stopped=stopped)
        self.walks.change(ticket.partnership, lambda _: Change(people=(person,)))

    # --- facilitating and looking -----------------------------------------------------------------------------------

    def _decide_step(self, ticket: Ticket, scene: Scene, led: AboutStep, typed: Typed) -> None:
        step, by, now = led.step, ticket.person, self.clock.now()
        wanted = facilitating.read_step(self.words, scene.walk, step, typed)

        def decide(walk: Walk) -> Change:
            if led.as_seen in ("", facilitating.as_it_is(walk, step)):
                return facilitating.decided(walk, scene.programme, step, wanted, by=by, now=now)
            if facilitating.is_decided(walk, step, wanted, by=by):
                return Change()
            raise AskPerson({"": self.words("step.changed")})

        self.walks.change(ticket.partnership, decide)

    def _correct(self, ticket: Ticket, scene: Scene, sheet: Worksheet, row: str, typed: Typed) -> None:
        """Keep a correction; it may be all that the gate of the step was waiting for."""
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            change = correcting.corrected(walk, scene.programme, sheet.id, row, typed, by=ticket.person, now=now)
            after = applied(walk, change)
            return merge((change, steps.close_if_met(after, scene.programme, now=now))) if change else change

        try:
            self.walks.change(ticket.partnership, decide)
        except correcting.Outdated:
            raise AskPerson({"": self.words("row.changed")}) from None

    def _met(self, ticket: Ticket, decision: str, how: str) -> None:
        """Keep how an objection was met. Somebody else's word on it stays; the second one is told, not dropped."""

        def decide(walk: Walk) -> Change:
            outcome = walk.partnership.outcome(decision)
            if not gates.is_blocked(outcome) and not (outcome and any(d.met == how for d in outcome.dissent)):
                raise AskPerson({"": self.words("met.over")})
            return together.met(walk, decision, how)

        self.walks.change(ticket.partnership, decide)

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
        scene = self.looking(ticket)
        today = schedule.on_the_wall(self.clock.now(), scene.walk.zone(ticket.person)).date()
        return board_of(scene, person=ticket.person, now_day=today)

    def looking(self, ticket: Ticket) -> Scene:
        """The walk as a member who said yes may look at it: the board, the workbook. Raises NotFound."""
        walk, scene = self._member(ticket)
        if walk.members[ticket.person].consent != "given":
            raise NotFound("the board is for people who take part")
        return scene

    # --- what a ticket stands for -----------------------------------------------------------------------------------

    def _member(self, ticket: Ticket) -> tuple[Walk, Scene]:
        walk = self.walks.get(ticket.partnership)
        if walk.partnership.workspace != ticket.workspace or ticket.person not in walk.members:
            raise NotFound(self.words("answer.not_asked"))
        programme = self.programmes.of(walk.partnership)
        return walk, Scene(words=self.words, walk=walk, programme=programme)

    def _about(self, scene: Scene, ticket: Ticket) -> About:
        return about(scene.walk, scene.programme, ticket, not_asked=self.words("answer.not_asked"))

    def _round(self, scene: Scene, ticket: Ticket) -> Round:
        found = self._about(scene, ticket)
        if not isinstance(found, AboutRound):
            raise NotFound(self.words("answer.not_asked"))
        return found.round
