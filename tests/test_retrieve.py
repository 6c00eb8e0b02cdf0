from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.encoders import HashEncoder, Vectors
from qa.errors import ModelUnavailable
from qa.index import Index
from qa.ingest import Read, finish
from qa.lexical import Found
from qa.questions import analyse
from qa.retrieve import IN_WINDOW, Retriever, fuse, recency, time_weight

DAY = date(2022, 3, 28)
NOW = datetime(2022, 3, 28, 23, 59, 59, tzinfo=UTC)


def aged(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_cosines_and_scores_are_scaled_over_the_candidates_and_each_find_is_kept() -> None:
    rankings = {"dense": [("a", 0.9), ("b", 0.8)], "lexical": [("b", 12.0), ("c", 3.0)]}
    fused = fuse(rankings, {"a": 0.9, "b": 0.8, "c": 0.5}, dense_share=0.6)
    assert [item.passage_id for item in fused] == ["b", "a", "c"]
    assert [item.score for item in fused] == pytest.approx([0.6 * 0.75 + 0.4, 0.6, 0.4 * 0.25])
    assert [(hit.retriever, hit.rank, hit.score) for hit in fused[0].hits] == [("dense", 2, 0.8), ("lexical", 1, 12.0)]


@pytest.mark.parametrize(
    ("rankings", "cosines", "ids"),
    [
        pytest.param({"dense": [], "lexical": []}, {}, [], id="nothing"),
        pytest.param({"dense": [("a", 0.4)], "lexical": []}, {"a": 0.4}, ["a"], id="one passage"),
        pytest.param({"dense": [], "lexical": [("b", 2.0), ("a", 1.0)]}, {}, ["b", "a"], id="no vectors"),
        pytest.param({"dense": [("a", 0.4), ("b", 0.4)], "lexical": []}, {"a": 0.4, "b": 0.4}, ["a", "b"], id="a tie"),
    ],
)
def test_thin_candidates_do_not_divide_by_zero(
    rankings: dict[str, list[tuple[str, float]]], cosines: dict[str, float], ids: list[str]
) -> None:
    assert [item.passage_id for item in fuse(rankings, cosines)] == ids


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(-100, 100), max_size=12))
def test_scores_stay_within_0_and_1_and_follow_the_cosines(hundredths: dict[str, int]) -> None:
    cosines = {name: value / 100 for name, value in hundredths.items()}
    ranking = sorted(cosines.items(), key=lambda item: -item[1])
    fused = fuse({"dense": ranking, "lexical": []}, cosines, dense_share=1.0)
    assert all(0 <= item.score <= 1 for item in fused)
    assert [cosines[item.passage_id] for item in fused] == sorted(cosines.values(), reverse=True)


def test_recency_fades_and_never_filters() -> None:
    assert recency(NOW, NOW) == 0.5
    assert recency(aged(7), NOW) == pytest.approx(0.25 / 2 + 0.25 * 2 ** (-7 / 90))
    assert recency(aged(400), NOW) < 0.02
    assert recency(aged(100_000), NOW) == pytest.approx(0.0)


def test_undated_and_future_articles_get_no_push_beyond_their_due() -> None:
    assert recency(None, NOW) == 0.0
    assert recency(NOW + timedelta(days=3), NOW) == 0.5


@pytest.mark.parametrize(
    ("question", "days", "added"),
    [
        pytest.param("when do the talks start", 400, recency(aged(400), NOW), id="no time: recency alone"),
        pytest.param("what happened this week", 0, recency(aged(0), NOW) + IN_WINDOW, id="a time that goes on: both"),
        pytest.param("what happened in 2021", 0, 0.0, id="a time that is over: nothing for the new"),
        pytest.param("what happened in 2021", 200, IN_WINDOW, id="of a time that is over"),
        pytest.param("what happened in 2021", 86, IN_WINDOW, id="reported two days later"),
        pytest.param("what happened in 2021", 80, 0.0, id="reported a week later"),
        pytest.param("what was the original toll", 0, 0.0, id="the first of several"),
    ],
)
def test_time_counts_by_what_the_question_names(question: str, days: float, added: float) -> None:
    query = analyse(question, as_of=DAY)
    assert time_weight(aged(days), query) == pytest.approx(added, abs=1e-6)
    assert time_weight(aged(days), query, preference=0.0) == 0.0


def test_a_search_whose_encoder_fails_raises_that_and_leaves_nobody_in_the_index(tmp_path: Path) -> None:
    class Broken(HashEncoder):
        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            raise ModelUnavailable("the encoder is gone")

    read = finish(Read("", body="The bridge of Lindholm is open.", published=DAY))
    assert isinstance(read, Read)
    with Index.open(tmp_path / "index", encoder=HashEncoder(), create=True) as index:
        index.add([read])
        query = analyse("Is the bridge of Lindholm open?", as_of=DAY)
        assert [hit.retriever for hit in Retriever(index).search(query, k=1)[0].hits] == ["dense", "lexical"]
    inside: list[str] = []
    with Index.open(tmp_path / "index", encoder=Broken(), read_only=True) as index:
        words = index.lexical

        def slowly(*given: Any, **named: Any) -> list[Found]:
            threading.Event().wait(0.2)
            found = words(*given, **named)
            inside.append("through")
            return found

        index.lexical = slowly  # type: ignore[method-assign]
        with pytest.raises(ModelUnavailable, match="gone"):
            Retriever(index).search(query, k=1)
        assert inside == ["through"], "the other search is over before the error is told"
