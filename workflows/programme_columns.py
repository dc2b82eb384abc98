"""Reads the columns of a worksheet: answers, cells filled by hand, products of columns, and ranges looked up."""

from collections.abc import Mapping
from functools import partial

from workflows.marked_yaml import Place, Table, did_you_mean
from workflows.programme import Column, Programme
from workflows.programme_question import CELLS, check_itself, part
from workflows.programme_source import CELL, Ids, Source, known
from workflows.question import Question

NUMBERS = ("number", "range", "money", "scale")
_FILLS = ("hand", "times", "look")


def columns(here: Table, words: Table, cells: Mapping[str, Question], source: Source) -> tuple[Column, ...]:
    """Read the columns of a worksheet; `cells` are the questions whose answers may stand in them."""
    titles = words.table("columns", f"the columns of {here.name}")
    made: list[Column] = []
    reckoned: list[tuple[Table, Column]] = []
    own = Ids()
    for item in here.mixed("columns", "column"):
        if isinstance(item, Table):
            made.append(_reckoned(item, titles, own, source))
            reckoned.append((item, made[-1]))
        else:
            made.append(_answer(here, *item, titles, own, cells))
    if here.has("columns") and not made:
        here.problem("columns", f"{here.name} needs at least one column")
    titles.close()
    for table, column in reckoned:
        if column.times:
            _check_times(table, column, made, cells)
        if column.look:
            _check_where(table, column, [c.id for c in made])
            source.checks.append(partial(_check_look, table, column))
    return tuple(made)


def is_number(column: Column, cell: Question | None) -> bool:
    """Whether a column holds numbers; `cell` is the question behind it, if there is one."""
    return bool(column.times or column.look or (cell and cell.kind in NUMBERS))


def _answer(here: Table, name: str, place: Place, titles: Table, own: Ids, cells: Mapping[str, Question]) -> Column:
    """A column that takes the answer of the same id."""
    own.note(here, "column", name, place)
    if cells and known(here, place, name, list(cells), "what is asked has no"):
        kind = cells[name].kind
        if kind not in CELLS:
            here.mistakes.add(place, f"{here.name}: {name!r} is of kind {kind}, which fills no cell")
        if cells[name].sees == "me":
            here.mistakes.add(place, f"{here.name}: {name!r} is for the eyes of one person (sees: me) alone")
    return Column(id=name, title=titles.text(name, most=CELL), question=name)


def _reckoned(here: Table, titles: Table, own: Ids, source: Source) -> Column:
    """A column that facilitators fill, or that is reckoned from others."""
    given = own.of(here, "column")
    fills = [key for key in _FILLS if here.has(key)]
    if len(fills) != 1:
        meant = "keep one" if fills else "or write the id of an answer without a mapping"
        here.problem(fills[1] if fills else "id", f"{here.name} needs just one of {', '.join(_FILLS)}", meant)
    hand, title = _words(here, titles, given, source)
    where = here.table("where", f"where of {here.name}", needed=False)
    made = Column(
        id=given,
        title=title,
        hand=hand,
        times=tuple(name for name, _ in here.texts("times", needed=False)),
        look=here.text("look", default=""),
        where={theirs: where.text(theirs) for theirs in where.names()},
    )
    if made.where and not made.look:
        here.problem("where", f"where of {here.name} is for look alone")
    here.close()
    return made


def _words(here: Table, titles: Table, given: str, source: Source) -> tuple[Question | None, str]:
    """The title of a column and, when it is filled by hand, the question that facilitators see."""
    whole = bool(given) and titles.is_table(given)
    words = (
        titles.table(given, f"the words of column {given!r}")
        if whole
        else titles.nothing(f"the words of column {given!r}")
    )
    title = words.text("title", most=CELL) if whole else titles.text(given, most=CELL) if given else ""
    kind = here.one_of("hand", CELLS) if here.has("hand") else ""
    hand = part(here, words, given, kind, source, label=title) if kind else None
    if hand and hand.options and not whole:
        titles.problem(given, f"the options of {here.name} have no words", f"write {given}: {{title: …, options: …}}")
    elif hand and title:
        check_itself(here, hand)
    words.close()
    return hand, title


def _check_times(here: Table, column: Column, made: list[Column], cells: Mapping[str, Question]) -> None:
    """Only numbers can be multiplied, and only those that stand before: so no column is reckoned from itself."""
    names = [c.id for c in made]
    money = []
    for name, place in here.texts("times"):
        if not known(here, place, name, names, "there is no column"):
            continue
        other = made[names.index(name)]
        cell = other.hand or cells.get(other.question)
        if names.index(name) >= names.index(column.id):
            here.mistakes.add(place, f"times of {here.name}: column {name!r} does not stand before it")
        elif not is_number(other, cell):
            here.mistakes.add(place, f"times of {here.name}: column {name!r} holds no number")
        money += [name] if cell and cell.kind == "money" else []
    if len(column.times) < 2:
        here.problem("times", f"times of {here.name} needs two columns or more")
    if len(money) > 1:
        here.problem("times", f"times of {here.name}: money times money ({', '.join(money)}) means nothing")


def _check_where(here: Table, column: Column, names: list[str]) -> None:
    where = here.table("where", f"where of {here.name}", needed=False)
    for theirs, ours in column.where.items():
        known(here, where.place_of(theirs), ours, names, "there is no column")


def _check_look(here: Table, column: Column, programme: Programme) -> None:
    """What is looked at must be asked somewhere, and be a number."""
    questions = {f"{p.id}.{q.id}": q for p in programme.prompts() for q in p.questions}
    cells = {f"{path}.{c.id}": c for path, q in questions.items() for c in q.columns}
    found = {**questions, **cells}.get(column.look)
    if found is None:
        meant = did_you_mean(column.look, [*questions, *cells])
        here.wrong("look", f"look of {here.name}: nothing is asked under {column.look!r}", meant)
        return
    if found.kind not in NUMBERS:
        here.wrong("look", f"look of {here.name}: {column.look!r} is {found.kind}, and holds no number")
    path = column.look.rpartition(".")[0]
    theirs = [c.id for c in questions[path].columns] if column.look in cells else []
    where = here.table("where", f"where of {here.name}", needed=False)
    for name in column.where:
        known(here, where.place_of(name), name, theirs, f"what {column.look!r} is asked with has no column")
