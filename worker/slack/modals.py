"""A form drawn as a Slack modal, on as many pages as it takes.

Promises: what a form holds in `typed` is in the modal when it opens, and comes back unchanged when nobody touches it.
A field's id is its block_id, so that a problem is shown beside the field. A follow-up is shown once it is called for:
the field that decides reports each change (`dispatch_action`), and the modal is drawn again. Where a form keeps drafts
every field reports, and so does closing. What is beyond Slack's limits even on a page of its own is left out, and a
link leads to the web page that has it all. What is not drawn is not in what comes back, so whoever reads it lets that
stand. Nothing is stored here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, DividerBlock, HeaderBlock
from slack_sdk.models.views import View

from worker.slack.blocks import draw, paragraphs, plain
from worker.slack.cut import cut
from worker.slack.limits import BLOCKS_MOST, VIEW_BYTES
from worker.slack.modal_inputs import DECIDES, Offered, draw_input
from worker.slack.modal_values import PROBLEM_CHARS
from workflows.forms import Field, Form, at_fields, is_called_for
from workflows.message import Link
from workflows.paging import Page, Room, pages

TITLE_CHARS = 24
BUTTON_CHARS = 75
HEADER_CHARS = 150
FRAME_BYTES = 6000  # the most that title, buttons and private_metadata of a view take
HEAD = Room(parts=60, size=120_000)  # what is to be read leaves room for what is to be filled in
REST_BLOCKS = 2  # what says that there is more, and where
BACK, MORE, KEEP, OTHER, FRESH = "modal_back", "modal_more", "modal_keep", "modal_other", "modal_fresh"
PRESSES = (BACK, MORE, KEEP, OTHER, FRESH, DECIDES)  # action_ids after which a modal may be drawn anew
Drawn = dict[str, Any]  # a block as it is sent

_LEAF = re.compile(r"(.*)#([0-9]{1,4})/([0-9]{1,4})/([0-9]{1,4})", re.DOTALL)
# A modal's words are few and belong to Slack's own frame, so they stand here.
_TOO_LONG = "Slack has no room for all of this. The rest is on a page of its own, with what you have typed so far."
_PAGE = "Open the page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Which page of a form a modal shows. `turn` counts how often it was begun afresh.

    It travels in private_metadata, behind the form's token; one page that was never begun afresh leaves no mark.
    """

    number: int = 1
    count: int = 1
    turn: int = 0

    def after(self, token: str) -> str:
        """Return the token with this page behind it; `read` parts them again."""
        return token if self == Leaf() else f"{token}#{self.number}/{self.count}/{self.turn}"

    @classmethod
    def read(cls, metadata: str) -> tuple[str, Self]:
        """Return what `after` was given."""
        found = _LEAF.fullmatch(metadata)
        if found is None:
            return metadata, cls()
        number, count, turn = (int(part) for part in found.groups()[1:])
        return found[1], cls(number=number, count=count, turn=turn)


