"""What an answer is worth: text, values, citations, time. Pure functions over plain values.

Each returns one number for one answer, or None where the metric says nothing about it: unscored is not wrong. The mean
over the answers that have a number is the figure that a table shows.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from qa.types import Moment

HEAD_WORDS = 40
"""How much of an answer ``contained`` reads: quoting a whole page is no answer."""


_MARKER = re.compile(r"[\[【]\s*(source\s*)?\d+(\s*,\s*\d+)*\s*[\]】]", re.IGNORECASE)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_DROP_PUNCTUATION = str.maketrans("", "", string.punctuation)
_T = TypeVar("_T")
_G = TypeVar("_G")


def words(text: str) -> str:
    """Return ``text`` lower-cased, each punctuation character a space, with single spaces."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())


def squad(text: str) -> str:
    """Return ``text`` lower-cased, without punctuation and the articles a, an, the (Rajpurkar et al. 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_DROP_PUNCTUATION)).split())


NORMALS: Mapping[str, Callable[[str], str]] = {"words": words, "squad": squad}
"""The normalisations by the name that a run keeps of the one it is scored with."""


def head(text: str, *, count: int = HEAD_WORDS) -> str:
    """Return the first ``count`` words of ``text``, its citation markers removed."""
    return " ".join(_MARKER.sub(" ", text).split()[:count])


def holds(text: str, phrase: str) -> bool:
    """Return whether ``phrase`` occurs in ``text`` as whole words, case and punctuation aside."""
    return bool(words(phrase)) and f" {words(phrase)} " in f" {words(text)} "


def contained(text: str, answers: Iterable[str]) -> float:
    """Return 1.0 where any gold string is, as whole words, within the first 40 words of ``text``."""
    return float(any(holds(head(text), answer) for answer in answers))


def exact_match(prediction: str, answers: Iterable[str], *, normal: Callable[[str], str] = squad) -> float:
    """Return 1.0 where the prediction equals any gold string after ``normal`` (SQuAD's EM, Rajpurkar et al. 2016)."""
    return float(any(normal(prediction) == normal(answer) for answer in answers))


def token_f1(prediction: str, answers: Iterable[str], *, normal: Callable[[str], str] = squad) -> float:
    """Return the best token F1 against any gold string (SQuAD's F1).

    Two empty strings agree (SQuAD 2's rule for "no answer"), an empty and a full one do not.
    """
    return max((_f1(normal(prediction).split(), normal(answer).split()) for answer in answers), default=0.0)


def _f1(prediction: list[str], gold: list[str]) -> float:
    if not prediction or not gold:
        return float(prediction == gold)
    common = sum((Counter(prediction) & Counter(gold)).values())
    return 2 * common / (len(prediction) + len(gold))


def value_accuracy(found: Sequence[_T], gold: Sequence[_G], *, same: Callable[[_G, _T], bool]) -> float | None:
    """Return the share of gold values (numbers or dates) that a found one equals, by ``same``; None without gold."""
    if not gold:
        return None
    return sum(any(same(value, candidate) for candidate in found) for value in gold) / len(gold)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Cited words, and the day of the article that they are from."""

    text: str
    written: Moment | None = None


@dataclass(frozen=True, slots=True)
class Attributed:
    """A sentence of an answer and the quotes of its citations."""

    text: str
    quotes: tuple[Quoted, ...]


Judge = Callable[[str, Sequence[Quoted]], bool]
"""Whether cited words, taken together, support a claim (a sentence of the answer): ``judge(claim, quotes)``."""


def citation_recall(sentences: Sequence[Attributed], judge: Judge) -> float | None:
    """Return the share of sentences that their citations, taken together, support (ALCE, Gao et al. 2023, section 4).

    A sentence without citations counts as unsupported. None for an answer without sentences.
    """
    if not sentences:
        return None
    return sum(_supported(sentence, sentence.quotes, judge) for sentence in sentences) / len(sentences)


def citation_precision(sentences: Sequence[Attributed], judge: Judge) -> float | None:
    """Return the share of citations that are needed (ALCE, Gao et al. 2023, section 4).

    A citation counts where its sentence is supported, unless it is irrelevant: alone it does not support the sentence,
    and the sentence's other citations do without it. None for an answer without citations.
    """
    total = sum(len(sentence.quotes) for sentence in sentences)
    if not total:
        return None
    return sum(_needed(sentence, judge) for sentence in sentences) / total


def _supported(sentence: Attributed, quotes: Sequence[Quoted], judge: Judge) -> bool:
    return bool(quotes) and judge(sentence.text, quotes)


def _needed(sentence: Attributed, judge: Judge) -> int:
    if not _supported(sentence, sentence.quotes, judge):
        return 0
    if len(sentence.quotes) == 1:
        return 1
    count = 0
    for number, quote in enumerate(sentence.quotes):
        rest = sentence.quotes[:number] + sentence.quotes[number + 1 :]
        count += _supported(sentence, (quote,), judge) or not _supported(sentence, rest, judge)
    return count


def span_exactness(exact: Sequence[bool]) -> float | None:
    """Return the share of citations whose span slices to their quote in the stored body; None without citations."""
    return sum(exact) / len(exact) if exact else None


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of an article: which one, from where, to where."""

    article: str
    start: int
    end: int


def quote_hit(cited: Sequence[Place], gold: Sequence[Place]) -> float | None:
    """Return the share of gold quotes that a citation overlaps by at least one character; None without gold."""
    if not gold:
        return None
    return sum(any(_overlap(place, quote) for place in cited) for quote in gold) / len(gold)


def _overlap(one: Place, other: Place) -> bool:
    return one.article == other.article and max(one.start, other.start) < min(one.end, other.end)


def refusal_precision(*, refused: bool, unanswerable: bool) -> float | None:
    """Return whether a refusal was right; None where nothing was refused. Its mean is precision."""
    return float(unanswerable) if refused else None


def refusal_recall(*, refused: bool, unanswerable: bool) -> float | None:
    """Return whether an unanswerable question was refused; None for an answerable one. Its mean is recall."""
    return float(refused) if unanswerable else None


def sides_shown(given: Sequence[Sequence[bool]]) -> float | None:
    """Return the share of gold sides that an answer shows, each by a shown side of its own; None without gold sides.

    ``given[i][j]`` tells whether shown side ``j`` gives gold side ``i``; the best one-to-one assignment counts (Kuhn's
    augmenting paths), so that one sentence that holds every value is one side, not all.
    """
    taken: dict[int, int] = {}

    def assign(side: int, tried: set[int]) -> bool:
        for shown, gives in enumerate(given[side]):
            if gives and shown not in tried:
                tried.add(shown)
                if shown not in taken or assign(taken[shown], tried):
                    taken[shown] = side
                    return True
        return False

    return sum(assign(side, set()) for side in range(len(given))) / len(given) if given else None


def stale(text: str, must_not: Sequence[str]) -> float | None:
    """Return 1.0 where the answer says what it must not (a superseded value); None without such strings."""
    return float(any(holds(text, phrase) for phrase in must_not)) if must_not else None
