"""Correction notices: whether one corrects a given article.

A notice says which article it means by its address, by its headline, or by its day and its matter. What is only about
the same thing is not linked: a wrong "corrected" under a citation would be worse than none.
"""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from qa import dates, terms
from qa.types import Article, earliest_instant

REACH = timedelta(days=400)
"""How long after an article a notice may correct it."""

NAMED = 4
"""Words of a headline from which it names an article."""

ON_MATTER = 0.5
"""The share of a headline's words, by weight, that a notice holds which names the article's day."""

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"'”’)]+", re.IGNORECASE)


def corrects(notice: Article, article: Article) -> bool:
    """Whether a notice corrects an article, by what the notice says of it.

    The article came out before the notice, and in the same outlet unless the notice gives its address.
    """
    if notice.kind != "correction" or article.kind == "correction" or not _in_reach(notice, article):
        return False
    if _addresses(article.url) & {found for text in _ADDRESS.findall(notice.body) for found in _addresses(text)}:
        return True
    if not _same_outlet(notice, article):
        return False
    said, headline = f" {_words(notice.headline)} | {_words(notice.body)} ", _words(article.headline)
    if len(headline.split()) >= NAMED and f" {headline} " in said:
        return True
    return _names_day(notice, article) and _matter(notice, article) >= ON_MATTER


def _in_reach(notice: Article, article: Article) -> bool:
    if notice.dated is None or article.dated is None:
        return False
    gap = earliest_instant(notice.dated).date() - earliest_instant(article.dated).date()
    return timedelta(0) <= gap <= REACH


def _same_outlet(notice: Article, article: Article) -> bool:
    hosts = _host(notice.url), _host(article.url)
    same = bool(notice.outlet) and notice.outlet.casefold() == article.outlet.casefold()
    return same or (bool(hosts[0]) and hosts[0] == hosts[1])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _addresses(url: str) -> set[str]:
    """Return an address without what two spellings of it differ in; none for a site's front page."""
    try:
        parts = urlsplit(url.rstrip(".,;:"))
    except ValueError:
        return set()
    path = parts.path.rstrip("/")
    return {f"{_host(url)}{path}?{parts.query}"} if parts.hostname and path else set()


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _names_day(notice: Article, article: Article) -> bool:
    """Whether a notice names the day of an article."""
    assert article.dated is not None
    day = earliest_instant(article.dated).date().isoformat()
    return any(mention.value[:10] == day for mention in dates.resolve(notice.body, notice.dated))


def _matter(notice: Article, article: Article) -> float:
    said = {term.stem for term in terms.terms(f"{notice.headline} {notice.body}") if term.stem}
    headline = [term for term in terms.terms(article.headline) if term.content]
    whole = sum(term.weight for term in headline)
    return sum(term.weight for term in headline if term.stem in said) / whole if len(headline) > 1 else 0.0
