"""A reply by mail of which something could not be understood: what, why, and what to write instead."""

from collections.abc import Sequence

from workflows.message import Action, Heading, Message, Part, Quote, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.words import Words

KIND = "reply_unclear"
_QUOTED_CHARS = 4000  # their own words back, whole in practice, and far from where mail programs cut


def compose(words: Words, *, problems: Sequence[tuple[int, str, str]], quoted: str, ticket: Ticket) -> Message:
    """Ask back. `problems` are (number, question, what was wrong); number 0 is about the reply as a whole."""
    nothing_found = not quoted.strip()
    parts: list[Part] = [
        Heading(text=words("reply_unclear.title")),
        Text(text=words("reply_unclear.intro", count=len(problems), nothing_found=nothing_found)),
    ]
    for number, question, problem in problems:
        if not number:
            parts.append(Text(text=problem))
            continue
        parts.append(Text(text=words("reply_unclear.question", number=number, question=question, problem=problem)))
    if not nothing_found:
        parts += [Text(text=words("reply_unclear.you_wrote")), Quote(text=quoted[:_QUOTED_CHARS])]
    return Message(
        kind=KIND,
        subject=words("reply_unclear.subject"),
        preheader=words("reply_unclear.preheader"),
        parts=tuple(parts),
        actions=(
            Action(
                id="answer",
                label=words("reply_unclear.answer"),
                value=ticket.encode(),
                style="primary",
                page="answer",
            ),
        ),
        reply_hint=words("reply_unclear.reply_hint"),
        why=words("reply_unclear.why"),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara wrote an amount that is no number."""
    walk = examples.walk(programme)
    questions = programme.steps[0].prompts[0].questions
    return compose(
        words,
        problems=((len(questions), questions[-1].label, words("reply_unclear.example_problem")),),
        quoted="1: I answer messages in the evening.\n2: quite a lot",
        ticket=Ticket(
            workspace=walk.partnership.workspace,
            partnership=walk.partnership.id,
            person=examples.DARA,
            subject=walk.rounds[0].id,
        ),
    )
