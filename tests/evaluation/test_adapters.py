"""The public sets become rows by their protocols: on a small made-up bench folder, and on the real one where it is."""

from __future__ import annotations

import gzip
import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from qa.errors import EvalError
from qa.evaluation import adapters, bench
from qa.evaluation.runner import digest, half_of

REAL = os.environ.get("DATELINE_BENCH", "")
needs_real = pytest.mark.skipif(
    not Path(REAL, "score").is_dir(), reason="DATELINE_BENCH names no folder of public sets"
)


def write(root: Path, name: str, *records: dict) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(root / name, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bench folder with a handful of made-up items in the formats of the public sets."""
    monkeypatch.setenv(bench.VARIABLE, str(tmp_path))
    day = "2023/01/05"
    documents = [
        {"id": f"d{n}", "url": f"https://x.example/{n}", "title": None, "published": day, "text": f"Text {n} of it."}
        for n in range(4)
    ]
    common = {"date": day, "answers": ["Text"], "answerable_lexical": True, "answer_doc_ids": ["d1", "d2"]}
    queries = [
        {"id": "a", "question": "Who won this week?", "gold_doc_ids": ["d1"], **common},
        {"id": "b", "question": "Who painted it?", "gold_doc_ids": [], **common},
        {"id": "c", "question": "Who left on Monday?", "gold_doc_ids": [], **common, "answerable_lexical": False},
    ]
    write(tmp_path, "realtimeqa/public_2023s.docs.jsonl.gz", *documents)
    write(tmp_path, "realtimeqa/public_2023s.queries.jsonl.gz", *queries)
    abstain = {"answerable_ids": ["a"], "unanswerable_by_removal": ["b"], "removed_doc_ids": ["d2"]}
    (tmp_path / "realtimeqa" / "public_2023s.abstain.json").write_text(json.dumps(abstain), encoding="utf-8")
    snippets = {
        "positive": ["right 1", "right 2"],
        "positive_wrong": ["wrong 1"],
        "negative": [f"n{n}" for n in range(6)],
    }
    write(
        tmp_path,
        "rgb/en_fact.jsonl.gz",
        {"id": 0, "query": "When?", "answer": [["July 21", "21 July"]], "fakeanswer": "July 1", **snippets},
    )
    write(
        tmp_path,
        "wice/dev.jsonl.gz",
        {"label": "supported", "claim": "A b.", "evidence": ["x", "a b", "c"], "supporting_sentences": [[], [2, 1]]},
        {
            "label": "partially_supported",
            "claim": "alpha beta",
            "evidence": [*"abcdefghi", "beta"],
            "supporting_sentences": [],
        },
    )
    write(
        tmp_path,
        "meantime/meantime.jsonl.gz",
        {"doc": "m", "half": "tune", "dct": "03-02-2009", "text": "x", "timex": [], "dateline": None},
    )
    return tmp_path


def test_retrieval_uses_gold_articles_or_those_with_the_answer(folder: Path) -> None:
    row = adapters.realtimeqa_retrieval("2023s", "full")
    held = {query.id: query for query in row.queries}
    assert (held["a"].relevant, held["b"].relevant) == ({"d1"}, {"d1", "d2"})
    assert (held["a"].answers, held["c"].answers) == (("Text",), ())
    assert held["a"].as_of == date(2023, 1, 5)
    assert {query.kind for query in row.queries} == {"time word", "no time word"}
    assert row.documents[0].record["published"] == "2023-01-05"


def test_questions_without_a_time_word_are_asked_again_later(folder: Path) -> None:
    row = adapters.realtimeqa_retrieval("2023s", "full", later=True)
    assert [(query.id, query.as_of) for query in row.queries] == [("b", date(2023, 1, 5) + timedelta(days=180))]


def test_the_answer_row_is_asked_without_the_removed_documents(folder: Path) -> None:
    row = adapters.realtimeqa_answer("2023s", "full")
    assert [one.id for one in row.documents] == ["d0", "d1", "d3"]
    assert [(question.id, question.expect.status) for question in row.questions] == [
        ("a", "answered"),
        ("b", "not_found"),
    ]


@pytest.mark.parametrize(
    ("noise", "right", "wrong"), [(0.0, 2, 3), (0.2, 2, 3), (0.6, 2, 3), (0.8, 1, 4)], ids=["0", ".2", ".6", ".8"]
)
def test_noise_rows_hold_five_snippets(folder: Path, noise: float, right: int, wrong: int) -> None:
    row = adapters.rgb_noise(noise, "full")
    texts = [one.record["text"] for one in row.documents["0"]]
    assert (sum(text.startswith("right") for text in texts), sum(text.startswith("n") for text in texts)) == (
        right,
        wrong,
    )
    assert row.questions[0].expect.answers == ("July 21", "21 July")


def test_the_other_rgb_rows(folder: Path) -> None:
    refusal, wrong, system = (
        adapters.rgb_refusal("full"),
        adapters.rgb_counterfactual("full"),
        adapters.rgb_system("full"),
    )
    assert all(one.record["text"].startswith("n") for one in refusal.documents["0"])
    assert refusal.questions[0].expect.status == "not_found"
    assert wrong.questions[0].expect.answers == ("July 1",)
    assert wrong.questions[0].expect.must_not == ("July 21", "21 July")
    assert len(system.documents) == 9
    assert [side.answers for side in system.questions[0].expect.sides] == [("July 21", "21 July"), ("July 1",)]


def test_wice_takes_the_first_set_or_the_sentences_most_alike(folder: Path) -> None:
    first, second = adapters.wice_claims()
    assert (first.text, first.supported) == ("a b c", True)
    # "beta" shares a word; of the rest the first seven stay, in their order.
    assert (second.text, second.supported) == ("a b c d e f g beta", False)


def test_a_date_written_day_first_is_read(folder: Path) -> None:
    assert adapters.meantime_texts()[0].written == date(2009, 2, 3)


def test_halves_partition_a_row(folder: Path) -> None:
    row = adapters.realtimeqa_retrieval("2023s", "full")
    parts = [adapters.narrowed(row, half) for half in ("tune", "report")]
    assert sorted(query.id for part in parts for query in part.queries) == ["a", "b", "c"]
    assert all(half_of(query.id) == "tune" for query in parts[0].queries)


def test_quick_is_the_forty_of_lowest_digest() -> None:
    names = [f"q{n}" for n in range(60)]
    kept = bench.lowest(names, 40)
    assert len(kept) == 40
    assert max(map(digest, kept)) < min(digest(name) for name in names if name not in kept)


def test_documents_of_one_text_are_one_article() -> None:
    text = "The same words under two addresses. " * 8
    one, other = (bench.document(name, text, name="x") for name in ("a", "b"))
    assert bench.by_article([one, other]) == {one.article_id: {"a", "b"}}


@pytest.mark.parametrize(
    ("value", "said"), [("", "is not set"), ("/nowhere/at/all", "is no folder")], ids=["not set", "no folder"]
)
def test_an_absent_bench_is_said_plainly(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    monkeypatch.setenv(bench.VARIABLE, value)
    with pytest.raises(EvalError, match=said):
        adapters.rgb_system("quick")


def test_a_missing_file_of_the_bench_is_named(folder: Path) -> None:
    with pytest.raises(EvalError, match="squad2/queries"):
        bench.lines("squad2/queries.jsonl.gz")


@needs_real
@pytest.mark.parametrize(
    ("name", "items", "documents"),
    [
        ("realtimeqa/2022gold/retrieval", 206, 1668),
        ("realtimeqa/2022gold/answer", 183, 1377),
        ("realtimeqa/2023s/retrieval", 299, 2188),
        ("realtimeqa/2023s/answer", 175, 1976),
        ("squad2/answer", 200, 646),
        ("rgb/system", 50, 1384),
    ],
)
def test_the_real_rows_have_their_sizes(name: str, items: int, documents: int) -> None:
    row = adapters.ROWS[name]("full")
    assert len(row.queries if isinstance(row, adapters.SearchRow) else row.questions) == items
    assert len(row.documents) == documents
