"""The reader's answers over all passages found, weighed together: how sure each is, how near its passage, how old.

The reader tells of one passage at a time what may answer and how surely. Several stories with one answer strengthen it,
and so does a passage that retrieval holds for near. The weights are fitted on questions whose answers are known
(eval/LOG.md has the fit).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field

from qa import dates, reading, refusal
from qa.extracts import Extract
from qa.questions import Query
from qa.reader import DatedPassage, PassagePrediction, Reader, Size, SpanPrediction
from qa.terms import fold, terms
from qa.types import Evidence, earliest_instant

UNDATED_WEEKS = 52.0
"""The age that a passage without a date is weighed with."""

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is known of one answer.

    ``margin``: the reader's, of its passage (see :class:`qa.reader.SpanPrediction`). ``relevance``: the reader's logit
    for the passage. ``sentence``: how near the sentence is by :mod:`qa.relevance`, below the nearest one's. ``age``:
    logarithm of 1 and the weeks since its article. ``agreed``: logarithm of how many stories give this answer.
    ``typed``: 1 where it is of the kind asked for, 0 where not, .5 where that cannot be told. ``asked``: 1 where the
    sentence has a time or number of the very happening asked about.
    """

    margin: float
    relevance: float = field(kw_only=True)
    sentence: float = field(kw_only=True)
    age: float = field(kw_only=True)
    agreed: float = field(kw_only=True)
    typed: float = field(kw_only=True)
    asked: float = field(kw_only=True)


WEIGHTS: Mapping[Size, Weighed] = {
    "large": Weighed(0.47, relevance=0.0, sentence=0.21, age=-0.31, agreed=0.32, typed=0.14, asked=0.0),
    "small": Weighed(0.35, relevance=0.2, sentence=0.12, age=-0.4, agreed=0.9, typed=0.4, asked=0.2),
}
"""Softmax over the answers of a question, log-likelihood of the right ones, on the answerable questions of the tune
halves of RGB, SQuAD 2 and RealTime QA, for the large reader of the sample archive too, each row weighing alike
(``python -m training.weighing``). The passage's score added nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of a reader: its words and place, the sentence it stands in, what is known of it, its weight."""

    span: SpanPrediction
    extract: Extract = field(kw_only=True)
    known: Weighed = field(kw_only=True)
    reader: Size = field(kw_only=True, default="large")

    @property
    def weight(self) -> float:
        """The answer's logit; only differences to other answers of the same question mean something."""
        return float(
            sum(
                weight * value for weight, value in zip(astuple(WEIGHTS[self.reader]), astuple(self.known), strict=True)
            )
        )


def days_old(found: Evidence, query: Query) -> float | None:
    """Return how many days before the moment of the question an article was published; None without a date."""
    if found.article.dated is None:
        return None
    return (query.before - earliest_instant(found.article.dated)).total_seconds() / _DAY


def answers(
    query: Query,
    evidence: Sequence[Evidence],
    sentences: Sequence[Extract],
    reader: Reader,
    *,
    told: str = "",
    stopped: Callable[[], bool] = lambda: False,
) -> list[Found]:
    """Return the reader's answers in the evidence, the best first.

    Args:
        query: the question.
        evidence: the passages to read.
        sentences: their sentences that may carry an answer, with their relevance; what stands in no other is left out.
        reader: the trained reader.
        told: the question so that it can be understood alone, where that is another wording; a passage counts as it
            answers the one that it answers more surely.
        stopped: asked between batches whether to end early.
    """
    passages = [
        DatedPassage(
            reading.passage(one), headline=one.article.headline, days=days_old(one, query), offset=one.passage.start
        )
        for one in evidence
    ]
    wordings = dict.fromkeys([query.text, told or query.text])
    read = [reader.read(wording, passages, stopped=stopped) for wording in wordings]
    surest = [max(each, key=lambda one: one.margin) for each in zip(*read, strict=True)]
    return pooled(query, evidence, sentences, passages, surest, by=reader.size)


def pooled(
    query: Query,
    evidence: Sequence[Evidence],
    sentences: Sequence[Extract],
    passages: Sequence[DatedPassage],
    read: Sequence[PassagePrediction],
    *,
    by: Size = "large",
) -> list[Found]:
    """Return what was read, weighed together, the best first; each words in a sentence once."""
    by_article: dict[str, list[Extract]] = {}
    for sentence in sentences:
        by_article.setdefault(sentence.article.id, []).append(sentence)
    held: dict[tuple[str, int, int], tuple[SpanPrediction, Extract, PassagePrediction]] = {}
    for one, told in zip(evidence, read, strict=True):
        for span in told.spans:
            within = by_article.get(one.article.id, ())
            carrying = next((each for each in within if each.start <= span.start and span.end <= each.end), None)
            key = one.article.id, span.start, span.end
            if carrying is not None and (key not in held or held[key][0].margin < span.margin):
                held[key] = span, carrying, told
    agreed: dict[str, set[str]] = {}
    for span, sentence, _ in held.values():
        agreed.setdefault(_plain(span.text), set()).add(sentence.story)
    nearest = max((sentence.relevance for sentence in sentences), default=0.0)
    found = [
        Found(
            span,
            extract=sentence,
            reader=by,
            known=Weighed(
                span.margin,
                relevance=told.relevance,
                sentence=sentence.relevance - nearest,
                age=_age(passages[span.passage].days),
                agreed=math.log(len(agreed[_plain(span.text)])),
                typed=refusal.typed(
                    query.slot, span.text, dated=bool(dates.resolve(span.text, sentence.article.dated))
                ),
                asked=float(bool(reading.of_what_is_asked(query, sentence))),
            ),
        )
        for span, sentence, told in held.values()
    ]
    return sorted(found, key=lambda one: -one.weight)


def _plain(text: str) -> str:
    """Return the words by which two answers are one: folded, without articles and such."""
    words = [term.stem or term.low for term in terms(text) if term.content]
    return " ".join(words) or fold(text)


def _age(days: float | None) -> float:
    weeks = UNDATED_WEEKS if days is None else max(days, 0.0) / 7
    return math.log1p(weeks)
