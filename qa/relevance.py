"""How near a sentence of the evidence is to the question, by all that is known of it.

The cosine of a sentence alone misses what stands around it: "It now costs $310,605" is near to nothing without its
headline. So the sentence, its passage, its headline and its neighbours are weighed together, with weights fitted on
questions whose answers are known (eval/LOG.md has the sweep and what it brought).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace

import numpy as np

from qa import names, reading
from qa.encoders import Encoder
from qa.extracts import Extract
from qa.questions import Query

NAMED: frozenset[str] = frozenset({"who", "where", "other"})
"""The slots that a name may fill."""

MOST_NAMES = 3
"""Names that the question does not have; more say no more."""


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a sentence: cosines and shares in 0…1 but for ``named`` and ``rank``.

    ``similarity``: cosine of the sentence to the question. ``covered``: share of the question's content in it.
    ``context``: the same of its passage and headline. ``typed``: 1 with a value of the kind asked for, 0 without, .5
    where no value is asked for. ``neighbour``: the better cosine of the sentences beside it in its passage. ``named``:
    how many names it has that the question has not, at most three, where a name may be asked for. ``score``: its
    passage's score below the best one's, at most 0, in which the time is. ``headline``: cosine of its headline.
    ``rank``: natural logarithm of its passage's rank.
    """

    similarity: float
    covered: float = field(kw_only=True)
    context: float = field(kw_only=True)
    typed: float = field(kw_only=True)
    neighbour: float = field(kw_only=True)
    named: float = field(kw_only=True)
    score: float = field(kw_only=True)
    headline: float = field(kw_only=True)
    rank: float = field(kw_only=True)


WEIGHTS = Features(
    4.2, covered=2.8, context=2.7, typed=2.3, neighbour=2.35, named=0.4, score=2.2, headline=-2.6, rank=-0.7
)  # fmt: skip
"""Softmax over the sentences of a question, log-likelihood of those with a gold wording, L2 = .03: 356 answerable
questions of the tune halves of RealTime QA 2022gold and 2023s and of SQuAD 2, and the sample set, each set weighing
alike. A headline near to the question explains much of its sentences' nearness away, hence its sign. The passage's
score adds nothing on these sets, and stays for the recency in it. Whether a sentence opens its article or leans on the
one before added nothing."""


def features(query: Query, found: Sequence[Extract], encoder: Encoder, *, told: Query | None = None) -> list[Features]:
    """Return what is known of each sentence; they are in the order of evidence and body.

    ``told`` is the question with what was talked of before, which the passage and the headline are held against.
    """
    whole = told or query
    if not found:
        return []
    headlines = list(dict.fromkeys(extract.article.headline or " " for extract in found))
    vectors = np.asarray(encoder.encode_queries([whole.text, *headlines]))
    about = dict(zip(headlines, (vectors[1:] @ vectors[0]).tolist(), strict=True))
    around = {
        extract.evidence.passage.id: whole.covered_by(reading.context(extract))
        for extract in {extract.evidence.passage.id: extract for extract in found}.values()
    }
    best = max(extract.evidence.score for extract in found)
    asked = {name.text.casefold() for name in names.find(query.text)}
    return [
        Features(
            extract.alone,
            covered=query.covered_by(extract.text),
            context=around[extract.evidence.passage.id],
            typed=_typed(query, extract),
            neighbour=_beside(found, place),
            named=_named(query, extract, asked),
            score=extract.evidence.score - best,
            headline=about[extract.article.headline or " "],
            rank=math.log(max(extract.evidence.rank, 1)),
        )
        for place, extract in enumerate(found)
    ]


def _typed(query: Query, extract: Extract) -> float:
    if query.slot not in reading.VALUED:
        return 0.5
    return float(bool(reading.values_in(query, extract)))


def _beside(found: Sequence[Extract], place: int) -> float:
    """Return the better cosine of the sentences right before and behind one, within its passage."""
    around = (found[index] for index in (place - 1, place + 1) if 0 <= index < len(found))
    held = found[place].evidence.passage.id
    return max((other.alone for other in around if other.evidence.passage.id == held), default=0.0)


def _named(query: Query, extract: Extract, asked: set[str]) -> float:
    if query.slot not in NAMED:
        return 0.0
    new = sum(name.text.casefold() not in asked for name in names.find(extract.text))
    return float(min(new, MOST_NAMES))


def weighed(known: Features) -> float:
    """Return the logit of one sentence: only its differences to those of the others mean something."""
    return float(sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(known), strict=True)))


def ranked(query: Query, found: Sequence[Extract], encoder: Encoder, *, told: Query | None = None) -> list[Extract]:
    """Return the sentences, in the same order, each with its relevance to the question; ``told`` as in features."""
    return [
        replace(extract, relevance=weighed(known))
        for extract, known in zip(found, features(query, found, encoder, told=told), strict=True)
    ]
