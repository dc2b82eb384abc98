"""What becomes of a mail that came in.

Promises: `handle` returns only once everything that must last is stored: the answer, the mark of a report, or the mail
held for the operator. It may be called again with the same mail, after a crash too: an answer is stored once more with
the same words, and a mail that was done changes nothing. An answer counts only with a token of ours, from the member's
own address, and, where our mail server says who is genuine, only when it says so. No machine is answered, and nobody
gets more than a few mails back in a day. Raises NotFound for a mail that belongs to none of ours, Retry and
StoreUnavailable when it must come again.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog

from worker.cases.replying import Reply
from worker.mail.bounces import report_of
from worker.mail.broken import tell
from worker.mail.finding import on_its_way, token_of
from worker.mail.letter import Letter
from worker.mail.needs import Does, Readers
from worker.mail.parse import Understood, understand
from worker.mail.render import address_of, domain_of, message_id
from worker.mail.reply_text import MOST_CHARS
from worker.mail.writing_back import About, Sender, WritingBack
from worker.measures import count_mail_in
from worker.store.in_hand import LEASE
from worker.store.mailroom import HeldLetter, Mailroom, SentMail, Why
from worker.versions import NotKept
from workflows.contacts import CONTACT
from workflows.errors import AskPerson, NotFound, Retry
from workflows.ids import made_of
from workflows.people import Person
from workflows.ticket import Ticket
from workflows.words import Words

log = structlog.get_logger()
_IN_HAND = timedelta(seconds=LEASE)  # whoever has it is done by then, or dead
_AT_ONCE = timedelta(minutes=5)  # a mail that took no longer did not wait, whatever two clocks say
_PREFIX = re.compile(r"^(?:\s*[^\W\d_]{1,4}\s*[:：])+")  # what mail programs put before it: Re:, AW:, RV:, رد:
Handled = Literal[
    "answered", "skipped", "settled", "asked_back", "held", "bounced", "complained", "dropped", "seen_before"
]


class ProgrammeLost(Exception):
    """The programme that a mail is about is not here: a fault of the installation."""


class Replies:
    """Handles mails that came in. `authserv` names the server whose word on senders counts; empty: nobody is asked."""

    def __init__(
        self,
        *,
        mailroom: Mailroom,
        cases: Does,
        people: Readers,
        post: Sender,
        words: Words,
        mail_from: str,
        authserv: str = "",
    ) -> None:
        self._mailroom, self._cases, self._people = mailroom, cases, people
        self._words, self._ours, self._authserv = words, mail_from, authserv
        self._back = WritingBack(
            mailroom=mailroom, post=post, words=words, form_of=cases.answer_form, refused=cases.mail_refused
        )

    @property
    def address(self) -> str:
        """The address that our mails come from, without a name."""
        return address_of(self._ours)

    def handle(self, raw: bytes, token: str = "") -> Handled:
        """Do what the mail asks for, once. `token` is from the address that it was brought to."""
        handled = self._handle(raw, token)
        self._mailroom.breaking.clear(raw)
        return handled

    def broke(self, raw: bytes, error: Exception) -> None:
        """Tell whoever runs Fairsteps that a mail broke by our own fault; it must be handled again later."""
        tell(error, raw, self._mailroom.breaking)

    def _handle(self, raw: bytes, token: str) -> Handled:
        understood = understand(raw)
        token = token or token_of(raw, ours=self._ours, by_message=self._mailroom.token_of)
        sent = self._belongs_to(raw, token, understood)
        if sent is None:
            return _noted("dropped", "", understood)
        mail = made_of("inbound", understood.message_id, token)
        letter = Letter(id=mail, raw=raw, understood=understood, sent=sent)
        return self._once(letter, lambda: self._act(letter))

    def hold_strange(self, raw: bytes) -> Handled:
        """Hold a mail that belongs to none of ours, where it cannot be refused."""
        understood = understand(raw)
        mail = made_of("inbound", understood.message_id, "")
        self._mailroom.hold(mail, raw, why="nobody")
        self._mailroom.breaking.clear(raw)
        return _noted("held", mail, understood)

    def take_over(self, held: HeldLetter, ticket: Ticket) -> Handled:
        """Handle a held mail as that of a person: whoever runs Fairsteps vouches for it. Raises AskPerson, NotFound."""
        person = self._people.get(ticket.workspace, ticket.person)
        letter = Letter(id=held.id, raw=held.raw, understood=understand(held.raw), sent=SentMail(ticket=ticket))
        handled = self._settle(letter, person)
        self._mailroom.let_go(held.id)
        return _noted(handled, held.id, letter.understood)

    def _about(self, letter: Letter) -> About:
        """What is written back stands below the mail that they replied to, by the subject that both have."""
        if not letter.sent.delivery:
            return About(id=letter.id)
        above = message_id(letter.sent.delivery, domain_of(address_of(self._ours)))
        topic = _PREFIX.sub("", letter.understood.subject).strip()
        return About(id=letter.id, follows=above, topic=topic, thread=letter.sent.thread)

    def _once(self, letter: Letter, act: Callable[[], Handled]) -> Handled:
        with self._mailroom.in_hand(letter.id) as taken:
            if taken == "done":
                return _noted("seen_before", letter.id, letter.understood)
            if taken == "busy":
                raise Retry("mail_in_hand", after=_IN_HAND)
            handled = act()
            self._mailroom.done(letter.id)
        return _noted(handled, letter.id, letter.understood)

    def _belongs_to(self, raw: bytes, token: str, understood: Understood) -> SentMail | None:
        """The mail of ours that a mail belongs to; None for a machine's that belongs to none. Raises NotFound."""
        if understood.kind not in ("bounce", "auto"):
            return self._mailroom.sent(token)
        about = report_of(raw).about if understood.kind == "bounce" else ()
        for known in (token, *(self._mailroom.token_of(message) for message in about)):
            with suppress(NotFound):
                return self._mailroom.sent(known)
        return None

    def _act(self, letter: Letter) -> Handled:
        understood, ticket = letter.understood, letter.ticket
        if understood.kind == "auto" or understood.sender == address_of(self._ours).lower():
            return "dropped"
        if ticket.subject.startswith(CONTACT):
            return self._of_contact(letter)
        person = self._people.get(ticket.workspace, ticket.person)
        if understood.kind == "bounce":
            return self._bounced(letter, person)
        if why := letter.doubt(person, self._authserv):
            return self._hold(letter, person, why)
        self._mailroom.keep_original(letter.id, letter.raw, ticket)
        if person.mail_lost or person.mail_late:
            self._cases.mail_arrives(ticket.workspace, person.id)
        try:
            return self._settle(letter, person)
        except NotKept as lost:  # whoever wrote did ask nothing odd: the programme must come back, then it counts
            raise ProgrammeLost from lost
        except NotFound:
            return self._ask_back(letter, person, {"": self._words("mail_in.nothing_asked")})
        except AskPerson as ask:
            return self._ask_back(letter, person, ask.problems)

    def _of_contact(self, letter: Letter) -> Handled:
        """A partner's contact stops our mails by a word; what else they write is a letter to who facilitates.

        Raises NotFound for what is not theirs, and for more than they may write.
        """
        understood, ticket = letter.understood, letter.ticket
        if understood.kind == "bounce":
            match report_of(letter.raw).sort:
                case "complaint":
                    self._cases.contact_stops_mail(ticket)
                    return "complained"
                case "delayed" | "arrived":
                    return "dropped"
                case "hard" | "soft" as how:
                    self._cases.contact_refused(ticket, how)
                    return "bounced"
            self._mailroom.hold(letter.id, letter.raw, why="odd_report")  # they are nobody's of the group
            return "held"
        if not (letter.is_from(self._cases.contact_address(ticket)) and letter.is_genuine(self._authserv)):
            raise NotFound("that is not from the contact")
        if self._cases.stops(understood.text):
            self._cases.contact_stops_mail(ticket)
            return "settled"
        try:
            self._cases.write_letter(ticket, {"text": understood.text})
        except AskPerson as too_much:
            raise NotFound("a contact writes that on their page") from too_much
        return "settled"

    def _settle(self, letter: Letter, person: Person) -> Handled:
        """Do what the words say. Raises AskPerson for what cannot be understood, NotFound where nothing was asked."""
        understood, ticket = letter.understood, letter.ticket
        if not understood.text:
            raise AskPerson({"": self._words("mail_in.only_attached")} if understood.attachments else {})
        if understood.kind == "too_long":  # half of what a person wrote is not their answer
            raise AskPerson({"": self._words("start.too_long", most=MOST_CHARS)})
        reply = self._cases.read_reply(ticket, understood.text, marked=understood.marked)
        # What had to wait, by a fault of ours maybe, is no newer than what they have said meanwhile. By the machine's
        # clock, as mail servers write it: both sides of this are spans.
        waited = on_its_way(letter.raw, now=datetime.now(UTC))
        if (
            reply.what == "answered"
            and waited > _AT_ONCE
            and self._cases.overwrites(ticket, reply.typed, within=waited)
        ):
            raise AskPerson({"": self._words("mail_in.came_late")})
        self._do(ticket, reply)
        if understood.attachments:
            with suppress(Retry):  # what is kept is not kept again later, over what they put right meanwhile
                self._back.attached(self._about(letter), person, ticket)
        if reply.what in ("answered", "skipped"):  # the walk itself tells what was understood
            return "answered" if reply.what == "answered" else "skipped"
        self._back.taken(self._about(letter), person, ticket, reply.what)
        return "settled"

    def _do(self, ticket: Ticket, reply: Reply) -> None:
        match reply.what:
            case "skipped":
                self._cases.skip(ticket, via="mail")
            case "stopped":
                self._cases.stop_mail(ticket)
            case "paused":
                self._cases.pause(ticket)
            case _:
                self._cases.submit_answer(ticket, reply.typed, via="mail")

    def _bounced(self, letter: Letter, person: Person) -> Handled:
        """Note what a mail server, or a complaint, says about an address that is still theirs."""
        report, sent = report_of(letter.raw), letter.sent
        if sent.to and sent.to != self._mailroom.hashed(person.email or ""):
            return "dropped"
        match report.sort:
            case "hard" | "soft" as how:
                self._cases.mail_refused(letter.ticket.workspace, person.id, how)
                return "bounced"
            case "complaint":
                self._cases.mail_refused(letter.ticket.workspace, person.id, "complaint")
                return "complained"
            case "odd":
                self._mailroom.hold(letter.id, letter.raw, why="odd_report", ticket=letter.ticket)
                return "held"
        return "dropped"

    def _hold(self, letter: Letter, person: Person, why: Why) -> Handled:
        """Keep a mail that may not be theirs, and tell the member at their own address: they may have written it."""
        self._mailroom.hold(letter.id, letter.raw, why=why, ticket=letter.ticket)
        self._back.held(self._about(letter), person, letter.ticket, why)
        return "held"

    def _ask_back(self, letter: Letter, person: Person, problems: Mapping[str, str]) -> Handled:
        """Write what was unclear, once; where that is done, or cannot reach them, the mail is held, not lost."""
        text = letter.understood.text
        left = self._back.ask(self._about(letter), person, letter.ticket, problems=problems, quoted=text)
        if left is None:
            return "asked_back"
        self._mailroom.hold(letter.id, letter.raw, why=left, ticket=letter.ticket)
        return "held"


def _noted(handled: Handled, mail: str, understood: Understood) -> Handled:
    count_mail_in(handled)
    log.info("A mail came in.", action=f"reply_{handled}", mail=mail, kind=understood.kind)
    return handled
