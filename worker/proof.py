"""A link that proves a mail address: who opens it got our mail there.

Promises: nothing is kept for it, here or in the store. The address is sealed in the link itself, with when it was made
and what for; it says nothing to whoever sees it, opens nothing else, and may be used again as long as it works. GET
changes nothing.
"""

from datetime import datetime, timedelta
from typing import Literal

from cryptography.fernet import InvalidToken

from worker.vault import Vault
from workflows.occurrences import from_ms, to_ms

# To begin a group; to hear no more of any group that begins; to be asked again after all.
Purpose = Literal["begin", "never", "again"]
LASTS = timedelta(days=1)
_WORKS: dict[Purpose, timedelta | None] = {"begin": LASTS, "again": LASTS, "never": None}  # None: for good


def made(vault: Vault, address: str, *, now: datetime, purpose: Purpose = "begin") -> str:
    """Return what goes into the link to prove `address`."""
    return vault.seal(f"{purpose}\n{to_ms(now)}\n{address}").decode()


def made_at(vault: Vault, proof: str) -> datetime:
    """Return when a link that is `proved` was made (aware, UTC)."""
    return from_ms(int(vault.open(proof).split("\n")[1]))


def proved(vault: Vault, proof: str, *, now: datetime, purpose: Purpose = "begin") -> str:
    """Return the address that a link proves, or nothing when it is not ours, too old or for something else."""
    try:
        meant, at, address = vault.open(proof).split("\n")
        age = now - from_ms(int(at))
    except (InvalidToken, ValueError):
        return ""
    lasts = _WORKS[purpose]
    return address if meant == purpose and (lasts is None or age <= lasts) else ""
