"""What a typed number is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

ValueKind = Literal["count", "money", "percent", "points", "ordinal", "measure", "age", "score"]
"""What a number counts. ``measure`` includes lengths of time; ``points`` are percentage points."""

Comparator = Literal["exact", "about", "over", "under"]
"""How the text hedges an amount: not, "about", "more than" or "at least", "nearly" or "up to"."""

Relation = Literal["same", "different", "unrelated"]
"""Two values name one amount, two amounts of one kind, or cannot be compared."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number of a text: ``text[start:end]`` of the source is ``text``, unit included.

    ``amount`` is scaled ("1.2 billion" is 1200000000). ``unit`` is canonical: a currency code, "percent", "km", a noun
    in the singular ("job"), "people", "dead", "injured", or "" where none is plain; of a score it is the other side's
    number. ``quantum`` is the step of the last digit that the text gives (100000000 in "1.2 billion").
    """

    start: int
    end: int = field(kw_only=True)
    text: str = field(kw_only=True)
    kind: ValueKind = field(kw_only=True)
    amount: Decimal = field(kw_only=True)
    unit: str = field(kw_only=True, default="")
    comparator: Comparator = field(kw_only=True, default="exact")
    quantum: Decimal = field(kw_only=True, default=Decimal(1))

    @property
    def approximate(self) -> bool:
        """Whether the text hedges the amount."""
        return self.comparator != "exact"
