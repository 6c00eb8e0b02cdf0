"""The question that Dateline was built around, asked of a real article with the real encoder and the real model.

The article belongs to somebody: it is read from beside the checkout where it is, and never copied.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa import NewsQA
from qa.llm import files
from qa.settings import Settings
from qa.types import Answer
from tests.real import ARTICLE, needs_article
from tests.test_news import assert_sound

SETTINGS = Settings()

pytestmark = needs_article


@pytest.fixture(
    scope="module",
    params=["extractive", pytest.param("model", marks=pytest.mark.model)],
)
def news(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsQA]:
    if request.param == "model" and not files.status_of(files.DEFAULT, SETTINGS.cache).usable:
        pytest.skip("the default language model is not in the cache: `qa models pull`")
    folder = tmp_path_factory.mktemp("talks") / "index"
    with NewsQA.open(folder, create=True, extractive=request.param == "extractive") as opened:
        assert opened.ingest(ARTICLE).added == 1
        yield opened


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize("as_of", ["2022-03-28", None])
def test_both_statements_on_the_start_with_speakers_dates_and_exact_quotes(news: NewsQA, as_of: str | None) -> None:
    answer = news.ask("when do the Istanbul talks start", as_of=as_of)
    assert_sound(answer)
    assert answer.status == "answered"
    assert [event.speaker for event in answer.timeline] == ["Recep Tayyip Erdogan and Vladimir Putin", "Dmitry Peskov"]
    assert [event.value for event in answer.timeline] == ["28–30 March 2022", "29 March 2022"]
    assert any("March 28-30 in Istanbul" in quote for quote in quotes(answer))
    assert any("unlikely to start Monday but could happen on Tuesday" in quote for quote in quotes(answer))
    assert "unlikely to start Monday, 28 March 2022, but could happen on Tuesday, 29 March 2022" in answer.text
    ages = {citation.age_days for citation in answer.citations}
    assert ages == {0} if as_of else min(age for age in ages if age is not None) > 1600


def test_what_lavrov_says_is_given_as_what_lavrov_says(news: NewsQA) -> None:
    answer = news.ask("has Putin refused to meet Zelenskyy", as_of="2022-03-28")
    assert_sound(answer)
    assert answer.status == "answered"
    assert "Lavrov" in answer.text or "FM stated" in answer.text
    assert "never" in answer.text
    assert not answer.short_answer.startswith("Yes")


def test_what_the_article_does_not_say_is_not_found(news: NewsQA) -> None:
    answer = news.ask("who won the football match")
    assert_sound(answer)
    assert (answer.status, answer.citations) == ("not_found", ())
    assert answer.reason in {"nothing_matched", "silent"}
