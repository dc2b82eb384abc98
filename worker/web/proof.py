"""A link that proves a mail address: who opens it got our mail there.

Promises: nothing is kept for it, here or in the store. The address is sealed in the link itself, with when it was made;
it says nothing to whoever sees it, works for LASTS and may be used again until then. GET changes nothing.
"""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken

from worker.vault import Vault
from workflows.occurrences import from_ms, to_ms

LASTS = timedelta(days=1)
_PURPOSE = "begin"


def made(vault: Vault, address: str, *, now: datetime) -> str:
    """Return what goes into the link to prove `address`."""
    return vault.seal(f"{_PURPOSE}\n{to_ms(now)}\n{address}").decode()


def made_at(vault: Vault, proof: str) -> datetime:
    """Return when a link that is `proved` was made (aware, UTC)."""
    return from_ms(int(vault.open(proof).split("\n")[1]))


def proved(vault: Vault, proof: str, *, now: datetime) -> str:
    """Return the address that a link proves, or nothing when it is not ours or too old."""
    try:
        purpose, at, address = vault.open(proof).split("\n")
        age = now - from_ms(int(at))
    except (InvalidToken, ValueError):
        return ""
    return address if purpose == _PURPOSE and age <= LASTS else ""
