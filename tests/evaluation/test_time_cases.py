from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from qa.errors import EvalError
from qa.evaluation.time_cases import load, validate

ROOT = Path(__file__).parents[2]
CASE = {"id": "t1", "question": "news from this week?", "as_of": "2024-07-24", "kind": "window"}
WEEK = {**CASE, "earliest": "2024-07-22", "latest": "2024-07-28"}


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "times.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return path


def test_a_case_is_read_with_its_days(tmp_path: Path) -> None:
    (case,) = load(written(tmp_path, WEEK, ""))
    assert (case.as_of, case.earliest, case.latest) == (date(2024, 7, 24), date(2024, 7, 22), date(2024, 7, 28))
    assert validate([case]) == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        pytest.param("[", "times.jsonl:1", id="broken JSON"),
        pytest.param({**WEEK, "until": "2024"}, "until", id="unknown key"),
        pytest.param({**WEEK, "kind": "soon"}, "'soon'", id="unknown kind"),
        pytest.param({**WEEK, "latest": "2024-02-30"}, "'2024-02-30'", id="day that is none"),
        pytest.param({key: WEEK[key] for key in ("id", "question", "kind")}, "as_of", id="no as-of"),
        pytest.param("", "no case", id="empty file"),
    ],
)
def test_a_line_that_does_not_follow_the_schema_is_refused(tmp_path: Path, line: object, named: str) -> None:
    with pytest.raises(EvalError) as caught:
        load(written(tmp_path, line))
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        pytest.param([WEEK, {**WEEK, "question": "other"}], "the id occurs twice", id="id twice"),
        pytest.param([WEEK, {**WEEK, "id": "t2"}], "the question of t1 again", id="question twice"),
        pytest.param([CASE], "a window without a day", id="no day"),
        pytest.param([{**WEEK, "kind": "none"}], "no time, with a day", id="none with a day"),
        pytest.param([{**WEEK, "latest": "2024-07-01"}], "ends before it begins", id="backwards"),
    ],
)
def test_contradictory_cases_are_reported(tmp_path: Path, lines: list[object], problem: str) -> None:
    assert any(problem in found for found in validate(load(written(tmp_path, *lines))))


def test_the_kept_cases_are_sound_and_of_every_kind() -> None:
    cases = load(ROOT / "eval" / "time_questions.jsonl")
    assert validate(cases) == []
    assert len(cases) >= 120
    assert set(Counter(case.kind for case in cases)) == {"window", "latest", "first", "none"}
