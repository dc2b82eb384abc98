"""Encryption at rest for answers, addresses and tokens, with keys that can be rotated.

The first key encrypts, every key decrypts. Lost keys mean lost text: nothing here can recover it.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet


class Vault:
    """Seals and opens text with the Fernet keys of FAIRSTEPS_SECRET_KEYS, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> bytes:
        """Return `text` encrypted under the newest key."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes | str) -> str:
        """Return what was sealed. Raises cryptography.fernet.InvalidToken for anything no key made."""
        return self._fernet.decrypt(sealed).decode()
