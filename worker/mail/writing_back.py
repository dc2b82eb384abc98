"""What is written to a person about a mail of theirs.

Promises: each mail that comes in sets off one of each kind at most, under a Message-ID of its own, however often it is
brought. What is unclear is asked back once for each prompt; the second time there is a short mail with the page, and
then nothing more. No two machines can answer each other all day. Raises Retry when the mail server is away: the mail is
then brought again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from worker.mail.mailing import Mailing
from worker.store.mailroom import Mailroom, Why
from workflows.bounced import Refusal
from workflows.errors import NotFound, Retry
from workflows.forms import Form
from workflows.ids import made_of
from workflows.message import Message
from workflows.messages import reply_held, reply_page, reply_taken, reply_unclear
from workflows.outcomes import Failed, Later, Outcome
from workflows.people import Person
from workflows.ticket import Ticket
from workflows.words import Words

_A_DAY = 5  # a person needs one or two; more is a machine that does not say that it is one
_THEMSELVES = ("stopped", "paused")  # about a person, whichever mail they reply to
_LONG = 120  # days: as long as a mail can be answered


class Sender(Protocol):
    """The part of `worker.mail.send.Post` that this needs."""

    def send(self, batch: list[Mailing]) -> list[Outcome]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The mail that sets it off: its id here, the Message-ID and the thread of the mail of ours that it came back to,
    and the subject of both.
    """

    id: str
    follows: str = ""
    topic: str = ""
    thread: str = ""


class WritingBack:
    """Writes to people about mails of theirs; `mail` is the one that sets it off."""

    def __init__(
        self,
        *,
        mailroom: Mailroom,
        post: Sender,
        words: Words,
        form_of: Callable[[Ticket], Form],
        refused: Callable[[str, str, Refusal], None],
    ) -> None:
        self._mailroom, self._post, self._words = mailroom, post, words
        self._form_of, self._refused = form_of, refused

    def ask(
        self, mail: About, person: Person, ticket: Ticket, *, problems: Mapping[str, str], quoted: str
    ) -> Why | None:
        """Ask back what was unclear, with their own words. Returns why the mail must be held, if it must."""
        whose, about = f"{ticket.workspace}/{person.id}", ticket.encode()
        if not self._mailroom.may_write(f"back {whose}", mail.id, most=_A_DAY, days=1):
            return "too_many"
        form = self._form(ticket)
        if not self._mailroom.may_write(f"unclear {about}", mail.id, most=1, days=_LONG):
            if form and form.fields and self._mailroom.may_write(f"page {about}", mail.id, most=1, days=_LONG):
                self._write(reply_page.compose(self._words, ticket=ticket), person, ticket, mail)
            return "unclear"
        message = reply_unclear.compose(
            self._words,
            problems=_numbered(form, problems),
            quoted=quoted,
            ticket=ticket,
            state="open" if form and form.submit else "closed" if form else "none",
            numbered=form is not None and form.id == "answer",
        )
        return "unclear" if isinstance(self._write(message, person, ticket, mail), Failed) else None

    def taken(self, mail: About, person: Person, ticket: Ticket, what: str) -> None:
        """Say what was understood, where it was no answer to questions: the same once a day, and not many in all.

        What was done stays done, whether it is said again or not (RFC 3834, 2).
        """
        whose = f"{ticket.workspace}/{person.id}"
        about = "" if what in _THEMSELVES else ticket.encode()
        is_first = self._mailroom.may_write(f"taken {what} {whose} {about}", mail.id, most=1, days=1)
        if is_first and self._mailroom.may_write(f"taken {whose}", mail.id, most=_A_DAY, days=1):
            self._write(reply_taken.compose(self._words, what=what, ticket=ticket), person, ticket, mail)

    def attached(self, mail: About, person: Person, ticket: Ticket) -> None:
        """Say once that pictures and files are not kept."""
        if self._mailroom.may_write(f"attached {ticket.encode()}", mail.id, most=1, days=_LONG):
            self.taken(mail, person, ticket, reply_taken.ATTACHED)

    def held(self, mail: About, person: Person, ticket: Ticket, why: Why) -> None:
        """Say, once a day, that a mail in their name was not counted."""
        if not person.email or person.mail_stopped or person.mail_lost:
            return
        if self._mailroom.may_write(f"held {ticket.workspace}/{person.id}", mail.id, most=1, days=1):
            nobodys = replace(mail, topic="")  # a stranger may have written the subject as well
            self._write(reply_held.compose(self._words, ticket=ticket, why=why), person, ticket, nobodys)

    def _form(self, ticket: Ticket) -> Form | None:
        try:
            return self._form_of(ticket)
        except NotFound:
            return None

    def _write(self, message: Message, person: Person, ticket: Ticket, mail: About) -> Outcome:
        mailing = Mailing(
            delivery=made_of(message.kind, message.subject, mail.id),
            to_name=person.name,
            to_address=person.email or "",
            message=message,
            ticket=ticket,
            list_name=self._words("mail.list_name"),
            follows=mail.follows,
            topic=mail.topic,
            thread=mail.thread,
            hides=person.hides,
        )
        outcome = self._post.send([mailing])[0]
        if isinstance(outcome, Later):
            raise Retry(outcome.reason, after=outcome.after)
        if isinstance(outcome, Failed) and outcome.mark == "address":
            self._refused(ticket.workspace, person.id, "hard")
        return outcome


def _numbered(form: Form | None, problems: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Return each problem with the number and the words of its question, in order; those of the whole reply come first.

    A question with two inputs has fields `q.low` and `q.high`; the mail numbers questions, not inputs. Where inputs
    stand in groups, the first legend is the question.
    """
    labels: dict[str, str] = {}
    for field in form.fields if form else ():
        labels.setdefault(field.id.partition(".")[0], field.legend or field.label)
    places = {question: number for number, question in enumerate(labels, start=1)}
    found: list[tuple[int, str, str]] = []
    for field_id, problem in problems.items():
        question = field_id.partition(".")[0]
        found.append((places.get(question, 0), labels.get(question, ""), problem))
    return sorted(found)
