"""A mail is cut before a mail program cuts it: where it grows too long, the rest stands on the page.

Promises: the HTML of any message stays below the size at which Gmail folds the end of a mail away, foot and buttons
included (about 102 kB, measured). A list shows its first lines and says how many more there are; what does not fit
after that is left out, and a line says so. Questions that a reply must name are cut only where nothing else helps.
"""

from collections.abc import Iterable
from dataclasses import replace
from html import escape

from worker.mail.mailing import Mailing
from workflows.message import Action, Bullets, Facts, Numbered, Part, Progress, Quote, Small, Text
from workflows.words import Words

BUDGET = 80_000  # bytes of HTML
_PARTS = 50_000  # bytes of it for what the message says; the rest is for styles, frame, buttons and foot
_FRAME = 700  # bytes that MJML puts around a part
_AROUND = 70  # and we around each line of a list
_LINES = 30  # of a list that nobody must answer; a mail is read on a phone
_CUT = 6_000  # characters of one paragraph or line; more was not written to be read in a mail


def fitting(mailing: Mailing, words: Words) -> Mailing:
    """Return the mailing with as much as a mail may hold; what was cut has a button to where all of it stands."""
    message = mailing.message
    parts = tuple(_within(_shortened(message.parts, words), words))
    if parts == message.parts:
        return mailing
    led = any(action.page and action.value for action in message.actions)
    home = replace(mailing.ticket, subject="").encode()
    more = () if led else (Action(id="home", label=words("mail.all_of_it"), value=home, page="home"),)
    return replace(mailing, message=replace(message, parts=parts, actions=(*message.actions, *more)))


def _shortened(parts: Iterable[Part], words: Words) -> Iterable[Part]:
    """Cut long lists, each with how many more there are, and single lines without an end."""
    for part in parts:
        match part:
            case Bullets(items=items):
                yield Bullets(items=tuple(_cut(item) for item in items[:_LINES]))
                yield from _more(len(items), words)
            case Facts(rows=rows):
                yield Facts(rows=tuple((_cut(label), _cut(value)) for label, value in rows[:_LINES]))
                yield from _more(len(rows), words)
            case Progress() | Numbered():
                yield part
            case Text(text=text) | Small(text=text) | Quote(text=text):
                yield replace(part, text=_cut(text))
            case _:
                yield part


def _more(there: int, words: Words) -> Iterable[Part]:
    if there > _LINES:
        yield Small(text=words("mail.more", count=there - _LINES))


def _within(parts: Iterable[Part], words: Words) -> Iterable[Part]:
    """Leave out what comes after the room is used up."""
    left = _PARTS
    for part in parts:
        if _size(part) > left:
            yield from _as_far_as(part, left)
            yield Small(text=words("mail.rest"))
            return
        left -= _size(part)
        yield part


def _as_far_as(part: Part, room: int) -> Iterable[Part]:
    """The first questions of a list that does not fit; of another part nothing."""
    if isinstance(part, Numbered):
        fitting_in = next((n for n in range(len(part.items), 0, -1) if _size(_first(part, n)) <= room), 0)
        yield from (_first(part, fitting_in),) if fitting_in else ()


def _first(part: Numbered, count: int) -> Numbered:
    return Numbered(items=part.items[:count])


def _size(part: Part) -> int:
    """About the bytes of a part as HTML."""
    match part:
        case Bullets(items=items) | Numbered(items=items):
            said: tuple[str, ...] = items
        case Facts(rows=rows):
            said = tuple(f"{label}{value}" for label, value in rows)
        case Progress(steps=steps):
            said = tuple(title for title, _ in steps)
        case _:
            said = (*(str(getattr(part, name, "")) for name in ("text", "who", "label", "url")),)
    return _FRAME + sum(len(escape(text).encode()) + _AROUND + 5 * text.count("\n") for text in said)


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[:_CUT].rstrip()} …"
