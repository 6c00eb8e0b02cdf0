"""Systems beside Dateline: how their texts are read, and what is said of a difference."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvalError
from qa.evaluation import peering
from qa.evaluation.peering import Measured
from qa.evaluation.sets import Expect, GoldQuote, GoldSide, Question

BODY = "The fair opened on Monday.\n\nAna Ruiz opened it. It cost 3 million crowns."
BODIES: dict[str, Any] = {"a": (BODY, None), "b": ("The fair was put off.", None)}
ANSWERABLE = Question("q", "answerable", "who opened the fair?", Expect("answered", answers=("Ana Ruiz",)))
SILENT = Question("q", "unanswerable", "who paid?", Expect("not_found"))
DISPUTED = Question(
    "q",
    "conflicting",
    "what did it cost?",
    Expect(
        "conflicting",
        sides=(
            GoldSide("one", GoldQuote("", ""), answers=("3 million",)),
            GoldSide("other", GoldQuote("", ""), answers=("4 million",)),
        ),
    ),
)


def line(text: str, **options: Any) -> dict[str, Any]:
    sources = [
        {"marker": "1", "text": "Ana Ruiz opened it.  It cost", "document": "a"},
        {"marker": "2", "text": "The fair was put off.", "document": "b"},
        {"marker": "3", "text": "Nobody ever wrote this.", "document": "a"},
    ]
    plain = {"id": "q", "text": text, "sources": sources, "error": "", "first": 1.5, "seconds": 4.0, "memory": 300}
    return plain | options


def said(text: str, question: Question = ANSWERABLE, **options: Any) -> peering.Reply:
    return peering.of_peer(question, line(text, **options), BODIES)


def judge(claim: str, quotes: Any) -> bool:
    """A check that can be wrong, so that the figure depends on it: a quote supports what shares its first word."""
    return any(quote.text.split()[0] in claim.split() for quote in quotes)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("Ana Ruiz did [1].", ["1"], id="a number"),
        pytest.param("Ana Ruiz did [1, 2] or [Source 3].", ["1", "2", "3"], id="several"),
        pytest.param("According to Source 2, she did.", ["2"], id="a source by name"),
        pytest.param("She did (pqac-0a1b2c3d, pqac-ffffffff).", ["pqac-0a1b2c3d", "pqac-ffffffff"], id="keys"),
        pytest.param("She did (2022), for the 3rd time.", [], id="a year and a count are none"),
    ],
)
def test_citations_are_read(text: str, names: list[str]) -> None:
    assert peering.markers(text) == names


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        pytest.param("The provided sources do not contain the answer [1].", True, id="says so"),
        pytest.param("I don't know.", True, id="does not know"),
        pytest.param("I cannot answer.", True, id="cannot"),
        pytest.param("", True, id="says nothing"),
        pytest.param("Ana Ruiz opened it [1].", False, id="answers"),
        pytest.param("Ana Ruiz." + " It was a fine day." * 12 + " The passages do not say why.", False, id="a caveat"),
    ],
)
def test_a_refusal_is_known_by_its_words(text: str, refuses: bool) -> None:
    found = said(text)
    assert found.refused is refuses
    assert bool(found.sentences) is not refuses


def test_a_failure_is_neither_answer_nor_refusal() -> None:
    found = said("", error="TimeoutError: it took too long")
    assert (found.failed, found.refused, found.text) == (True, False, "")


def test_a_citation_exists_where_its_text_is_in_the_article() -> None:
    assert said("Ana [1], put off [2], never [3], out of range [9].").exist == (True, True, False, False)


def test_a_marker_behind_the_full_stop_belongs_to_the_sentence_before() -> None:
    found = said("Ana Ruiz opened it. [1] The fair was put off.[2]")
    assert [(one.text, [quote.text[:3] for quote in one.quotes]) for one in found.sentences] == [
        ("Ana Ruiz opened it.", ["Ana"]),
        ("The fair was put off.", ["The"]),
    ]


@pytest.mark.parametrize(
    ("question", "text", "name", "value"),
    [
        pytest.param(ANSWERABLE, "Ana Ruiz opened it [1].", "contained", 1.0, id="contained"),
        pytest.param(ANSWERABLE, "Ana Ruiz [1]", "f1", 1.0, id="F1 without markers"),
        pytest.param(ANSWERABLE, "I don't know.", "contained", 0.0, id="a refusal contains nothing"),
        pytest.param(ANSWERABLE, "I don't know.", "wrongly_refused", 1.0, id="refused wrongly"),
        pytest.param(SILENT, "I don't know.", "refusal_recall", 1.0, id="refused rightly"),
        pytest.param(SILENT, "Ana Ruiz did [1].", "refusal_recall", 0.0, id="should have refused"),
        pytest.param(DISPUTED, "3 million, or 4 million.", "conflict_shown", 1.0, id="both sides"),
        pytest.param(DISPUTED, "3 million.", "conflict_shown", 0.0, id="one side"),
        pytest.param(ANSWERABLE, "Ana did [1]. Rain fell [2].", "supported", 0.5, id="one sentence of two supported"),
        pytest.param(ANSWERABLE, "Ana did.", "supported", 0.0, id="no citation supports nothing"),
        pytest.param(ANSWERABLE, "Ana did [1][3].", "citations_exist", 0.5, id="one citation of two exists"),
    ],
)
def test_values(question: Question, text: str, name: str, value: float) -> None:
    replies = {"q": said(text, question)}
    assert peering.values([question], replies, normal="words", judges={"supported": judge})[name] == {"q": value}


def test_what_was_not_asked_has_no_value() -> None:
    assert peering.values([ANSWERABLE], {}, normal="words", judges={"supported": judge}) == {}


def measured(system: str, row: str = "r", **values: list[float]) -> Measured:
    held = {name: {str(place): value for place, value in enumerate(some)} for name, some in values.items()}
    return Measured(row, system=system, settings="", n=20, asked=20, values=held)


@pytest.mark.parametrize(
    ("metric", "ours", "theirs", "verdict"),
    [
        pytest.param("contained", [1.0] * 20, [0.0] * 20, "better", id="more is better"),
        pytest.param("seconds", [9.0] * 20, [3.0] * 20, "worse", id="less is better"),
        pytest.param("wrongly_refused", [0.0] * 20, [1.0] * 20, "better", id="fewer wrong refusals"),
        pytest.param("contained", [1.0, 0.0] * 10, [0.0, 1.0] * 10, "not told apart", id="as many up as down"),
    ],
)
def test_a_difference_is_told_with_its_interval(
    metric: str, ours: list[float], theirs: list[float], verdict: str
) -> None:
    (pair,) = peering.paired([measured("d", **{metric: ours}), measured("p", **{metric: theirs})], "d", "p")
    assert pair.verdict == verdict
    assert pair.change.n == 20


def test_only_questions_that_both_were_asked_are_paired() -> None:
    ours = measured("d", contained=[1.0] * 20)
    theirs = measured("p", contained=[0.0] * 5)
    other_row = measured("p", "elsewhere", contained=[1.0] * 20)
    (pair,) = peering.paired([ours, theirs, other_row], "d", "p")
    assert pair.change.n == 5


def test_a_table_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "peers.json"
    held = [measured("d", contained=[1.0, 0.0], seconds=[1.0, 2.0, 9.0])]
    peering.write(path, held, made={"day": "2026-11-23"})
    about, found = peering.read(path)
    assert about == {"day": "2026-11-23"}
    assert list(found) == held
    assert found[0].figures["seconds"].value == 2.0


def test_another_file_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(EvalError, match=r"x\.json"):
        peering.read(path)


def test_a_line_cut_short_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "peer.jsonl"
    path.write_text('{"id": "a", "text": ""}\n{"id": "b", "te', encoding="utf-8")
    assert set(peering.peer_lines(path)) == {"a"}


def test_seconds_of_a_busy_hour_are_forgotten_and_all_else_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "peer.jsonl"
    path.write_text("".join(json.dumps(line("Ana Ruiz.", id=name)) + "\n" for name in "ab"), encoding="utf-8")
    peering.forget_seconds(path, {"a"})
    held = peering.peer_lines(path)
    assert (held["a"]["seconds"], held["b"]["seconds"], held["b"]["first"]) == (4.0, None, None)
    questions = [replace(ANSWERABLE, id=name) for name in "ab"]
    replies = {one.id: peering.of_peer(one, held[one.id], BODIES) for one in questions}
    values = peering.values(questions, replies, normal="words", judges={"supported": judge})
    assert values["seconds"] == {"a": 4.0}
    assert values["contained"] == {"a": 1.0, "b": 1.0}
