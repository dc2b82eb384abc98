"""Reads what a step brings along: things worth reading, and milestones."""

import re
from typing import Literal, cast, get_args

from workflows.marked_yaml import Table
from workflows.programme import MilestonePlan, Reading
from workflows.programme_source import TEXT, TITLE, Source, words_of

_Kind = Literal["book", "article", "paper", "video"]
HARMS = ("conflict", "matthew", "trust")
_WEB = re.compile(r"https://[^\s<>|]+\.[^\s<>|]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def reading(here: Table, all_words: Table, source: Source) -> Reading:
    """Read something worth reading. Without a link that was looked at, the words say where to find it."""
    given = source.ids.of(here, "reading")
    words = words_of(all_words, "reading", given)
    made = Reading(
        id=given,
        title=words.text("title", most=TITLE),
        author=words.text("author", most=TITLE),
        kind=cast(_Kind, here.one_of("kind", get_args(_Kind))),
        language=language(here, "language"),
        minutes=here.whole("minutes", low=1, high=3000),
        why=words.text("why", most=TEXT),
        discuss=words.text("discuss", most=TEXT),
        url=here.text("url", default=""),
        where=words.text("where", default="", most=TITLE),
        harm=here.one_of("harm", HARMS, default=""),
        added=here.day("added"),
        checked=here.day("checked", default=""),
    )
    if made.url and not _WEB.fullmatch(made.url):
        here.wrong("url", f"url of {here.name} must be a web address that begins with https://")
    if here.has("url") != here.has("checked"):
        lacking = "checked" if here.has("url") else "url"
        reason = f"{here.name} needs both url and checked, the day on which the link was last looked at, or neither"
        here.problem("url" if here.has("url") else "checked", reason, f"add {lacking}")
    if not made.url and not made.where:
        words.problem("where", f"{here.name} has no url, so its words must say where to find it")
    here.close()
    words.close()
    return made


def milestone(here: Table, all_words: Table, source: Source) -> MilestonePlan:
    """Read a milestone that comes into being when its step opens."""
    given = source.ids.of(here, "milestone")
    words = words_of(all_words, "milestone", given)
    made = MilestonePlan(id=given, title=words.text("title", most=TITLE), days=here.whole("days", low=1, high=1500))
    here.close()
    words.close()
    return made


def language(here: Table, key: str) -> str:
    """A language like en or pt-BR."""
    given = here.text(key)
    if given and not _LANGUAGE.fullmatch(given):
        here.wrong(key, f"{key} of {here.name} must be a language like en or pt-BR")
    return given
