"""Typed gold values against the words of an answer: numbers as values, dates as days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa import dates, values
from qa.evaluation.metrics import holds, value_accuracy
from qa.evaluation.sets import GoldSide, GoldValue
from qa.types import Moment, TimeMention
from qa.values import Value


@dataclass(frozen=True, slots=True)
class Told:
    """Words of an answer, with the day against which their relative dates are read."""

    text: str
    written: Moment | None = None


def numbers_shown(told: Sequence[Told], gold: Sequence[GoldValue]) -> float | None:
    """Return the share of gold numbers that the words give, as values; None without gold numbers."""
    wanted = [value for value in gold if value.kind != "date"]
    found = [value for held in told for value in values.find(held.text)]
    return value_accuracy(found, wanted, same=_same_number)


def dates_shown(told: Sequence[Told], gold: Sequence[GoldValue]) -> float | None:
    """Return the share of gold dates that the words give, as days; None without gold dates."""
    wanted = [value.value for value in gold if value.kind == "date"]
    found = [mention for held in told for mention in dates.resolve(held.text, held.written)]
    return value_accuracy([found], wanted, same=_date_given)


def side_given(told: Told, side: GoldSide) -> bool:
    """Return whether words give what a side of a conflict says: all its values, or one of its wordings."""
    parts = [numbers_shown([told], side.values), dates_shown([told], side.values)]
    known = [part for part in parts if part is not None]
    by_value = bool(known) and all(part == 1.0 for part in known)
    return by_value or any(holds(told.text, answer) for answer in side.answers)


def _same_number(gold: GoldValue, found: Value) -> bool:
    """Compare by amount, and by unit as it is written out; a gold unit that is not read as one leaves the amount."""
    if found.amount != gold.amount:
        return False
    written = {"percent": f"{gold.value} %", "number": gold.value}.get(gold.kind, f"{gold.value} {gold.unit}s")
    read = values.find(written)
    return not read or not (read[0].unit and found.unit) or values.compatible(read[0], found)


def _date_given(gold: str, found: Sequence[TimeMention]) -> bool:
    """A day is given by itself or a time in it, a range by itself or by both of its ends."""
    given = {mention.value for mention in found}
    if gold in given or any(value.startswith(f"{gold}T") for value in given):
        return True
    return "/" in gold and all(end in given for end in gold.split("/"))
