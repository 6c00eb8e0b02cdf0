"""Rows carried out with the real pipeline over a few documents, a hashing encoder and a scripted model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.errors import EvalError, ModelMissing
from qa.evaluation import outcomes, suite
from qa.evaluation.adapters import AskRow, ReadRow, SearchRow, TimedText
from qa.evaluation.bench import Document, document
from qa.evaluation.measures import read as read_measures
from qa.evaluation.metrics import Quoted
from qa.evaluation.opening import Opener
from qa.evaluation.retrieval import Query
from qa.evaluation.rows import read_run
from qa.evaluation.runner import Choice
from qa.evaluation.sets import Expect, Question
from qa.evaluation.suite import Bench
from qa.settings import Settings

TEXTS = {
    "harbour": "The new harbour of Brenholm cost 12 million crowns, the mayor said.",
    "strike": "Rail workers in Saltara began a strike on Monday. The union leader, Ana Ruiz, called for a pay rise.",
    "owl": "A snowy owl was seen in the town park of Kelmar on Sunday.",
}


@pytest.fixture
def documents() -> list[Document]:
    return [document(name, text, name="set", published="2023-04-30") for name, text in TEXTS.items()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    settings = Settings(cache=tmp_path / "cache", llm="none")
    with Opener(settings, HashEncoder()) as opener:
        yield suite.bench_of(tmp_path / "runs", opener, choice=Choice())


def question(name: str, text: str, *answers: str) -> Question:
    expect = Expect("answered", answers=answers) if answers else Expect("not_found")
    kind = "factual" if answers else "unanswerable_absent"
    return Question(name, kind, text, expect, as_of=date(2023, 5, 1))  # type: ignore[arg-type]


QUESTIONS = (
    question("h", "How much did the new harbour of Brenholm cost?", "12 million crowns", "12 million"),
    question("o", "What was seen in the town park of Kelmar?", "A snowy owl", "snowy owl"),
    question("n", "Who painted the ceiling of the opera in Zagreb?"),
)


def test_a_search_row_is_measured_by_the_sets_own_documents(bench: Bench, documents: list[Document]) -> None:
    queries = (
        Query("h", question=QUESTIONS[0].question, relevant=frozenset({"harbour"}), answers=("12 million",)),
        Query("w", question=QUESTIONS[1].question, relevant=frozenset({"strike"})),
    )
    items = read_measures(suite.searching(SearchRow("set/search", documents=documents, queries=queries), bench))
    assert items[0].scores["success@1"] == items[0].scores["mrr@10"] == items[0].scores["answer_hit@1"] == 1.0
    assert items[1].scores["success@1"] == 0.0
    assert "answer_hit@1" not in items[1].scores
    assert items[0].detail["slots"][0] == ["harbour"]


def test_an_ask_row_is_scored_and_summed_up(bench: Bench, documents: list[Document]) -> None:
    row = AskRow("set/ask", documents=documents, questions=QUESTIONS)
    file = suite.asking(row, bench)
    outcome = outcomes.answered(file, bench)
    figures = outcome.figures["figures"]
    assert outcome.figures["n"] == 3
    assert outcome.figures["errors"] == 0
    assert figures["contained"]["value"] == 1.0
    assert figures["spans"]["value"] == 1.0
    assert figures["leak"]["value"] == 0.0
    assert json.loads(file.with_suffix(".summary.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(outcome.figures)
    )
    assert set(outcomes.scores_of(file)) == {"h", "o", "n"}


def test_an_index_is_built_once(bench: Bench, documents: list[Document]) -> None:
    first = bench.builder.build("set", documents)
    stamp = (first.parent / "complete.json").stat().st_mtime_ns
    assert bench.builder.build("set", documents) == first
    assert (first.parent / "complete.json").stat().st_mtime_ns == stamp
    assert bench.builder.build("set", documents[:2]) != first


def test_an_interrupted_build_is_gone_on_with(bench: Bench, documents: list[Document]) -> None:
    index = bench.builder.build("set", documents)
    (index.parent / "complete.json").unlink()
    assert bench.builder.build("set", documents) == index
    with bench.opener.searching(index) as news:
        assert news.info()["articles"] == 3


def test_a_reader_sees_only_its_own_documents(bench: Bench, documents: list[Document]) -> None:
    given = {"h": documents[:1], "o": documents[:1], "n": documents[1:]}
    rows = read_run(suite.reading(ReadRow("set/read", documents=given, questions=QUESTIONS), bench)).rows
    held = {row.question.id: row for row in rows}
    assert [row.error for row in rows] == [None, None, None]
    assert "12 million" in held["h"].answer["text"]  # type: ignore[index]
    seen = {name: {e["article"]["url"] for e in row.answer["evidence"]} for name, row in held.items()}  # type: ignore[index]
    assert seen["o"] <= {documents[0].record["url"]}


def test_an_interrupted_reader_row_is_gone_on_with(bench: Bench, documents: list[Document]) -> None:
    given = {"h": documents[:1], "o": documents[2:], "n": documents[1:]}
    row = ReadRow("set/read", documents=given, questions=QUESTIONS)
    first = read_run(suite.reading(replace(row, questions=QUESTIONS[:2]), bench)).rows
    second = read_run(suite.reading(row, bench)).rows
    # The documents of a question that is taken over are not open any more: nothing of them may be needed.
    assert [one.answer for one in second[:2]] == [one.answer for one in first]
    assert second[2].answer is not None


def test_a_missing_model_is_an_error_and_not_a_run_without_one(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path, llm_model=str(tmp_path / "no.gguf"))
    with Opener(settings, HashEncoder()) as opener, pytest.raises(ModelMissing):
        opener.asking(tmp_path / "index")


def test_the_setup_names_what_changes_answers_and_no_secret(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path, llm_key="sk-canary", recency=2.0)  # type: ignore[arg-type]
    setup = Opener(settings, HashEncoder()).setup
    assert setup["recency"] == 2.0
    assert setup["llm"] == "local"
    assert "sk-canary" not in json.dumps(setup)
    assert Opener(settings, HashEncoder(), extractive=True).setup["llm"] == "none"


@pytest.mark.parametrize(
    ("claim", "quotes", "wanted"),
    [
        pytest.param(
            "The talks start on 29 March 2022.",
            [Quoted("The talks start tomorrow.", date(2022, 3, 28))],
            True,
            id="a relative day of one article",
        ),
        pytest.param(
            "The talks start on 29 March 2022.",
            [Quoted("The talks start tomorrow.", date(2022, 3, 29))],
            False,
            id="the same words of another day",
        ),
        pytest.param(
            "Twelve people died.", [Quoted("Twenty people died.", date(2022, 3, 29))], False, id="another number"
        ),
    ],
)
def test_quotes_are_judged_against_their_day(claim: str, quotes: list[Quoted], wanted: bool) -> None:
    assert suite.judge(claim, quotes) is wanted


def test_time_expressions_behind_the_annotated_sentences_count_in_the_whole_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head = "A headline of it.\nMarch 01, 2008\nIt fell on 3 March 2008. Two. Three. Four."
    text = f"{head} It rose on 5 March 2008."
    gold = ((head.index("3 March"), head.index("3 March") + len("3 March 2008"), "2008-03-03"),)
    dateline = (head.index("March 01"), head.index("March 01") + len("March 01, 2008"))
    held = TimedText("m", half="tune", text=text, written=date(2008, 3, 1), gold=gold, dateline=dateline)
    monkeypatch.setattr(suite, "meantime_texts", lambda: [held])
    found = suite.meantime("tune")
    assert (found["annotated calendar"].system, found["annotated calendar"].value_f1) == (1, 1.0)
    assert (found["calendar"].system, found["calendar"].value) == (2, 1)
    assert suite.meantime("report")["calendar"].gold == 0


def test_a_row_that_is_not_there_is_named(bench: Bench) -> None:
    with pytest.raises(EvalError, match=r"no row of 'rgb' has 'nois9'.*rgb/noise0"):
        outcomes.public("rgb", bench, split="nois9")