ONE_PAGE = Leaf()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A form with its fields drawn, for each costs its drawing, and what stands around them."""

    form: Form
    problems: Mapping[str, str]
    fields: Mapping[str, list[Drawn]]
    tail: list[Drawn]
    page: str

    def pages(self) -> tuple[Page, ...]:
        """The fields of each page."""
        return pages(self.form, self._cost, first=self._room(self._intro(HEAD)), other=self._room(self._title()))

    def head(self, number: int, count: int) -> list[Drawn]:
        """What stands above the fields of a page."""
        place = self.form.place.format(number=number, count=count)
        told = _drawn([ContextBlock(elements=[plain(f"{place}  {_progress(number, count)}")])]) if count > 1 else []
        problem = _drawn(_problem(self.problems.get("", "")))
        return [*told, *(self._intro(HEAD) if number == 1 else self._title()), *problem]

    def shown(self, page: Page) -> list[list[Drawn]]:
        """The fields of a page that are called for, in the groups that stay together."""
        groups: list[list[Drawn]] = []
        for field in page:
            if not is_called_for(self.form, field) and field.id not in self.problems:
                continue
            if field.legend or not groups or "." not in field.id:
                groups.append([])
            groups[-1] += self.fields[field.id]
        return groups

    def _intro(self, room: Room) -> list[Drawn]:
        """The words above a form, as far as they fit: fifty long objections are read on the page that has them all."""
        blocks = [block for text in self.form.intro for block in _drawn(paragraphs(text))]
        fitting = _fitting([[block] for block in blocks], room.parts, room.size)
        return _flat(fitting) if len(fitting) == len(blocks) else [*_flat(fitting), *_drawn(_long(self.page))]

    def _title(self) -> list[Drawn]:
        return _drawn(paragraphs(self.form.intro[0])[:1]) if self.form.intro else []

    def _cost(self, field: Field) -> Room:
        blocks = self.fields[field.id]
        return Room(parts=len(blocks), size=_weight(blocks))

    def _room(self, head: Sequence[Drawn]) -> Room:
        around = [*head, *self.tail]
        beside = REST_BLOCKS + 2  # the page's place, a notice, and a problem of the whole form
        return Room(
            parts=BLOCKS_MOST["modal"] - len(around) - beside, size=VIEW_BYTES - 2 * FRAME_BYTES - _weight(around)
        )


def render_modal(
    form: Form, *, notice: str = "", page: str = "", number: int = 1, turn: int = 0, shows: str = ""
) -> dict[str, Any]:
    """Return the view of a page of `form`: that `number`, or the one that `shows` a field.

    A `notice` stands by its buttons; `page` is the address of the web page with the whole of a long form. A form
    without fields has nothing to send and gets no send button.
    """
    sheet = _sheet(form, page, turn)
    split = sheet.pages()
    if shows:
        number = next((n for n, fields in enumerate(split, 1) if any(f.id == shows for f in fields)), number)
    leaf = Leaf(number=max(1, min(number, len(split))), count=len(split), turn=turn)
    head, groups = sheet.head(leaf.number, leaf.count), sheet.shown(split[leaf.number - 1])
    pressed = replace(
        form,
        back=form.back if leaf.number > 1 else "",
        more=form.more if leaf.number == _grows(split, leaf.number) else "",
    )
    tail = _drawn([*_buttons(pressed), *_remark(notice)])
    most, room = BLOCKS_MOST["modal"] - len(head) - len(tail), VIEW_BYTES - FRAME_BYTES - _weight([*head, *tail])
    fitting = _fitting(groups, most, room)
    if len(fitting) < len(groups):
        fitting = fitting or _fitting([[block] for block in _flat(groups)], most, room)
        tail = _drawn([*_long(page), *_buttons(replace(pressed, more="")), *_remark(notice)])
    send = form.submit if leaf.number == leaf.count else form.next
    view = View(
        type="modal",
        callback_id=form.id,
        private_metadata=leaf.after(form.token) or None,
        title=plain(cut(form.title, TITLE_CHARS)),
        submit=plain(cut(send, TITLE_CHARS)) if form.fields else None,
        close=plain(cut(form.cancel, TITLE_CHARS)),
        notify_on_close=True if form.drafts else None,
        blocks=[DividerBlock()],
    )
    # The SDK counts blocks while it makes a view; here they are counted already, and each is made once.
    return {**view.to_dict(), "blocks": [*head, *_flat(fitting), *tail]}


def _grows(split: Sequence[Page], otherwise: int) -> int:
    """Return the number of the page on which one more line would come: the last one with a line (`work.0.hours`)."""
    return max((n for n, page in enumerate(split, 1) if any(f.id.count(".") > 1 for f in page)), default=otherwise)


def pages_of(form: Form, *, page: str = "") -> tuple[Page, ...]:
    """Return the fields of each page of a form as it would be drawn."""
    return _sheet(form, page, 0).pages()


def _sheet(form: Form, page: str, turn: int) -> _Sheet:
    problems = at_fields(form.problems, [f.id for f in form.fields])
    deciding, offered = {f.when for f in form.fields if f.when}, Offered()

    def drawn(field: Field) -> list[Drawn]:
        one = draw_input(
            field,
            form.typed.get(field.id),
            decides=field.id in deciding,
            reports=form.drafts,
            turn=turn,
            offered=offered,
        )
        return _drawn([*_legend(field), one, *_problem(problems.get(field.id, ""))])

    return _Sheet(
        form=form,
        problems=problems,
        fields={field.id: drawn(field) for field in form.fields},
        tail=_drawn(_buttons(form)),
        page=page,
    )


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


def _flat(groups: Sequence[list[Drawn]]) -> list[Drawn]:
    return [block for group in groups for block in group]


def _drawn(blocks: Sequence[Block]) -> list[Drawn]:
    return [block.to_dict() for block in blocks]


def _weight(blocks: Sequence[Drawn]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False).encode())


def _long(page: str) -> list[Block]:
    return [*paragraphs(_TOO_LONG), *(draw(Link(label=_PAGE, url=page)) if page else ())]


def _progress(number: int, count: int) -> str:
    return "●" * number + "○" * (count - number)


def _legend(asked: Field) -> list[Block]:
    return [HeaderBlock(text=plain(cut(asked.legend, HEADER_CHARS)))] if asked.legend.strip() else []


def _buttons(form: Form) -> list[Block]:
    wanted = (
        (BACK, form.back, form.token),
        (MORE, form.more, form.token),
        (KEEP, form.keep, form.token),
        (OTHER, form.other, form.other_token),
        (FRESH, form.fresh, form.token),
    )
    buttons = [
        ButtonElement(action_id=action, text=plain(cut(label, BUTTON_CHARS)), value=value or None)
        for action, label, value in wanted
        if label
    ]
    return [ActionsBlock(block_id="_buttons", elements=buttons)] if buttons else []


def _remark(notice: str) -> list[Block]:
    return [ContextBlock(elements=[plain(notice)])] if notice else []


def _problem(text: str) -> list[Block]:
    return [ContextBlock(elements=[plain(f"⚠ {cut(text, PROBLEM_CHARS)}")])] if text.strip() else []
