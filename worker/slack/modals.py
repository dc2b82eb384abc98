"""A form drawn as a Slack modal, and what people typed read back from it.

Promises: what a form holds in `typed` is in the modal when it opens, and comes back unchanged when nobody touches it.
A field's id is its block_id, so that a problem is shown beside the field. A follow-up is shown once it is called for:
the field that decides reports each change (`dispatch_action`), and the modal is drawn again. A form that is beyond
Slack's limits is drawn without its last lines, and a link leads to the page that has them all; what is not drawn is
not in `typed_from`, so whoever reads it lets that stand. Nothing is stored here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, HeaderBlock
from slack_sdk.models.views import View

from worker.slack.blocks import draw, paragraphs, plain
from worker.slack.cut import cut
from worker.slack.limits import SlackLimit, check
from worker.slack.modal_inputs import DECIDES, LETS_GO, draw_input
from workflows.forms import Field, Form, at_fields, is_called_for
from workflows.message import Link

TITLE_CHARS = 24
PROBLEM_CHARS = 300

BUTTON_CHARS = 75
HEADER_CHARS = 150
MORE, KEEP, OTHER = "modal_more", "modal_keep", "modal_other"  # action_ids of a modal's buttons
PRESSES = (MORE, KEEP, OTHER, DECIDES)

# A modal's words are few and belong to Slack's own frame, so they stand here.
_TOO_LONG = "Slack has no room for all of this. The rest is on a page of its own, with what you have typed so far."
_PAGE = "Open the page"


def render_modal(form: Form, *, notice: str = "", page: str = "") -> dict[str, Any]:
    """Return the view of `form`, with a `notice` by its buttons; `page` is where the whole of a long one is.

    A form without fields has nothing to send and gets no send button.
    """
    fitting = form
    while not _fits(view := _view(fitting, notice, "" if fitting is form else page)) and fitting.fields:
        fitting = replace(fitting, more="", fields=_without_last_line(fitting.fields))
    return view


def _fits(view: Mapping[str, Any]) -> bool:
    try:
        check(view, "modal")
    except SlackLimit as limit:
        return limit.path not in ("blocks", "view")
    return True


def _without_last_line(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Leave out the last group of fields; where there is but one, leave out the last half."""
    groups = [place for place, field in enumerate(fields) if field.legend]
    return tuple(fields[: groups[-1] if len(groups) > 1 else len(fields) // 2])


def _view(form: Form, notice: str, page: str) -> dict[str, Any]:
    blocks: list[Block] = [block for text in form.intro for block in paragraphs(text)]
    problems = at_fields(form.problems, [f.id for f in form.fields])
    blocks += _problem(problems.get("", ""))
    deciding = {f.when for f in form.fields if f.when}
    for asked in form.fields:
        if is_called_for(form, asked) or asked.id in problems:
            blocks += _legend(asked)
            blocks.append(draw_input(asked, form.typed.get(asked.id), decides=asked.id in deciding))
            blocks += _problem(problems.get(asked.id, ""))
    if page:
        blocks += [*paragraphs(_TOO_LONG), *draw(Link(label=_PAGE, url=page))]
    blocks += [*_buttons(form), *_remark(notice)]
    view = View(
        type="modal",
        callback_id=form.id,
        private_metadata=form.token or None,
        title=plain(cut(form.title, TITLE_CHARS)),
        submit=plain(cut(form.submit, TITLE_CHARS)) if form.fields else None,
        close=plain(cut(form.cancel, TITLE_CHARS)),
        blocks=blocks,
    )
    return view.to_dict()


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
