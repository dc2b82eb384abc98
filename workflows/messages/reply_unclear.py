"""A reply by mail of which something could not be understood: what, why, and what to write instead."""

from collections.abc import Iterator, Sequence
from typing import Literal

from workflows.message import Action, Heading, Message, Part, Quote, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.words import Words

KIND = "reply_unclear"
_QUOTED_CHARS = 4000  # their own words back, whole in practice, and far from where mail programs cut


def compose(
    words: Words,
    *,
    problems: Sequence[tuple[int, str, str]],
    quoted: str,
    ticket: Ticket,
    state: Literal["open", "closed", "none"] = "open",
    numbered: bool = True,
) -> Message:
    """Ask back. `problems` are (number, question, what was wrong); number 0 is about the reply as a whole.

    `numbered` says whether there may be several questions; else one word was asked for, like yes or no.

    Once the questions take no more answers, or where there were "none", nothing is asked; then it says so.
    """
    still_open = state == "open"
    return Message(
        kind=KIND,
        subject=words(f"reply_unclear.subject_{state}"),
        preheader=words(f"reply_unclear.preheader_{state}"),
        parts=(
            Heading(text=words(f"reply_unclear.title_{state}")),
            *_what_was_wrong(words, problems, quoted, still_open),
            *_their_words(words, quoted),
        ),
        actions=(_answer(words, ticket),) if still_open else (),
        reply_hint=words(f"reply_unclear.{'reply_hint' if numbered else 'reply_hint_one'}") if still_open else "",
        why=words("reply_unclear.why" if still_open else "reply_taken.why"),
        locale=words.locale,
    )


def _what_was_wrong(
    words: Words, problems: Sequence[tuple[int, str, str]], quoted: str, still_open: bool
) -> Iterator[Part]:
    numbered = [problem for problem in problems if problem[0]]
    if still_open:
        yield Text(text=words("reply_unclear.intro", count=len(numbered), nothing_found=not quoted.strip()))
    for number, question, problem in problems:
        if number:
            yield Text(text=words("reply_unclear.question", number=number, question=question, problem=problem))
        else:
            yield Text(text=problem)


def _their_words(words: Words, quoted: str) -> tuple[Part, ...]:
    if not quoted.strip():
        return ()
    return (Text(text=words("reply_unclear.you_wrote")), Quote(text=quoted[:_QUOTED_CHARS]))


def _answer(words: Words, ticket: Ticket) -> Action:
    return Action(
        id="answer", label=words("reply_unclear.answer"), value=ticket.encode(), style="primary", page="answer"
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara wrote an amount that is no number."""
    walk = examples.walk(programme)
    asked = [one for prompt in programme.prompts() for one in enumerate(prompt.questions, start=1)]
    number, amount = next((one for one in asked if one[1].kind in ("number", "range")), asked[0])
    return compose(
        words,
        problems=((number, amount.label, words("reply_unclear.example_problem")),),
        quoted=f"{number}: quite a lot",
        ticket=Ticket(
            workspace=walk.partnership.workspace,
            partnership=walk.partnership.id,
            person=examples.DARA,
            subject=walk.rounds[0].id,
        ),
    )
