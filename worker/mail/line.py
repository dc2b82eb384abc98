"""One SMTP connection, kept by one process from mail to mail.

Promises: `hand_over` returns once the server has said that it has the mail, and ends within LONGEST seconds. It raises
`NotTaken` when the server was not given the mail or refused it, and `LostAfterData` when nobody can know. A kept
connection that died of boredom is replaced without a word, since nothing was given on it. A forked child never speaks
on its parent's connection. Errors carry codes only: a server's own words may hold addresses.
"""

import os
import re
import smtplib
import ssl
import threading
import time
from urllib.parse import unquote, urlsplit

from worker.mail.outcomes import not_let_in, of_recipient, outcome_of, server_down
from worker.mail.patience import Patient
from workflows.outcomes import Failed, Later

# Seconds. The two halves are apart, so that a server that was slow to let us in still has the time to take the mail.
_LET_IN = 10.0  # from the call until the server has accepted sender and recipient
_TAKE = 20.0  # from then until it has the mail; some look for spam and viruses before they say so
_AWAKE = 3.0  # for the first word on a kept connection; some networks drop an idle one without telling either end
LONGEST = _LET_IN + _TAKE  # one mail that is handed over; a task must end long before its lease
_YES, _FOR_NOW, _FOR_GOOD, _NOTHING_BEYOND = 200, 400, 500, 600  # where each kind of reply begins (RFC 5321, 4.2.1)
SENDER_REFUSED = "smtp_sender_refused"
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class NotTaken(Exception):
    """The server does not have the mail; `outcome` says what that means for it."""

    def __init__(self, outcome: Failed | Later) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class LostAfterData(Exception):
    """The connection broke after the mail was given, before the server said whether it has it."""


class Line:
    """The way to the server of an smtp://, smtp+starttls:// or smtps:// URL. `name` is what we call ourselves there."""

    def __init__(self, url: str, *, name: str) -> None:
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._name = name
        # Made once: a context for each connection loads every certificate of the machine again.
        self._tls = ssl.create_default_context() if parts.scheme != "smtp" else None
        self._smtp: Patient | None = None
        self._owner = 0
        self._one_at_a_time = threading.Lock()

    def hand_over(self, sender: str, to: str, mail: bytes) -> None:
        """Give one mail, with CRLF line ends, to the server. Raises NotTaken or LostAfterData."""
        with self._one_at_a_time:
            self._give(self._addressed(sender, to, _in(_LET_IN)), mail)

    def _addressed(self, sender: str, to: str, until: float) -> Patient:
        """Return a connection on which the server has accepted sender and recipient."""
        kept = self._smtp is not None and self._owner == os.getpid()
        try:
            if not kept:
                self._smtp, self._owner = self._open(until), os.getpid()
            return self._address(sender, to, min(until, _in(_AWAKE)) if kept else until, until)
        except OSError as lost:  # what smtplib raises is an OSError too
            self._hang_up()
            if not kept:
                raise NotTaken(server_down()) from lost
        return self._addressed(sender, to, until)

    def _address(self, sender: str, to: str, awake: float, until: float) -> Patient:
        smtp = self._smtp
        assert smtp is not None, "kept or opened just now"
        smtp.until = awake
        code = _whole(smtp.mail(sender))[0]
        smtp.until = until
        if code == 421:  # what a server says as it hangs up on an idle connection
            raise smtplib.SMTPServerDisconnected("421")
        if code >= _FOR_GOOD:
            self._refused(not_let_in(SENDER_REFUSED))
        if code >= _FOR_NOW:
            self._refused(outcome_of(code), code)
        code, said = _whole(smtp.rcpt(to))
        if code >= _FOR_NOW:
            self._refused(of_recipient(code, said.decode("ascii", "replace")), code)
        return smtp

    def _give(self, smtp: Patient, mail: bytes) -> None:
        smtp.until = _in(_TAKE)
        try:
            code = _whole(smtp.docmd("DATA"))[0]
        except OSError as lost:
            self._hang_up()
            raise NotTaken(server_down()) from lost
        if code != 354:
            self._refused(outcome_of(code), code)
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
            code = _whole(smtp.getreply())[0]
        except OSError as lost:
            self._hang_up()
            raise LostAfterData from lost
        if code >= _FOR_NOW:
            self._refused(outcome_of(code), code)

    def _refused(self, outcome: Failed | Later, code: int = 0) -> None:
        """Leave the connection fit for the next mail and raise what the refusal means."""
        try:
            if code == 421 or self._smtp is None:
                self._hang_up()
            else:
                self._smtp.rset()
        except OSError:
            self._hang_up()
        raise NotTaken(outcome)

    def _open(self, until: float) -> Patient:
        """Connect, encrypt and log in. Raises NotTaken when we are not let in, OSError when nobody is there."""
        tls = self._tls if self._scheme == "smtps" else None
        try:
            smtp = Patient(self._host, self._port, name=self._name, until=until, tls=tls)
        except ssl.SSLError as wrong:
            raise NotTaken(not_let_in("smtp_tls")) from wrong
        try:
            self._let_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _let_in(self, smtp: Patient) -> None:
        """Encrypt and log in as the URL says; a server that offers no encryption gets no password."""
        smtp.ehlo_or_helo_if_needed()
        if self._scheme == "smtp+starttls":
            try:
                smtp.starttls(context=self._tls)
            except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException, ssl.SSLError) as wrong:
                raise NotTaken(not_let_in("smtp_tls")) from wrong
            smtp.ehlo_or_helo_if_needed()  # what was said in clear does not count (RFC 3207, 4.2)
        if self._user:
            try:
                smtp.login(self._user, self._password)
            except smtplib.SMTPServerDisconnected:
                raise
            except (smtplib.SMTPException, ValueError) as wrong:  # a password, or the server's riddle, in odd letters
                raise NotTaken(not_let_in("smtp_login")) from wrong

    def _hang_up(self) -> None:
        """Close without a goodbye; the other side may be gone, or be our parent's."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _whole(reply: tuple[int, bytes]) -> tuple[int, bytes]:
    """A reply, as far as it is one: a connection that breaks in its middle leaves a piece of the number."""
    if not _YES <= reply[0] < _NOTHING_BEYOND:
        raise smtplib.SMTPServerDisconnected("half a reply")
    return reply


def _in(seconds: float) -> float:
    return time.monotonic() + seconds
