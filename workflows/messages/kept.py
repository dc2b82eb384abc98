"""Who kept a message hears what its author said."""

from dataclasses import replace

from workflows.message import Message, Part, Quote, Small, Text
from workflows.messages import examples
from workflows.messages.keep import author_of, example_kept
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Kept
from workflows.words import Words

KIND = "kept"


def compose(scene: Scene, *, kept: Kept) -> Message:
    """Say whether it is kept; what is not is not told again, for it is dropped."""
    w = scene.words
    who = author_of(scene, kept) or w("keeping.somebody_listed")
    text = w(f"kept.{kept.state}", who=who, kind=w(f"keep.a_kind.{kept.kind}"))
    rest: Part = Quote(text=kept.text, who=who) if kept.state == "given" else Small(text=w("kept.own_words"))
    return Message(
        kind=KIND,
        subject=w(f"kept.subject_{kept.state}"),
        parts=(Text(text=text), rest),
        why=scene.why(kept.by),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Eli said yes to Bo."""
    return compose(examples.scene(words, programme), kept=replace(example_kept(), state="given"))
