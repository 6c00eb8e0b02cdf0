"""Questions about what somebody said, answered with the statement itself and not with what a model makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from qa import corrections, quotes, reading, sentences
from qa.encoders import Encoder
from qa.extracts import Extract
from qa.holders import Holders, Person
from qa.questions import Query
from qa.terms import likeness, terms
from qa.types import Article, Evidence

MOST = 3
"""Statements of one person in one answer."""

ON_TOPIC = 0.5
"""The share of the topic's words, by weight, that a statement, the one before it and the headline have at least."""

ALIKE = 0.3
"""The cosine of a statement to the topic from which it is on it in whatever words."""

NEAR_BEST = 0.8
"""The share of the best statement's score that a further one has."""

_LEANING = re.compile(r"\b(?:it|this|that|these|those|they|them|its|their)\b", re.I)
_SAYING = (
    r"say|said|saying|tell|told|think|claim|allege|argue|promise|announce|demand|state|explain|predict|warn|criticise"
    r"|criticize|suggest|insist|propose|admit|deny|call for|complain"
)
_TOPIC = (
    r"(?:\s+(?:about|on|of|regarding|over|concerning|to)\b\s*(?P<topic>.*?))?"
    r"(?:\s+(?:when|after|before|as|while)\b.*?)?"
)
_WHAT = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^what (?:did|does|do|has|have|had) (?P<who>.+?) (?:{_SAYING})(?:\s+(?:the public|journalists|reporters))?"
        rf"{_TOPIC}\??$",
        rf"^how (?:did|does|do|has|have) (?P<who>.+?) (?:react|respond|comment)(?:ed)?{_TOPIC}\??$",
        r"^what (?:is|was) (?P<who>.+?)(?:['’]s?) (?:position|view|stance|opinion|reaction|response)"
        rf"{_TOPIC}\??$",
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose words are asked for, and on what."""

    person: Person
    topic: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: its sentence, its own words, by whom; ``score`` is how near it is to the topic, about 0…2."""

    extract: Extract
    words: str = field(kw_only=True)
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    speaker: str = field(kw_only=True)
    score: float = field(kw_only=True)


def asked(question: str) -> Asked | None:
    """Return whose words a question asks for ("what did Lavrov say about a meeting"); None for any other question."""
    for pattern in _WHAT:
        found = pattern.match(" ".join(question.split()))
        if found:
            return Asked(Person.of(found["who"]), topic=found["topic"] or "")
    return None


def statements(wanted: Asked, query: Query, evidence: Sequence[Evidence], encoder: Encoder) -> list[Said]:
    """Return what the person says on the topic in the articles that were found, the best first; none may be there."""
    spoken = list(_spoken(wanted, evidence))
    if not spoken:
        return []
    asking = [query.text, wanted.topic or query.text]
    vectors = np.asarray(encoder.encode_queries([*asking, *(one.extract.text for one, _ in spoken)]))
    to_question, to_topic = vectors[2:] @ vectors[0], vectors[2:] @ vectors[1]
    scored = []
    for (one, around), similarity, on_topic in zip(spoken, to_question, to_topic, strict=True):
        own = _share(wanted.topic, one.extract.text) if wanted.topic else 0.0
        # What stands around lends its words only to a statement that has some of them, or speaks of "it".
        lent = not wanted.topic or own or _LEANING.search(one.words)
        shared = (_share(wanted.topic, around) if wanted.topic else 1.0) if lent else 0.0
        if shared >= ON_TOPIC or on_topic >= ALIKE:
            extract = replace(one.extract, similarity=float(similarity))
            scored.append(replace(one, extract=extract, score=float(similarity) + 0.5 * shared + 0.3 * own))
    if not scored:
        return []
    scored.sort(key=lambda one: -one.score)
    return _distinct([one for one in scored if one.score >= NEAR_BEST * scored[0].score])[:MOST]


def _spoken(wanted: Asked, evidence: Sequence[Evidence]) -> Iterator[tuple[Said, str]]:
    """Yield each statement of the person with the text around it: headline, the sentence before, its own."""
    first: Mapping[str, Evidence] = {found.article.id: found for found in reversed(evidence)}
    for found in first.values():
        article = found.article
        if not wanted.person.may_be_in(article):
            continue
        holders = Holders.of(article)
        body = corrections.evidence(article)
        spans = sentences.split(body)
        for quote in quotes.find(body):
            speaker, roles = holders.resolve(quote)
            passed_on = quotes.PASSED_ON in quote.speaker
            if passed_on or quote.content_end <= quote.content_start or not wanted.person.is_one(speaker, roles):
                continue
            ahead = [span for span in spans if span.end <= quote.start][-1:]
            before = body[ahead[0].start : ahead[0].end] if ahead else ""
            extract = Extract(found, start=quote.start, end=quote.end, similarity=0.0)
            words = article.body[quote.content_start : quote.content_end]
            said = Said(
                extract, words=words, start=quote.content_start, end=quote.content_end, speaker=speaker, score=0.0
            )
            yield said, _around(article, before, extract)


def _around(article: Article, before: str, extract: Extract) -> str:
    return f"{article.headline}\n{before}\n{extract.text}"


def _share(topic: str, text: str) -> float:
    """Return the share of the topic's content, by weight, that a text has."""
    wanted = [term for term in terms(topic) if term.content]
    have = {term.stem for term in terms(text) if term.stem}
    whole = sum(term.weight for term in wanted)
    found = sum(term.weight * max((likeness(term.stem, stem) for stem in have), default=0) for term in wanted)
    return found / whole if whole else 1.0


_PRONOUN = re.compile(r"^(?:He|She|It|They)(?= )")


def worded(said: Said) -> str:
    """Return a statement's sentence as an answer says it, a speaker named by a pronoun by name."""
    return _PRONOUN.sub(said.speaker, reading.worded(said.extract))


def _distinct(found: Sequence[Said]) -> list[Said]:
    """Leave out what a better statement says in the same words, or a sentence that is there already."""
    kept: dict[str, Said] = {}
    for one in found:
        kept.setdefault(" ".join(one.words.casefold().split()), one)
    spans: dict[tuple[str, int], Said] = {}
    for one in kept.values():
        spans.setdefault((one.extract.article.id, one.extract.start), one)
    return list(spans.values())
