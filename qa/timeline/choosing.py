"""Which sentences make a timeline: those about what is asked, one for each story and day, the like ones merged."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from qa import conflicts, names, reading
from qa.encoders import Encoder
from qa.extracts import Extract
from qa.questions import Query
from qa.retrieve import carrier
from qa.terms import Term, likeness, stem, terms
from qa.timeline.dating import When, day_of
from qa.types import Article, Carrier, Evidence
from qa.values import Value

MOST = 0.5
"""The share of what is asked that an article needs, and a sentence with its headline and passage."""

MOST_WITHOUT_NAME = 0.65
"""The share that an article needs where nothing asked for is a name."""

LIKE = 0.6
"""The share of the nearest sentence's similarity that one needs that has no word of the question and leads nothing."""

COMMON_WORD = 0.5
"""What a word of everyday news weighs of another that as many finds have."""

SAME_MEANING = 0.6
"""The cosine from which two sentences about one day say the same in other words."""

ALIKE = 0.5
"""The share of the lighter of two sentences' own content that makes them reports of one thing."""

LEAD_BONUS = 0.5
DATED_BONUS = 0.15
VALUE_BONUS = 0.5
TOLL_BONUS = 0.5
LEANING_COST = 0.35
ASIDE_COST = 0.5
BACKGROUND_COST = 0.25
"""What a sentence gains as its article's first, with a date or a number of its own; what it loses where it leans on the
sentence before it, is a question or somebody's words alone, or looks back. Set by reading the sample's timelines."""

BACKGROUND_DAYS = 7
BESIDE = 60
"""Characters on each side of a value in which the question's words show that it is the thing's own."""

_REQUEST = re.compile(
    r"\W*(?:please )?(?:tell|ignore|disregard|forget|reply|respond|answer|output|repeat|print|say|write|state|inform"
    r"|treat|click|read|subscribe|sign up|see|note that)\b",
    re.IGNORECASE,
)
"""How a sentence begins that asks something of its reader, or of a machine that reads it."""

