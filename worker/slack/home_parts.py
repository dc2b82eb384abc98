"""Headings and items of a Home as Slack blocks. What people wrote goes into rich_text and plain_text: it stays text."""

from collections.abc import Iterator

from slack_sdk.models.blocks import (
    Block,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)

from worker.slack.blocks import buttons
from worker.slack.cut import cut, link_text
from workflows.home import Item

TITLE_CHARS = 150
TEXT_CHARS = 2900
BULLET_CHARS = 300
URL_CHARS = 3000
_BOLD = RichTextElementParts.TextStyle(bold=True)


def heading(text: str) -> tuple[Block, ...]:
    """A heading inside a walk, smaller than Slack's own header; nothing for no text."""
    if not text.strip():
        return ()
    words = RichTextElementParts.Text(text=said(text, TITLE_CHARS), style=_BOLD)
    return (RichTextBlock(elements=[RichTextSectionElement(elements=[words])]),)


def item(one: Item) -> Iterator[Block]:
    """One item: its words in one block, then its buttons."""
    elements: list[RichTextElement] = []
    if lines := list(_lines(one)):
        elements.append(RichTextSectionElement(elements=lines))
    if one.bullets:
        texts = (RichTextElementParts.Text(text=said(line, BULLET_CHARS)) for line in one.bullets)
        rows = [RichTextSectionElement(elements=[text]) for text in texts]
        elements.append(RichTextListElement(style="bullet", elements=rows))
    if elements:
        yield RichTextBlock(elements=elements)
    yield from buttons(one.actions)


def _lines(one: Item) -> Iterator[RichTextElement]:
    gap = ""
    if one.title.strip():
        yield RichTextElementParts.Text(text=said(one.title, TITLE_CHARS), style=_BOLD)
        gap = "\n"
    if one.text.strip():
        yield RichTextElementParts.Text(text=f"{gap}{said(one.text, TEXT_CHARS)}")
        gap = "\n"
    if one.link and one.link.url.startswith(("https://", "http://")) and len(one.link.url) <= URL_CHARS:
        if gap:
            yield RichTextElementParts.Text(text=gap)
        yield RichTextElementParts.Link(
            url=one.link.url, text=said(link_text(one.link.label, one.link.url), TITLE_CHARS)
        )


def said(text: str, most: int) -> str:
    """Text cut to what fits, or a dash where there is none: Slack refuses empty text."""
    return cut(text, most) or "–"
