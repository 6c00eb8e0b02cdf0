"""Figures that a notice among what was found takes back, in the texts that it corrects: no evidence there either.

An older copy of a corrected article, or one whose outlet published a notice of its own, still says what was wrong. Of
such texts the sentences with the figure taken back are left out, as long as the notice is known. Figures only: a name
or a day that was wrong in one place may be right in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from qa import corrections, dates, stories, values
from qa.terms import terms
from qa.types import Article, Evidence

COPIED = 0.5
"""The share of a text that stands in a corrected one, from which it is an older copy of it."""


@dataclass(frozen=True, slots=True)
class _Notice:
    """An article with a notice: the amounts that it takes back, and the words around them."""

    article: Article
    amounts: frozenset[Decimal] = field(kw_only=True)
    words: frozenset[str] = field(kw_only=True)

    def takes_back(self, text: str) -> bool:
        """Whether a sentence gives one of the amounts, of what the notice speaks of."""
        return not self.amounts.isdisjoint(_amounts(text)) and not self.words.isdisjoint(_words(text))


class Withdrawn:
    """What the notices among the evidence of one question take back."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        articles = {found.article.id: found.article for found in evidence}
        self._notices = [notice for article in articles.values() if (notice := _notice(article)) is not None]
        self._of: dict[str, list[_Notice]] = {}

    def holds(self, found: Evidence, text: str) -> bool:
        """Whether a sentence of the evidence's article says what a notice about that article takes back."""
        if not self._notices:
            return False
        if found.article.id not in self._of:
            self._of[found.article.id] = [each for each in self._notices if _is_about(each.article, found)]
        return any(each.takes_back(text) for each in self._of[found.article.id])


def _notice(article: Article) -> _Notice | None:
    wrong = " ".join(article.body[start:end] for start, end in corrections.errors(article))
    amounts = _amounts(wrong) - _amounts(corrections.evidence(article)) if wrong else frozenset()
    return _Notice(article, amounts=amounts, words=_words(wrong)) if amounts else None


def _is_about(notice: Article, found: Evidence) -> bool:
    """Whether a notice corrects an article: it is linked to it, or stands in a later copy of its text."""
    article = found.article
    if article.id == notice.id or any(each.article_id == notice.id for each in found.corrected):
        return True
    if notice.kind == "correction" or _known(article) > _known(notice):
        return False
    return stories.held(article.body, notice.body) >= COPIED


def _known(article: Article) -> datetime:
    return article.known_from or datetime.min.replace(tzinfo=UTC)


def _amounts(text: str) -> frozenset[Decimal]:
    """Return the numbers in a text that are no part of a date."""
    times = [(each.start, each.end) for each in dates.resolve(text, None)]
    return frozenset(
        value.amount
        for value in values.find(text)
        if not any(start < value.end and value.start < end for start, end in times)
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms(text) if term.content and not term.stem[:1].isdigit())
