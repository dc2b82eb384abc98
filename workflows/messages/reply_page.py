"""A second reply that could not be understood: short, with the page, and no third try by mail."""

from workflows.message import Action, Heading, Message, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.words import Words

KIND = "reply_page"


def compose(words: Words, *, ticket: Ticket) -> Message:
    """Their words are not lost, and the page is the quick way."""
    return Message(
        kind=KIND,
        subject=words("reply_page.subject"),
        preheader=words("reply_page.preheader"),
        parts=(
            Heading(text=words("reply_page.title")),
            Text(text=words("reply_page.intro")),
            Text(text=words("reply_page.page")),
        ),
        actions=(
            Action(
                id="answer", label=words("reply_page.answer"), value=ticket.encode(), style="primary", page="answer"
            ),
        ),
        why=words("reply_page.why"),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara replied twice."""
    scene = examples.scene(words, programme)
    return compose(words, ticket=scene.ticket(examples.DARA, scene.walk.rounds[0].id))
