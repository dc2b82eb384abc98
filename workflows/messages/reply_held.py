"""A reply that may not be the member's was not counted, and they are told at their own address."""

from workflows.message import Action, Heading, Message, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.words import Words

KIND = "reply_held"


OTHER_SENDER = "other_sender"


def compose(words: Words, *, ticket: Ticket, why: str = OTHER_SENDER) -> Message:
    """Tell the member; `why` names the doubt. What the reply said is left out: it may be a stranger's."""
    doubt = "other" if why == OTHER_SENDER else why
    return Message(
        kind=KIND,
        subject=words("reply_held.subject" if doubt == "other" else "mail_in.held_subject"),
        preheader=words("reply_held.preheader"),
        parts=(
            Heading(text=words("reply_held.title")),
            Text(text=words("reply_held.intro" if doubt == "other" else f"mail_in.held_{doubt}")),
            Text(text=words("reply_held.yours" if doubt == "other" else "mail_in.held_yours")),
            Text(text=words("reply_held.not_yours")),
        ),
        actions=(
            Action(
                id="answer", label=words("reply_held.answer"), value=ticket.encode(), style="primary", page="answer"
            ),
        ),
        why=words("reply_held.why" if doubt == "other" else "mail_in.held_why"),
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
