"""A reply came from an address that is not the member's own: it was not counted, and they are told."""

from workflows.message import Action, Heading, Message, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.words import Words

KIND = "reply_held"


def compose(words: Words, *, ticket: Ticket) -> Message:
    """Tell the member. What the reply said is left out: it may be a stranger's."""
    return Message(
        kind=KIND,
        subject=words("reply_held.subject"),
        preheader=words("reply_held.preheader"),
        parts=(
            Heading(text=words("reply_held.title")),
            Text(text=words("reply_held.intro")),
            Text(text=words("reply_held.yours")),
            Text(text=words("reply_held.not_yours")),
        ),
        actions=(
            Action(
                id="answer", label=words("reply_held.answer"), value=ticket.encode(), style="primary", page="answer"
            ),
        ),
        why=words("reply_held.why"),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Somebody answered for Dara from elsewhere."""
    walk = examples.walk(programme)
    return compose(
        words,
        ticket=Ticket(
            workspace=walk.partnership.workspace,
            partnership=walk.partnership.id,
            person=examples.DARA,
            subject=walk.rounds[0].id,
        ),
    )
