"""Sealed sets: halves, digests, gold that can be used, and that of the sealed half nothing is shown but totals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qa.encoders import HashEncoder
from qa.errors import EvalError, QuestionError
from qa.evaluation import commands, own, sealed, suite, unsealed, yardsticks
from qa.evaluation.opening import Opener
from qa.evaluation.runner import Choice
from qa.evaluation.suite import Bench
from qa.news import NewsQA
from qa.settings import Settings

HERE = own.folder() / "sealed"
TEXT = "The ferry line of Ostvik raised its fare to 46 crowns on Monday. The council of Ostvik had asked it not to."
URL = "https://paper.example/fares"
ROW: dict[str, Any] = {"kind": "yes/no", "as_of": "2024-06-10", "after": [], "status": ["answered"], "verdict": None}
ROW |= {"must": [], "must_not": [], "must_not_text": [], "want": "46", "why": "The article says so."}
ROW |= {"quotes": [{"url": URL, "quote": "raised its fare to 46 crowns"}]}
PAIR = {"evidence": "The line raised its fare to 46 crowns.", "published": "2024-06-03"}


def write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")


def ids(half: sealed.Half, count: int) -> list[str]:
    return [name for name in (f"x{n}" for n in range(200)) if sealed.half_of(name) == half][:count]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two questions and two pairs in each half, one of each right."""
    home = tmp_path / "sealed"
    write(home / "fares" / "articles.jsonl", [{"url": URL, "title": "Fares", "published": "2024-06-03", "text": TEXT}])
    questions = []
    for half in sealed.HALVES:
        right, wrong = ids(half, 2)
        asked = f"what is the fare of the Ostvik {half} ferry line"
        questions += [{**ROW, "id": right, "question": asked, "must": [["46"]]}]
        questions += [{**ROW, "id": wrong, "question": f"{asked} now", "must": [["canary"]], "verdict": "no"}]
    write(home / "fares" / "questions.jsonl", questions)
    pairs = []
    for half in sealed.HALVES:
        same, other = ids(half, 4)[2:]
        pairs += [
            {
                **PAIR,
                "id": same,
                "claim": "The line raised the fare to 46 crowns.",
                "label": "paraphrase",
                "change": None,
            }
        ]
        pairs += [
            {
                **PAIR,
                "id": other,
                "claim": "The line raised its fare to 64 crowns.",
                "label": "near-miss",
                "change": "number",
            }
        ]
    write(home / "sentences" / "pairs.jsonl", pairs)
    return home


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Opener(Settings(cache=tmp_path / "cache", llm="none"), HashEncoder(), extractive=True) as opener:
        yield suite.bench_of(tmp_path / "runs", opener, choice=Choice())


def test_the_halves_are_by_the_first_byte_of_the_id() -> None:
    # sha256sum: that of "x0" begins with b7, that of "x1" with ec.
    assert {name: sealed.half_of(name) for name in ("x0", "x1")} == {"x0": "sealed", "x1": "open"}


def test_both_halves_are_measured(root: Path, bench: Bench) -> None:
    sets = sealed.load(root)
    assert sealed.problems(sets) == []
    found = {(part.name, part.half): part for part in unsealed.measure(sets, bench)}
    assert set(found) == {(name, half) for name in ("fares", "sentences") for half in sealed.HALVES}
    for half in sealed.HALVES:
        assert [row.right for row in found["fares", half].rows] == [True, False]
        assert [row.right for row in found["sentences", half].rows] == [True, True]
        held = unsealed.totals(found["fares", half])
        assert held.right is not None
        assert (held.right.value, held.right.n, held.false_yes) == (0.5, 2, (0, 1))
    assert unsealed.totals(found["sentences", "open"]).kinds["near-miss"].value == 1.0
    (wrong,) = unsealed.wrong(found["fares", "open"])
    assert "lacks ['canary']" in wrong
    with pytest.raises(EvalError, match="totals alone"):
        list(unsealed.wrong(found["fares", "sealed"]))
    (part,) = unsealed.measure(sealed.load(root, ["fares"]), bench, halves=("open",), most=1)
    assert len(part.rows) == 1


