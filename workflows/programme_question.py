"""Reads one question of a programme: its structure beside its words. A cell of a line is a small question too."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import cast, get_args

from workflows.forms import Option
from workflows.kinds import kind_of
from workflows.marked_yaml import Place, Table, did_you_mean
from workflows.programme import Programme
from workflows.programme_source import HINT, ID, LABEL, Ids, Source, each, known, words_of
from workflows.question import Audience, Condition, Question, Reveal

_END = 50
_LIMIT = Decimal(1_000_000_000)
_OPTION = 75  # an option's text in Slack: https://docs.slack.dev/reference/block-kit/composition-objects
_LEAST_UNNAMED = 5  # fewer could be told apart
PLACES = 5  # of a ranked choice, unless it says less
KEYS_OF_KIND = {
    "short_text": ("max_chars",),
    "long_text": ("max_chars",),
    "number": ("low", "high", "unit"),
    "range": ("low", "high", "unit"),
    "money": ("low", "high"),
    "date": (),
    "choice": ("options",),
    "choices": ("options",),
    "scale": ("low", "high", "ends"),
    "yes_no": ("max_chars",),
    "rows": ("most", "columns"),
    "person": (),
    "dots": ("options", "most"),
    "ranked": ("options", "most"),
    "consent": ("max_chars",),
}
CELLS = tuple(kind for kind in KEYS_OF_KIND if kind not in {"rows", "dots", "ranked", "consent"})
ANSWERS = {"yes_no": ("yes", "no", "unsure")}  # of kinds that bring their own


def question(here: Table, all_words: Table, own: Ids, earlier: Sequence[Question], source: Source) -> Question:
    """Read a question; what is wrong with it is noted, and a stand-in returned. `earlier` ones may be conditions."""
    given = own.of(here, "question")
    words = words_of(all_words, "question", given)
    kind = here.one_of("kind", tuple(KEYS_OF_KIND)) or "short_text"
    named = here.flag("named", default=True)
    made = replace(
        _asked(here, words, given, kind, source),
        required=here.flag("required", default=True),
        sees=cast(Audience, here.one_of("sees", get_args(Audience), default="group")),
        named=named,
        reveal=cast(Reveal, here.one_of("reveal", get_args(Reveal), default="at-once")),
        minimum=here.whole("minimum", default=_LEAST_UNNAMED, low=_LEAST_UNNAMED, high=100),
        when=_condition(here.table("when", f"when of {here.name}"), earlier) if here.has("when") else None,
        prefill=here.text("prefill", default=""),
    )
    if here.has("minimum") and named:
        here.problem("minimum", f"minimum of {here.name} is for unnamed answers", "add named: false")
    _check_partner(here, made)
    if kind == "rows":
        made = replace(made, columns=_cells(here, words, made, source))
    if made.prefill not in {"", "last"}:
        source.checks.append(partial(_check_prefill, here, made))
    _finish(here, words, made)
    return made


def part(here: Table, words: Table, given: str, kind: str, source: Source, *, label: str) -> Question:
    """A question that facilitators fill by hand in a worksheet: only what its kind needs, its label given."""
    return _asked(here, words, given, kind, source, label=label)


def check_itself(here: Table, made: Question) -> None:
    """Say what its kind finds wrong with a question. One whose options lack words is reported already."""
    if not all(option.label for option in made.options):
        return
    for reason in kind_of(made).check(made):
        here.problem("id", f"{here.name}: {reason}")


def options_from(here: Table, source: Source) -> tuple[str, ...]:
    """The worksheets whose rows are the options. They must be there when the question is put."""
    given = here.texts("options_from", needed=False)
    if here.has("options_from") and not given:
        here.problem("options_from", f"options_from of {here.name} names no worksheet")
    for name, place in given:
        source.checks.append(partial(_check_sheet, here, name, place))
    return tuple(name for name, _ in given)


def fixed_options(here: Table, words: Table, *, needed: bool = True) -> tuple[Option, ...]:
    """The options that stand in the file, with their words."""
    given = here.texts("options", needed=needed)
    labels = words.table("options", f"the options of {here.name}", needed=bool(given))
    made = []
    for value, place in given:
        if not ID.fullmatch(value):
            here.mistakes.add(place, f"the option {value!r} may only hold a-z, 0-9 and -, and begin with a letter")
        if labels.is_table(value):
            told = labels.table(value, f"the words of option {value!r}")
            label, hint = told.text("label", most=_OPTION), told.text("hint", default="", most=_OPTION)
            made.append(Option(value=value, label=label, hint=hint))
            told.close()
        else:
            made.append(Option(value=value, label=labels.text(value, most=_OPTION)))
    labels.close()
    return tuple(made)


def _asked(here: Table, words: Table, given: str, kind: str, source: Source, *, label: str | None = None) -> Question:
    """What every question and every cell has, by its kind."""
    allowed = KEYS_OF_KIND.get(kind, ())
    listed = "options" in allowed
    asks_rows = options_from(here, source) if listed else ()
    if asks_rows and here.has("options"):
        here.problem("options", f"{here.name} has options and options_from", "keep one of them")
    options = fixed_options(here, words, needed=not asks_rows) if listed else ()
    return Question(
        id=given,
        kind=kind,
        label=words.text("label", most=LABEL) if label is None else label,
        hint=words.text("hint", default="", most=HINT),
        options=options,
        options_from=asks_rows,
        unit=words.text("unit", default="", most=_END) if "unit" in allowed else "",
        low=here.number("low", default=None, low=-_LIMIT, high=_LIMIT) if "low" in allowed else None,
        high=here.number("high", default=None, low=-_LIMIT, high=_LIMIT) if "high" in allowed else None,
        low_label=words.text("low_label", most=_END) if "ends" in allowed else "",
        high_label=words.text("high_label", most=_END) if "ends" in allowed else "",
        max_chars=here.whole("max_chars", default=2000, low=1, high=3000) if "max_chars" in allowed else 2000,
        most=_most(here, kind, len(options)) if "most" in allowed else 0,
    )


def _most(here: Table, kind: str, options: int) -> int:
    if kind == "rows":
        return here.whole("most", default=10, low=1, high=50)
    if kind == "dots":
        return here.whole("most", low=1, high=20)
    places = here.whole("most", default=min(PLACES, options or PLACES), low=1, high=20)
    if options and places > options:
        here.wrong("most", f"{here.name} has {places} places, but only {options} options")
    return places


def _cells(here: Table, words: Table, row: Question, source: Source) -> tuple[Question, ...]:
    own = Ids()

    def cell(one: Table, told: Table) -> Question:
        given = own.of(one, "column")
        said = words_of(told, "column", given)
        kind = one.one_of("kind", CELLS) or CELLS[0]
        made = replace(
            _asked(one, said, given, kind, source),
            required=one.flag("required", default=True),
            sees=_narrowed(one, row.sees),
            named=row.named,
            reveal=row.reveal,
            minimum=row.minimum,
        )
        _check_partner(one, made)
        _finish(one, said, made)
        return made

    return each(here, words, "columns", cell, needed=True)


def _narrowed(here: Table, line: Audience) -> Audience:
    """Who may see a cell: whoever sees its line, or fewer."""
    sees = cast(Audience, here.one_of("sees", get_args(Audience), default=line))
    if get_args(Audience).index(sees) > get_args(Audience).index(line):
        here.wrong("sees", f"sees of {here.name} cannot reach further than its line, which is for {line}")
        return line
    return sees


def _check_partner(here: Table, made: Question) -> None:
    """The partner learns no member's name, and nothing that stands in another worksheet."""
    if made.sees == "partner" and (made.kind == "person" or made.options_from):
        why = "names a person" if made.kind == "person" else "names rows of other worksheets"
        here.problem("sees", f"{here.name} {why}, and the partner would see it", "add sees: group")


