"""Every quote by somebody, on a topic if one is given: from the whole archive, with exact characters. No model.

Who speaks is read from the article itself: a surname stands for the full name that the article gives, a pronoun for the
person named before, and a role ("the foreign minister") for the one holder that the article names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from qa import boilerplate, corrections, quotes, sentences, terms
from qa.errors import InputError
from qa.holders import Holders, Person
from qa.quotes import Quote
from qa.retrieve import carrier
from qa.types import SCHEMA, Article, Carrier, Coverage, Moment, SpanError, earliest_instant, latest_instant, plain

if TYPE_CHECKING:
    from qa.index import Index

LIMIT = 50
"""Statements at most where nothing else is asked for: the latest ones."""

ON_TOPIC = 0.6
"""The share of a topic's words, by weight, that a statement holds; the sentence before it and the headline may lend
some, where the statement has one of them itself or says "it"."""

UTTERED = 8
"""Words from which one verbatim quotation in two reports is one utterance; a shorter one may have been said twice."""

_LEANING = frozenset("it this they them these its their".split())

NoStatements = Literal["unknown_speaker", "off_topic"]
"""Why there is none: nobody of this name or role is quoted; they are, but not on the topic."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one person said in one article: ``article.body[start:end] == text``.

    ``speaker`` is the fullest name that the article gives, ``said_by`` how the sentence names them ("Lavrov", "the
    foreign minister", "He"). ``sentence`` spans the sentence around it. ``also_in`` lists other carriers of the text.
    """

    number: int
    text: str = field(kw_only=True)
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    sentence: tuple[int, int] = field(kw_only=True)
    speaker: str = field(kw_only=True)
    said_by: str = field(kw_only=True)
    role: str = field(kw_only=True, default="")
    cue: str = field(kw_only=True)
    verbatim: bool = field(kw_only=True)
    article: Article = field(kw_only=True)
    also_in: tuple[Carrier, ...] = field(kw_only=True, default=())

    def __post_init__(self) -> None:
        """Assert the span invariant.

        Raises:
            SpanError: the article's characters from ``start`` to ``end`` are not ``text``.
        """
        if not self.text or self.article.body[self.start : self.end] != self.text:
            raise SpanError(f"statement {self.number} of article {self.article.id!r} does not slice to {self.text!r}")


@dataclass(frozen=True, slots=True)
class Statements:
    """What somebody said, in the order of time, undated articles last.

    ``off_topic`` counts the statements of the same person on other things, ``left_out`` the older ones beyond
    the limit. Without any, ``reason`` says why.
    """

    person: str
    topic: str = field(kw_only=True, default="")
    as_of: Moment = field(kw_only=True)
    found: tuple[Statement, ...] = field(kw_only=True, default=())
    reason: NoStatements | None = field(kw_only=True, default=None)
    off_topic: int = field(kw_only=True, default=0)
    left_out: int = field(kw_only=True, default=0)
    coverage: Coverage = field(kw_only=True, default_factory=lambda: Coverage(0))

    def to_dict(self) -> dict[str, Any]:
        """Return the statements as plain JSON types, in the way of :meth:`qa.types.Answer.to_dict`."""
        as_json: dict[str, Any] = plain(self)
        return {"schema": SCHEMA, **as_json}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose statements are asked for, on what, as of when, how many."""

    person: str
    topic: str = field(kw_only=True, default="")
    as_of: Moment = field(kw_only=True)
    limit: int = field(kw_only=True, default=LIMIT)

    def __post_init__(self) -> None:
        """Refuse a limit below 1 and a person without a letter.

        Raises:
            InputError: one of the two.
        """
        if self.limit < 1:
            raise InputError(f"limit {self.limit!r} leaves no quote: give 1 or more")
        if not any(sign.isalpha() for sign in self.person):
            raise InputError(f"the person {self.person[:60]!r} has no name: give one such as `qa quotes Lavrov`")


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement of the one asked for, with the person that the article makes of its speaker."""

    article: Article
    quote: Quote
    speaker: str
    before: str
    """The sentence before it."""


def build(wanted: Wanted, index: Index) -> Statements:
    """Return every statement of somebody that is visible from the as-of moment, each text once with its carriers."""
    before = latest_instant(wanted.as_of)
    asked = Person.of(wanted.person)
    said = [one for article in index.all_articles(before) if asked.may_be_in(article) for one in _said(asked, article)]
    topic = _topic(wanted.topic)
    on_topic = [one for one in said if not topic or _is_on(topic, one)]
    merged = _once(on_topic, index, before)
    ordered = sorted(merged, key=lambda pair: _by_time(pair[0]))
    kept = ordered[-wanted.limit :]
    reason: NoStatements | None = None if kept else ("off_topic" if said else "unknown_speaker")
    return Statements(
        wanted.person,
        topic=wanted.topic,
        as_of=wanted.as_of,
        found=tuple(_statement(number, one, also) for number, (one, also) in enumerate(kept, start=1)),
        reason=reason,
        off_topic=len(_once(said, index, before)) - len(merged) if topic else 0,
        left_out=len(ordered) - len(kept),
        coverage=index.coverage(before),
    )


def of_article(article: Article) -> tuple[Statement, ...]:
    """Return every statement in one article, in its order, each with the fullest name that the article gives."""
    holders = Holders.of(article)
    found = ((quote, holders.resolve(quote)[0]) for quote in _quotes(article))
    return tuple(
        _statement(number, _Found(article, quote, speaker, ""), ())
        for number, (quote, speaker) in enumerate(found, start=1)
        if quote.content_end > quote.content_start
    )


def _quotes(article: Article) -> Iterator[Quote]:
    """Yield the quotes of an article's own text: no pull quote, which is in it once more, no caption, no error."""
    body = corrections.evidence(article)
    return (quote for quote in quotes.find(body) if not boilerplate.within(body, quote.start, quote.end))


def _said(asked: Person, article: Article) -> Iterator[_Found]:
    holders = Holders.of(article)
    around = sentences.split(article.body)
    for quote in _quotes(article):
        speaker, roles = holders.resolve(quote)
        if asked.is_one(speaker, roles):
            ahead = [span for span in around if span.end <= quote.start]
            before = article.body[ahead[-1].start : ahead[-1].end] if ahead else ""
            yield _Found(article, quote, speaker, before)


def _topic(topic: str) -> list[terms.Term]:
    return [term for term in terms.terms(topic) if term.content]


def _is_on(topic: Sequence[terms.Term], one: _Found) -> bool:
    """Whether a statement is on a topic by its own words; a sentence that leans on others has theirs as well."""
    own = one.article.body[one.quote.start : one.quote.end]
    if _held(topic, own) >= ON_TOPIC:
        return True
    leans = any(term.low in _LEANING for term in terms.terms(one.quote.text))
    if not (leans or _held(topic, own)):
        return False
    return _held(topic, f"{one.article.headline} {one.before} {own}") >= ON_TOPIC


def _held(topic: Sequence[terms.Term], text: str) -> float:
    stems = {term.stem for term in terms.terms(text) if term.stem}
    whole = sum(term.weight for term in topic)
    found = sum(term.weight * max((terms.likeness(term.stem, stem) for stem in stems), default=0) for term in topic)
    return found / whole


def _once(found: Sequence[_Found], index: Index, before: datetime) -> list[tuple[_Found, tuple[Carrier, ...]]]:
    """Return each statement of a story once, with the other carriers of it that are known by then."""
    articles = {one.article.id: one.article for one in found}
    told = index.told(articles)
    elsewhere = index.carriers(articles, before=before)
    groups: dict[tuple[object, str], list[_Found]] = {}
    for one in sorted(found, key=_by_time):
        name, words = one.article.id, one.quote.text.lower().split()
        # The same words, and many of them, in quotation marks are one utterance, whoever reports it.
        uttered = one.quote.verbatim and len(words) >= UTTERED
        family = "" if uttered else told[name].family if name in told else name
        groups.setdefault((family, " ".join(words)), []).append(one)
    merged = []
    for group in groups.values():
        first = group[0].article
        copies = {one.article.id: one.article for one in group}
        listed = [each for name in copies for each in elsewhere.get(name, ())]
        listed += [carrier(article) for name, article in copies.items() if name != first.id]
        places = {(each.outlet, each.url): each for each in reversed(listed)}
        places.pop((first.outlet, first.url), None)
        visible = [each for each in reversed(places.values())
                   if each.published is None or earliest_instant(each.published) <= before]  # fmt: skip
        merged.append((group[0], tuple(visible)))
    return merged


def _by_time(one: _Found) -> tuple[datetime, str, int]:
    return (one.article.known_from or datetime.max.replace(tzinfo=UTC), one.article.id, one.quote.content_start)


def _statement(number: int, one: _Found, also_in: tuple[Carrier, ...]) -> Statement:
    quote, body = one.quote, one.article.body
    return Statement(
        number,
        text=body[quote.content_start : quote.content_end],
        start=quote.content_start,
        end=quote.content_end,
        sentence=(quote.start, quote.end),
        speaker=one.speaker,
        said_by=body[quote.speaker_start : quote.speaker_end] if quote.speaker_start >= 0 else "",
        role=quote.role,
        cue=quote.cue,
        verbatim=quote.verbatim,
        article=one.article,
        also_in=also_in,
    )
