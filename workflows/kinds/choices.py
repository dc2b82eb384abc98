"""Any number of a few answers. Kept as the list of option values, in the order of the options."""

import re

from workflows.errors import AskPerson
from workflows.forms import Field, Option, Typed
from workflows.kinds import clean, picking
from workflows.kinds.kind import Kind, Value
from workflows.programme import Question

_COARSE = re.compile(r"[\n;]+")
_COMMA = re.compile(r"\s*,\s*(?:and\s+)?", re.IGNORECASE)
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*[&+]\s*", re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9]{1,3}(?:[ .]+[0-9]{1,3})+\.?")


def fields(question: Question) -> tuple[Field, ...]:
    """One field in which several options can be picked."""
    return (
        Field(
            id=question.id,
            widget="choices",
            label=question.label,
            hint=question.hint,
            required=question.required,
            options=question.options,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the values of the options. Raises AskPerson for anything that is none of them."""
    picked = clean.several(typed, question.id)
    if not picked:
        return clean.nothing(question)
    known = [option.value for option in question.options]
    if any(each not in known for each in picked):
        raise AskPerson({question.id: "Please pick from the answers given."})
    return [value for value in known if value in picked]


def typed(question: Question, value: Value) -> Typed:
    """Pick the options again."""
    return {question.id: tuple(_values(value))}


def from_text(question: Question, text: str) -> Typed:
    """Take "1, 3", "2 and 4", or the words of the options, one a line or with commas. Raises AskPerson."""
    pieces = [piece for piece in _COARSE.split(clean.text(text)) if clean.line(piece)]
    picked: list[str] = []
    for piece in pieces:
        found = _options(question.options, piece)
        if not found:
            how = f"Please name the answers by number (1 to {len(question.options)}) with commas, like 1, 3."
            raise AskPerson({question.id: how})
        picked += [option.value for option in found]
    return {question.id: tuple(dict.fromkeys(picked))} if picked else {}


def show(question: Question, value: Value) -> str:
    """The words of the options; semicolons, for their words may hold commas."""
    return "; ".join(picking.label_of(question, each) for each in _values(value))


def _options(options: tuple[Option, ...], piece: str) -> list[Option]:
    """The options one line means: the whole line first, for an option's own words may hold a comma or an "and"."""
    if whole := picking.meant(options, piece):
        return [whole]
    plain = clean.plain(piece)
    if _NUMBERS.fullmatch(plain):
        return _all([picking.meant(options, place) for place in re.findall(r"[0-9]+", plain)])
    for between in (_COMMA, _COMMA_OR_AND):
        if found := _all([picking.meant(options, part) for part in between.split(piece) if part.strip()]):
            return found
    return []


def _all(found: list[Option | None]) -> list[Option]:
    known = [option for option in found if option]
    return known if len(known) == len(found) else []


def _values(value: Value) -> list[str]:
    assert isinstance(value, list)
    return value


KIND = Kind(
    name="choices",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=picking.wrong_options,
)
