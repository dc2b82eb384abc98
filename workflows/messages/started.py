"""The channel hears that a walk has begun."""

from datetime import date

from workflows import say
from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "started"


def compose(scene: Scene, *, first: date) -> Message:
    """Say who started it, who is asked (everyone in the channel, or those named), and when the questions come."""
    asked = "started.body" if scene.walk.partnership.everyone else "started.body_named"
    facts, hour = scene.facts(), f"{scene.walk.partnership.rhythm.hour:02d}:00"
    return Message(
        kind=KIND,
        subject=scene.words("started.subject", **facts),
        parts=(
            Heading(text=scene.words("started.heading", **facts)),
            Text(text=scene.words(asked, **facts)),
            Text(text=scene.words("started.when", first=f"{say.day(first, scene.locale)}, {hour}")),
            Small(text=scene.programme.credit),
        ),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Harbour Circle begins."""
    return compose(examples.scene(words, programme), first=date(2026, 12, 1))
