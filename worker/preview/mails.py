"""Mails of the preview, by the service's own post: the same frame, headers and signed links, and nothing is sent."""

from dataclasses import dataclass
from datetime import datetime

from worker.links import Links
from worker.mail.mailing import Mailing
from worker.mail.send import Post
from worker.settings import load
from worker.store.connection import connect
from worker.store.left_alone import LeftAlone
from worker.store.mailroom import Mailroom
from worker.vault import Vault
from workflows.message import Message
from workflows.messages import examples
from workflows.messages.partner_invite import example_contact
from workflows.messages.scene import Scene
from workflows.reach import sort_of
from workflows.ticket import Ticket
from workflows.words import Words

_KEY = "cHJldmlldy1vbmx5LXByZXZpZXctb25seS1wcmV2aWU="  # seals nothing real: a preview holds made-up people alone
_SETTINGS = {
    "FAIRSTEPS_SECRET_KEYS": _KEY,
    "FAIRSTEPS_PUBLIC_URL": "https://fairsteps.example.org",
    "FAIRSTEPS_MAIL_FROM": "Fairsteps <fairsteps@example.org>",
    "FAIRSTEPS_INBOUND_URL": "lmtp://127.0.0.1:8004",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _StillClock:
    def now(self) -> datetime:
        return examples.NOW


class _StillVault(Vault):
    """Seals everything alike, so that a preview of the same is the same."""

    def seal(self, text: str) -> bytes:
        return b"example"


def post(words: Words) -> Post:
    """The post of a house that is nowhere."""
    settings, nowhere, vault = load(_SETTINGS), connect("unix:///nowhere"), _StillVault([_KEY])
    return Post(
        settings=settings,
        links=Links(public_url=settings.public_url, keys=settings.secret_keys),
        mailroom=Mailroom(redis=nowhere, vault=vault, key=_KEY),
        left_alone=LeftAlone(nowhere, [_KEY]),
        vault=vault,
        words=words,
        clock=_StillClock(),
    )


def mail(by: Post, scene: Scene, message: Message, *, about: str, to_nobody: bool = False) -> bytes:
    """A message to Dara, who has no Slack, as a mail; `about` is the round that a reply would answer."""
    person = scene.walk.people[examples.DARA]
    name, address, ticket = person.name, person.email or "", scene.ticket(examples.DARA, about)
    if page := next((a for a in message.actions if a.page == "partner"), None):  # to the partner's contact
        robin = example_contact()
        name, address, ticket = robin.name, robin.address, Ticket.decode(page.value)
    mailing = Mailing(
        delivery="previewpreviewprevie",
        to_name="" if to_nobody else name,
        to_address=address,
        message=message,
        ticket=ticket,
        list_name=scene.walk.partnership.group.name,
        to_nobody=to_nobody,
        sort=sort_of(message.kind),
    )
    return by.compose(mailing).as_bytes()
