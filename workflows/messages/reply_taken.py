"""What we understood from a reply beside answers (yes, no, done, stop, pause), and a way to change it."""

from workflows.by_reply import Taken
from workflows.message import Action, Heading, Message, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.words import Words

KIND = "reply_taken"
ATTACHED = "attached"
_BACK = {"stopped": "unsubscribe", "paused": "preferences"}  # the page that takes it back; the rest is its own page


def compose(words: Words, *, what: Taken | str, ticket: Ticket) -> Message:
    """`what` was understood; or ATTACHED: pictures and files were not kept."""
    page = _BACK.get(what, "answer")
    label = words("reply_taken.back" if what in _BACK or what == ATTACHED else "reply_taken.correct")
    actions = (Action(id="answer", label=label, value=ticket.encode(), page=page),)
    return Message(
        kind=KIND,
        subject=words(f"reply_taken.subject_{what}"),
        preheader=words("reply_taken.preheader"),
        parts=(Heading(text=words(f"reply_taken.subject_{what}")), Text(text=words(f"reply_taken.{what}"))),
        actions=() if what == "done" else actions,  # what is done stays done
        why=words("reply_taken.why"),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara wrote "yes"."""
    return compose(words, what="consent_yes", ticket=examples.scene(words, programme).ticket(examples.DARA, "consent"))
