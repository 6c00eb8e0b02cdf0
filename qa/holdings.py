"""What the archive holds, to be looked through, compared and deleted: the face behind ``NewsQA.holdings``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qa import corrections, dates, quotes, sentences, statements
from qa.archive import browsing, carried, removing, restoring
from qa.archive.browsing import Counts, Narrow, Shelf
from qa.archive.removing import Going
from qa.archive.restoring import Restored
from qa.errors import InputError
from qa.statements import Statement
from qa.types import Article, Carrier

if TYPE_CHECKING:
    from qa.index import Index

EXAMPLES = 4
EXAMPLE_ARTICLES = 12
"""Newest articles that example questions are made from."""

DATED_ARTICLES = 40
"""Newest articles in which a sentence is looked for that a "when" asks about."""

_DATED = re.compile(
    r"(The (?:[a-z]+ ){1,3}(?:(?:on|of|in|at|for) (?:the )?)?(?:[A-Z][\w’'-]+ ?){1,3}(?:[a-z]+ )?)"
    r"(was|were|will be|is to be|are to be) ([a-z]+ed|sent|held|shown|built|found|cut|stolen|chosen) "
)
"""A sentence about a named thing to which something was or will be done."""

LONGEST = 60_000
"""Characters of an article whose quotes are looked for; reading a longer one would hold up the page."""


@dataclass(frozen=True, slots=True)
class About:
    """What the archive knows around one article.

    ``versions`` are all texts that stood at its place, the oldest first, the last of which stands there now; ``quotes``
    what is said in it by whom; ``carriers`` who else carries the text.
    """

    versions: tuple[Article, ...] = ()
    quotes: tuple[Statement, ...] = field(kw_only=True, default=())
    carriers: tuple[Carrier, ...] = field(kw_only=True, default=())
    corrected: tuple[Carrier, ...] = field(kw_only=True, default=())
    """The notices that correct it."""
    aside: tuple[Article, ...] = field(kw_only=True, default=())
    """Versions that are put aside, because an earlier one was restored."""

    @property
    def newest(self) -> Article | None:
        """The version that stands there now."""
        return self.versions[-1] if self.versions else None


class Holdings:
    """The articles of one index as a list."""

    def __init__(self, index: Index) -> None:
        """Look through ``index``."""
        self._index = index

    @property
    def outage(self) -> str:
        """What is to be told of a part of the index that does not answer; else an empty string."""
        return self._index.outage

    def browse(self, wanted: Narrow | None = None, *, offset: int = 0, limit: int = 50) -> Shelf:
        """Return a part of the articles wanted, the latest first."""
        return browsing.browse(self._index.archive, wanted or Narrow(), offset=max(0, offset), limit=limit)

    def counts(self) -> Counts:
        """Return how many articles there are by outlet, language and day."""
        return browsing.counts(self._index.archive)

    def versions(self, article_id: str) -> tuple[Article, ...]:
        """Return every version of an article, the oldest first; none where there is no such article."""
        return self._index.versions(article_id)

    def named(self, name: str) -> About:
        """Return what there is around the article of an id or an address.

        Raises:
            InputError: there is none.
        """
        found = self._index.articles([carried.named(self._index.archive, name)])
        if not found:
            raise InputError(
                f"there is no article {name!r}: give its id or its address, as `qa search --json` shows them"
            )
        return self.about(*found.values())

    def about(self, article: Article) -> About:
        """Return what there is around an article; an article that is not in the archive has no versions."""
        said = statements.of_article(article) if len(article.body) <= LONGEST else ()
        carriers = self._index.carriers([article.id]).get(article.id, ())
        told = self._index.told([article.id]).get(article.id)
        return About(
            self._index.versions(article.id),
            quotes=said,
            carriers=carriers,
            corrected=corrections.of(article, told.corrected if told else ()),
            aside=restoring.aside(self._index.archive, article.id),
        )

    def examples(self) -> list[str]:
        """Return questions that the newest articles answer: when something was done, and what somebody said."""
        newest = self.browse(Narrow(until=datetime.now(UTC).date()), limit=DATED_ARTICLES).listed
        articles = self._index.articles(listing.id for listing in newest)
        dated = (_when(articles[listing.id]) for listing in newest if listing.id in articles)
        first = next(filter(None, dated), "")
        asked: dict[str, str] = {}
        for listing in newest[:EXAMPLE_ARTICLES]:
            article = articles.get(listing.id)
            for quote in quotes.find(corrections.evidence(article)) if article is not None and article.headline else ():
                name = quote.speaker
                if len(name.split()) == 2 and name.istitle():
                    asked.setdefault(listing.id, f"What did {name} say?")
        return list(dict.fromkeys(filter(None, (first, *asked.values()))))[:EXAMPLES]

    def going(self, name: str) -> Going:
        """Return what :meth:`remove` would delete; nothing is changed.

        Raises:
            InputError: there is no such article.
        """
        return _some(removing.going(self._index.archive, name), name)

    def remove(self, name: str) -> Going:
        """Delete an article everywhere, with every version that stood at its place, and return what went.

        Kept answers that cite it keep the cited words alone, and are marked when they are opened. It is not to be had
        again but by taking it in again.

        Args:
            name: its address, its file, or the id of any of its versions. An id names every article whose text it is;
                one of which that is an older version is meant only where it is none's present text. A copy that another
                address or file carries is an article of its own, and stays.

        Raises:
            InputError: there is no such article.
            IndexLocked: the index is open read-only.
        """
        return _some(self._index.remove(name), name)

    def restore_version(self, name: str, version: int | str) -> Restored:
        """Make an earlier version of an article the one that stands; later ones are put aside, for every as-of day.

        They are kept, and are restored in the same way. A text that is taken in afterwards is a new version as ever.
        What was deleted is not there to be restored: take it in again.

        Args:
            name: the article's address, its file, or the id of any of its versions.
            version: the version's number, as in ``named(name).versions``, or its id.

        Raises:
            InputError: there is no such article or version, it stands already, or the id stands at several places.
            IndexLocked: the index is open read-only.
        """
        with self._index.changing() as archive:
            return restoring.restore(archive, name, str(version))


def _some(going: Going, name: str) -> Going:
    if not going:
        raise InputError(f"there is no article {name!r}: give its id, its address or its file (see `qa search --json`)")
    return going


def _when(article: Article) -> str:
    """Return a question about the time of what an article tells of a named thing; "" where no sentence is so plain."""
    body = corrections.evidence(article)[:LONGEST]
    for span in sentences.split(body):
        text = body[span.start : span.end]
        found = _DATED.match(text)
        if found is None or not any(mention.earliest for mention in dates.resolve(text, article.dated)):
            continue
        subject, done = found[1].strip(), found[3]
        if found[2] in ("was", "were"):
            return f"When {found[2]} t{subject[1:]} {done}?"
        return f"When will t{subject[1:]} be {done}?"
    return ""
