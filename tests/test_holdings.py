"""Looking through an archive: lists, counts, versions, deleting, and questions asked of a part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa import NewsQA
from qa.archive.browsing import Narrow
from qa.errors import InputError
from qa.types import Answer

ARTICLES = [
    {"url": "https://a.example/1", "title": "Bridge opens on 4 May", "outlet": "Courier", "published": "2024-05-01",
     "language": "en", "text": "The bridge will open on 4 May, the mayor Ina Holm said. “We are proud,” Holm said."},
    {"url": "https://b.example/1", "title": "Brücke: später", "outlet": "Ärzteblatt", "published": "2024-05-03",
     "language": "de", "text": "Die Brücke öffnet am 11. Mai, sagte die Stadt."},
    {"url": "https://b.example/2", "title": "Bridge put off", "outlet": "Wire", "published": "2024-05-02T10:00:00Z",
     "language": "en", "text": "The bridge will open on 11 May, the operator said."},
    {"url": "https://a.example/2", "title": "A note", "outlet": "Courier", "language": "en",
     "text": "The bridge has no name yet."},
]  # fmt: skip
LATER = {**ARTICLES[0], "updated": "2024-05-04", "text": "The bridge will open on 12 May, the mayor Ina Holm said."}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsQA]:
    folder = tmp_path_factory.mktemp("holdings")
    for name, records in (("a", ARTICLES), ("b", [LATER])):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with NewsQA.open(folder / "index", create=True, extractive=True) as opened:
        for name in "ab":
            opened.ingest([folder / f"{name}.jsonl"])
        yield opened


@pytest.mark.parametrize(
    ("wanted", "headlines"),
    [
        (Narrow(), ["Bridge opens on 4 May", "Brücke: später", "Bridge put off", "A note"]),
        (Narrow("BRÜCKE"), ["Brücke: später"]),
        (Narrow("bridge courier"), ["Bridge opens on 4 May"]),
        (Narrow(outlets=frozenset({"Wire", "Ärzteblatt"})), ["Brücke: später", "Bridge put off"]),
        (Narrow(language="de"), ["Brücke: später"]),
        (Narrow(since=date(2024, 5, 2), until=date(2024, 5, 2)), ["Bridge put off"]),
        (Narrow("no such thing"), []),
        (Narrow("' OR 1=1 --"), []),
    ],
    ids=["all, latest first, undated last", "any case", "all words", "outlets", "language", "one day", "none", "sql"],
)
def test_articles_are_listed_by_what_is_asked(news: NewsQA, wanted: Narrow, headlines: list[str]) -> None:
    shelf = news.holdings.browse(wanted)
    assert [each.headline for each in shelf.listed] == headlines
    assert shelf.total == len(headlines)


def test_list_comes_in_parts_that_join(news: NewsQA) -> None:
    whole = news.holdings.browse().listed
    parts = [news.holdings.browse(offset=at, limit=2) for at in (0, 2)]
    assert parts[0].listed + parts[1].listed == whole
    assert parts[0].total == 4


def test_counts_are_those_of_the_newest_versions(news: NewsQA) -> None:
    counts = news.holdings.counts()
    assert counts.outlets == {"Courier": 2, "Ärzteblatt": 1, "Wire": 1}
    assert counts.languages == {"en": 3, "de": 1}
    assert sum(counts.days.values()) == 3, "one is undated"
    assert counts.days[date(2024, 5, 2), "Wire"] == 1


def test_article_is_told_with_versions_and_quotes(news: NewsQA) -> None:
    newest = news.article(news.holdings.browse(Narrow("opens courier")).listed[0].id)
    versions = news.holdings.versions(newest.id)
    assert [("4 May" in each.body, "12 May" in each.body) for each in versions] == [(True, False), (False, True)]
    first = news.holdings.about(versions[0])
    assert first.newest == newest
    said = {(one.speaker, one.verbatim) for one in first.quotes}
    assert ("Ina Holm", True) in said
    assert all(versions[0].body[one.start : one.end] == one.text for one in first.quotes)


@pytest.mark.parametrize(
    ("within", "outlets"),
    [
        (Narrow(outlets=frozenset({"Wire"})), {"Wire"}),
        (Narrow(language="en", until=date(2024, 5, 4)), {"Wire", "Courier"}),
        (Narrow(outlets=frozenset({"Nobody"})), set()),
    ],
    ids=["one outlet", "language and period", "nothing left"],
)
def test_question_sees_only_the_part_asked(news: NewsQA, within: Narrow, outlets: set[str]) -> None:
    events = list(news.stream("when does the bridge open", within=within))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert {found.article.outlet for found in answer.evidence} == outlets
    assert answer.coverage.outlets == len(outlets)
    if not outlets:
        assert answer.status == "not_found"


@pytest.mark.parametrize(
    ("within", "outlets", "searched"),
    [(None, {"Wire", "Courier"}, 3), (Narrow(outlets=frozenset({"Wire"})), {"Wire"}, 1)],
    ids=["all of it", "one outlet"],
)
def test_timeline_reports_only_what_the_part_asked_says(
    news: NewsQA, within: Narrow | None, outlets: set[str], searched: int
) -> None:
    found = news.timeline("the bridge", within=within)
    assert {event.citation.article.outlet for event in found.events} == outlets
    assert found.coverage.outlets == searched


def test_every_face_counts_the_same_articles(news: NewsQA) -> None:
    shown = news.holdings.browse().total
    assert news.info()["articles"] == shown == sum(news.holdings.counts().outlets.values())
    assert news.info()["superseded"] == 1
    answer = list(news.stream("when does the bridge open"))[-1]
    assert isinstance(answer, Answer)
    assert answer.coverage.articles == shown


def test_deleted_article_is_nowhere(news: NewsQA) -> None:
    gone = news.holdings.browse(Narrow("später")).listed[0]
    assert gone.versions == len(news.holdings.going(gone.id).articles)
    assert news.holdings.remove(gone.id).articles[-1].headline == "Brücke: später"
    assert news.holdings.browse().total == 3
    assert all(found.article.id != gone.id for found in news.search("Brücke öffnet", k=10))
    assert news.holdings.versions(gone.id) == ()
    with pytest.raises(InputError, match="no article"):
        news.holdings.remove(gone.id)


def test_examples_follow_what_is_in_the_archive(news: NewsQA) -> None:
    before = news.info()["examples"]
    assert before == news.holdings.examples()
    assert all(question.startswith("What did ") for question in before)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The old bridge at Karvel was closed on 4 May.", "When was the old bridge at Karvel closed?"),
        ("The toll on the Orla bridge will be lowered on 1 June.", "When will the toll on the Orla bridge be lowered?"),
        ("The bridge was closed on 4 May.", ""),
        ("The old bridge at Karvel was closed for good.", ""),
    ],
    ids=["past", "future", "nothing named", "no time"],
)
def test_an_example_asks_when_something_named_was_done(tmp_path: Path, text: str, question: str) -> None:
    source = tmp_path / "one.jsonl"
    record = {"url": "https://a.example/1", "title": "A bridge", "published": "2024-05-01", "text": text}
    source.write_text(json.dumps(record), encoding="utf-8")
    with NewsQA.open(tmp_path / "index", create=True, extractive=True) as opened:
        opened.ingest([source])
        assert opened.holdings.examples() == ([question] if question else [])
