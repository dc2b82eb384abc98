"""What an SMTP server's answer means for a delivery: one table, in one place."""

from datetime import timedelta

from workflows.outcomes import Failed, Later

_SOON = timedelta(minutes=1)
# Greylisting lets a second attempt in after some minutes; asking sooner starts its waiting time anew on some servers.
_GREYLISTED = timedelta(minutes=5)
# The server does not want *us*: a person has to change something, and no mail may be lost until then.
_OURS = timedelta(minutes=15)


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