def _finish(here: Table, words: Table, made: Question) -> None:
    here.close()
    words.close()
    if made.label and made.kind != "rows":  # what is reported already, as cells of rows are, is not reported again
        check_itself(here, made)


def _condition(here: Table, earlier: Sequence[Question]) -> Condition:
    asked = here.text("question")
    values = here.texts("is")
    place, names = here.place_of("question"), [q.id for q in earlier]
    if asked and known(here, place, asked, names, "earlier in this prompt there is no question"):
        before = next(q for q in earlier if q.id == asked)
        can = ANSWERS.get(before.kind) or tuple(o.value for o in before.options)
        if before.kind not in {"choice", "choices", "yes_no"} or before.options_from:
            here.problem(
                "question", f"{here.name}: only a choice, choices or yes_no question with fixed options will do"
            )
        else:
            for value, at in values:
                known(here, at, value, list(can), f"question {asked!r} has no answer")
    if here.has("is") and not values:
        here.problem("is", f"{here.name} needs at least one answer under is")
    here.close()
    return Condition(question=asked, values=tuple(value for value, _ in values))


def _check_prefill(here: Table, made: Question, programme: Programme) -> None:
    prompts = {p.id: p for p in programme.prompts()}
    prompt_id, _, question_id = made.prefill.rpartition(".")
    if not prompt_id:
        here.wrong("prefill", f"prefill of {here.name} must be last, or prompt.question")
        return
    other = prompts.get(prompt_id)
    source = next((q for q in other.questions if q.id == question_id), None) if other else None
    if source is None:
        every = [f"{p.id}.{q.id}" for p in prompts.values() for q in p.questions]
        meant = did_you_mean(made.prefill, every)
        here.wrong("prefill", f"prefill of {here.name}: there is no question {made.prefill!r}", meant)
    elif source == made:
        here.wrong("prefill", f"prefill of {here.name} is the question itself", "write last")
    elif not _alike(made, source):
        here.wrong("prefill", f"prefill of {here.name} is {source.kind}, which does not fit into {made.kind}")


def _alike(one: Question, other: Question) -> bool:
    """Whether an answer to `other` can stand in the form of `one`."""
    if one.kind != other.kind:
        return False
    values = {o.value for o in one.options} & {o.value for o in other.options}
    if one.options and other.options and not values:
        return False
    kinds = {c.id: c.kind for c in other.columns}
    return not one.columns or any(kinds.get(c.id) == c.kind for c in one.columns)


def _check_sheet(here: Table, name: str, place: Place, programme: Programme) -> None:
    known(
        here, place, name, [w.id for s in programme.steps for w in s.worksheets if not w.tally], "there is no worksheet"
    )
