"""Reads one question of a programme: its structure beside its words."""

import re
from decimal import Decimal
from typing import cast, get_args

from workflows.forms import Option
from workflows.kinds import KIND_NAMES, kind_of
from workflows.marked_yaml import Table
from workflows.programme import Audience, Question

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")  # no dot, no slash: ids are parts of field ids and of the due index
_LABEL = 150  # fits a label of a Slack input with room to spare, and one breath of a reader
_HINT = 150
_END = 50
_LIMIT = Decimal(1_000_000_000)
_KEYS_OF_KIND = {
    "short_text": ("max_chars",),
    "long_text": ("max_chars",),
    "number": ("low", "high", "unit"),
    "range": ("low", "high", "unit"),
    "choice": ("options",),
    "choices": ("options",),
    "scale": ("low", "high"),
    "yes_no": ("max_chars",),
    "date": (),
}


class Ids:
    """The ids given so far, each noun by itself: two prompts may not share one, a prompt and a step may."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], int] = {}

    def of(self, here: Table, noun: str) -> str:
        """Read the id of a table and note it when it is misshaped or taken."""
        given = here.text("id")
        if given and not ID.fullmatch(given):
            here.problem("id", f"the id {given!r} may only hold a-z, 0-9 and -, begin with a letter, at most 40 long")
        first = self._lines.setdefault((noun, given), here.line_of("id"))
        if given and first != here.line_of("id"):
            here.problem("id", f"the {noun} id {given!r} is used twice, first in line {first}")
        here.name = f"{noun} {given!r}" if given else noun
        return given


def words_of(all_words: Table, noun: str, given: str) -> Table:
    """The words of a thing, or a silent stand-in after saying that there are none."""
    name = f"the words of {noun} {given!r}"
    if not given:
        return all_words.nothing(name)
    if not all_words.has(given):
        all_words.problem(given, f"there are no words for {noun} {given!r}")
    return all_words.table(given, name, needed=False)


def question(here: Table, all_words: Table, ids: Ids) -> Question:
    """Read a question; what is wrong with it is noted, and a stand-in returned."""
    given = ids.of(here, "question")
    words = words_of(all_words, "question", given)
    kind = here.one_of("kind", KIND_NAMES)
    allowed = _KEYS_OF_KIND.get(kind, ())
    label = words.text("label", most=_LABEL)
    made = Question(
        id=given,
        kind=kind or KIND_NAMES[0],
        label=label,
        hint=words.text("hint", default="", most=_HINT),
        required=here.flag("required", default=True),
        sees=cast(Audience, here.one_of("sees", get_args(Audience), default="group")),
        named=here.flag("named", default=True),
        options=_options(here, words, given) if "options" in allowed else (),
        unit=words.text("unit", default="", most=_END) if "unit" in allowed else "",
        low=here.number("low", default=None, low=-_LIMIT, high=_LIMIT) if "low" in allowed else None,
        high=here.number("high", default=None, low=-_LIMIT, high=_LIMIT) if "high" in allowed else None,
        low_label=words.text("low_label", most=_END) if kind == "scale" else "",
        high_label=words.text("high_label", most=_END) if kind == "scale" else "",
        max_chars=here.whole("max_chars", default=2000, low=1, high=3000) if "max_chars" in allowed else 2000,
    )
    here.close()
    words.close()
    if kind and label:  # a question that is already reported would only be reported again
        for reason in kind_of(made).check(made):
            here.problem("id", f"{here.name}: {reason}")
    return made


def _options(here: Table, words: Table, given: str) -> tuple[Option, ...]:
    labels = words.table("options", f"the options of question {given!r}")
    made = []
    for value, line in here.texts("options"):
        if not ID.fullmatch(value):
            here.mistakes.add(line, f"the option {value!r} may only hold a-z, 0-9 and -, and begin with a letter")
        if labels.is_table(value):
            told = labels.table(value, f"the words of option {value!r}")
            made.append(Option(value=value, label=told.text("label"), hint=told.text("hint", default="", most=75)))
            told.close()
        else:
            made.append(Option(value=value, label=labels.text(value)))
    labels.close()
    return tuple(made)
