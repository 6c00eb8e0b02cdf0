"""How much a sentence tells: the candidates for the entries of a timeline, weighed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa import conflicts, reading
from qa.extracts import Extract
from qa.timeline.dating import When, day_of
from qa.timeline.topic import Topic, leads
from qa.types import Article, Carrier
from qa.values import Value

LEAD_BONUS = 0.5
DATED_BONUS = 0.15
VALUE_BONUS = 0.5
TOLL_BONUS = 0.5
LEANING_COST = 0.35
ASIDE_COST = 0.5
BACKGROUND_COST = 0.25
"""What a sentence gains as its article's first, with a date or a number of its own; what it loses where it leans on the
sentence before it, is a question or somebody's words alone, looks back, or names no more than a year. Set by reading
the sample's timelines."""

BACKGROUND_DAYS = 7
A_MONTH = 31
BESIDE = 60
"""Characters on each side of a value in which the question's words show that it is the thing's own."""

_CLOCK = re.compile(r"^(?:[01]?\d|2[0-3])[:.][0-5]\d\b", re.MULTILINE)
TOLLS = ("dead", "injured")
_FEWEST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may become an entry; ``when`` is None for an undated article."""

    extract: Extract
    when: When | None = field(kw_only=True)
    weight: float = field(kw_only=True)
    also_in: tuple[Carrier, ...] = field(kw_only=True, default=())

    @property
    def article(self) -> Article:
        """The article of the sentence."""
        return self.extract.article

    @property
    def looks_back(self) -> bool:
        """Whether the article tells of an earlier time than its own."""
        if self.when is None or self.article.dated is None:
            return False
        return (day_of(self.article.dated) - self.when.last_day).days > BACKGROUND_DAYS


def weight(topic: Topic, extract: Extract, when: When | None) -> float:
    """Return how much a sentence tells of what is asked: nearness, place in the article, what it says by itself."""
    article, text = extract.article, extract.text
    found = reading.fit(topic.query, extract)
    given = amounts(extract)
    toll = any(value.unit in TOLLS for value in given)
    if article.kind == "live":
        found += LEAD_BONUS * _lateness(article.body, extract.start) * (2 if toll else 1)
    elif leads(extract):
        found += LEAD_BONUS
    if when is not None and when.dated_by == "sentence":
        found += DATED_BONUS
        if article.dated is not None and (day_of(article.dated) - when.last_day).days > BACKGROUND_DAYS:
            found -= BACKGROUND_COST + DATED_BONUS
        if (when.last_day - when.day).days > A_MONTH:
            found -= BACKGROUND_COST
    found += TOLL_BONUS if toll else VALUE_BONUS if _measured(topic, text, given) else 0.0
    if not reading.speaks_for_itself(extract):
        found -= LEANING_COST
    if text.endswith("?") or text.startswith(('"', "“", "'", "‘")) or len(text.split()) < _FEWEST_WORDS:
        found -= ASIDE_COST
    return found


def _lateness(body: str, place: int) -> float:
    """Return how late in the day of a live page its entry at ``place`` is, 0…1; by its clock times where it has any."""
    clocks = {found.start(): found.group() for found in _CLOCK.finditer(body)}
    own = max((start for start in clocks if start <= place), default=None)
    if own is None:
        return 1 - place / len(body)
    return sum(clock <= clocks[own] for clock in clocks.values()) / len(clocks)


def _measured(topic: Topic, text: str, given: Sequence[Value]) -> bool:
    """Tell whether a sentence gives a price, a share or a score beside words of the question."""
    return any(
        value.kind in ("money", "percent", "score")
        and topic.share(text[max(0, value.start - BESIDE) : value.end + BESIDE]) > 0
        for value in given
    )


def amounts(extract: Extract) -> list[Value]:
    """Return the numbers that a sentence gives and does not deny."""
    given = conflicts.values_of("how_many", extract.text, extract.article.dated)
    return [value for value in given if isinstance(value, Value)]
