"""What every message is composed from: the words, the walk and its programme, and a few turns of phrase they share."""

from dataclasses import dataclass

from workflows import asked, rounds, say
from workflows.message import Action, Progress
from workflows.programme import Programme, Prompt
from workflows.ticket import Ticket
from workflows.walk import Round, Walk
from workflows.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One walk, told in one language."""

    words: Words
    walk: Walk
    programme: Programme

    @property
    def locale(self) -> str:
        """The language of the words."""
        return self.words.locale

    @property
    def title(self) -> str:
        """The name of the partnership: "Harbour Circle and Tidewater Apps"."""
        partnership = self.walk.partnership
        return self.words("name.partnership", group=partnership.group.name, partner=partnership.partner.name)

    def name(self, person: str) -> str:
        """A person's name."""
        found = self.walk.people.get(person)
        return found.name if found else ""

    def dissenter(self, person: str) -> str:
        """The name of somebody who stood aside or objected by name, as long as they take part; else nothing.

        The words stay in the document when they have left; the name does not.
        """
        member = self.walk.members.get(person)
        return self.name(person) if member and member.consent == "given" else ""

    def starter(self) -> str:
        """The name of whoever started the walk."""
        return self.name(self.walk.partnership.started_by)

    def facts(self) -> dict[str, str]:
        """Who walks what with whom, as the words name them."""
        partnership = self.walk.partnership
        return {
            "group": partnership.group.name,
            "partner": partnership.partner.name,
            "facilitator": self.starter(),
            "programme": self.programme.title,
        }

    def ticket(self, person: str = "", subject: str = "") -> Ticket:
        """The ticket of a person for something in this walk."""
        partnership = self.walk.partnership
        return Ticket(workspace=partnership.workspace, partnership=partnership.id, person=person, subject=subject)

    def button(
        self, action: str, words: str, *, person: str, subject: str, page: str = "", main: bool = True
    ) -> Action:
        """An action for a person; `words` names its label."""
        return Action(
            id=action,
            label=self.words(words),
            value=self.ticket(person, subject).encode(),
            style="primary" if main else "plain",
            page=page,
        )

    def to_board(self, person: str) -> tuple[Action, ...]:
        """The way to the board for a person; a channel has none."""
        if not person:
            return ()
        return (self.button("board", "button.board", person=person, subject="", page="board", main=False),)

    def why(self, person: str) -> str:
        """Why a member gets this, and how to stop."""
        return self.words("why.member", partnership=self.title)

    def prompt(self, of: Round) -> Prompt:
        """The prompt of a round, with what only this walk knows filled in."""
        return asked.resolved(self.walk, self.programme, self.programme.prompt(of.prompt))

    def until(self, of: Round, person: str = "") -> str:
        """When a round closes, on the clock of a person, or of the group."""
        zone = self.walk.zone(person) if person else self.walk.group.zone
        return say.moment(of.closes_at, zone, self.locale)

    def counts(self, of: Round) -> tuple[int, int]:
        """How many have answered a round, of how many who are counted."""
        counted = {m.person for m in rounds.asked(self.walk, self.programme.prompt(of.prompt))}
        have = sum(1 for a in self.walk.answers_to(of.id) if a.person in counted)
        return have, len(counted)

    def place_of(self, step: str) -> int:
        """The number of a step, from 1."""
        return [s.id for s in self.programme.steps].index(step) + 1

    def progress(self) -> Progress:
        """All steps and where the group stands."""
        runs = {run.step: run for run in self.walk.partnership.steps}
        return Progress(
            steps=tuple(
                (s.title, "ahead" if s.id not in runs else "done" if runs[s.id].closed_on else "now")
                for s in self.programme.steps
            )
        )

    def upcoming(self) -> Prompt | None:
        """The next prompt of the open step that was never put."""
        run = self.walk.partnership.current
        prompts = self.programme.step(run.step).rounds() if run else self.programme.steps[0].rounds()
        return next((p for p in prompts if rounds.put(self.walk, p, run) is None), None)
