"""The first message to whoever added the app; another one where groups are under way."""

from workflows.message import Action, Heading, Message, Small, Text
from workflows.programme import Programme
from workflows.words import Words

KIND = "welcome"


def compose(words: Words) -> Message:
    """Say what this is and offer to start."""
    return Message(
        kind=KIND,
        subject=words("welcome.subject"),
        parts=(
            Heading(text=words("welcome.heading")),
            *(Text(text=line) for line in words.lines("welcome.body")),
            Text(text=words("welcome.next")),
            Small(text=words("welcome.slack")),
        ),
        actions=(Action(id="start", label=words("button.start"), value="start", style="primary"),),
        why=words("why.installer"),
        locale=words.locale,
    )


def back(words: Words) -> Message:
    """Say that all is as it was, where the app is added again."""
    parts = tuple(Text(text=line) for line in words.lines("welcome.back"))
    subject, why = words("welcome.subject_back"), words("why.installer")
    return Message(kind=KIND, subject=subject, parts=(Heading(text=subject), *parts), why=why, locale=words.locale)


def example(words: Words, programme: Programme) -> Message:
    """The same for everyone."""
    return compose(words)
