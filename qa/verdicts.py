"""The one gate before a "Yes" or "No": shown only where a sentence is the question turned into a statement.

A verdict is the largest thing an answer says and the easiest to get wrong: "voted down", "her sister", a buyer who was
bought, an accusation. So nothing here looks for reasons against one. The sentence must have the words of the question,
in the question's order, with nothing between them but articles, auxiliaries and days, and end there or go on with a
plain addition ("by 31 votes to 29"). One "not" or "never" beside the verb makes it a No. Whatever is put otherwise has
no verdict: the sentence stands for itself.

Only what is over is judged ("did", "was", "has"). What is or will be may have changed since, which no one sentence
tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa import dates, names, polarity, quotes, reading, speakers, stance
from qa.extracts import Extract, timely
from qa.lexicon import STOPWORDS
from qa.questions import Query
from qa.terms import REPORTING_STEMS, Term, fold, terms
from qa.types import Evidence, TimeMention

Verdict = Literal["Yes", "No", ""]

_LEADING = frozenset("and but so".split())
_DOING = frozenset("did has have had".split())
_BEING = frozenset("was were been wasn't weren't".split())
_DID = frozenset(("did", "didn't"))
_HAVING = frozenset("has have had hasn't haven't hadn't".split())
_NOT = frozenset("not never didn't hasn't haven't hadn't wasn't weren't".split())
_LIGHT = frozenset("also already finally later formally officially unanimously".split())
"""Adverbs beside a verb that leave what it says as it is."""
_BESIDE = _BEING | _DID | _HAVING | _NOT | _LIGHT
_ARTICLES = frozenset("the a an any ever".split())
_ADDING = frozenset("for by after with from during to".split())
"""Prepositions of an addition that leaves a happening what it is."""
_PLACING = frozenset("in on at near".split())
"""Before a name or number they say where; before other words they may take half back ("in principle", "on paper")."""
_GOING_ON = _ADDING | _PLACING | _ARTICLES | frozenset("of its his her their".split())
_LEAD = 4
"""Words at most before the name that a sentence begins with: "the former trade minister Ida Kern"."""

_WORD = re.compile(r"\W*(?:yes|no)\b(?=\W*$|\W*,)", re.I)


def is_word(phrase: str) -> bool:
    """Whether a phrase is, or begins with, a verdict as a word of its own ("No", "Yes, says the union")."""
    return bool(_WORD.match(phrase))


def verdict(query: Query, extract: Extract, evidence: Sequence[Evidence]) -> Verdict:
    """Return "Yes" or "No" where the sentence states, or plainly denies, just what the question asks; else "".

    ``evidence`` is all that was found: what had not happened by one day may have by a later article.
    """
    asked = _asked(query)
    if asked is None or not _of_the_time(query, extract) or _is_somebodys(extract):
        return ""
    text = reading.DATELINE.sub("", extract.text)
    stated = tuple(_undated(text, dates.resolve(text, extract.article.dated)))
    found = _matched(asked, stated)
    if found is None or not _whole_names(text, stated, found):
        return ""
    denials = sum(_key(term) in _NOT for term in found.beside)
    if denials > 1 or (denials and _told_later(asked, extract, evidence)):
        return ""
    return "No" if denials else "Yes"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of a question behind its auxiliary, articles and days aside; ``being``: it asks "was", not "did"."""

    words: tuple[Term, ...]
    being: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class _Matched:
    """Where in a sentence the question's words stand, and the auxiliaries and adverbs before which of them."""

    places: tuple[int, ...]
    beside: tuple[Term, ...] = field(kw_only=True)
    beside_at: int = field(kw_only=True)


def _key(term: Term) -> str:
    """A word as it is compared: its form counts, for "the mayor" is not "the mayor's"."""
    return fold(term.text).replace("’", "'")


def _asked(query: Query) -> _Asked | None:
    """Return what is asked, None for a question that is not of the past or is negative itself."""
    found = list(_undated(query.text, dates.resolve(query.text, query.as_of)))
    while found and found[0].low in _LEADING:
        found.pop(0)
    if not found or found[0].low not in _DOING | _BEING:
        return None
    words = [term for term in found[1:] if term.low not in _ARTICLES and term.text not in "?."]
    been = found[0].low in _HAVING and any(term.low == "been" for term in words)
    words = [term for term in words if not (been and term.low == "been")]
    if len(words) < 2 or any(_key(term) in _NOT for term in words):
        return None
    return _Asked(tuple(words), being=been or found[0].low in _BEING)


def _undated(text: str, times: Sequence[TimeMention]) -> Iterator[Term]:
    """Yield the terms of a text without its days, the preposition before one and the comma behind one that opens it."""
    days = [time for time in times if time.earliest]
    found, opening = terms(text), True
    for index, term in enumerate(found):
        following = found[index + 1].start if index + 1 < len(found) else -1
        if any(time.start <= term.start < time.end for time in days):
            continue
        if term.low in (*_PLACING, "during") and any(time.start == following for time in days):
            continue
        if opening and term.text == ",":
            continue
        opening = False
        yield term


