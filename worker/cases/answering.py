"""Answering a round: its form with draft and prefill, keeping, skipping, reading a mail reply."""

from collections.abc import Mapping
from dataclasses import replace

from worker.cases.desk import Desk
from worker.store.drafts import Moment
from workflows import (
    asking,
    choosing,
    drafting,
    engine,
    rounds,
    worksheets,
)
from workflows.about import (
    AboutObjection,
    AboutRound,
    AboutRow,
    AboutStep,
)
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages import rows_told
from workflows.messages.prompt import ROWS
from workflows.messages.scene import Scene
from workflows.programme import Prompt
from workflows.replying import from_reply
from workflows.ticket import Ticket
from workflows.walk import Change, Round, Via, Walk

LED = (AboutStep, AboutRow, AboutObjection)  # what only facilitators decide, with drafts as answers have them


class Answering(Desk):
    """What a person does about a round."""

    __slots__ = ()

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

    def keep_draft(self, ticket: Ticket, typed: Typed, moment: Moment | None = None) -> bool:
        """Keep what a person has typed and not sent; whether it was newer than what is kept.

        Raises NotFound for what has no drafts, and for whoever is not asked.
        """
        _, scene = self._member(ticket)
        found = self._about(scene, ticket)
        answers = isinstance(found, AboutRound) and not (found.skip or found.later)
        if not (answers or isinstance(found, LED)):
            raise NotFound(self.words("answer.not_asked"))
        subject, typed = drafting.subject_of(ticket.subject), drafting.as_typed(ticket.subject, typed)
        return self.drafts.keep(ticket.partnership, subject, ticket.person, typed, moment)

    def keep_typing(self, ticket: Ticket, typed: Typed, moment: Moment) -> None:
        """Keep what is being typed in an open modal. Whether it may be is looked at once an hour, and once it is sent.

        Raises NotFound as `keep_draft` does.
        """
        subject, whole = drafting.subject_of(ticket.subject), drafting.as_typed(ticket.subject, typed)
        if self.drafts.type(ticket.partnership, subject, ticket.person, whole, moment) == "unknown":
            self.keep_draft(ticket, typed, moment)

    def throw_away(self, ticket: Ticket, *, view: str, at: float) -> None:
        """Forget what a person has typed in a modal up to `at` (Slack's seconds). What they sent already stays."""
        self._member(ticket)  # before the modal's mark is set, for with a mark nobody looks whether it is theirs
        self.drafts.end(ticket.partnership, view, at)
        self.drafts.forget(ticket.partnership, drafting.subject_of(ticket.subject), ticket.person)

    def problems_of(self, ticket: Ticket, typed: Typed) -> Mapping[str, str]:
        """What is wrong with the answer to a round so far, by field; of anything else it is told once it is sent."""
        walk, scene = self._member(ticket)
        asked = self._about(scene, ticket)
        if not isinstance(asked, AboutRound):
            return {}
        before = walk.answer(asked.round.id, ticket.person)
        try:
            asking.values_of(scene.prompt(asked.round), typed, short=asked.short, before=before)
        except AskPerson as wrong:
            return wrong.problems
        return {}

    # --- the form that starts a partnership -------------------------------------------------------------------------

    def begun(self, workspace: str, slack_user: str, form: Form) -> Form:
        """Return the form that starts a partnership, with what this person left of it."""
        draft = self.drafts.of_beginnings().get(workspace, form.id, self.people.id_of(workspace, slack_user))
        return drafting.restored(self.words, form, draft)

    def keep_beginning(self, workspace: str, slack_user: str, form: str, typed: Typed, moment: Moment) -> None:
        """Keep what is typed in that form: anyone in a workspace may begin."""
        drafts, person = self.drafts.of_beginnings(), self.people.id_of(workspace, slack_user)
        if drafts.type(workspace, form, person, typed, moment) == "unknown":
            drafts.keep(workspace, form, person, typed, moment)

    def throw_beginning_away(self, workspace: str, slack_user: str, form: str) -> None:
        """Forget what was left of that form."""
        self.drafts.of_beginnings().forget(workspace, form, self.people.id_of(workspace, slack_user))

    def parse_reply(self, ticket: Ticket, text: str) -> Typed:
        """Read a mail reply as the typed values of a round's form: what it does not name stays as it was."""
        walk, scene = self._member(ticket)
        found = self._round(scene, ticket)
        prompt, before = scene.prompt(found), walk.answer(found.id, ticket.person)
        as_it_was = asking.typed_of(prompt, before.values) if before else {}
        return {**as_it_was, **from_reply(self.words, prompt, text)}
