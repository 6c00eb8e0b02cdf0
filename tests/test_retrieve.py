from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.retrieve import fuse, time_weight

NOW = datetime(2022, 3, 28, tzinfo=UTC)


def test_fusion_adds_reciprocal_ranks_and_keeps_each_find() -> None:
    fused = fuse({"dense": [("a", 0.9), ("b", 0.8)], "lexical": [("b", 12.0), ("c", 3.0)]}, k=60)
    assert [item.passage_id for item in fused] == ["b", "a", "c"]
    assert fused[0].score == pytest.approx(1 / 62 + 1 / 61)
    assert [(hit.retriever, hit.rank, hit.score) for hit in fused[0].hits] == [("dense", 2, 0.8), ("lexical", 1, 12.0)]


@given(st.lists(st.text("abcdef", min_size=1, max_size=2), unique=True, max_size=12))
def test_fusing_a_ranking_with_itself_keeps_its_order(ids: list[str]) -> None:
    ranking = [(name, 1.0) for name in ids]
    assert [item.passage_id for item in fuse({"one": ranking, "two": ranking})] == ids


def test_the_time_prior_halves_with_age_and_never_filters() -> None:
    def weight(days: float) -> float:
        return time_weight(NOW - timedelta(days=days), NOW, half_life_days=30)

    assert weight(0) == 2.0
    assert weight(30) == pytest.approx(1.5)
    assert 1.0 < weight(300) < 1.01
    assert weight(100_000) == pytest.approx(1.0)


def test_undated_and_future_articles_get_no_push_beyond_their_due() -> None:
    assert time_weight(None, NOW, half_life_days=30) == 1.0
    assert time_weight(NOW + timedelta(days=3), NOW, half_life_days=30) == 2.0
