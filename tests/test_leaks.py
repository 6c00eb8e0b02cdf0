"""What is later than an as-of moment shows on no surface: no word, address, date or count of it.

Each text that comes later has a word of its own, so that a leak names its source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qa import NewsQA, cli, render
from qa.encoders import HashEncoder
from qa.llm import Message, ScriptedModel
from qa.questions import parse_as_of
from qa.settings import Settings
from qa.types import Answer, Article, Citation, Evidence, earliest_instant, latest_instant, plain

FIRE = "A fire broke out in the Odra warehouse in Karvel. Fire chief Lena Brandt said three workers were hurt."
YARD = "The yard of the Odra warehouse in Karvel is empty."
BURNED = "The yard of the Odra warehouse in Karvel burned too, Wolstenholme said."
REBUILT = "Xylander rebuilt the Odra warehouse. Nora Tarn said it is done."
NOTE = "The Odra warehouse in Karvel stored paint, a note of its owner says. The note carries no date."
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()


def piece(url: str, text: str, **fields: str) -> dict[str, str]:
    return {
        "url": f"https://{url}",
        "title": "Fire in the Odra warehouse",
        "outlet": "Harbour Post",
        "text": text,
    } | fields


def dated(published: str, updated: str = "") -> dict[str, str]:
    return {"published": published} | ({"updated": updated} if updated else {})


VERSION = "Fire chief Lena Brandt said the warehouse fire had hurt {} workers. The {} report is on the Odra warehouse."
ARTICLES = [
    piece("post.example/yard", YARD, **dated("2022-03-01")),
    piece("post.example/fire", FIRE, **dated("2022-03-10")),
    piece("post.example/fire", VERSION.format(11, "Zephyrine"), **dated("2022-03-10", "2022-03-14T18:00:00Z")),
    piece("post.example/fire", VERSION.format(13, "Ultramarin"), **dated("2022-03-10", "2022-03-20")),
    # the same text elsewhere, later; once with an early date and a late update
    piece("wire.example/Quarrelson", FIRE, outlet="Quarrelson Wire", **dated("2022-03-16")),
    piece("desk.example/Ostrander", FIRE, outlet="Ostrander Desk", **dated("2022-03-10", "2022-03-18")),
    # the same text under a headline that came later
    piece("post.example/fire", FIRE, title="Odra warehouse: Vandermolen held", **dated("2022-03-10", "2022-03-12")),
    # and with a name under it that came later
    piece("post.example/yard", YARD, byline="Barnstable", **dated("2022-03-01", "2022-03-11")),
    piece("post.example/note", NOTE),
    # a text without a date at an address that had another one, and dated elsewhere: known from then
    piece("post.example/yard", BURNED),
    piece("wire.example/yard", BURNED, **dated("2022-03-22")),
    # a near-copy, and one dated a day from now
    piece("copy.example/Yellowlees", FIRE + " Yellowlees is investigating.", **dated("2022-03-17")),
    piece("copy.example/Xylander", REBUILT, **dated(TOMORROW.isoformat())),
    *(
        piece(f"crowd.example/{n}", f"Kestenbaum{n} spoke of the Odra warehouse fire in Karvel.", **dated("2022-04-02"))
        for n in range(130)
    ),
]  # fmt: skip
KNOWN_FROM = {
    "Vandermolen": "2022-03-12T00:00", "Zephyrine": "2022-03-14T18:00", "Quarrelson": "2022-03-16T00:00",
    "Yellowlees": "2022-03-17T00:00", "Ostrander": "2022-03-18T00:00", "Ultramarin": "2022-03-20T00:00",
    "Barnstable": "2022-03-11T00:00", "Wolstenholme": "2022-03-22T00:00", "Kestenbaum": "2022-04-02T00:00",
    "Xylander": f"{TOMORROW}T00:00",
}  # fmt: skip
MOMENTS = [
    "2022-03-09", "2022-03-10", "2022-03-12", "2022-03-14T17:59:59Z", "2022-03-14", "2022-03-15T23:59:59-01:00",
    "2022-03-17",
    "2022-03-19", "2022-03-21", "2022-03-22", "2022-04-01T23:59:59.999999Z", "2022-04-02", None,
]  # fmt: skip
VISIBLE = {"2022-03-09": 2, "2022-03-10": 3, "2022-03-21": 5, None: 135}
QUESTIONS = [
    "how many workers were hurt in the Odra warehouse fire",
    "what did Lena Brandt say about the Odra warehouse",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("leaks")
    (root / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "articles.jsonl").rejected == ()
    return root / "index"


def opened(folder: Path, model: ScriptedModel | None = None) -> NewsQA:
    return NewsQA.open(
        folder, encoder=HashEncoder(), model=model, settings=Settings(llm="none"), extractive=model is None
    )


@pytest.fixture(scope="module")
def news(folder: Path) -> Iterator[NewsQA]:
    with opened(folder) as archive:
        yield archive


def before(as_of: str | None) -> datetime:
    return latest_instant(parse_as_of(as_of))


def leaked(shown: str, as_of: str | None) -> list[str]:
    """The words that came later, and the days of March and April 2022 that had not come."""
    moment = before(as_of)
    words = [
        word for word, known in KNOWN_FROM.items() if word in shown and datetime.fromisoformat(f"{known}Z") > moment
    ]
    days = {
        found for found in re.findall(r"2022-0[34]-\d\d", shown) if earliest_instant(date.fromisoformat(found)) > moment
    }
    days |= {
        found
        for found in re.findall(r"\b\d{1,2} (?:March|April) 2022", shown)
        if datetime.strptime(f"{found} +0000", "%d %B %Y %z") > moment
    }
    return words + sorted(days)


def told(value: Any) -> str:
    """All that a value holds, whole article bodies too."""
    articles = [found.article.body for found in [*parts(value)]]
    return json.dumps(plain(value), ensure_ascii=False) + "\n".join(articles)


def parts(value: Any) -> Iterator[Evidence | Citation]:
    if isinstance(value, Evidence | Citation):
        yield value
    elif isinstance(value, Answer):
        yield from (*value.evidence, *value.citations, *([value.nearest] if value.nearest else []))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from parts(item)


Surface = Callable[[NewsQA, str, str | None], str]
SURFACES: dict[str, Surface] = {
    "search": lambda news, question, as_of: told(news.search(question, k=40, as_of=as_of)),
    "ask": lambda news, question, as_of: told(news.ask(question, as_of=as_of)),
    "stream": lambda news, question, as_of: told(list(news.stream(question, as_of=as_of))),
    "Markdown": lambda news, question, as_of: render.markdown(news.ask(question, as_of=as_of)),
    "HTML": lambda news, question, as_of: render.html(news.ask(question, as_of=as_of)),
    "terminal": lambda news, question, as_of: render.terminal(news.ask(question, as_of=as_of)),
    "nodes": lambda news, question, as_of: "\n".join(
        node.node.model_dump_json() for node in news.as_retriever(k=40, as_of=as_of).retrieve(question)
    ),
    "query engine": lambda news, question, as_of: repr(news.as_query_engine(as_of=as_of).query(question)),
    "lookups": lambda news, question, as_of: "\n".join(
        told(news.article(found.article.id)) + news.article(found.article.id).body
        for found in news.search(question, k=40, as_of=as_of)
    ),
    "timeline": lambda news, question, as_of: json.dumps(plain(news.timeline(question, as_of=as_of))),
}


@pytest.mark.parametrize("as_of", MOMENTS, ids=str)
@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_later_shows(news: NewsQA, surface: str, as_of: str | None) -> None:
    for question in QUESTIONS:
        shown = SURFACES[surface](news, question, as_of)
        said = shown.replace(str(as_of)[:10], "")  # the as-of itself may be said
        assert leaked(said, as_of) == [], question


@pytest.mark.parametrize("surface", SURFACES)
def test_what_is_later_does_show_once_it_has_come(news: NewsQA, surface: str) -> None:
    """Without this the test above could be passed by showing nothing."""
    shown = "".join(SURFACES[surface](news, question, "2022-03-21") for question in QUESTIONS)
    assert "Ultramarin" in shown or "13 workers" in shown
    assert leaked(shown, "2022-03-09")


@pytest.mark.parametrize(("as_of", "articles"), VISIBLE.items(), ids=str)
def test_counts_are_those_of_the_moment(news: NewsQA, as_of: str | None, articles: int) -> None:
    coverage = news.ask(QUESTIONS[0], as_of=as_of).coverage
    assert (coverage.articles, coverage.latest and earliest_instant(coverage.latest) <= before(as_of)) == (
        articles,
        True,
    )


@pytest.mark.parametrize("as_of", MOMENTS, ids=str)
def test_carriers_and_dates_are_those_of_the_moment(news: NewsQA, as_of: str | None) -> None:
    for found in news.search(QUESTIONS[0], k=40, as_of=as_of):
        clocks = [found.article.published, found.article.updated, *(each.published for each in found.also_in)]
        assert all(earliest_instant(clock) <= before(as_of) for clock in clocks if clock)


def test_many_later_articles_do_not_crowd_out_the_one_that_was_there(news: NewsQA) -> None:
    found = news.search(QUESTIONS[0], k=5, as_of="2022-03-10")
    assert any("three workers were hurt" in each.passage.text for each in found)


def test_asking_as_of_another_day_leaves_nothing_behind(folder: Path) -> None:
    def asked(news: NewsQA, as_of: str | None) -> dict[str, Any]:
        answer = news.ask(QUESTIONS[0], as_of=as_of).to_dict()
        del answer["trace"]["seconds"]
        return answer

    alone = []
    for as_of in MOMENTS[:-1]:
        with opened(folder) as fresh:
            alone.append(asked(fresh, as_of))
    with opened(folder) as news:
        asked(news, None)
        together = [asked(news, as_of) for as_of in reversed(MOMENTS[:-1])]
    assert together[::-1] == alone


@pytest.mark.parametrize(
    ("question", "day"),
    [
        pytest.param("as of 12 March 2022, {}?", "2022-03-12", id="in front"),
        pytest.param("{} as of 15 march 2022", "2022-03-15", id="behind"),
        pytest.param("{} as of 9 March 2022?", "2022-03-09", id="before all"),
    ],
)
def test_an_as_of_in_the_words_of_a_question_hides_what_is_later(news: NewsQA, question: str, day: str) -> None:
    for asked in QUESTIONS:
        for surface in SURFACES.values():
            shown = surface(news, question.format(asked), "2022-05-01")
            assert leaked(shown.replace(day, "").replace("2022-05-01", ""), day) == []
    answer = news.ask(question.format(QUESTIONS[0]), as_of="2022-05-01")
    assert answer.as_of == date.fromisoformat(day)
    assert news.ask(question.format(QUESTIONS[0]), as_of="2022-03-01").as_of == date(2022, 3, 1)
    assert answer.standalone_question == answer.question
    given = news.ask(QUESTIONS[0], as_of=day)
    assert (answer.text, answer.evidence, answer.coverage) == (given.text, given.evidence, given.coverage)


@pytest.mark.parametrize(
    ("question", "as_of"),
    [("and how many workers?", "2022-03-12"), ("as of 12 March 2022, and how many workers?", "2022-03-21")],
    ids=["as given", "in its words"],
)
def test_an_earlier_conversation_does_not_tell_what_came_later(folder: Path, question: str, as_of: str) -> None:
    def reply(messages: list[Message]) -> str:
        follows = "Follow-up" in messages[-1].text
        return "How many Ultramarin workers were hurt in the Odra warehouse fire?" if follows else "13 workers"

    model = ScriptedModel(default=reply)
    with opened(folder, model) as news:
        later = news.ask(QUESTIONS[1], as_of="2022-03-21")
        assert "13 workers" in later.text
        rewritten = replace(later, standalone_question="what did Lena Brandt say of the Ultramarin report")
        model.history.clear()
        answer = news.ask(question, as_of=as_of, history=[rewritten])
    sent = "\n".join(message.text for call in model.history for message in call.messages)
    shown = sent + told(answer)
    assert leaked(shown.replace("2022-03-21", ""), "2022-03-12") == []
    assert "13 workers" not in shown
    assert "Odra" in answer.standalone_question


@pytest.mark.parametrize("as_of", MOMENTS, ids=str)
def test_nothing_later_is_sent_to_the_model(folder: Path, as_of: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.reading.speaks_for_itself", lambda extract: False)  # a model is to word the answer
    model = ScriptedModel(default="They were hurt.")
    with opened(folder, model) as news:
        answer = news.ask(QUESTIONS[0], as_of=as_of)
    sent = "\n".join(message.text for call in model.history for message in call.messages)
    assert bool(sent) == (answer.status != "not_found")
    assert leaked(sent.replace(str(as_of)[:10], ""), as_of) == []


COMMANDS = [[name, *more] for name in ("ask", "search", "timeline") for more in ([], ["--json"])]


@pytest.mark.parametrize("as_of", [moment for moment in MOMENTS if moment], ids=str)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_command_shows_nothing_later(
    folder: Path, words: list[str], as_of: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_here(index: Path, **options: Any) -> NewsQA:
        return NewsQA.open(index, encoder=HashEncoder(), settings=Settings(llm="none"), **options)

    monkeypatch.setattr(cli, "_open", open_here)
    monkeypatch.setattr("sys.argv", ["qa", *words, QUESTIONS[0], "--as-of", as_of, "-i", str(folder)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code
    printed = capsys.readouterr()
    assert leaked((printed.out + printed.err).replace(as_of[:10], ""), as_of) == []
    assert "Odra" in printed.out or "Searched" in printed.out


def test_example_questions_are_of_articles_that_can_be_read_now(news: NewsQA) -> None:
    assert "What did Nora Tarn say?" not in news.info()["examples"]  # she is quoted in an article of tomorrow alone


def test_every_article_that_is_read_was_known(news: NewsQA) -> None:
    for as_of in MOMENTS:
        seen: list[Article] = [found.article for found in news.search("Odra warehouse", k=40, as_of=as_of)]
        assert all(article.known_from is None or article.known_from <= before(as_of) for article in seen)
