"""A form drawn as a Slack modal, and what people typed read back from it.

Promises: what a form holds in `typed` is in the modal when it opens, and comes back unchanged when nobody touches it.
A field's id is its block_id, so that a problem is shown beside the field. A follow-up is shown once it is called for:
the field that decides reports each change (`dispatch_action`), and the modal is drawn again. A form that is beyond
Slack's limits is drawn without its last lines, and a link leads to the page that has them all; what is not drawn is
not in `typed_from`, so whoever reads it lets that stand. Nothing is stored here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, DividerBlock, HeaderBlock
from slack_sdk.models.views import View

from worker.slack.blocks import draw, paragraphs, plain
from worker.slack.cut import cut
from worker.slack.limits import BLOCKS_MOST, VIEW_BYTES
from worker.slack.modal_inputs import DECIDES, LETS_GO, draw_input
from workflows.forms import Field, Form, at_fields, is_called_for
from workflows.message import Link

TITLE_CHARS = 24
PROBLEM_CHARS = 300

BUTTON_CHARS = 75
HEADER_CHARS = 150
FRAME_BYTES = 6000  # the most that title, buttons and private_metadata of a view take
REST_BLOCKS = 2  # what says that there is more, and where
MORE, KEEP, OTHER = "modal_more", "modal_keep", "modal_other"  # action_ids of a modal's buttons
PRESSES = (MORE, KEEP, OTHER, DECIDES)
Drawn = dict[str, Any]  # a block as it is sent

# A modal's words are few and belong to Slack's own frame, so they stand here.
_TOO_LONG = "Slack has no room for all of this. The rest is on a page of its own, with what you have typed so far."
_PAGE = "Open the page"


def render_modal(form: Form, *, notice: str = "", page: str = "") -> dict[str, Any]:
    """Return the view of `form`, with a `notice` by its buttons; `page` is where the whole of a long one is.

    A form without fields has nothing to send and gets no send button.
    """
    problems = at_fields(form.problems, [f.id for f in form.fields])
    head = [block for text in form.intro for block in paragraphs(text)] + _problem(problems.get("", ""))
    asked = _groups(form, problems)
    tail = [*_buttons(form), *_remark(notice)]
    room = VIEW_BYTES - FRAME_BYTES - _weight([*_drawn(head), *_drawn(tail)])
    fitting = _fitting(asked, BLOCKS_MOST["modal"] - len(head) - len(tail), room)
    if len(fitting) < len(asked):
        tail = [*_long(page), *_buttons(replace(form, more="")), *_remark(notice)]
    view = View(
        type="modal",
        callback_id=form.id,
        private_metadata=form.token or None,
        title=plain(cut(form.title, TITLE_CHARS)),
        submit=plain(cut(form.submit, TITLE_CHARS)) if form.fields else None,
        close=plain(cut(form.cancel, TITLE_CHARS)),
        blocks=[DividerBlock()],
    )
    # The SDK counts blocks while it makes a view; here they are counted already, and each is made once.
    return {**view.to_dict(), "blocks": [*_drawn(head), *(b for group in fitting for b in group), *_drawn(tail)]}


def _groups(form: Form, problems: Mapping[str, str]) -> list[list[Drawn]]:
    """The blocks of the fields that are shown, a list for each group: a legend begins one."""
    deciding = {f.when for f in form.fields if f.when}
    groups: list[list[Drawn]] = []
    for asked in form.fields:
        if not is_called_for(form, asked) and asked.id not in problems:
            continue
        if asked.legend or not groups or "." not in asked.id:
            groups.append([])
        one = draw_input(asked, form.typed.get(asked.id), decides=asked.id in deciding)
        groups[-1] += _drawn([*_legend(asked), one, *_problem(problems.get(asked.id, ""))])
    return groups


def _fitting(groups: list[list[Drawn]], most: int, room: int) -> list[list[Drawn]]:
    """The groups that Slack has room for: all, or the first ones and a word about the rest."""
    kept: list[list[Drawn]] = []
    for group in groups:
        last = len(kept) == len(groups) - 1
        most, room = most - len(group), room - _weight(group)
        if most < (0 if last else REST_BLOCKS) or room < 0:
            break
        kept.append(group)
    return kept


def _drawn(blocks: Sequence[Block]) -> list[Drawn]:
    return [block.to_dict() for block in blocks]


def _weight(blocks: Sequence[Drawn]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False).encode())


def _long(page: str) -> list[Block]:
    return [*paragraphs(_TOO_LONG), *(draw(Link(label=_PAGE, url=page)) if page else ())]


def _legend(asked: Field) -> list[Block]:
    return [HeaderBlock(text=plain(cut(asked.legend, HEADER_CHARS)))] if asked.legend.strip() else []


def _buttons(form: Form) -> list[Block]:
    wanted = ((MORE, form.more, form.token), (KEEP, form.keep, form.token), (OTHER, form.other, form.other_token))
    buttons = [
        ButtonElement(action_id=action, text=plain(cut(label, BUTTON_CHARS)), value=value or None)
        for action, label, value in wanted
        if label
    ]
    return [ActionsBlock(block_id="_buttons", elements=buttons)] if buttons else []


def _remark(notice: str) -> list[Block]:
    return [ContextBlock(elements=[plain(notice)])] if notice else []


def typed_from(view: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """Return what a person gave in a submitted view, field by field; an empty field is absent."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for block_id, actions in view["state"]["values"].items():
        for value in actions.values():
            given = _given(value)
            if given:
                typed[block_id] = given
    return typed


def errors_response(inputs: Sequence[str], problems: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer that keeps the modal open and shows each problem beside its field.

    `inputs` are the block_ids of the inputs in their order; what belongs to no field stands at the first.
    """
    placed = at_fields(problems, inputs)
    first = {inputs[0]: " ".join(p for p in (placed.get(inputs[0], ""), placed.get("", "")) if p)}
    errors = {at: cut(problem, PROBLEM_CHARS) for at, problem in {**placed, **first}.items() if at and problem}
    return {"response_action": "errors", "errors": errors}


def input_ids(view: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the block_ids of the inputs of a submitted view, in order."""
    return tuple(block["block_id"] for block in view["blocks"] if block["type"] == "input")


def _given(value: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    match value.get("type"):
        case "plain_text_input":
            text = value.get("value") or ""
            return str(text) if str(text).strip() else None
        case "radio_buttons" | "static_select":
            chosen = value.get("selected_option")
            return str(chosen["value"]) if chosen and chosen["value"] != LETS_GO.value else None
        case "checkboxes" | "multi_static_select":
            return tuple(str(option["value"]) for option in value.get("selected_options") or ())
        case "datepicker":
            return value.get("selected_date")
        case "multi_users_select":
            return tuple(map(str, value.get("selected_users") or ()))
        case "conversations_select":
            return value.get("selected_conversation")
        case _:
            return None


def _problem(text: str) -> list[Block]:
    return [ContextBlock(elements=[plain(f"⚠ {cut(text, PROBLEM_CHARS)}")])] if text.strip() else []