def test_a_failure_in_the_sealed_half_does_not_say_on_what(
    root: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: NewsQA, question: str, **given: object) -> None:
        raise QuestionError(f"the question {question!r} is too long")

    monkeypatch.setattr(NewsQA, "ask", fail)
    with pytest.raises(EvalError) as caught:
        list(unsealed.measure(sealed.load(root), bench, halves=("sealed",)))
    assert "Ostvik" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(QuestionError, match="Ostvik"):
        list(unsealed.measure(sealed.load(root), bench, halves=("open",)))


@pytest.fixture
def invoke(root: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def held(*_: object, **__: object) -> Iterator[Bench]:
        yield bench

    monkeypatch.setattr(yardsticks, "benched", held)

    def run(*words: str) -> tuple[str, str]:
        found = CliRunner().invoke(commands.app, ["sealed", "--root", str(root), "--no-model", *words])
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found.stdout, found.stderr

    return run


def test_the_command_shows_faults_of_the_open_half_alone(invoke: Any, root: Path) -> None:
    with pytest.raises(EvalError, match="3 files of the sealed sets are not as pinned"):
        invoke()
    invoke("--pin")
    out, err = invoke()
    assert "fares            sealed right" in out
    assert not {"canary", "Ostvik", *ids("sealed", 4)} & set(f"{out} {err}".replace(":", " ").split())
    for words in (("-v",), ("-v", "--half", "sealed")):
        with pytest.raises(EvalError, match="totals alone"):
            invoke(*words)
    out, err = invoke("--half", "open", "-v", "--json")
    assert "canary" in err
    assert "open ferry" in err
    assert "sealed ferry" not in err
    assert {one["half"] for one in json.loads(out)} == {"open"}


def test_a_changed_file_is_seen(root: Path) -> None:
    sealed.pin(root)
    assert sealed.changed(root) == []
    path = root / "fares" / "questions.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("canary", "canaries"), encoding="utf-8")
    (root / "sentences" / "pairs.jsonl").unlink()
    write(root / "more" / "pairs.jsonl", [])
    assert sealed.changed(root) == ["fares/questions.jsonl", "more/pairs.jsonl", "sentences/pairs.jsonl"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"quotes": [{"url": URL, "quote": "its canary"}]}, "a quote does not stand", id="a quote"),
        pytest.param({"as_of": "2024-06-02"}, "a quote is later than as_of", id="a quote from later"),
        pytest.param({"as_of": "June"}, "as_of is no ISO day", id="no day"),
        pytest.param({"must": [["46", " "]]}, "that must stand is empty", id="an empty wording"),
        pytest.param({"must": [[]]}, "that must stand is empty", id="an empty group"),
        pytest.param({"must_not": ["^"]}, "that must not stand is empty", id="a sign without words"),
        pytest.param({"status": []}, "no status", id="no status"),
        pytest.param({"id": ""}, "no id", id="no id"),
        pytest.param({"id": ids("open", 2)[1]}, "the id of fares/questions.jsonl:", id="an id twice"),
        pytest.param({"question": "what is the fare of the Ostvik open ferry line now"}, "asked before", id="twice"),
    ],
)
def test_gold_that_cannot_be_used_is_named_by_its_line(root: Path, change: dict[str, Any], said: str) -> None:
    path = root / "fares" / "questions.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    write(path, [{**lines[0], **change}, *lines[1:]])
    found = sealed.problems(sealed.load(root))
    assert any(said in problem for problem in found), found
    assert not any("Ostvik" in problem or "canary" in problem for problem in found)


def test_a_line_against_the_schema_is_named_and_not_shown(root: Path) -> None:
    path = root / "fares" / "questions.jsonl"
    write(path, [{**ROW, "id": "a", "question": "canary", "canary": "canary bird"}])
    with pytest.raises(EvalError, match=r"fares/questions\.jsonl:1: ") as caught:
        sealed.load(root)
    assert "canary bird" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_set_and_an_empty_folder_are_said(root: Path, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"no sealed set 'fair': there are fares, sentences"):
        sealed.load(root, ["fair"])
    with pytest.raises(EvalError, match="no sealed set in"):
        sealed.load(tmp_path / "none")


@pytest.mark.skipif(not HERE.is_dir(), reason="no sealed set is written yet")
def test_the_sealed_sets_are_as_pinned_and_can_be_used() -> None:
    assert sealed.changed(HERE) == []
    assert sealed.problems(sealed.load(HERE)) == []
