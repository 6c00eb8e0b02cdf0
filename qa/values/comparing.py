"""Whether two typed numbers name one amount: by unit, stated precision and comparator."""

from __future__ import annotations

from decimal import Decimal

from qa.values.model import Relation, Value
from qa.values.vocabulary import BASES


def compare(first: Value, second: Value) -> Relation:
    """Return how two values relate: same kind and dimension are compared as amounts, all else is unrelated.

    The less precise value decides: "1.2 million" is the same as 1,183,000, "more than 2,000" as 2,161. A bare number
    (no unit) can only be the same as another, never different from it.
    """
    if first.kind == second.kind == "score":
        return "same" if sorted(_sides(first)) == sorted(_sides(second)) else "different"
    sizes = _sizes(first, second)
    if sizes is None:
        return "unrelated"
    low, high = _interval(first, sizes[0])
    other_low, other_high = _interval(second, sizes[1])
    if low <= second.amount * sizes[1] <= high or other_low <= first.amount * sizes[0] <= other_high:
        return "same"
    if first.kind == "count" and "" in (first.unit, second.unit):
        return "unrelated"
    return "different"


def compatible(first: Value, second: Value) -> bool:
    """Return whether two values name the same amount of the same thing."""
    return compare(first, second) == "same"


def _sides(value: Value) -> tuple[Decimal, Decimal]:
    return value.amount, Decimal(value.unit)


def _sizes(first: Value, second: Value) -> tuple[Decimal, Decimal] | None:
    """Return the factors that bring two values to one unit, or None where they measure different things."""
    one = Decimal(1)
    if first.kind != second.kind:
        return None
    if first.unit == second.unit:
        return one, one
    if first.kind == "count" and ("" in (first.unit, second.unit)):
        return one, one
    if first.kind == "measure" and first.unit in BASES and second.unit in BASES:
        (dimension, size), (other, other_size) = BASES[first.unit], BASES[second.unit]
        return (size, other_size) if dimension == other else None
    return None


def _interval(value: Value, size: Decimal) -> tuple[Decimal, Decimal]:
    """Return the amounts, in the base unit, that the wording of a value allows."""
    amount, half = value.amount, value.quantum / 2
    if value.comparator == "exact":
        # people and prices are counted one by one; a whole percentage is a rounded one
        exact = value.quantum == 1 and size == 1 and value.kind not in ("percent", "points")
        return (amount * size, amount * size) if exact else ((amount - half) * size, (amount + half) * size)
    step = max(_last_place(amount), value.quantum)
    if value.comparator == "about":
        slack = max(half, min(step / 2, abs(amount) / 10))
        return (amount - slack) * size, (amount + slack) * size
    # "hundreds" ends where "thousands" begins; else "more than 2,000" stays below 3,000
    slack = value.quantum if value.quantum > amount > 0 else min(step, abs(amount) / 2)
    if value.comparator == "over":
        return amount * size, (amount + slack) * size
    return (amount - slack) * size, amount * size


def _last_place(amount: Decimal) -> Decimal:
    """Return the place of the last digit that is not zero: 1000 for 2000."""
    return Decimal(1).scaleb(int(amount.normalize().as_tuple().exponent)) if amount else Decimal(1)
