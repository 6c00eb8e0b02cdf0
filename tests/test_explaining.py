"""A find says why it is there: in the types, in JSON, in the command's output and in words for the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa import NewsQA, cli, questions, render
from qa.encoders import HashEncoder
from qa.retrieve import Retriever
from qa.settings import Settings
from qa.types import Article, Evidence, plain


@pytest.fixture
def news(tmp_path: Path) -> Iterator[NewsQA]:
    settings = Settings(llm="none", cache=tmp_path / "c")
    with NewsQA.open(tmp_path / "i", create=True, encoder=HashEncoder(), settings=settings) as opened:
        opened._index.add(
            [
                Article("a", body="The ferry inquiry begins in Osten.", headline="Inquiry", published=date(2024, 3, 2)),
                Article("b", body="The bridge at Brenholm was closed.", headline="Bridge", published=date(2024, 1, 2)),
            ]
        )
        yield opened


def test_a_find_names_searches_ranks_words_and_time(news: NewsQA) -> None:
    found = news.search("when does the ferry inquiry begin", as_of="2024-03-03")[0]
    assert [(hit.retriever, hit.rank) for hit in found.hits] == [("dense", 1), ("lexical", 1)]
    assert found.hits[1].terms == ("ferry", "inquiry", "begin")
    assert found.time_weight > 0.4
    assert not found.in_time
    as_json = plain(found)
    assert as_json["hits"][1]["terms"] == ["ferry", "inquiry", "begin"]
    assert as_json["in_time"] is False


def test_a_find_of_the_time_asked_says_so(news: NewsQA) -> None:
    asked = questions.analyse("what was closed in January 2024", as_of=date(2024, 3, 3))
    found = {each.article.id: each for each in Retriever(news._index).search(asked, k=2)}
    assert found["b"].in_time
    assert "of the time asked +0.20" in render.why(found["b"])
    assert not found["a"].in_time


def test_the_parts_of_a_score_add_up(news: NewsQA) -> None:
    found = news.search("ferry inquiry", as_of="2024-03-03")[0]
    whole, rest = render.explained(found).splitlines()[0].split(" = ")
    fused, time = (float(part.split()[0]) for part in rest.split(" + "))
    assert float(whole) == pytest.approx(fused + time, abs=0.002)


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        pytest.param([], "words 1 (", id="always"),
        pytest.param(["--explain"], "for its time", id="explained"),
        pytest.param(["--json"], '"terms"', id="JSON"),
    ],
)
def test_the_command_tells(news: NewsQA, monkeypatch: pytest.MonkeyPatch, options: list[str], shown: str) -> None:
    monkeypatch.setattr(cli, "_open", lambda *args, **named: news)
    result = CliRunner().invoke(cli.app, ["search", "ferry inquiry", "--as-of", "2024-03-03", *options])
    assert result.exit_code == 0
    assert shown in result.output
    if "--json" in options:
        assert isinstance(json.loads(result.output)[0]["hits"], list)


def test_a_find_without_reasons_is_still_told(news: NewsQA) -> None:
    found: Evidence = news.search("ferry", as_of="2024-03-03")[0]
    assert render.why(found)
