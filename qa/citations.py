"""Citations: numbered once, in the order of first use, each asserted to slice to its quote where it is built."""

from __future__ import annotations

from datetime import datetime

from qa.types import Article, Citation, Evidence, earliest_instant


def age_days(article: Article, as_of: datetime) -> int | None:
    """Return whole days from the article's date to the as-of date, at least 0; None for an undated article."""
    if article.dated is None:
        return None
    return max((as_of.date() - earliest_instant(article.dated).date()).days, 0)


def trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """Return the span, as far as it lies in the body, without white space at its ends."""
    start, end = min(start, len(body)), min(end, len(body))
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    return start, end


class Citations:
    """The citations of one answer. The same characters of the same article keep one number."""

    def __init__(self, as_of: datetime) -> None:
        self._as_of = as_of
        self._by_span: dict[tuple[str, int, int], Citation] = {}

    @property
    def all(self) -> tuple[Citation, ...]:
        """Every citation so far, by number."""
        return tuple(self._by_span.values())

    def cite(self, found: Evidence, start: int, end: int, *, speaker: str = "") -> tuple[Citation, bool]:
        """Return the citation of these characters of the evidence's article, and whether it is new.

        Args:
            found: the evidence whose article is cited; its other carriers are listed under the citation.
            start: first character, an offset into the body.
            end: one behind the last.
            speaker: who says it there, where it is reported speech.

        Raises:
            SpanError: the span is empty or outside the body.
        """
        article = found.article
        start, end = trimmed(article.body, start, end)
        key = (article.id, start, end)
        if key in self._by_span:
            return self._by_span[key], False
        citation = Citation(
            len(self._by_span) + 1,
            article=article,
            start=start,
            end=end,
            quote=article.body[start:end],
            speaker=speaker,
            age_days=age_days(article, self._as_of),
            also_in=found.also_in,
            corrected=found.corrected,
        )
        self._by_span[key] = citation
        return citation, True
