"""A newsroom's own questions: the short format, the full one, and what is wrong with a line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.errors import EvalError
from qa.evaluation.newsroom import load
from qa.evaluation.sets import Expect


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_shortest_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"question": "Who won?", "answers": ["Ana", "Ana Ruiz"]}',
        "",
        '{"question": "Why?", "answerable": false}',
    )
    won, why = load(path)
    assert won.expect == Expect("answered", answers=("Ana", "Ana Ruiz"))
    assert (won.question, won.kind) == ("Who won?", "answerable")
    assert (why.expect, why.kind) == (Expect("not_found"), "unanswerable")
    assert won.id != why.id
    assert load(path) == (won, why)


def test_a_line_with_everything(tmp_path: Path) -> None:
    line = (
        '{"id": "x", "question": "And now?", "answers": ["12"], "as_of": "2022-03-28", "history": ["How many?"],'
        ' "must_not": ["11"], "kind": "superseded"}'
    )
    held = load(write(tmp_path, line))[0]
    assert (held.id, held.as_of, held.history, held.kind) == ("x", date(2022, 3, 28), ("How many?",), "superseded")
    assert held.expect.must_not == ("11",)


def test_the_full_format_is_read_as_such(tmp_path: Path) -> None:
    line = '{"id": "x", "kind": "factual", "question": "Who?", "expect": {"status": "answered", "answers": ["Ana"]}}'
    assert load(write(tmp_path, line))[0].expect.answers == ("Ana",)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(
            ['{"question": "Who?"}'], "mine.jsonl:1: the question has no answers", id="neither answer nor false"
        ),
        pytest.param(
            ['{"question": "Who?", "answers": ["A"], "answerable": false}'], r"has the answers \['A'\]", id="both"
        ),
        pytest.param(['{"question": "Who?", "answer": "A"}'], "unknown field 'answer'", id="an unknown field"),
        pytest.param(['{"question": "", "answers": ["A"]}'], "question '' is no text", id="an empty question"),
        pytest.param(['{"question": "Who?", "answers": "A"}'], "answers 'A' is not a list", id="answers as a text"),
        pytest.param(['{"question": "Who?", "answers": ["A"], "as_of": "soon"}'], "'soon'", id="a wrong date"),
        pytest.param(['{"question": "Who?", "answers": ["A"], "kind": "odd"}'], "kind 'odd'", id="a wrong kind"),
        pytest.param(["{", "{}"], "mine.jsonl:1 is not JSON", id="a broken line"),
        pytest.param(["[]"], "no JSON object", id="a list"),
        pytest.param(["", ""], "holds no question", id="an empty file"),
        pytest.param(['{"question": "Who?", "answers": ["A"]}'] * 2, "two questions", id="one question twice"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(EvalError, match=said):
        load(write(tmp_path, *lines))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="cannot be read"):
        load(tmp_path / "none.jsonl")
