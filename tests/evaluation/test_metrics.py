"""Each metric on a case worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.evaluation import metrics
from qa.evaluation.metrics import Attributed, Place, Quoted


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        pytest.param("The talks start on 29 March 2022.", ["29 March 2022"], 1.0, id="whole words"),
        pytest.param("Oslofjord is open.", ["Oslo"], 0.0, id="part of a word"),
        pytest.param("It is “Squid Game” [1].", ["squid game"], 1.0, id="case, quotes and a marker"),
        pytest.param("Squid [1, 2] Game", ["Squid Game"], 1.0, id="marker between the words"),
        pytest.param("word " * 40 + "Oslo", ["Oslo"], 0.0, id="after forty words"),
        pytest.param("word " * 39 + "Oslo", ["Oslo"], 1.0, id="the fortieth word"),
        pytest.param("Anything", ["…"], 0.0, id="gold of punctuation only"),
        pytest.param("", ["Oslo"], 0.0, id="empty text"),
    ],
)
def test_contained(text: str, answers: list[str], expected: float) -> None:
    assert metrics.contained(text, answers) == expected


@pytest.mark.parametrize(
    ("prediction", "answers", "em", "f1"),
    [
        pytest.param("The Eiffel Tower!", ["eiffel tower"], 1.0, 1.0, id="article and punctuation"),
        pytest.param("in Paris, France", ["Paris"], 0.0, 0.5, id="one of three words"),
        pytest.param("a b c", ["b d", "c"], 0.0, 2 / 3, id="best of two golds"),
        pytest.param("", [""], 1.0, 1.0, id="no answer agrees"),
        pytest.param("", ["Paris"], 0.0, 0.0, id="refused an answerable one"),
        pytest.param("Paris", [""], 0.0, 0.0, id="answered an unanswerable one"),
        pytest.param("no no no", ["no"], 0.0, 0.5, id="repeats count once"),
    ],
)
def test_exact_match_and_f1(prediction: str, answers: list[str], em: float, f1: float) -> None:
    assert metrics.exact_match(prediction, answers) == em
    assert metrics.token_f1(prediction, answers) == pytest.approx(f1)


def test_f1_keeps_articles_under_plain_normalisation() -> None:
    # "the eiffel tower" against "eiffel tower": 2 common of 3 + 2 words.
    assert metrics.token_f1("the Eiffel Tower", ["Eiffel Tower"], normal=metrics.words) == pytest.approx(0.8)


def test_value_accuracy_is_the_share_of_gold_values() -> None:
    def same(gold: int, found: int) -> bool:
        return gold == found

    assert metrics.value_accuracy([12, 7], [12, 20], same=same) == 0.5
    assert metrics.value_accuracy([], [12], same=same) == 0.0
    assert metrics.value_accuracy([12], [], same=same) is None


def judge(claim: str, quotes: Sequence[Quoted]) -> bool:
    """Support a claim whose every letter is in the quotes."""
    return set(claim) <= set("".join(quote.text for quote in quotes))


def said(text: str, *quotes: str) -> Attributed:
    return Attributed(text, tuple(Quoted(quote) for quote in quotes))


@pytest.mark.parametrize(
    ("sentences", "recall", "precision"),
    [
        # Both quotes are needed for "ab"; recall 1/1, precision 2/2.
        pytest.param([said("ab", "a", "b")], 1.0, 1.0, id="two quotes, both needed"),
        # "x" neither supports "a" nor is missed: precision 1/2.
        pytest.param([said("a", "a", "x")], 1.0, 0.5, id="one quote beside the point"),
        # Each alone supports: both count.
        pytest.param([said("a", "a", "ab")], 1.0, 1.0, id="two quotes, each enough"),
        # Unsupported sentence: recall 0, and its citation is not precise even though it exists.
        pytest.param([said("ab", "a")], 0.0, 0.0, id="unsupported"),
        # One of two sentences has no citation: recall 1/2, precision 1/1.
        pytest.param([said("a", "a"), said("b")], 0.5, 1.0, id="sentence without a citation"),
        # Supported 2/3; citations a (1), a+x (1 of 2), c (0): precision 2/4.
        pytest.param([said("a", "a"), said("a", "a", "x"), said("b", "c")], 2 / 3, 0.5, id="mixed"),
        pytest.param([], None, None, id="no sentences"),
    ],
)
def test_citation_precision_and_recall(
    sentences: list[Attributed], recall: float | None, precision: float | None
) -> None:
    assert metrics.citation_recall(sentences, judge) == pytest.approx(recall)
    assert metrics.citation_precision(sentences, judge) == pytest.approx(precision)


def test_span_exactness() -> None:
    assert metrics.span_exactness([True, True, False, True]) == 0.75
    assert metrics.span_exactness([]) is None


@pytest.mark.parametrize(
    ("cited", "gold", "expected"),
    [
        pytest.param([Place("a", 5, 9)], [Place("a", 0, 6)], 1.0, id="one character overlaps"),
        pytest.param([Place("a", 6, 9)], [Place("a", 0, 6)], 0.0, id="touching is no overlap"),
        pytest.param([Place("b", 0, 6)], [Place("a", 0, 6)], 0.0, id="another article"),
        pytest.param([Place("a", 0, 1)], [Place("a", 0, 6), Place("b", 0, 6)], 0.5, id="one of two"),
        pytest.param([Place("a", 0, 1)], [], None, id="no gold"),
    ],
)
def test_quote_hit(cited: list[Place], gold: list[Place], expected: float | None) -> None:
    assert metrics.quote_hit(cited, gold) == expected


def test_refusal_precision_and_recall() -> None:
    # (refused, unanswerable): 2 right refusals, 1 wrong, 1 missed, 1 right answer: precision 2/3, recall 2/3.
    rows = [(True, True), (True, True), (True, False), (False, True), (False, False)]
    precision = [metrics.refusal_precision(refused=refused, unanswerable=gold) for refused, gold in rows]
    recall = [metrics.refusal_recall(refused=refused, unanswerable=gold) for refused, gold in rows]
    assert precision == [1.0, 1.0, 0.0, None, None]
    assert recall == [1.0, 1.0, None, 0.0, None]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([[True, False], [False, True]], 1.0, id="each by its own"),
        pytest.param([[True], [True]], 0.5, id="both in one shown side"),
        # The first could take either; only the first shown side is left for the second.
        pytest.param([[True, True], [True, False]], 1.0, id="the better assignment counts"),
        pytest.param([[False, True, False], [False, True, False], [True, True, True]], 2 / 3, id="two share one"),
        pytest.param([[], []], 0.0, id="nothing shown"),
        pytest.param([], None, id="no gold sides"),
    ],
)
def test_sides_shown(given: list[list[bool]], expected: float | None) -> None:
    assert metrics.sides_shown(given) == pytest.approx(expected)


def test_stale() -> None:
    assert metrics.stale("Twelve were hurt.", ["twelve"]) == 1.0
    assert metrics.stale("Twelveteen were hurt.", ["twelve"]) == 0.0
    assert metrics.stale("Twelve were hurt.", []) is None
