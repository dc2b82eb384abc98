"""Exact ranges with their unit: hours, money, people. Nothing is rounded, and two currencies are never mixed.

Where amounts of several units meet they stand side by side. Arithmetic is Decimal with room for every digit that a
question takes; should that room ever not do, it is an error and not a wrong figure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from itertools import product

from workflows.kinds import Value, decimals
from workflows.question import Question

NUMBERS = ("number", "range", "money", "scale")
_EXACT = Context(prec=500, traps=[Inexact, InvalidOperation, Overflow])  # 20 digits an answer, some answers multiplied


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """From `low` to `high` of one unit; for `money` the unit is a currency (ISO 4217)."""

    low: Decimal
    high: Decimal
    unit: str = ""
    money: bool = False


def amounts_of(question: Question, value: Value | None) -> tuple[Amount, ...]:
    """What an answer to a question of numbers amounts to; nothing for an empty one or another kind."""
    if question.kind not in NUMBERS or value is None:
        return ()
    if not isinstance(value, Mapping):
        number = Decimal(str(value))
        return (Amount(low=number, high=number, unit=question.unit),)
    money = question.kind == "money"
    unit = value.get("currency", "") if money else question.unit
    return (Amount(low=Decimal(value["low"]), high=Decimal(value["high"]), unit=unit, money=money),)


def multiplied(factors: Iterable[tuple[Amount, ...]]) -> tuple[Amount, ...]:
    """The product of cells: each amount of one by each of the next. Money by money makes no sense and is left out."""
    made = [one for combined in product(*factors) if (one := _product(combined)) is not None]
    return tuple(sorted(hull(made), key=lambda a: (not a.money, a.unit)))


def _product(factors: tuple[Amount, ...]) -> Amount | None:
    money = [a for a in factors if a.money]
    if len(money) > 1 or not factors:
        return None
    low = high = Decimal(1)
    for one in factors:
        corners = [_EXACT.multiply(a, b) for a in (low, high) for b in (one.low, one.high)]
        low, high = min(corners), max(corners)
    unit = money[0].unit if money else " × ".join(a.unit for a in factors if a.unit)
    return Amount(low=low, high=high, unit=unit, money=bool(money))


def hull(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """From the lowest to the highest of all, unit by unit."""
    units: dict[tuple[str, bool], Amount] = {}
    for one in amounts:
        had = units.get((one.unit, one.money), one)
        units[one.unit, one.money] = Amount(
            low=min(had.low, one.low), high=max(had.high, one.high), unit=one.unit, money=one.money
        )
    return tuple(units.values())


def summed(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """All lows and all highs added up, unit by unit."""
    units: dict[tuple[str, bool], Amount] = {}
    for one in amounts:
        had = units.get((one.unit, one.money), Amount(low=Decimal(0), high=Decimal(0)))
        units[one.unit, one.money] = Amount(
            low=_EXACT.add(had.low, one.low), high=_EXACT.add(had.high, one.high), unit=one.unit, money=one.money
        )
    return tuple(units.values())


def told(amounts: Iterable[Amount]) -> str:
    """The amounts as people read them: "3 to 5 hours; 40 to 60 EUR"."""
    return "; ".join(_one(a) for a in amounts)


def _one(amount: Amount) -> str:
    low, high = decimals.plain(amount.low), decimals.plain(amount.high)
    return f"{low if low == high else f'{low} to {high}'} {amount.unit}".strip()
