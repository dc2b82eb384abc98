"""Whom and what a message can name, and a menu can offer: the people and channels of a workspace."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One thing to choose."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The people and channels that menus offer. `also` are ids that texts may name beside them, with their names.

    A person who is `gone` is offered only where they were chosen before.
    """

    people: tuple[Choice, ...] = ()
    channels: tuple[Choice, ...] = ()
    gone: frozenset[str] = frozenset()
    also: tuple[tuple[str, str], ...] = ()

    def names(self) -> dict[str, str]:
        """Return what to call each id."""
        return {**{one.value: one.label for one in (*self.people, *self.channels)}, **dict(self.also)}
