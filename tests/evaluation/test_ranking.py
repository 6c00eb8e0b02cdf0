"""Ranking metrics on cases worked out by hand."""

from __future__ import annotations

import math

import pytest

from qa.evaluation import ranking

RANKED = ["x", "a", "x", "y", "b"]  # distinct: x a y b


def test_recall_success_and_reciprocal_rank_count_distinct_ids() -> None:
    assert ranking.recall_at(RANKED, {"a", "b"}, 3) == 0.5
    assert ranking.recall_at(RANKED, {"a", "b"}, 4) == 1.0
    assert ranking.success_at(RANKED, {"b"}, 3) == 0.0
    assert ranking.success_at(RANKED, {"b"}, 4) == 1.0
    assert ranking.reciprocal_rank(RANKED, {"a", "b"}, 10) == 0.5
    assert ranking.reciprocal_rank(RANKED, {"b"}, 3) == 0.0


def test_ndcg() -> None:
    # Relevant at ranks 2 and 4: (1/log2 3 + 1/log2 5) / (1/log2 2 + 1/log2 3) = (.6309 + .4307) / 1.6309 = .6509
    assert ranking.ndcg_at(RANKED, {"a", "b"}, 10) == pytest.approx(0.6509, abs=1e-4)
    assert ranking.ndcg_at(RANKED, {"x"}, 10) == 1.0
    assert ranking.ndcg_at(RANKED, {"a", "b"}, 2) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))


@pytest.mark.parametrize("metric", [ranking.recall_at, ranking.success_at, ranking.reciprocal_rank, ranking.ndcg_at])
def test_without_relevant_ids_nothing_is_scored(metric) -> None:
    assert metric(RANKED, set(), 5) is None


def test_answer_hit_reads_180_words_a_rank() -> None:
    passages = ["word " * 179 + "Oslo", "Bergen " + "word " * 179]
    assert ranking.answer_hit(passages, ["Oslo"], 1) == 1.0
    assert ranking.answer_hit(passages, ["Bergen"], 1) == 0.0
    assert ranking.answer_hit(passages, ["Bergen"], 2) == 1.0
    assert ranking.answer_hit(["word " * 300 + "Oslo"], ["Oslo"], 1) == 0.0
    assert ranking.answer_hit(passages, [], 1) is None
