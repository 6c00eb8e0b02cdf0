"""The command: what is printed where, exit codes, and which flags pin."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa.errors import EvalError, InputError
from qa.evaluation import commands, gate, gated, outcomes, own
from qa.evaluation.gate import Corpus, Figure
from qa.evaluation.runner import Plan, run
from tests.evaluation.fakes import TALKS, Scripted, answered, cite, refused
from tests.evaluation.test_runner import START, question

CORPUS = Corpus("abc", {"articles": 2, "questions": 2})


def invoke(*words: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(commands.app, list(words))
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture
def two_runs(tmp_path: Path) -> tuple[Path, Path]:
    questions = (question("a", as_of=date(2022, 3, 28)), question("b", "who?"))
    good = answered(START, [cite(1, TALKS, START)])
    before = run(
        Plan("t", questions=questions, folder=tmp_path, fresh=True), Scripted({"when?": refused(), "who?": good})
    )
    after = run(Plan("t", questions=questions, folder=tmp_path, fresh=True), Scripted({"when?": good, "who?": good}))
    return before, after


def test_two_runs_are_compared(two_runs: tuple[Path, Path]) -> None:
    code, out, _ = invoke("compare", *map(str, two_runs))
    assert code == 0
    assert "right 0 → 1  a" in out
    assert "right 1" not in out
    code, out, _ = invoke("compare", *map(str, two_runs), "--json")
    assert json.loads(out)["changed"] == {"a": [0.0, 1.0]}


def test_runs_are_listed(two_runs: tuple[Path, Path]) -> None:
    code, out, _ = invoke("list", "--runs", str(two_runs[0].parent))
    assert code == 0
    assert out.count("2 questions") == 2


@pytest.fixture
def floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict[str, Figure]]:
    """A gate whose figures are at hand: the tests change them."""
    measured = {"retrieval/recall": Figure(0.8, 10), "extractive/leak": Figure(0.0, 10, less_is_better=True)}
    monkeypatch.setattr(gated, "gate_figures", lambda bench, parts: measured)
    monkeypatch.setattr(own, "corpus", lambda: CORPUS)
    path = tmp_path / "floors.json"
    gate.write(path, gate.pinned(measured, CORPUS))
    return path, measured


def test_the_gate_passes_at_its_floors(floors: tuple[Path, dict[str, Figure]]) -> None:
    code, out, _ = invoke("gate", "--floors", str(floors[0]))
    assert (code, "2 pinned figures of" in out) == (0, True)


def test_the_gate_fails_below_and_a_failing_gate_raises_nothing(floors: tuple[Path, dict[str, Figure]]) -> None:
    path, measured = floors
    measured["retrieval/recall"] = Figure(0.7, 10)
    measured["retrieval/new"] = Figure(1.0, 10)
    before = path.read_text(encoding="utf-8")
    code, out, _ = invoke("gate", "--floors", str(path), "--raise")
    assert code == 1
    assert "FAILED retrieval/recall: 0.7000, must be ≥ 0.8" in out
    assert path.read_text(encoding="utf-8") == before


def test_without_a_flag_nothing_is_pinned(floors: tuple[Path, dict[str, Figure]]) -> None:
    path, measured = floors
    measured["retrieval/recall"] = Figure(0.9, 10)
    assert invoke("gate", "--floors", str(path))[0] == 0
    assert gate.read(path).bounds["retrieval/recall"].limit == 0.8
    assert invoke("gate", "--floors", str(path), "--raise")[0] == 0
    assert gate.read(path).bounds["retrieval/recall"].limit == 0.9


def test_lowering_is_loud_and_takes_a_reason(floors: tuple[Path, dict[str, Figure]]) -> None:
    path, measured = floors
    measured["retrieval/recall"] = Figure(0.7, 10)
    with pytest.raises(EvalError, match="reason"):
        invoke("gate", "--floors", str(path), "--lower-floor", "retrieval/recall")
    code, _, said = invoke(
        "gate", "--floors", str(path), "--lower-floor", "retrieval/recall", "--because", "harder questions came in"
    )
    assert code == 0
    assert "LOWERED retrieval/recall to 0.7" in said
    assert gate.read(path).lowered[0]["because"] == "harder questions came in"


def test_a_part_is_measured_alone_and_the_rest_is_said(
    floors: tuple[Path, dict[str, Figure]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, measured = floors
    monkeypatch.setattr(
        gated, "gate_figures", lambda bench, parts: {n: f for n, f in measured.items() if n.split("/")[0] in parts}
    )
    code, out, said = invoke("gate", "--floors", str(path), "--part", "retrieval")
    assert (code, "1 pinned figures of retrieval hold" in out, "not measured: extractive" in said) == (0, True, True)
    with pytest.raises(InputError, match="'refusals'"):
        invoke("gate", "--floors", str(path), "--part", "refusals")


def test_a_wrong_half_is_named() -> None:
    with pytest.raises(InputError, match="'both'"):
        invoke("--half", "both")


def test_a_first_word_that_is_no_command_is_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Path | None] = []

    def stop(path: Path | None, bench: object, *, index: Path | None) -> outcomes.Outcome:
        asked.append(path)
        raise EvalError("far enough")

    monkeypatch.setattr(outcomes, "own_set", stop)
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path))
    for words in ((), ("--no-model",), ("mine.jsonl",), ("run", "mine.jsonl")):
        with pytest.raises(EvalError, match="far enough"):
            invoke(*words)
    assert asked == [None, None, Path("mine.jsonl"), Path("mine.jsonl")]


def test_the_command_is_imported_without_anything_heavy() -> None:
    heavy = (
        "torch",
        "sentence_transformers",
        "chromadb",
        "llama_index",
        "tantivy",
        "numpy",
        "pydantic",
        "rich.progress",
    )
    code = f"import sys, qa.evaluation.commands; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
