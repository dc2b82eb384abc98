"""The Home tab: what this is, and a button to start. The same for everyone, so it says nothing about anyone."""

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock
from slack_sdk.models.views import View

from worker.slack.blocks import BUTTON_CHARS, HEADER_CHARS, paragraphs, plain
from worker.slack.cut import cut
from workflows.words import Words


def render_home(words: Words) -> dict[str, Any]:
    """Return the Home view."""
    start = ButtonElement(
        text=plain(cut(words("button.start"), BUTTON_CHARS)), action_id="start", value="start", style="primary"
    )
    blocks: list[Block] = [HeaderBlock(text=plain(cut(words("slack.home_heading"), HEADER_CHARS)))]
    for line in (*words.lines("slack.home_body"), words("slack.home_start")):
        blocks += paragraphs(line)
    return View(type="home", blocks=[*blocks, ActionsBlock(elements=[start])]).to_dict()
