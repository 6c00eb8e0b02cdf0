"""What the reader is given and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DatedPassage:
    """A passage to read.

    ``text`` is ``article.body[offset : offset + len(text)]``; ``days`` is the age of its article when it is asked
    about, None without a date.
    """

    text: str
    headline: str = field(kw_only=True, default="")
    days: float | None = field(kw_only=True, default=None)
    offset: int = field(kw_only=True, default=0)


@dataclass(frozen=True, slots=True)
class SpanPrediction:
    """Words that may be the answer: ``article.body[start:end] == text``, in the passage of this number (from 0).

    ``margin`` is how much likelier they are than that the passage holds no answer: a difference of logarithms.
    """

    passage: int
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    text: str = field(kw_only=True)
    margin: float = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class PassagePrediction:
    """What the reader tells of one passage.

    ``spans`` are the likeliest answers, the best first, none of them within another. ``relevance`` is a logit: how
    surely the passage is about the question. ``verdict`` are the probabilities that a claim, or a yes to a yes/no
    question, is supported, contradicted and not said; they sum to 1.
    """

    spans: tuple[SpanPrediction, ...]
    relevance: float = field(kw_only=True)
    verdict: tuple[float, float, float] = field(kw_only=True)

    @property
    def margin(self) -> float:
        """The margin of the likeliest answer; minus infinity where there is no word."""
        return self.spans[0].margin if self.spans else float("-inf")
