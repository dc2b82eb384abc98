"""What becomes of a mail that came to a reply address.

Promises: `handle` returns only once everything that must last is stored: the answer, or the mail held for the
operator. It may be called again with the same mail, after a crash too: an answer is stored once more with the same
words, and a mail that was done changes nothing. An answer counts only from the member's own address. No machine is
answered, and nobody gets more than a few mails back in a day. Raises NotFound for an address that stands for nothing,
Retry and StoreUnavailable when it must come again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from worker.mail.mailing import Mailing
from worker.mail.parse import Understood, understand
from worker.mail.reply_text import MOST_CHARS
from worker.store.mailroom import Mailroom
from workflows.errors import AskPerson, NotFound, Retry, StoreUnavailable
from workflows.forms import Form, Typed
from workflows.ids import made_of
from workflows.message import Message
from workflows.messages import reply_held, reply_unclear
from workflows.outcomes import Failed, Later, Outcome
from workflows.people import Person
from workflows.replying import is_skip
from workflows.ticket import Ticket
from workflows.words import Words

log = structlog.get_logger()
Handled = Literal["answered", "skipped", "asked_back", "held", "dropped", "seen_before"]
_ASKED_BACK_A_DAY = 5  # a person needs one or two; more is a machine that does not say that it is one
_NOTICES_A_DAY = 1


class Answers(Protocol):
    """The part of `worker.cases.Cases` that a reply needs."""

    def answer_form(self, ticket: Ticket) -> Form: ...
    def parse_reply(self, ticket: Ticket, text: str) -> Typed: ...
    def submit_answer(self, ticket: Ticket, typed: Typed, *, via: Literal["mail"]) -> None: ...
    def skip(self, ticket: Ticket, *, via: Literal["mail"]) -> None: ...


class Readers(Protocol):
    """The part of `worker.store.people.People` that a reply needs."""

    def get(self, workspace: str, person: str) -> Person: ...


class Sender(Protocol):
    """The part of `worker.mail.send.Post` that a reply needs."""

    def send(self, batch: list[Mailing]) -> list[Outcome]: ...


class Replies:
    """Handles mails that came to reply addresses."""

    def __init__(self, *, mailroom: Mailroom, cases: Answers, people: Readers, post: Sender, words: Words) -> None:
        self._mailroom, self._cases, self._people = mailroom, cases, people
        self._post, self._words = post, words

    def handle(self, raw: bytes, token: str) -> Handled:
        """Do what the mail asks for, once."""
        ticket = self._mailroom.ticket_of(token)
        understood = understand(raw)
        mail = made_of("inbound", understood.message_id, token)
        taken = self._mailroom.take(mail)
        if taken == "done":
            return "seen_before"
        if taken == "busy":
            raise Retry("mail_in_hand")
        try:
            handled = self._act(_Letter(id=mail, raw=raw, understood=understood, ticket=ticket, token=token))
        except BaseException:
            with suppress(StoreUnavailable):  # it then comes free by itself after two minutes
                self._mailroom.release(mail)
            raise
        self._mailroom.done(mail)
        log.info("A mail came in.", action=f"reply_{handled}", mail=mail, kind=understood.kind)
        return handled

    def _act(self, letter: "_Letter") -> Handled:
        understood, ticket = letter.understood, letter.ticket
        if understood.kind in ("auto", "bounce"):
            return "dropped"
        person = self._people.get(ticket.workspace, ticket.person)
        if not _is_own(understood.sender, person):
            return self._hold(letter, person)
        if understood.kind == "empty":
            return self._ask_back(letter, person, {})
        if understood.kind == "too_long":  # half of what a person wrote is not their answer
            return self._ask_back(letter, person, {"": self._words("start.too_long", most=MOST_CHARS)})
        try:
            if is_skip(self._words, understood.text) and self._skipped(ticket):
                return "skipped"
            self._cases.submit_answer(ticket, self._cases.parse_reply(ticket, understood.text), via="mail")
        except AskPerson as ask:
            return self._ask_back(letter, person, ask.problems)
        return "answered"

    def _skipped(self, ticket: Ticket) -> bool:
        """Leave out the whole prompt, if the mail is about one: anything else cannot be left out by a word."""
        try:
            self._cases.skip(ticket, via="mail")
        except NotFound:
            return False
        return True

    def _hold(self, letter: "_Letter", person: Person) -> Handled:
        """Keep a mail from elsewhere, and tell the member at their own address, for they may have written it."""
        told = f"held {letter.token}"
        if person.email and self._mailroom.spend(told, most=_NOTICES_A_DAY):
            self._write(reply_held.compose(self._words, ticket=letter.ticket), person, letter, told)
        self._mailroom.hold(letter.raw)
        return "held"

    def _ask_back(self, letter: "_Letter", person: Person, problems: Mapping[str, str]) -> Handled:
        """Write what was unclear, with their own words; where that cannot reach them, the mail is held, not lost."""
        told = f"unclear {letter.token}"
        if not self._mailroom.spend(told, most=_ASKED_BACK_A_DAY):
            self._mailroom.hold(letter.raw)
            return "held"
        form = self._cases.answer_form(letter.ticket)
        message = reply_unclear.compose(
            self._words,
            problems=_numbered(form, problems),
            quoted=letter.understood.text,
            ticket=letter.ticket,
            still_open=bool(form.fields),
        )
        if isinstance(self._write(message, person, letter, told), Failed):
            self._mailroom.hold(letter.raw)
            return "held"
        return "asked_back"

    def _write(self, message: Message, person: Person, letter: "_Letter", told: str) -> Outcome:
        """Send one mail about a letter. Raises Retry when the mail server is away: the letter is then brought again."""
        mailing = Mailing(
            delivery=made_of(message.kind, letter.id),
            to_name=person.name,
            to_address=person.email or "",
            message=message,
            ticket=letter.ticket,
            list_name=self._words("mail.list_name"),
        )
        outcome = self._post.send([mailing])[0]
        if isinstance(outcome, Later):
            self._mailroom.give_back(told)
            raise Retry(outcome.reason, after=outcome.after)
        return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """One mail in hand: its id here, its bytes, what it says, and what its address stands for."""

    id: str
    raw: bytes
    understood: Understood
    ticket: Ticket
    token: str


def _is_own(sender: str, person: Person) -> bool:
    """Case is folded in the local part too: no mail service that people use tells `Bo@` from `bo@`."""
    return bool(person.email) and sender.casefold() == str(person.email).strip().casefold()


def _numbered(form: Form, problems: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Return each problem with the number and the words of its question, in order; those of the whole reply come first.

    A question with two inputs has fields `q.low` and `q.high`; the mail numbers questions, not inputs. Where inputs
    stand in groups, the first legend is the question.
    """
    labels: dict[str, str] = {}
    for field in form.fields:
        labels.setdefault(field.id.partition(".")[0], field.legend or field.label)
    places = {question: number for number, question in enumerate(labels, start=1)}
    found: list[tuple[int, str, str]] = []
    for field_id, problem in problems.items():
        question = field_id.partition(".")[0]
        found.append((places.get(question, 0), labels.get(question, ""), problem))
    return sorted(found)
