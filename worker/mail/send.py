"""Mail goes out here.

Promises: every mailing of a batch gets one outcome, in order, and nothing is raised for what the server did. What the
server was not given is `Later`; what it may have taken without saying so is `Unknown("lost_after_data")`, which ends
the batch; sent again, it has the same Message-ID, and many mail programs show such twins once. A crash half-way is the
same as a lost connection. A mail that cannot be drawn fails alone. A batch ends in time, whatever the server does: what
it leaves is `Later("out_of_time")`. Addresses are never logged. Whoever asked to be left alone is sent nothing that
they did not ask for, and whoever wanted it sent learns what they learn of any address that takes no mail.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Protocol

import structlog

from worker import proof
from worker.links import Links
from worker.mail.frame import the_frame
from worker.mail.hiding import hidden
from worker.mail.line import LONGEST, SENDER_REFUSED, Line, LostAfterData, NotTaken
from worker.mail.mailing import Mailing
from worker.mail.outcomes import server_down
from worker.mail.render import deliverable, render, reply_address
from worker.mail.way_in import WayIn
from worker.settings import Settings
from worker.store.left_alone import LeftAlone
from worker.store.mailroom import Mailroom
from worker.vault import Vault
from workflows.errors import GiveUp, StoreUnavailable
from workflows.outcomes import Failed, Later, Outcome, Sent, Unknown
from workflows.words import Words

__all__ = ["Mailing", "Post"]

log = structlog.get_logger()
_STORE_AGAIN = timedelta(seconds=30)
# Seconds for a batch. The claims of a task last sixty and its Slack messages may have taken twenty before; once a claim
# has run out another worker sends the same again.
BUDGET = 35.0
_OUT_OF_TIME = Later(reason="out_of_time", after=timedelta(seconds=5))
_ACTIONS = {Sent: "mail_sent", Failed: "mail_failed", Later: "mail_postponed", Unknown: "mail_unknown"}
# As for an address that cannot be: no reason that is told or logged says that somebody wants no mail.
_LEFT_ALONE = Failed(reason="address_unusable", mark="left_alone")
# About the server, not about one mail: the rest of the batch would wait ten seconds each to learn the same.
_FOR_ALL = ("smtp_unreachable", "smtp_login", "smtp_tls")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the aware UTC instant."""
        ...


