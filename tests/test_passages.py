from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import passages
from qa.types import Article

SENTENCE = "The delegations met in the palace on the Bosphorus and spoke for four hours about the guarantees. "


def cut(body: str, published: date | None = None) -> list[str]:
    article = Article("a", body=body.strip(), published=published)
    found = passages.split(article)
    for each in found:
        assert article.body[each.start : each.end] == each.text
        assert each.article_id == "a"
        assert passages.weight(each.text) <= 150
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = "".join("".join(each.text.split()) for each in found)
    assert covered == "".join(article.body.split()), "every character of the body is in a passage"
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param("One sentence.", 1, id="one sentence"),
        pytest.param(SENTENCE * 8, 1, id="just under the limit"),
        pytest.param(SENTENCE * 9, 2, id="just over the limit"),
        pytest.param(SENTENCE * 96, 12, id="long"),
        pytest.param("word " * 400, 4, id="one sentence over the limit"),
        pytest.param("x" * 5000, 10, id="20: no spaces"),
    ],
)
def test_passages_are_few_and_bounded(body: str, count: int) -> None:
    assert len(cut(body)) == count


def test_passages_are_of_nearly_equal_size() -> None:
    sizes = [len(text.split()) for text in cut(SENTENCE * 14)]
    assert max(sizes) - min(sizes) <= 16


def test_no_sentence_is_torn() -> None:
    assert all(text.startswith("The delegations") and text.endswith("guarantees.") for text in cut(SENTENCE * 40))


def test_20_a_megabyte_without_spaces_is_cut_by_characters_quickly() -> None:
    began = time.process_time()
    assert len(cut("x" * 1_000_000)) > 1000
    assert time.process_time() - began < 15


def test_times_are_resolved_against_the_articles_date() -> None:
    article = Article("a", body=SENTENCE * 12 + "They may meet again on 30 March.", published=date(2022, 3, 28))
    last = passages.split(article)[-1]
    (mention,) = [each for each in last.times if each.text == "30 March"]
    assert mention.value == "2022-03-30"
    assert article.body[mention.start : mention.end] == "30 March"


def test_ids_are_deterministic() -> None:
    article = Article("a", body=SENTENCE * 30)
    assert passages.split(article) == passages.split(article)
    assert len({each.id for each in passages.split(article)}) == len(passages.split(article))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("abc DEF.!?\n\"'—İé1,23"), max_size=1500))
def test_any_text_is_covered(body: str) -> None:
    if body.strip():
        cut(body)
