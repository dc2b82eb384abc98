"""Finding the option a person means: its words, its number in the list, or its value. Shared by the choosing kinds."""

import re
from collections.abc import Iterable

from workflows.forms import Option
from workflows.kinds import clean
from workflows.question import Question

_NUMBER = re.compile(
    r"(?:\(|no\.? ?|number |option |nr\.? ?|nummer |número |opción |opção |numéro |رقم |الخيار )?"
    r"([0-9]{1,3})(?:[.):]|番)?"
)
_COPIED = re.compile(r"(?P<place>[0-9]{1,3})(?:[.):]| ?[-–])? (?P<words>.+)")
_COARSE = re.compile(r"[\n;]+")
_AND = "and|und|y|e|et|en|و|sowie|as well as"
_COMMA = re.compile(rf"\s*[,،、]\s*(?:(?:{_AND})\s+)?", re.IGNORECASE)
_COMMA_OR_AND = re.compile(
    rf"\s*[,،、]\s*(?:(?:{_AND})\s+)?|\s+(?:{_AND})\s+|\s*[&+]\s*|(?<=\d)と(?=\d)", re.IGNORECASE
)
_PLEASE = re.compile(
    r"[\s,]+(?:please|pls|thanks|bitte|danke|por favor|s['’]il vous plaît|svp|per favore|alstublieft)[\s.!]*\Z",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[0-9]{1,3}(?:[ .]+[0-9]{1,3})+\.?")
_LEAST_SLIPPED = 5  # letters of a word; among shorter ones a single letter makes another word
_GONE = "something no longer on the list"
_LONGEST_LABEL = 75  # an option's text in Slack: https://docs.slack.dev/reference/block-kit/composition-objects
_MOST = 100  # options of a Slack select menu
BUTTONS_MOST = 10  # radio buttons in Slack; more are folded up into a menu


class UnknownOption(Exception):
    """A piece of a reply names no option, or could mean several."""


def meant(options: tuple[Option, ...], text: str) -> Option | None:
    """The one option meant by a reply. Its exact words win over its number; a beginning counts if only one has it."""
    said = _bare(text)
    if not said:
        return None
    if named := [option for option in options if _bare(option.label) == said]:
        return _only(named)
    if copied := _COPIED.fullmatch(said):  # "2. Moderation", copied from the list
        words = _bare(copied["words"])
        named = [option for option in options if _bare(option.label) == words]
        place = int(copied["place"])
        numbered = options[place - 1] if 1 <= place <= len(options) else None
        if named:
            return numbered if numbered in named else _only(named)
    if number := _NUMBER.fullmatch(said):
        place = int(number[1])
        return options[place - 1] if 1 <= place <= len(options) else None
    for option in options:
        if clean.plain(option.value) == said:
            return option
    if kindly := _PLEASE.search(said):
        return meant(options, said[: kindly.start()])
    begun = [option for option in options if len(said) >= 3 and _bare(option.label).startswith(said)]
    return _only(begun or [option for option in options if slipped(said, _bare(option.label))])


def slipped(said: str, meant_: str) -> bool:
    """Whether one letter of one longer word is missing, too many, another, or in its neighbour's place."""
    pairs = list(zip(said.split(), meant_.split(), strict=False))
    other = [(one, two) for one, two in pairs if one != two]
    if len(said.split()) != len(meant_.split()) or len(other) != 1:
        return False
    one, two = sorted(other[0], key=len)
    if len(one) < _LEAST_SLIPPED or one[0] != two[0] or len(two) - len(one) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    swapped = one[:at] + one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return one[at:] == two[at + 1 :] or (len(one) == len(two) and (one[at + 1 :] == two[at + 1 :] or swapped == two))


def all_meant(options: tuple[Option, ...], text: str) -> list[Option]:
    """Every option named, in the order of naming: "1, 3", "2 and 4", words, one a line or with commas.

    Raises UnknownOption when a piece names none.
    """
    pieces = [piece for piece in _COARSE.split(clean.text(text)) if clean.line(piece)]
    if len(pieces) > _MOST:
        raise UnknownOption
    return [option for piece in pieces for option in _in_line(options, piece)]


def label_of(question: Question, value: str) -> str:
    """The words of an option. One that a newer programme dropped shows its value, a row taken out since no name."""
    gone = _GONE if question.options_from else value
    return next((option.label for option in question.options if option.value == value), gone)


def still(question: Question, values: Iterable[str]) -> tuple[str, ...]:
    """Those values that are options now: no form can show another as picked."""
    known = {option.value for option in question.options}
    return tuple(value for value in values if value in known)


def how(options: tuple[Option, ...]) -> str:
    """Say how to name an option in a reply."""
    return f"Please name one of the answers by its number (1 to {len(options)}) or its words."


def how_several(options: tuple[Option, ...]) -> str:
    """Say how to name several options in a reply."""
    return f"Please name the answers by number (1 to {len(options)}) with commas, like 1, 3."


def wrong_options(question: Question) -> tuple[str, ...]:
    """What is wrong with the options of a question as data. Options that come from worksheets are not known yet."""
    if question.options_from and not question.options:
        return ()
    problems = []
    if len(question.options) < 2:
        problems.append(f"a {question.kind} needs at least two options")
    if len(question.options) > _MOST:
        problems.append(f"a {question.kind} takes at most {_MOST} options")
    for what, seen in (("value", [o.value for o in question.options]), ("label", [o.label for o in question.options])):
        problems += [f"two options have the {what} {each!r}" for each in sorted({s for s in seen if seen.count(s) > 1})]
    for option in question.options:
        if not option.value or not option.label:
            problems.append("an option has no value or no label")
        if len(option.label) > _LONGEST_LABEL:
            problems.append(f"the label of option {option.value!r} is longer than {_LONGEST_LABEL} characters")
    return tuple(problems)


def _in_line(options: tuple[Option, ...], piece: str) -> list[Option]:
    """The options one line means: the whole line first, for an option's own words may hold a comma or an "and"."""
    if whole := meant(options, piece):
        return [whole]
    piece = _PLEASE.sub("", piece)
    plain = clean.plain(piece)
    if _NUMBERS.fullmatch(plain):
        splits = [re.findall(r"[0-9]+", plain)]
    else:
        splits = [[part for part in between.split(piece) if part.strip()] for between in (_COMMA, _COMMA_OR_AND)]
    found = next(filter(None, (_all(parts, options) for parts in splits)), None)
    if found is None:
        raise UnknownOption
    return found


def _all(parts: list[str], options: tuple[Option, ...]) -> list[Option]:
    """The option of each part, or none at all."""
    found: list[Option] = []
    for part in parts if len(parts) <= _MOST else []:  # nobody names more than there can be
        option = meant(options, part)
        if option is None:
            return []
        found.append(option)
    return found


def _only(found: list[Option]) -> Option | None:
    return found[0] if len(found) == 1 else None


def _bare(text: str) -> str:
    return clean.plain(text).strip(" .\"'")