_CLOCK = re.compile(r"^(?:[01]?\d|2[0-3])[:.][0-5]\d\b", re.MULTILINE)
TOLLS = ("dead", "injured")
_FEWEST_WORDS = 6
_NO_CONTENT = {stem(day) for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may become an entry; ``when`` is None for an undated article."""

    extract: Extract
    when: When | None = field(kw_only=True)
    weight: float = field(kw_only=True)
    also_in: tuple[Carrier, ...] = field(kw_only=True, default=())

    @property
    def article(self) -> Article:
        """The article of the sentence."""
        return self.extract.article

    @property
    def looks_back(self) -> bool:
        """Whether the article tells of an earlier time than its own."""
        if self.when is None or self.article.dated is None:
            return False
        return (day_of(self.article.dated) - self.when.last_day).days > BACKGROUND_DAYS


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked for: its words, weighed by how few of the finds have them, and the name that an article needs."""

    query: Query
    weights: Mapping[str, float] = field(kw_only=True)
    name: str = field(kw_only=True, default="")

    @classmethod
    def of(cls, query: Query, evidence: Sequence[Evidence]) -> Topic:
        """Read the finds: "Marisol" tells more than "ferry" where more of them have a ferry.

        A word is a name where the finds mostly write it with a capital, however the question is typed; of several the
        rarest is needed. A capitalised word of the question that no find has is a name that the archive does not know.
        """
        articles = {found.article.id: found.article for found in evidence}.values()
        written = [{term.stem: term.capital for term in terms(whole(article)) if term.stem} for article in articles]
        weights, named = {}, {}
        for term in _asked(query):
            having = [words for words in written if any(likeness(term.stem, word) for word in words)]
            capitals = [words[term.stem] for words in written if term.stem in words]
            rarity = math.log(1 + (len(written) + 1) / (len(having) + 0.5))
            weights[term.stem] = rarity * (COMMON_WORD if term.weight < 1 else 1.0)
            if sum(capitals) * 2 > len(capitals) or (term.capital and not having):
                named[term.stem] = len(having)
        return cls(query, weights=weights, name=min(named, key=lambda stem: (named[stem], stem), default=""))

    def share(self, text: str) -> float:
        """Return the share of what is asked that a text has; 0…1, and 0 where nothing is asked for."""
        stems = {term.stem for term in terms(text) if term.stem}
        found = sum(
            mass * max((likeness(word, stem) for stem in stems), default=0) for word, mass in self.weights.items()
        )
        return found / (sum(self.weights.values()) or 1.0)

    def covers(self, article: Article) -> bool:
        """Tell whether an article reports on it; an opinion is no report."""
        if article.kind == "opinion" or self.share(whole(article)) < (MOST if self.name else MOST_WITHOUT_NAME):
            return False
        return not self.name or any(likeness(self.name, term.stem) for term in terms(whole(article)) if term.stem)

    def about(self, found: Sequence[Extract]) -> list[Extract]:
        """Return the sentences that are about it, by their words or those around them; a request is no report."""
        nearest = max((extract.similarity for extract in found), default=0.0)
        return [
            extract
            for extract in found
            if self.share(reading.context(extract)) >= MOST
            and (self.share(extract.text) > 0 or _leads(extract) or extract.similarity >= LIKE * nearest)
            and not _REQUEST.match(extract.text)
            and not names_another(self.query, extract.text)
        ]


def _asked(query: Query) -> list[Term]:
    """Return the content words of a question that are no part of the time it names."""
    spans = [(mention.start, mention.end) for mention in query.times]
    return [term for term in query.terms if not any(start <= term.start < end for start, end in spans)]


def whole(article: Article) -> str:
    """Return all words of an article."""
    return f"{article.headline}\n{article.body}"


def names_another(query: Query, sentence: str) -> bool:
    """Tell whether a sentence is about a namesake: it has the surname asked for with another first name only."""
    ours = [name.words for name in names.find(f"So {query.text}") if len(name.words) > 1]
    theirs = [name.words for name in names.find(sentence)]
    return any(
        any(other[-1] == own[-1] and len(other) > 1 for other in theirs)
        and not any(names.same(own, other) for other in theirs)
        for own in ours
    )


def weight(topic: Topic, extract: Extract, when: When | None) -> float:
    """Return how much a sentence tells of what is asked: nearness, place in the article, what it says by itself."""
    article, text = extract.article, extract.text
    found = reading.fit(topic.query, extract)
    toll = _gives_toll(extract)
    if article.kind == "live":
        found += LEAD_BONUS * _lateness(article.body, extract.start) * (2 if toll else 1)
    elif _leads(extract):
        found += LEAD_BONUS
    if when is not None and when.dated_by == "sentence":
        found += DATED_BONUS
        if article.dated is not None and (day_of(article.dated) - when.last_day).days > BACKGROUND_DAYS:
            found -= BACKGROUND_COST + DATED_BONUS
    found += TOLL_BONUS if toll else VALUE_BONUS if _gives_value(topic, extract) else 0.0
    if not reading.speaks_for_itself(extract):
        found -= LEANING_COST
    if text.endswith("?") or text.startswith(('"', "“", "'", "‘")) or len(text.split()) < _FEWEST_WORDS:
        found -= ASIDE_COST
    return found


def _leads(extract: Extract) -> bool:
    """Tell whether a sentence is its article's first."""
    return not extract.article.body[: extract.start].strip()


def _lateness(body: str, place: int) -> float:
    """Return how late in the day of a live page its entry at ``place`` is, 0…1; by its clock times where it has any."""
    clocks = {found.start(): found.group() for found in _CLOCK.finditer(body)}
    own = max((start for start in clocks if start <= place), default=None)
    if own is None:
        return 1 - place / len(body)
    return sum(clock <= clocks[own] for clock in clocks.values()) / len(clocks)


def _gives_toll(extract: Extract) -> bool:
    return any(value.unit in TOLLS for value in _values(extract))


def _gives_value(topic: Topic, extract: Extract) -> bool:
    """Tell whether a sentence gives a price, a share or a score beside words of the question."""
    return any(
        value.kind in ("money", "percent", "score")
        and topic.share(extract.text[max(0, value.start - BESIDE) : value.end + BESIDE]) > 0
        for value in _values(extract)
    )


def _values(extract: Extract) -> list[Value]:
    given = conflicts.values_of("how_many", extract.text, extract.article.dated)
    return [value for value in given if isinstance(value, Value)]


def one_a_story_and_day(found: Sequence[Candidate]) -> list[Candidate]:
    """Keep the weightiest sentence of each story for each day."""
    best: dict[tuple[str, str, str], Candidate] = {}
    for candidate in sorted(found, key=_order):
        story = candidate.extract.evidence.story or candidate.article.id
        best.setdefault((story, *_time(candidate)), candidate)
    return list(best.values())


def merged(query: Query, found: Sequence[Candidate], encoder: Encoder) -> list[Candidate]:
    """Merge what several stories report alike of one time: the weightiest stays, the others are listed with it."""
    ordered = sorted(found, key=_order)
    times: dict[tuple[str, str], list[int]] = {}
    for place, candidate in enumerate(ordered):
        times.setdefault(_time(candidate), []).append(place)
    texts = [one.extract.text for one in ordered]
    vectors = encoder.encode_queries(texts) if texts else ()
    kept: dict[int, Candidate] = {}
    for places in times.values():
        for place in places:
            one = ordered[place]
            near = (n for n in places if n in kept and _alike(query, kept[n], one, float(vectors[n] @ vectors[place])))
            same = next(near, None)
            if same is None:
                kept[place] = replace(one, also_in=one.extract.evidence.also_in)
            else:
                kept[same] = replace(kept[same], also_in=_listed(kept[same], one))
    return list(kept.values())


def _listed(kept: Candidate, other: Candidate) -> tuple[Carrier, ...]:
    """Return the other carriers of an entry with those of one merged into it, each place once."""
    listed = (*kept.also_in, carrier(other.article), *other.extract.evidence.also_in)
    own = (kept.article.outlet, kept.article.url)
    return tuple({(one.outlet, one.url): one for one in listed if (one.outlet, one.url) != own}.values())


def _order(candidate: Candidate) -> tuple[float, str, int]:
    return -round(candidate.weight, 6), candidate.article.id, candidate.extract.start


def _time(candidate: Candidate) -> tuple[str, str]:
    """Return the first and last day, which times of one day share."""
    when = candidate.when
    return (when.day.isoformat(), when.last_day.isoformat()) if when else ("", "")


def _alike(query: Query, one: Candidate, other: Candidate, cosine: float) -> bool:
    """Tell whether two sentences say the same beyond what was asked for anyway; differing numbers never do."""
    if one.when is None:
        return False
    if _amounts(one.extract) ^ _amounts(other.extract) and _amounts(one.extract) and _amounts(other.extract):
        return False
    if cosine >= SAME_MEANING:
        return True
    asked = {term.stem for term in query.terms}
    ours, theirs = _content(one.extract.text, asked), _content(other.extract.text, asked)
    light, heavy = sorted((ours, theirs), key=lambda part: sum(part.values()))
    whole = sum(light.values())
    shared = sum(mass * max((likeness(stem, other) for other in heavy), default=0.0) for stem, mass in light.items())
    return bool(whole) and shared / whole >= ALIKE


def _amounts(extract: Extract) -> set[Decimal]:
    return {value.amount for value in _values(extract)}


def _content(text: str, asked: set[str]) -> dict[str, float]:
    found = terms(text)
    return {term.stem: term.weight for term in found if term.content and term.stem not in asked | _NO_CONTENT}
