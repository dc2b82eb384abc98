"""A channel-neutral message drawn as Slack blocks, from values and with the SDK's own models.

Promises: whatever people wrote stays text. It goes into plain_text and rich_text, which know no markup; where mrkdwn
is needed (the notification text, the labels of facts) the three special characters are escaped. The result is within
Slack's limits: long text is spread over several blocks, and what still does not fit is folded into one "…".
No I/O, no clock.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
    StaticSelectElement,
)

from worker.slack.cut import ELLIPSIS, cut, escaped, link_text, split
from workflows.message import (
    Action,
    Bullets,
    Divider,
    Facts,
    Heading,
    Link,
    Message,
    Numbered,
    Part,
    Progress,
    Quote,
    Small,
    Text,
)

SECTION_CHARS = 3000
HEADER_CHARS = 150
BUTTON_CHARS = 75
MENU_CHARS = 150
FIELD_CHARS = 2000
MESSAGE_BLOCKS = 50
ACTIONS_PER_BLOCK = 25
FACTS_PER_SECTION = 5  # ten fields a section, two to a row
NOTIFICATION_CHARS = 3000  # Slack takes 40,000, a phone shows a line
# Slack answers msg_blocks_too_long at about 13,200 characters of blocks, which no page of its own says.
# https://github.com/slackapi/bolt-js/issues/2509
MESSAGE_JSON_CHARS = 12_000

# Words beside the signs: who cannot see the signs, or tell them apart, still knows where the group stands.
_STATES = {"done": ("✓", "done"), "now": ("●", "now"), "ahead": ("○", "ahead")}


def render(message: Message) -> dict[str, Any]:
    """Return `text` (what a notification shows) and `blocks` of a message."""
    actions = [block.to_dict() for block in buttons(message.actions)]
    body = [block.to_dict() for part in message.parts for block in draw(part)]
    return {"text": escaped(cut(message.subject, NOTIFICATION_CHARS)) or ELLIPSIS, "blocks": _folded(body, actions)}


def draw(part: Part) -> tuple[Block, ...]:
    """Return the blocks of one part; an empty part draws nothing, for Slack refuses empty text."""
    match part:
        case Heading(text=text):
            return (HeaderBlock(text=plain(cut(text, HEADER_CHARS))),) if text.strip() else ()
        case Text(text=text):
            return paragraphs(text)
        case Small(text=text):
            return tuple(ContextBlock(elements=[plain(piece)]) for piece in split(text, SECTION_CHARS))
        case Quote():
            return _quote(part)
        case Bullets(items=items):
            return _listed("bullet", items)
        case Numbered(items=items):
            return _listed("ordered", items)
        case Facts(rows=rows):
            return tuple(_facts(rows))
        case Progress(steps=steps):
            return _progress(part) if steps else ()
        case Link():
            return _link(part)
        case Divider():
            return (DividerBlock(),)
        case _:
            assert_never(part)


def plain(text: str) -> PlainTextObject:
    """Text in which nothing is markup: no mention, no link, no emoji from colons."""
    return PlainTextObject(text=text, emoji=False)


def paragraphs(text: str) -> tuple[Block, ...]:
    """Return sections that hold the whole of `text`."""
    return tuple(SectionBlock(text=plain(piece)) for piece in split(text, SECTION_CHARS))


def _quote(quote: Quote) -> tuple[Block, ...]:
    blocks = []
    for place, piece in enumerate(split(quote.text, SECTION_CHARS)):
        elements: list[RichTextElement] = [RichTextQuoteElement(elements=[_words(piece)])]
        if quote.who.strip() and place == 0:
            elements.insert(0, RichTextSectionElement(elements=[_words(cut(quote.who, HEADER_CHARS), bold=True)]))
        blocks.append(RichTextBlock(elements=elements))
    return tuple(blocks)


def _listed(style: str, items: Sequence[str]) -> tuple[Block, ...]:
    """Draw a list in blocks of a page each, so that a long one is folded at its end and not as a whole."""
    lines = [cut(item, SECTION_CHARS) for item in items if item.strip()]
    blocks = []
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and sum(map(len, lines[start : end + 1])) <= SECTION_CHARS:
            end += 1
        elements = [RichTextSectionElement(elements=[_words(line)]) for line in lines[start:end]]
        listed = RichTextListElement(
            style=style, elements=elements, offset=start if style == "ordered" and start else None
        )
        blocks.append(RichTextBlock(elements=[listed]))
        start = end
    return tuple(blocks)


def _facts(rows: Sequence[tuple[str, str]]) -> Iterator[Block]:
    for start in range(0, len(rows), FACTS_PER_SECTION):
        fields: list[PlainTextObject | MarkdownTextObject] = []
        for label, value in rows[start : start + FACTS_PER_SECTION]:
            name = escaped(cut(label.replace("*", " "), HEADER_CHARS)) or "–"
            fields.append(MarkdownTextObject(text=f"*{name}*", verbatim=True))
            fields.append(plain(cut(value, FIELD_CHARS) or "–"))
        yield SectionBlock(fields=fields)


def _progress(progress: Progress) -> tuple[Block, ...]:
    row = "  ›  ".join(f"{_STATES[state][0]} {title} ({_STATES[state][1]})" for title, state in progress.steps)
    return (ContextBlock(elements=[plain(cut(row, SECTION_CHARS))]),)


def _link(link: Link) -> tuple[Block, ...]:
    if not link.url.startswith(("https://", "http://")) or len(link.url) > SECTION_CHARS:
        return paragraphs(link.label.strip() or link.url)
    element = RichTextElementParts.Link(url=link.url, text=cut(link_text(link.label, link.url), SECTION_CHARS))
    return (RichTextBlock(elements=[RichTextSectionElement(elements=[element])]),)


def _words(text: str, *, bold: bool = False) -> RichTextElement:
    style = RichTextElementParts.TextStyle(bold=True) if bold else None
    return RichTextElementParts.Text(text=text, style=style)


def buttons(actions: Sequence[Action]) -> Iterator[Block]:
    """Draw what can be pressed or chosen, in blocks of as many as Slack takes."""
    for start in range(0, len(actions), ACTIONS_PER_BLOCK):
        seen: dict[str, int] = {}
        elements: list[InteractiveElement] = []
        for action in actions[start : start + ACTIONS_PER_BLOCK]:
            seen[action.id] = seen.get(action.id, 0) + 1
            draw_one = _menu if action.options else _button
            elements.append(draw_one(action, seen[action.id]))
        yield ActionsBlock(elements=elements)


def _menu(action: Action, nth: int) -> InteractiveElement:
    return StaticSelectElement(
        action_id=action.id if nth == 1 else f"{action.id}#{nth}",
        placeholder=plain(cut(action.label, MENU_CHARS)),
        options=[
            Option(value=value_of(action, choice), text=plain(cut(label, BUTTON_CHARS)))
            for choice, label in action.options
        ],
    )


def _button(action: Action, nth: int) -> InteractiveElement:
    # Slack wants an action_id once in a block; `action_named` reads the id back.
    return ButtonElement(
        text=plain(cut(action.label, BUTTON_CHARS)),
        action_id=action.id if nth == 1 else f"{action.id}#{nth}",
        value=value_of(action) or None,
        style=None if action.style == "plain" else action.style,
    )


def value_of(action: Action, choice: str = "") -> str:
    """What a button or an option sends back: the ticket, behind what was chosen. `choice_from` reads it."""
    chosen = choice or action.choice
    return f"{chosen}|{action.value}" if chosen else action.value


def choice_from(value: str) -> tuple[str, str]:
    """Return what was chosen (empty for a plain button) and the ticket."""
    chosen, bar, ticket = value.rpartition("|")
    return (chosen, ticket) if bar else ("", value)


def action_named(action_id: str) -> str:
    """Return the `Action.id` behind a button's action_id."""
    return action_id.partition("#")[0]


def _folded(body: Sequence[Mapping[str, Any]], actions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keep the head of a message that is too long, say so with "…", and always keep its buttons."""
    room = MESSAGE_BLOCKS - len(actions)
    chars = MESSAGE_JSON_CHARS - sum(map(_weight, actions))
    kept: list[dict[str, Any]] = []
    for place, block in enumerate(body):
        chars -= _weight(block)
        last = place == len(body) - 1
        if chars < 0 or len(kept) == room - (0 if last else 1):
            kept.append(ContextBlock(elements=[plain(ELLIPSIS)]).to_dict())
            break
        kept.append(dict(block))
    return [*kept, *map(dict, actions)]


def _weight(block: Mapping[str, Any]) -> int:
    return len(json.dumps(block, ensure_ascii=False))
