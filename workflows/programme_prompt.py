"""Reads one prompt of a programme, or one that is like a pattern, and says what would keep it from working."""

from dataclasses import replace
from typing import cast, get_args

from workflows.marked_yaml import Table, did_you_mean
from workflows.programme import Asked, Closes, Prompt
from workflows.programme_question import question
from workflows.programme_source import TEXT, TITLE, Ids, Source, each, known, words_of
from workflows.question import Question

LONG = 3  # minutes from which a prompt needs a variant for a day without strength
LAST_DAY = 4  # a round is open for five days; what comes later in the week would come after it
_YEAR = 52


def patterns(here: Table, words: Table, source: Source) -> None:
    """Read the prompts that several steps use."""

    def one(table: Table, told: Table) -> None:
        made = prompt(table, told, source, noun="pattern")
        source.patterns[made.id] = made

    if not here.absent:
        each(here, words, "patterns", one)


def check_patterns(here: Table, source: Source) -> None:
    """Say which patterns no prompt is like: nobody would ever get them."""
    for table in here.tables("patterns", "pattern", needed=False):
        given = table.text("id")
        if given and given not in source.liked:
            table.problem(
                "id", f"no prompt is like pattern {given!r}, so nobody gets it", f"add like: {given} to a prompt"
            )


def prompt(here: Table, all_words: Table, source: Source, *, noun: str = "prompt") -> Prompt:
    """Read a prompt; what is wrong with it is noted."""
    given = source.ids.of(here, noun)
    if noun == "prompt" and here.has("like"):
        return _alike(here, all_words, given, source)
    words = words_of(all_words, noun, given)
    asked: list[Question] = []
    own = Ids()  # question ids are looked up within their prompt
    each(here, words, "questions", lambda one, told: asked.append(question(one, told, own, asked, source)), needed=True)
    made = Prompt(
        id=given,
        title=words.text("title", most=TITLE),
        intro=words.text("intro", most=TEXT),
        talk=words.text("talk", default="", most=TEXT),
        minutes=here.whole("minutes", low=1, high=60),
        questions=tuple(asked),
        every_weeks=here.whole("every_weeks", default=0, low=0, high=_YEAR),
        day=here.whole("day", default=0, low=0, high=LAST_DAY),
        to=cast(Asked, here.one_of("to", get_args(Asked), default="everyone")),
        short=tuple(name for name, _ in here.texts("short", needed=False)),
        short_minutes=here.whole("short_minutes", default=0, low=0, high=60),
        standing=here.flag("standing", default=False),
        closes=cast(Closes, here.one_of("closes", get_args(Closes), default="deadline")),
    )
    _check_short(here, made)
    _check_standing(here, made)
    _check_rows(here, made)
    here.close()
    words.close()
    return made


def _alike(here: Table, all_words: Table, given: str, source: Source) -> Prompt:
    """A pattern under an id of its own: its own place in time, and its own words where it has some."""
    words = all_words.table(given, f"the words of prompt {given!r}", needed=False) if given else all_words.nothing("")
    name = here.text("like")
    names = list(source.patterns)
    if name and name not in names:
        here.wrong("like", f"{here.name}: there is no pattern {name!r}", did_you_mean(name, names))
    source.liked.add(name)
    base = source.patterns.get(name) or Prompt(id=given, title="", intro="", minutes=1, questions=())
    made = replace(
        base,
        id=given,
        title=words.text("title", default=base.title, most=TITLE),
        intro=words.text("intro", default=base.intro, most=TEXT),
        talk=words.text("talk", default=base.talk, most=TEXT),
        day=here.whole("day", default=base.day, low=0, high=LAST_DAY),
        every_weeks=here.whole("every_weeks", default=base.every_weeks, low=0, high=_YEAR),
    )
    here.close()
    words.close()
    return made


def _check_short(here: Table, made: Prompt) -> None:
    """The low-energy variant asks some of the questions in less time."""
    names = [q.id for q in made.questions]
    given = here.texts("short", needed=False)
    short = [name for name, place in given if known(here, place, name, names, "there is no question")]
    if made.minutes >= LONG and not here.has("short"):
        reason = f"{here.name} takes {made.minutes} minutes, so it needs short and short_minutes"
        here.problem("minutes", f"{reason}: the questions for a day without strength")
    if here.has("short") and not given:
        here.problem("short", f"short of {here.name} names no question")
    if names and set(names) <= set(short):
        here.problem("short", f"short of {here.name} names every question, so nothing is shorter", "leave some out")
    if here.has("short") != here.has("short_minutes"):
        lacking = "short" if here.has("short_minutes") else "short_minutes"
        here.problem("short", f"{here.name} needs both short and short_minutes", f"add {lacking}")
    elif here.has("short") and not 0 < made.short_minutes < made.minutes:
        here.wrong(
            "short_minutes",
            f"short_minutes of {here.name} must be at least 1, and fewer than its {made.minutes} minutes",
        )
    for asked in made.questions:
        if asked.id in short and asked.when and asked.when.question not in short:
            reason = f"short of {here.name} has {asked.id!r}, but not {asked.when.question!r}, which calls for it"
            here.problem("short", reason, f"add {asked.when.question}")


def _check_standing(here: Table, made: Prompt) -> None:
    """A standing prompt is put to nobody, so nothing may say when, or to whom."""
    for key in ("every_weeks", "day", "to", "closes"):
        if made.standing and here.has(key):
            reason = f"{here.name} is standing: it is put to nobody, so {key} means nothing"
            here.problem(key, reason, f"take {key} or standing away")
    if made.standing and any(q.reveal == "closed" for q in made.questions):
        here.problem("standing", f"{here.name} is standing and closes with its step; reveal: closed hides it till then")


def _check_rows(here: Table, made: Prompt) -> None:
    rows = [q.id for q in made.questions if q.kind == "rows"]
    if len(rows) > 1:
        reason = f"{here.name} has {len(rows)} questions of kind rows ({', '.join(rows)}); a prompt takes one"
        here.problem("questions", reason, "make a prompt of the second")