class Post:
    """Sends mailings through FAIRSTEPS_SMTP_URL. `seconds` counts how long a batch takes."""

    def __init__(
        self,
        *,
        settings: Settings,
        links: Links,
        mailroom: Mailroom,
        left_alone: LeftAlone,
        vault: Vault,
        words: Words,
        clock: Clock,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._links, self._mailroom, self._words, self._clock = links, mailroom, words, clock
        self._left_alone, self._vault, self._seconds = left_alone, vault, seconds
        self._frame = the_frame()
        self._mail_from = settings.mail_from
        self._way_in = WayIn.of(settings.inbound_url) if settings.inbound_url else None
        self._names_mails = self._way_in is not None and self._way_in.plus  # in the envelope's sender, too
        self._line = Line(settings.smtp_url, name=settings.mail_domain) if settings.smtp_url else None

    def send(self, batch: Sequence[Mailing]) -> list[Outcome]:
        """Send each mailing; once the server is gone, or the time is up, the rest of the batch is not tried."""
        outcomes: list[Outcome] = []
        gone: Later | None = None
        last_start = self._seconds() + BUDGET - LONGEST  # a mail begun then may take its time and still end within
        for mailing in batch:
            if gone is None and self._seconds() > last_start:
                gone = _OUT_OF_TIME
            outcome = gone or self._send_one(mailing)
            if isinstance(outcome, Later) and outcome.reason in _FOR_ALL:
                gone = outcome
            if isinstance(outcome, Unknown):  # else each of the batch could go out twice, and nobody would know which
                gone = server_down()
            outcomes.append(outcome)
            _note(mailing, outcome)
        return outcomes

    def compose(self, mailing: Mailing) -> EmailMessage:
        """Return the mail as it would be sent. Raises GiveUp for an address that no mail can go to.

        Where no mail comes in, nobody is told to answer by reply; the button to the page is there all the same. Where
        it comes in at one address alone, the mail says at its end what a reply brings back in its quotes.
        """
        token = self._token(mailing)
        mailing = hidden(mailing, self._words) if mailing.hides else mailing  # before anything is added
        message = mailing.message
        if self._way_in is None:
            message = replace(message, reply_hint="")
        elif not self._way_in.plus and not mailing.to_nobody:
            message = replace(message, why=f"{message.why} {self._words('mail_in.ref', token=token)}".strip())
        return render(
            replace(mailing, message=message),
            frame=self._frame,
            links=self._links,
            words=self._words,
            mail_from=self._mail_from,
            reply_to="" if mailing.to_nobody else self._reply_to(token),
            now=self._clock.now(),
            never=self._never(mailing.to_address) if mailing.unasked else "",
        )

    def _never(self, address: str) -> str:
        """Return the link by which whoever has this address is left alone for good."""
        mark = proof.made(self._vault, address, now=self._clock.now(), purpose="never")
        return f"{self._links.public_url}/never/{mark}"

    def _token(self, mailing: Mailing) -> str:
        return self._mailroom.token(mailing.ticket, mailing.delivery)

    def _reply_to(self, token: str) -> str:
        """Return where a reply goes to: every mail can be answered, if only by a word that stops them."""
        if self._way_in is None:
            return ""
        return reply_address(self._mail_from, token) if self._way_in.plus else parseaddr(self._mail_from)[1]

    def _send_one(self, mailing: Mailing) -> Outcome:
        if self._line is None:
            return Failed(reason="mail_not_set_up")
        try:
            if mailing.unasked and self._left_alone.has(mailing.to_address):
                return _LEFT_ALONE
            mail, drawn, to = self._drawn(mailing)
            self._remember(mailing, str(mail["Message-ID"]))  # before it leaves: a quick reply must find its ticket
            self._hand_over(self._line, "" if mailing.to_nobody else self._token(mailing), to, drawn)
        except GiveUp as hopeless:
            return Failed(reason=hopeless.reason, mark=hopeless.mark)
        except StoreUnavailable:
            return Later(reason="store_unavailable", after=_STORE_AGAIN)
        except NotTaken as refused:
            return refused.outcome
        except LostAfterData:
            return Unknown(reason="lost_after_data")
        return Sent(ref=str(mail["Message-ID"]))

    def _hand_over(self, line: Line, token: str, to: str, drawn: bytes) -> None:
        """Give the mail to the server. Its envelope names the delivery, so that a report about it finds its person.

        A server that takes only one sender from us gets that one, for as long as this process lives.
        """
        ours = parseaddr(self._mail_from)[1]
        if self._names_mails and token:
            try:
                line.hand_over(reply_address(self._mail_from, token), to, drawn)
                return
            except NotTaken as refused:
                if refused.outcome.reason != SENDER_REFUSED:
                    raise
                self._names_mails = False
                log.warning("The mail server takes no sender with a plus.", action="mail_sender_plain")
        line.hand_over(ours, to, drawn)

    def _remember(self, mailing: Mailing, message_id: str) -> None:
        if self._way_in is None or mailing.to_nobody:
            return
        self._mailroom.remember(
            self._token(mailing),
            mailing.ticket,
            delivery=mailing.delivery,
            to=mailing.to_address,
            message_id=message_id,
            at=self._clock.now(),
            thread=mailing.thread,
        )

    def _drawn(self, mailing: Mailing) -> tuple[EmailMessage, bytes, str]:
        """Return the mail, its bytes and where it goes. Raises GiveUp, whatever it is that cannot be drawn."""
        try:
            mail = self.compose(mailing)
            return mail, mail.as_bytes(), deliverable(mailing.to_address)
        except GiveUp:
            raise
        except Exception as odd:  # names and words of people go through the library; its error may repeat them
            log.error("A mail cannot be drawn.", action="mail_broke", error=type(odd).__name__)
            raise GiveUp("mail_unusable") from None


def _note(mailing: Mailing, outcome: Outcome) -> None:
    action = _ACTIONS[type(outcome)]
    if isinstance(outcome, Sent):
        log.info("The mail server has a mail.", action=action, delivery=mailing.delivery)
    else:
        log.warning(
            "The mail server does not have a mail.", action=action, delivery=mailing.delivery, reason=outcome.reason
        )
