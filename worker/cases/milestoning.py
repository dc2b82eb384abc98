"""Milestones: added, changed, done, opened again, taken out.

Everything is decided on the walk as it is when it is changed. The same request twice changes nothing twice, and a form
that was drawn before somebody else changed the milestone is told so instead of undoing theirs.
"""

from datetime import date

from worker.cases.desk import Desk
from workflows import milestone_forms, milestones, schedule
from workflows.about import AboutPlan
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.milestone_forms import Planned
from workflows.ticket import Ticket
from workflows.walk import Change, Milestone, Walk


class Milestoning(Desk):
    """What an owner of a milestone, or who looks after the walk, does about it."""

    __slots__ = ()

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
        after = self.walks.change(
            partnership,
            lambda walk: milestones.added(walk, title=title.strip(), owner=owner, due=due, now=now),
        )
        return milestones.id_of(after, title.strip(), due)

    def milestone_done(self, ticket: Ticket) -> None:
        """The owner, or a facilitator, says that a milestone is reached. Whoever is not in it any more does not."""
        walk = self.looking(ticket).walk
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
        return milestone_forms.may_change(walk, person, milestone)

    def _plan_form(self, ticket: Ticket, scene: Scene, planned: AboutPlan) -> Form:
        if planned.milestone is None:
            return milestone_forms.new_form(scene, ticket)
        return milestone_forms.change_form(scene, ticket, planned.milestone)

    def _plan(self, ticket: Ticket, scene: Scene, planned: AboutPlan, typed: Typed) -> None:
        today = schedule.on_the_wall(self.clock.now(), scene.walk.group.zone).date()
        found = planned.milestone
        wanted = milestone_forms.read(scene, ticket.person, typed, today=today, milestone=found)
        if found is None:
            self.add_milestone(ticket.partnership, title=wanted.title, owner=wanted.owner, due=wanted.due)
            return
        self.walks.change(
            ticket.partnership, lambda walk: self._planned(walk, found.id, planned, wanted, ticket.person)
        )

    def _planned(self, walk: Walk, milestone: str, planned: AboutPlan, wanted: Planned, by: str) -> Change:
        """What is wanted, on the milestone as it is now. Raises AskPerson when it is not what they looked at."""
        there, now = walk.milestone(milestone), self.clock.now()
        if there is None:
            return Change()
        if not self._may_close(walk, by, there):
            raise NotFound("only its owner or who looks after the walk changes a milestone")
        match wanted.do:
            case "remove":
                change = milestones.removed(walk, milestone)
            case "done":
                change = milestones.done(walk, milestone, by=by, now=now)
            case "again":
                change = milestones.again(walk, milestone, now=now)
            case "save":
                change = milestones.changed(
                    walk, milestone, title=wanted.title, owner=wanted.owner, due=wanted.due, now=now
                )
        if change and planned.as_seen not in ("", milestone_forms.as_it_is(there)):
            raise AskPerson({"": self.words("milestone_form.changed")})
        return change