def _of_the_time(query: Query, extract: Extract) -> bool:
    """Whether a sentence is of the time that the question names, and no day in it is another."""
    wanted = [(time.earliest, time.latest) for time in query.times if time.earliest and time.latest]
    given = [
        (time.earliest, time.latest)
        for time in dates.resolve(extract.text, extract.article.dated)
        if time.earliest and time.latest
    ]
    alike = all(any(first <= end and begin <= last for first, last in wanted) for begin, end in given)
    return timely(query, extract) and (not wanted or alike)


def _is_somebodys(extract: Extract) -> bool:
    """Whether a sentence reports what somebody says, or stands inside direct speech, known whose or not."""
    body = extract.article.body
    paragraph = body[body.rfind("\n\n", 0, extract.start) + 1 : extract.start]
    return bool(reading.speaker(extract)) or quotes.is_open_behind(paragraph)


def _matched(asked: _Asked, stated: Sequence[Term]) -> _Matched | None:
    """Lay the question's words against a sentence; None where anything else stands before, between or behind them."""
    words = [_key(term) for term in asked.words]
    first = next((place for place, term in enumerate(stated) if _key(term) == words[0]), -1)
    if first < 0 or not _leads(stated[:first], stated[first]):
        return None
    places, beside, beside_at, place = [first], list[Term](), -1, first + 1
    while place < len(stated) and len(places) < len(words):
        term, wanted = stated[place], asked.words[len(places)]
        if _key(term) == _key(wanted) or _is_past_of(term, wanted):
            places.append(place)
        elif _key(term) in _BESIDE and beside_at in (-1, len(places)):
            beside, beside_at = [*beside, term], len(places)
        elif term.low not in _ARTICLES:
            return None
        place += 1
    found = _Matched(tuple(places), beside=tuple(beside), beside_at=beside_at)
    whole = len(places) == len(words) and _ends(stated[place:])
    return found if whole and _one_verb(asked, stated, found) else None


def _leads(before: Sequence[Term], first: Term) -> bool:
    """Whether nothing but an article stands before what a statement is about, or the title of whom it names."""
    if all(term.low in _ARTICLES for term in before):
        return True
    title = before[-1].low in names.TITLES | speakers.NOMINAL
    plain = all(term.content or term.low in names.TITLES | _ARTICLES for term in before)
    return first.capital and title and plain and len(before) <= _LEAD and all(_key(term) == term.low for term in before)


def _is_past_of(term: Term, wanted: Term) -> bool:
    """Whether a word is a past form of the verb asked about."""
    return term.stem == wanted.stem != "" and polarity.is_past(term) and not (term.capital or wanted.capital)


def _ends(behind: Sequence[Term]) -> bool:
    """Whether a statement ends, or goes on with nothing but additions that leave it true."""
    behind = behind[:-1] if behind and behind[-1].text in ".!" else behind
    if behind and behind[0].low not in _ADDING | _PLACING:
        return False
    for index, term in enumerate(behind):
        following = next((other for other in behind[index + 1 :] if other.low not in _ARTICLES), None)
        if term.low in _PLACING and not (following and (following.capital or following.low[0].isdigit())):
            return False
        unsure = term.low in stance.HEDGES or term.stem in REPORTING_STEMS or term.stem in polarity.NEGATIVE_VERBS
        if not term.stem or unsure or (term.low in STOPWORDS and term.low not in _GOING_ON):
            return False
    return True


def _one_verb(asked: _Asked, stated: Sequence[Term], found: _Matched) -> bool:
    """Whether the verb of the statement is that of the question in voice and time, every other word the same."""
    changed = [
        at
        for at, (word, place) in enumerate(zip(asked.words, found.places, strict=True))
        if _key(word) != _key(stated[place])
    ]
    helping = {_key(term) for term in found.beside}
    if asked.being or helping & _BEING:
        return asked.being and not changed and bool(helping & _BEING) and not helping & _DID
    if helping & _DID:
        return not changed
    past = [at for at, place in enumerate(found.places) if at and polarity.is_past(stated[place])]
    if not past or changed not in ([], past[:1]):
        return False
    # "Cut", "put" and the like are past only where an auxiliary says so, or where they have another form.
    return past[0] == found.beside_at if found.beside else True


def _whole_names(text: str, stated: Sequence[Term], found: _Matched) -> bool:
    """Whether each name in the statement is the question's to its last word: no "Jr.", no longer name of another."""
    matched = {stated[place].start for place in found.places}
    for name in names.find(text):
        inside = [term.start in matched for term in stated if name.start <= term.start < name.end and term.low != "the"]
        if any(inside) and not all(inside):
            return False
    return True


def _told_later(asked: _Asked, extract: Extract, evidence: Sequence[Evidence]) -> bool:
    """Whether a later article, or one without a day, tells of the same subject: it may have happened since."""
    told = extract.article.known_from
    for one in evidence:
        later = one.article.known_from
        if one.article.id == extract.article.id or (told and later and later <= told):
            continue
        if names.folded_words(asked.words[0].text) <= names.folded_words(one.article.body):
            return True
    return False
