"""What an SMTP server's answer means for a delivery: one table, in one place."""

import re
from datetime import timedelta

from workflows.outcomes import Failed, Later

_SOON = timedelta(minutes=1)
# Greylisting lets a second attempt in after some minutes; asking sooner starts its waiting time anew on some servers.
_GREYLISTED = timedelta(minutes=5)
# The server does not want *us*: a person has to change something, and no mail may be lost until then.
_OURS = timedelta(minutes=15)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # an enhanced status code (RFC 3463)
# The ones that say: no mail goes to this address, whoever sends it. 5.1.7 and 5.1.8 are about the sender, and the rest
# about a full mailbox, our contents or our reputation.
_NO_SUCH = re.compile(r"5\.(?:1\.(?:[012346]|10)|2\.1|4\.4)")
_NO_SUCH_CODES = (550, 551, 553)  # where a server gives no status


def server_down() -> Later:
    """No connection, or it broke before the server was given the mail."""
    return Later(reason="smtp_unreachable", after=_SOON)


def not_let_in(reason: str) -> Later:
    """Login, STARTTLS or our own sender address was refused: about us, not about who should get the mail."""
    return Later(reason=reason, after=_OURS)


def outcome_of(code: int) -> Failed | Later:
    """Return what a refusal of the recipient or of the mail means (RFC 5321: 4xx passes, 5xx stays)."""
    if code == 421:
        return server_down()
    if 400 <= code < 500:
        return Later(reason=f"smtp_{code}", after=_GREYLISTED)
    if 500 <= code < 600:
        return Failed(reason=f"smtp_{code}")
    return Later(reason="smtp_not_understood", after=_GREYLISTED)


def of_recipient(code: int, said: str) -> Failed | Later:
    """Return what a refusal of the recipient means; `said` is the server's text, of which only the status is read."""
    outcome = outcome_of(code)
    if isinstance(outcome, Failed) and is_no_address(code, said):
        return Failed(reason=outcome.reason, mark="address")
    return outcome


def is_no_address(code: int, said: str) -> bool:
    """Whether a refusal says that no mail at all goes to that address."""
    found = _STATUS.search(said)
    return _NO_SUCH.fullmatch(found.group()) is not None if found else code in _NO_SUCH_CODES
