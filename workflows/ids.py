"""Ids are computed from what they mean, so a retry reuses the id and nothing is made twice.

Every id is opaque: it holds no name, address or answer, and may stand in the broker, a log line or Slack metadata.
"""

import base64
import hashlib

from workflows.addresses import folded

_LENGTH = 20  # 100 bits in base32: no collision to fear within one installation, short enough for a mail local part


def made_of(*meaning: str) -> str:
    """Return an opaque id (20 lower-case letters and digits), the same for the same meaning in the same order."""
    digest = hashlib.sha256("\x1f".join(meaning).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_LENGTH]


def person_id(workspace: str, account: str) -> str:
    """Return a person's id; `account` is their Slack user id, or their lower-case mail address when they have none."""
    return "m" + made_of("person", workspace, account)[:11]


def mail_home(address: str, group: str) -> str:
    """Return the id of a mail home, by who began it and what their group is called.

    Slack's ids begin with a capital letter, this one with a small one: no home is ever taken for another.
    """
    return "h" + made_of("home", folded(address), group.casefold())[:11]


def delivery_id(*, partnership: str, what: str, person: str, slot_ms: int, channel: str) -> str:
    """Return the key of one delivery; `what` is kind and subject, `slot_ms` the planned instant in UTC ms."""
    return made_of("delivery", partnership, what, person, str(slot_ms), channel)
