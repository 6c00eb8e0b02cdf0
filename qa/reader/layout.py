"""How a question and a dated passage are laid out for the reader: the same in training and in use."""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST = 224
"""Tokens that one input may have; longer passages are read in overlapping windows."""

_STEPS = ((1, "day"), (7, "week"), (30.4, "month"), (365.25, "year"))


@dataclass(frozen=True, slots=True)
class Framed:
    """A passage as the reader sees it: ``text[start:]`` is the passage itself, what stands before it is its head."""

    text: str
    start: int = field(kw_only=True)


def age_words(days: float | None) -> str:
    """Return in words how old an article is when it is asked about; None is an article without a date."""
    if days is None:
        return "undated"
    if days < 0:
        return "later"
    if days < 1:
        return "today"
    length, unit = next(step for step in reversed(_STEPS) if days >= step[0])
    count = int(days // length)
    return f"{count} {unit}{'' if count == 1 else 's'} ago"


def framed(passage: str, *, headline: str = "", days: float | None = None) -> Framed:
    """Return a passage under its head: the article's age in words, then its headline.

    Args:
        passage: characters of an article's body.
        headline: the article's; an empty one is left out.
        days: from the article's date to the day that is asked about; None where it has no date.
    """
    head = f"{age_words(days)} : {headline} : " if headline else f"{age_words(days)} : "
    return Framed(head + passage, start=len(head))
