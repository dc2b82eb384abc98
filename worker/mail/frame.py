"""The frame of every mail: how a message looks as HTML and as plain text.

Promises: both templates are read and compiled once, when a `Frame` is made; MJML becomes HTML there with Jinja's
loops still in it, so that a mail costs one Jinja rendering. What people wrote comes in as values, never as a
template, and is escaped. A template that is broken, or that lost a loop on the way through MJML, stops the start.
Drawing does no I/O and reads no clock.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mjml
from jinja2 import StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from worker.files import bundled
from workflows.message import Bullets, Heading, Message, Numbered, Part
from workflows.words import Words

_WIDTH = 72  # columns of the text part: quoted once or twice it still fits a terminal
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv"})
_SIGNS = {"done": "✓", "now": "➜", "ahead": "○"}
_TEXT_SIGNS = {"done": "[x]", "now": "[>]", "ahead": "[ ]"}
_SCREENS = 1_200  # characters: about two screens of a phone
_YES_OR_NO = ("consent",)
_CONTROL = re.compile(r"{%.*?%}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A link with a label; a strong one is what the mail is for."""

    label: str
    url: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """The links at the foot of a mail: whoever is here settles what they get; a partner's contact has no `home`.

    Whoever has said yes to nothing can ask `never` to be invited again, by any group.
    """

    preferences: str = ""
    unsubscribe: str = ""
    home: str = ""
    never: str = ""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.preferences or self.unsubscribe or self.never)


class BrokenFrame(Exception):
    """A template of the mail frame does not work; the text says which and why."""


class Frame:
    """Draws messages as mail bodies."""

    def __init__(self, *, html: Path, text: Path) -> None:
        self._html = _environment(escape=True).from_string(_as_html(html))
        self._text = _environment(escape=False).from_string(text.read_text(encoding="utf-8"))

    def html(self, message: Message, *, buttons: Sequence[Button], foot: Foot, words: Words) -> str:
        """Return the HTML body."""
        return self._html.render(_values(message, buttons, foot, words))

    def text(self, message: Message, *, buttons: Sequence[Button], foot: Foot, words: Words) -> str:
        """Return the plain text body."""
        drawn = self._text.render(_values(message, buttons, foot, words))
        return re.sub(r"\n{3,}", "\n\n", drawn).strip() + "\n"


@cache
def the_frame() -> Frame:
    """Return the one frame of this process."""
    return Frame(html=bundled.find("templates/email/frame.mjml.j2"), text=bundled.find("templates/email/frame.txt.j2"))


def _environment(*, escape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "html.j2", "mjml.j2"), default_for_string=True) if escape else False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fold"] = fold
    environment.filters["lines"] = lines
    environment.filters["blocks"] = blocks
    environment.filters["one_line"] = one_line
    environment.filters["upper_rule"] = underlined
    return environment


def _as_html(path: Path) -> str:
    """Compile MJML once and see that every Jinja line came through, for MJML drops what it does not know in silence."""
    source = path.read_text(encoding="utf-8")
    try:
        html = mjml.mjml2html(source, fonts={})  # or it loads Roboto from a third party as soon as it is named
    except ValueError as wrong:
        raise BrokenFrame(f"{path.name}: {wrong}") from wrong
    if sorted(_CONTROL.findall(source)) != sorted(_CONTROL.findall(html)):
        raise BrokenFrame(
            f"{path.name}: a Jinja line was lost on the way through MJML; it must stand in mj-raw or mj-text"
        )
    # A mail that is opened as a page of its own has one main part, and not an article outside of any.
    return str(html).replace('role="article"', 'role="main"', 1)


def _values(message: Message, buttons: Sequence[Button], foot: Foot, words: Words) -> Mapping[str, object]:
    right_to_left = message.locale.partition("-")[0] in _RIGHT_TO_LEFT
    return {
        "lang": message.locale,
        "dir": "rtl" if right_to_left else "ltr",
        "start": "right" if right_to_left else "left",
        "end": "left" if right_to_left else "right",
        "subject": one_line(message.subject),
        "preheader": one_line(message.preheader),
        "marker": words("mail.marker") if message.reply_hint else "",
        "parts": _named(message),
        "reply_hint": message.reply_hint,
        "buttons": buttons,
        "early": next((b for b in buttons if b.strong), None) if _is_long(message) else None,
        "why": message.why,
        "foot": [Button(label=words(f"mail.{name}"), url=url) for name, url in _ways(foot) if url],
        "quoted_from": words("mail.quoted_from"),
        "signs": _SIGNS,
        "text_signs": _TEXT_SIGNS,
        "states": {state: words(f"mail.state_{state}") for state in _SIGNS},
    }


def _ways(foot: Foot) -> tuple[tuple[str, str], ...]:
    """The links at a foot by their names, in their order."""
    return (
        ("home", foot.home),
        ("preferences", foot.preferences),
        ("unsubscribe", foot.unsubscribe),
        ("never", foot.never),
    )


def _is_long(message: Message) -> bool:
    """Whether the buttons at the end lie some screens below on a phone; then the strong one stands at the top, too.

    Not where yes and no weigh the same.
    """
    if message.kind in _YES_OR_NO:
        return False
    parts = message.parts
    said = (part.items if isinstance(part, Numbered | Bullets) else (getattr(part, "text", ""),) for part in parts)
    return sum(len(text) for texts in said for text in texts) > _SCREENS


def _named(message: Message) -> list[tuple[str, Part]]:
    """Name each part by its type for the templates; a heading that opens the mail, maybe under a small line, is its
    title, else the subject is: who hears a mail read out jumps to it.
    """
    named: list[tuple[str, Part]] = [(type(part).__name__, part) for part in message.parts]
    for at, (name, part) in enumerate(named[:2]):
        if name == "Heading":
            named[at] = ("Title", part)
            return named
    return [("Title", Heading(text=one_line(message.subject))), *named]


def lines(text: str) -> Markup:
    """Return escaped text with a break at each line end: Outlook on Windows runs lines together, style or not."""
    return Markup("<br>").join(text.strip().splitlines())


def blocks(text: str) -> Markup:
    """Return escaped text with each line after the first set a little apart: the parts of a question."""
    first, *rest = text.strip().splitlines() or [""]
    return escape(first) + Markup("").join(Markup("<div>{}</div>").format(line) for line in rest)


def one_line(text: str) -> str:
    """Return `text` without line breaks or runs of spaces."""
    return " ".join(text.split())


def underlined(text: str, rule: str) -> str:
    """Return a heading with a rule below, so that it stands out without markup."""
    return f"{text}\n{rule * min(len(text), _WIDTH)}"


def fold(text: str, first: str = "", rest: str = "") -> str:
    """Wrap each line of `text`, the first with `first` before it and all others with `rest`."""
    folded: list[str] = []
    for line in text.strip().splitlines() or [""]:
        folded += textwrap.wrap(
            line,
            _WIDTH,
            initial_indent=rest if folded else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(folded)
