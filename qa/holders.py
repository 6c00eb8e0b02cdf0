"""Who a speaker is in an article: the full name behind a surname, the one holder of a role that the article names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa import corrections, names, sentences, speakers
from qa.names import Name
from qa.quotes import PASSED_ON, Quote
from qa.terms import stem, terms
from qa.types import Article

_OWNED = re.compile(r"(?:[\w-]+\s+){0,3}[\w-]+['’]s\s+(.+)|(?:his|her|its|their)\s+(?:.+)", re.IGNORECASE)
_NOT_QUITE = frozenset(stem(word) for word in ("former", "deputy", "vice", "ex", "acting", "late"))
"""A former minister is not the minister."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A person at a place of the text, with the stems of the role given beside the name, if one is."""

    start: int
    name: Name
    role: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holders:
    """The persons that an article names, in order."""

    held: tuple[_Held, ...]

    @classmethod
    def of(cls, article: Article) -> Holders:
        """Read the names and their roles off an article's body."""
        found = []
        body = corrections.evidence(article)
        for span in sentences.split(body):
            sentence = body[span.start : span.end]
            found += [_Held(span.start + name.start, name, role) for name, role in _named(sentence)]
        return cls(tuple(found))

    def resolve(self, quote: Quote) -> tuple[str, frozenset[str]]:
        """Return the fullest name of a quote's speaker and the stems of the roles that the article gives them.

        A role that no one or that several persons of the article hold stays the speaker.
        """
        speaker, passing, whom = quote.speaker.partition(PASSED_ON)
        if passing:
            full, roles = self.resolve(replace(quote, speaker=speaker))
            return f"{full}{passing}{whom}", roles
        own = _stems(quote.role)
        owned = _OWNED.fullmatch(quote.speaker)
        spoken = [] if owned else [name for name in names.find(f"So {quote.speaker}") if _ends(name, quote.speaker)]
        if len(spoken) == 1:
            return self._full(spoken[0], quote, own)
        phrase = owned[1] if owned and owned[1] else quote.speaker
        role = _stems(phrase) | own
        if spoken or not speakers.is_person(phrase) or quote.speaker.lower() in speakers.PRONOUNS:
            return quote.speaker, own
        holders = [one for one in self.held if role <= one.role and not (one.role & _NOT_QUITE) - role]
        distinct = _distinct([one.name for one in holders])
        if len(distinct) != 1:
            return quote.speaker, role
        return self._full(distinct[0], quote, role)

    def _full(self, name: Name, quote: Quote, own: frozenset[str]) -> tuple[str, frozenset[str]]:
        """Return the longest form of a name; of two people of one surname the one named last before the quote."""
        alike = [one for one in self.held if names.same(one.name.words, name.words)]
        full = _distinct([one.name for one in alike])
        if len(full) > 1:
            ahead = [one.name for one in alike if one.start <= quote.end and len(one.name.words) > 1]
            full = ahead[-1:] or [name]
        best = max([*full, name], key=lambda one: len(one.words))
        same = [one for one in alike if names.same(one.name.words, best.words)]
        roles = own.union(*(one.role for one in same)) if same else own
        return best.text, roles


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked for: the folded words of a name, or those of a role when no name is given."""

    name: tuple[str, ...]
    role: frozenset[str]

    @classmethod
    def of(cls, asked: str) -> Person:
        """Read a name, with or without title, in any case; words that are all of a role are a role."""
        known = speakers.role_words(asked)
        rest = [term for term in terms(asked) if term.stem and term.low not in known]
        words = tuple(word for term in rest if term.content or term.capital for word in names.words_of(term))
        role = frozenset(stem(word) for word in known)
        return cls(words, role) if words else cls((), role)

    def may_be_in(self, article: Article) -> bool:
        """Whether a text has the last word of the name at all, in any romanisation; a role may be anywhere."""
        if not self.name:
            return True
        last = names.spelling(self.name[-1])
        return any(names.spelling(word) == last for word in names.folded_words(article.body))

    def is_one(self, speaker: str, roles: frozenset[str]) -> bool:
        """Whether a speaker with these roles is the one asked for; of one who passes on, not who is passed on."""
        speaker = speaker.partition(PASSED_ON)[0]
        if not self.name:
            return bool(self.role) and self.role <= roles
        return any(names.same(self.name, found.words) for found in names.find(f"So {speaker}"))


def _ends(name: Name, speaker: str) -> bool:
    """Whether a name is what a speaker ends with or is joined by "and": "Western officials" is no name."""
    rest = speaker[name.end - len("So ") :]
    return not rest or rest.lstrip(", ").startswith("and ") or rest.startswith(",")


def _named(sentence: str) -> Iterator[tuple[Name, frozenset[str]]]:
    for name in names.find(sentence):
        if name.sure:
            title = speakers.role_before(sentence[: name.start])
            yield name, _stems(title) | _stems(speakers.role_behind(sentence[name.end :]))


def _stems(role: str) -> frozenset[str]:
    return frozenset(stem(term.low) for term in terms(role) if term.content)


def _distinct(found: list[Name]) -> list[Name]:
    """Return the longest form of each person, in order."""
    kept: list[Name] = []
    for name in sorted(found, key=lambda one: -len(one.words)):
        if not any(names.same(name.words, other.words) for other in kept):
            kept.append(name)
    return kept
