"""Time: passages get an age, questions a time of their own, and what is too old or too new does not answer.

No set has dates. So an age is given at random where it says nothing, and some questions are made to ask about now
("this week", "latest"): a young passage answers them, an old one does not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from training.rows import Row

_NOW = ("this week", "now", "today", "currently", "recently", "this month", "these days", "at the moment", "lately")
_FRESH = {"this week": 7, "today": 1, "this month": 31, "now": 45, "currently": 60, "recently": 60}
_DATED = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b|\bcentury\b")


def any_age(rng: random.Random) -> float | None:
    """Return an age as archives have them: a third undated, the rest from hours to years, evenly by logarithm."""
    return None if rng.random() < 0.35 else 10 ** rng.uniform(-0.6, 3.6)


def aged(rows: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Yield every row with an age that says nothing of whether it answers."""
    for row in rows:
        yield replace(row, days=any_age(rng))


def of_now(rows: Sequence[Row], count: int, rng: random.Random) -> Iterator[Row]:
    """Yield up to ``count`` questions of now, as many answered by a young passage as not answered by an old one."""
    fit = [row for row in rows if row.answered and not _DATED.search(row.question)]
    for row in rng.sample(fit, min(count // 2, len(fit))):
        word = rng.choice(_NOW)
        question = f"{row.question.rstrip(' ?')} {word}{'?' if rng.random() < 0.5 else ''}"
        limit = _FRESH.get(word, 60)
        young, old = limit * rng.uniform(0, 0.9), limit * 10 ** rng.uniform(0.5, 2)
        yield replace(row, question=question, days=young, how="now, young")
        yield replace(row, question=question, days=old, answers=(), relevant=False, how="now, old")
