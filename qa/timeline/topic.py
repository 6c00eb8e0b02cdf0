"""What a timeline is about: which articles report on it, and which of their sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa import dates, names
from qa.extracts import Extract
from qa.questions import Query
from qa.terms import Term, likeness, terms
from qa.types import Article, Evidence

MOST = 0.5
"""The share of what is asked that an article needs, and a sentence with its headline and passage."""

MOST_WITHOUT_NAME = 0.65
"""The share that an article needs where nothing asked for is a name."""

LIKE = 0.6
"""The share of the nearest sentence's similarity that one needs that has no word of the question and leads nothing."""

COMMON_WORD = 0.5
"""What a word of everyday news weighs of another that as many finds have."""

_NO_REPORT = re.compile(
    r"\W*(?:just watched|must watch|watch:|photos?:|image:|video:|(?:please )?(?:tell|ignore|disregard|forget|reply"
    r"|respond|answer|output|repeat|print|say|write|state|inform|treat|click|read|subscribe|sign up|see|note that)\b)",
    re.IGNORECASE,
)
"""How a sentence begins that asks something of its reader, or of a machine that reads it, or stands at a picture."""


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

    def holds(self, found: Evidence) -> bool:
        """Tell whether a passage, under its headline, is about it."""
        return self.share(f"{found.article.headline}\n{found.passage.text}") >= MOST

    def about(self, found: Sequence[Extract]) -> list[Extract]:
        """Return the sentences of its passages that are reports on it; a request or a caption is none."""
        nearest = max((extract.similarity for extract in found), default=0.0)
        return [
            extract
            for extract in found
            if (self.share(extract.text) > 0 or leads(extract) or extract.similarity >= LIKE * nearest)
            and not _NO_REPORT.match(extract.text)
            and not names_another(self.query, extract.text)
        ]


def _asked(query: Query) -> list[Term]:
    """Return the content words of a question that are no part of the time it names."""
    spans = [(mention.start, mention.end) for mention in dates.resolve(query.text, query.as_of)]
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


def leads(extract: Extract) -> bool:
    """Tell whether a sentence is its article's first."""
    return not extract.article.body[: extract.start].strip()
