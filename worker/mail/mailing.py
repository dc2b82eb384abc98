"""One mail that is to go out, before it is drawn."""

from dataclasses import dataclass

from workflows.message import Message
from workflows.messages import begin, consent, partner_invite, prove_address
from workflows.people import Sort
from workflows.ticket import Ticket

_UNASKED = (begin.KIND, consent.KIND, partner_invite.KIND, prove_address.KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """`delivery` is the key of the delivery: a mail that is tried again keeps it, and with it its Message-ID.

    `ticket` names whom the links at the foot and the reply address stand for; `list_name` is what the reader calls
    the group. Mails of one `thread` (an opaque id: the partnership, its step and the reader) stand together in mail
    programs. `follows` is the Message-ID of the mail that this one comes back to, and `topic` the subject that it had.
    With `hides` the mail says that something waits, how many questions (`waits`), and neither what nor of whom; its
    `sort` is still what the link at its foot may stop alone. One that goes `to_nobody` yet is to an address that is
    not proved: it belongs to no list, and has nothing to settle.
    """

    delivery: str
    to_name: str
    to_address: str
    message: Message
    ticket: Ticket
    list_name: str
    thread: str = ""
    follows: str = ""
    topic: str = ""
    hides: bool = False
    waits: int = 1
    to_nobody: bool = False
    sort: Sort = "questions"

    @property
    def unasked(self) -> bool:
        """Whether it comes to somebody who has said yes to nothing.

        Such a mail goes to nobody who asked to be left alone, and says how to ask for that.
        """
        return self.message.kind in _UNASKED
