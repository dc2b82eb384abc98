"""From about so much to about so much money. Kept as {"low": "12", "high": "15", "currency": "EUR"}, exact.

The currency is the one that was written, else the question's own. Where a sign could mean several ("$"), the question's
own decides if it is one of them; else the person is asked. Two currencies in one answer are never mixed.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, currencies, decimals, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_SIGN = re.compile(r"[a-z]{1,2}\$|[^\W\d_]+(?:\.(?= ))?|[^\w\s.,+-]")
_TO = re.compile(
    r"(?<=[^\s-])\s*(?:-|\.\.+|…|\b(?:to|and|until|up to|bis|hasta|à|até|إلى|الى)\b)\s*(?=\S)"
    r"|(?<=\d)\s+(?:a|y|et|e|en|und|و)\s+(?=[\d€$£])",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:between|from|zwischen|von|entre|desde|de|بين|من)\s+|(?:about|around|roughly)\s*)", re.IGNORECASE
)
_LONGEST = 200  # letters; beyond it nobody wrote an amount
_HOW = "Please write an amount, like 12 EUR, or both ends, like 12 to 15 EUR."
_WHICH = "Please say which currency, in three letters, like EUR or USD."
_SHARED = "Several currencies are written like that. Please write three letters, like USD or CAD."
_MIXED = "This names two currencies. Please use one for the whole answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    number: str = ""
    codes: frozenset[str] = frozenset()  # what its sign may mean; empty when it has none


def fields(question: Question) -> tuple[Field, ...]:
    """Both ends, and the currency, which may stay empty where the question has its own."""
    low = Field(
        id=f"{question.id}.low",
        widget="number",
        label=question.label,
        hint=question.hint,
        placeholder="at least",
        required=question.required,
        max_chars=60,
    )
    high = Field(
        id=f"{question.id}.high",
        widget="number",
        label="… up to",
        placeholder="at most",
        required=question.required,
        max_chars=60,
    )
    currency = Field(
        id=f"{question.id}.currency",
        widget="line",
        label="… in which currency",
        hint=f"Left empty, it is {question.currency}." if question.currency else "Three letters, like EUR or USD.",
        placeholder=question.currency,
        required=question.required and not question.currency,
        max_chars=20,
    )
    return low, high, currency


def parse(question: Question, typed: Typed) -> Value | None:
    """Return both ends, the lower one first, and the currency. Raises AskPerson with the problems of all fields."""
    problems: dict[str, str] = {}
    low = _amount(question, typed, f"{question.id}.low", problems)
    high = _amount(question, typed, f"{question.id}.high", problems)
    named = _named(question, typed, problems)
    if problems:
        raise AskPerson(problems)
    if not low.number and not high.number:
        if named and question.currency not in named:
            raise AskPerson({f"{question.id}.low": "How much is it? Please write a number, like 12."})
        return clean.nothing(question, f"{question.id}.low")
    ends = {"low": low.number or high.number, "high": high.number or low.number}
    if Decimal(ends["low"]) > Decimal(ends["high"]):
        problems[f"{question.id}.high"] = "This end is smaller than the first one. Please put the smaller one first."
    currency = _agreed(question, [codes for codes in (low.codes, high.codes, named) if codes], problems)
    if problems:
        raise AskPerson(problems)
    return {**ends, "currency": currency}


def typed(question: Question, value: Value) -> Typed:
    """Fill all three fields."""
    kept = _kept(value)
    ends = {f"{question.id}.{end}": decimals.retype(kept[end]) for end in ("low", "high")}
    return {**ends, f"{question.id}.currency": kept["currency"]}


def from_text(question: Question, text: str) -> Typed:
    """Take "12-15 EUR", "EUR 12 to 15", "€12–15", or one amount for both ends. Raises AskPerson."""
    given = clean.line(text)
    if not given:
        return {}
    # The words keep their capitals until the amounts are read: "ALL" is a currency, "all" is a word.
    bare = spoken.without_about(_LEAD.sub("", given.translate(decimals.DASHES)))
    parts = [part.strip() for part in _TO.split(bare)] if len(bare) <= _LONGEST else []
    if not 1 <= len(parts) <= 2:
        raise AskPerson({question.id: _HOW})
    try:
        kept = parse(question, {f"{question.id}.low": parts[0], f"{question.id}.high": parts[-1]})
    except AskPerson as asked:
        raise AskPerson({question.id: " ".join(dict.fromkeys(asked.problems.values()))}) from None
    return {} if kept is None else typed(question, kept)


def show(question: Question, value: Value) -> str:
    """Both ends and the currency; one amount when they are the same."""
    kept = _kept(value)
    low, high = _plain(kept["low"]), _plain(kept["high"])
    return f"{low} {kept['currency']}" if low == high else f"{low} to {high} {kept['currency']}"


def check(question: Question) -> tuple[str, ...]:
    """Say what is wrong with the limits or the currency."""
    known = not question.currency or question.currency in currencies.CODES
    unknown = () if known else (f"{question.currency!r} is no ISO 4217 currency code",)
    return (*decimals.wrong_limits(question), *unknown)


def _amount(question: Question, typed: Typed, field_id: str, problems: dict[str, str]) -> _Amount:
    try:
        given = clean.line(clean.one(typed, field_id))
        amount = _read(given, question.currency) if given else _Amount()
    except AskPerson as asked:
        problems.update(asked.problems)
        return _Amount()
    except decimals.NotANumber as no:
        problems[field_id] = str(no)
        return _Amount()
    at_least = replace(question, unit="", low=Decimal(0)) if question.low is None else question
    if amount.number and (problem := decimals.problem(at_least, amount.number)):
        problems[field_id] = problem
    return amount


def _read(given: str, home: str) -> _Amount:
    """Take the signs of currencies out; what is left is a number, or the person is asked."""
    if len(given) > _LONGEST:
        raise decimals.NotANumber(decimals.HOW)
    rest, codes = decimals.ready(given), frozenset[str]()
    for found in reversed(list(_SIGN.finditer(rest))):
        means = currencies.meant(found[0].rstrip("."), given, home)
        if means and codes and not means & codes:
            raise decimals.NotANumber(_MIXED)
        codes = means & codes or means or codes
        rest = f"{rest[: found.start()]} {rest[found.end() :]}" if means else rest
    return _Amount(number=decimals.read(rest), codes=codes)


def _named(question: Question, typed: Typed, problems: dict[str, str]) -> frozenset[str]:
    """What stands in the field for the currency."""
    field_id = f"{question.id}.currency"
    try:
        given = clean.line(clean.one(typed, field_id))
    except AskPerson as asked:
        problems.update(asked.problems)
        return frozenset()
    named = currencies.meant(clean.plain(given).rstrip("."), given.upper(), question.currency)
    if given and not named:
        problems[field_id] = _WHICH
    return named


def _agreed(question: Question, named: list[frozenset[str]], problems: dict[str, str]) -> str:
    """The one currency that everything written agrees on, or a problem."""
    if not named:
        if not question.currency:
            problems[f"{question.id}.currency"] = _WHICH
        return question.currency
    means = frozenset.intersection(*named)
    if len(means) == 1:
        return next(iter(means))
    if question.currency not in means:
        problems[f"{question.id}.currency"] = _SHARED if means else _MIXED
    return question.currency


def _plain(number: str) -> str:
    """Cents with both their digits."""
    return number + "0" if number[-2:-1] == "." else number


def _kept(value: Value) -> dict[str, str]:
    assert isinstance(value, dict)
    return value


KIND = Kind(name="money", fields=fields, parse=parse, typed=typed, from_text=from_text, show=show, check=check)
