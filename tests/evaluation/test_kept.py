"""Kept answers: the same at every run, and what differs is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.errors import EvalError
from qa.evaluation import kept, own, sealed, suite
from qa.evaluation.bench import document
from qa.evaluation.opening import Opener
from qa.evaluation.runner import Choice
from qa.evaluation.suite import Bench
from qa.settings import Settings

QUESTIONS = [
    kept.Wanted("sample", "a", "what was seen in the park of Kelmar?", own.TODAY),
    kept.Wanted("sample", "b", "when was that?", own.TODAY, ("what was seen in the park of Kelmar?",)),
    kept.Wanted("sample", "c", "who painted the opera of Zagreb?", own.TODAY),
]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    text = "A snowy owl was seen in the park of Kelmar on Sunday, the warden Ana Ruiz said."
    with Opener(Settings(cache=tmp_path / "cache", llm="none"), HashEncoder(), extractive=True) as opener:
        held = suite.bench_of(tmp_path / "runs", opener, choice=Choice())
        index = held.builder.build("sample", [document("owl", text, name="set", published="2023-05-01")])
        monkeypatch.setattr(kept, "sample_index", lambda bench: index)
        yield held


def test_an_answer_is_the_same_at_every_run_and_in_every_index(bench: Bench, tmp_path: Path) -> None:
    first = list(kept.answers(QUESTIONS, bench))
    assert [one.short["status"] for one in first] == ["answered", "answered", "not_found"]
    path, again = tmp_path / "kept.gz", tmp_path / "again.gz"
    kept.write(path, first)
    kept.write(again, list(kept.answers(QUESTIONS, bench)))
    assert path.read_bytes() == again.read_bytes()
    assert kept.differences(kept.read(path), list(kept.answers(QUESTIONS, bench))) == []


def test_what_differs_is_named(bench: Bench, tmp_path: Path) -> None:
    first = list(kept.answers(QUESTIONS, bench))
    text = replace(first[0], short={**first[0].short, "text": "A barn owl was seen."})
    part = replace(first[1], parts={**first[1].parts, "evidence": "another"})
    path = tmp_path / "kept.gz"
    kept.write(path, [text, part, first[2]])
    found = kept.differences(kept.read(path), first[:2])
    assert [(one.key[1], one.parts) for one in found] == [
        ("a", ("text",)),
        ("b", ("evidence",)),
        ("c", ("not asked any more",)),
    ]


def test_the_questions_are_fixed_and_of_open_halves(tmp_path: Path) -> None:
    assert len(kept.wanted(40, tmp_path)) == 40
    assert kept.wanted(40, tmp_path) == kept.wanted(40, tmp_path)
    row = {
        "kind": "k",
        "question": "?",
        "as_of": None,
        "after": [],
        "status": ["answered"],
        "verdict": None,
        "must": [],
    }
    row |= {"must_not": [], "must_not_text": [], "want": "", "why": ""}
    lines = [json.dumps({**row, "id": f"x{n}", "question": f"what {n}?"}) for n in range(60)]
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = kept.wanted(40, tmp_path)
    assert len(found) == 40
    of_set = [one.id for one in found if one.set == "talks"]
    assert len(of_set) == 40 // 3
    assert {sealed.half_of(name) for name in of_set} == {"open"}
    held = [kept.Kept(one.set, one.id, {}, {}) for one in found[-2:]]
    assert {one.id for one in kept.again(held, tmp_path)} == {one.id for one in held}


def test_a_file_that_holds_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="qa eval keep"):
        kept.read(tmp_path / "none.gz")
    (tmp_path / "other.gz").write_bytes(b"no")
    with pytest.raises(EvalError, match="qa eval keep"):
        kept.read(tmp_path / "other.gz")
