"""The versions of an article on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qa import NewsQA
from qa.citations import Citations
from qa.encoders import HashEncoder
from qa.errors import InputError
from qa.render import terminal_versions, words
from qa.settings import Settings

URL = "https://post.example/ferry"
FIRST = {
    "url": URL, "title": "Ferry stays in port", "outlet": "Post", "published": "2024-05-03",
    "text": "The ferry stays in port. It carried 12 people, the harbour said. Nobody was hurt.",
}  # fmt: skip
SECOND = {**FIRST, "updated": "2024-05-04", "text": FIRST["text"].replace("12", "14")}
NOTICE = {
    "url": "https://post.example/corrections/1", "title": "Correction: Ferry stays in port", "outlet": "Post",
    "published": "2024-05-06", "text": "The ferry carried 14 people, not 12.", "kind": "correction",
}  # fmt: skip


@pytest.fixture
def news(tmp_path: Path) -> Iterator[NewsQA]:
    settings = Settings(llm="none")
    with NewsQA.open(
        tmp_path / "index", create=True, encoder=HashEncoder(), settings=settings, extractive=True
    ) as held:
        for place, one in enumerate((FIRST, SECOND, NOTICE)):
            file = tmp_path / f"{place}.jsonl"
            file.write_text(json.dumps(one), encoding="utf-8")
            assert not held.ingest(file).rejected
        yield held


def test_versions_are_listed_with_what_changed_and_what_corrects_them(news: NewsQA) -> None:
    about = news.holdings.named("https://www.post.example/ferry?utm_source=x")
    assert [one.version for one in about.versions] == [1, 2]
    assert news.holdings.named(about.versions[0].id).versions == about.versions
    plain = terminal_versions(about.versions, about.corrected)
    assert [line.split("  ")[0] for line in plain.splitlines()] == [
        "1. 3 May 2024",
        "2. 4 May 2024",
        "corrected on 6 May 2024: Correction: Ferry stays in port",
    ]
    lines = terminal_versions(about.versions, diff=True).splitlines()
    assert lines[2:] == ["   - It carried 12 people, the harbour said.", "   + It carried 14 people, the harbour said."]


def test_the_versions_of_a_file_are_listed_by_its_path(
    news: NewsQA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, people in ((3, 12), (4, 14)):
        (tmp_path / "ferry.txt").write_text(
            f"2024-05-0{day}\n\nThe boat to Velm carried {people} people on its first day."
        )
        news.ingest(tmp_path / "ferry.txt")
    monkeypatch.chdir(tmp_path)
    for name in ("ferry.txt", str(tmp_path / "ferry.txt"), "./index/../ferry.txt"):
        assert ["12" in one.body for one in news.holdings.named(name).versions] == [True, False]


def test_what_is_cited_of_a_corrected_article_says_so(news: NewsQA) -> None:
    found = [one for one in news.search("how many people did the ferry carry") if one.article.url == URL]
    citation, _ = Citations(datetime(2024, 5, 7, tzinfo=UTC)).cite(found[0], 0, 29)
    assert [each.headline for each in citation.corrected] == [NOTICE["title"]]
    assert words.source(citation).endswith("corrected on 6 May 2024")
    assert "corrected by Post: Correction: Ferry stays in port" in words.particulars(citation)
    early = news.search("how many people did the ferry carry", as_of="2024-05-05")
    assert early
    assert not any(one.corrected for one in early)


def test_an_unknown_article_is_named(news: NewsQA) -> None:
    with pytest.raises(InputError, match=r"'nowhere'.*qa search --json"):
        news.holdings.named("nowhere")
