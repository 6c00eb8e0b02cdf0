"""A folder of cases goes through the product: an index of its own for each, its files and its questions scored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.errors import EvalError
from qa.evaluation.cases import intake, running
from qa.evaluation.cases.intake import Expected, Taken, faults, same_time
from qa.evaluation.opening import Opener
from qa.settings import Settings
from qa.types import Article, Moment

ROW = {"kind": "ask", "as_of": "2024-06-10", "after": [], "status": ["answered"], "verdict": None, "must": []}
ROW |= {"must_not": [], "must_not_text": [], "want": "", "why": ""}
FERRY = "---\ndate: 2024-06-03\n---\n\nThe ferry line of Ostvik raised its fare to 46 crowns on Monday.\n"


@pytest.fixture
def opener(tmp_path: Path) -> Iterator[Opener]:
    with Opener(Settings(cache=tmp_path / "cache", llm="none"), HashEncoder(), extractive=True) as held:
        yield held


def case(root: Path, name: str, files: dict[str, str], questions: list[dict], expected: list[dict]) -> None:
    for file, text in files.items():
        path = root / name / "in" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for file, held in (("questions.jsonl", questions), ("expect.jsonl", expected)):
        if held:
            (root / name / file).write_text("".join(json.dumps(one) + "\n" for one in held), encoding="utf-8")


def test_a_case_is_asked_taken_in_and_scored(tmp_path: Path, opener: Opener) -> None:
    asked = {**ROW, "question": "what is the fare of the Ostvik ferry line", "must": [["46"]]}
    wrong = {**asked, "must": [["47"]], "as_of": "2024-06-11"}
    who = {**ROW, "kind": "quotes", "question": "Dahl", "status": [], "speaker": ["Dahl"], "verbatim": ["We are full"]}
    who |= {"not_verbatim": ["We are empty"]}
    search = {**ROW, "kind": "search", "question": "ferry fare", "status": [], "must": [["46 crowns"]]}
    happened = {**ROW, "kind": "timeline", "question": "ferry line Ostvik", "status": [], "must": [["46"]]}
    talk = FERRY + "\n“We are full,” Ole Dahl, the harbour master, said.\n"
    case(
        tmp_path / "cases",
        "1-ferry",
        {"ferry.md": talk, ".hidden": "nothing"},
        [asked, wrong, who, search, happened],
        [
            {"file": "ferry.md", "published": "2024-06-03", "taken": True, "articles": 1, "why": "a date line"},
            {"file": "ferry.md", "published": "2024-06-04", "taken": True, "why": "another day"},
            {"file": ".hidden", "taken": False, "why": "hidden"},
        ],
    )
    answers = tmp_path / "answers.jsonl"
    (found,) = running.carry_out(running.homes(tmp_path / "cases"), opener, answers)
    assert [one.faults for one in found.questions] == [(), ("lacks ['47']",), (), (), ()]
    assert [one.faults for one in found.files] == [(), ("published 2024-06-03, not 2024-06-04",), ()]
    lines = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [set(line) for line in lines] == [
        {"case", "question", "as_of", "after", "status", "short_answer", "text", "quotes"}
    ] * 5
    assert lines[2]["quotes"][0]["speaker"] == "Ole Dahl"
    figures = running.figures([found])
    assert figures["cases"]["1-ferry"] == {"questions": [4, 5], "files": [2, 3]}
    assert figures["questions"].n == 5
    assert "4/5" in running.table(figures)


def test_a_turn_stands_on_those_before_it(tmp_path: Path, opener: Opener) -> None:
    first = {**ROW, "question": "what did the ferry line of Ostvik raise"}
    then = {**ROW, "question": "when was that", "after": [first["question"]]}
    case(tmp_path, "talk", {"ferry.md": FERRY}, [then, first], [])
    answers = tmp_path / "answers.jsonl"
    list(running.carry_out(running.homes(tmp_path), opener, answers))
    lines = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [line["after"] for line in lines] == [[first["question"]], []]


def test_a_mapping_that_a_row_names_is_used(tmp_path: Path, opener: Opener) -> None:
    record = json.dumps([{"kop": "Fare rises", "tekst": "The fare rose to 46 crowns on Monday.", "dag": "2024-06-03"}])
    why = "with --map tekst=text,kop=title,dag=published."
    expected = {"file": "flat.json", "published": "2024-06-03", "taken": True, "headline": "Fare rises", "why": why}
    case(tmp_path, "mapped", {"flat.json": record}, [], [expected, {**expected, "why": "without"}])
    (found,) = running.carry_out(running.homes(tmp_path), opener, tmp_path / "answers.jsonl")
    assert found.files[0].faults == ()


def test_what_was_corrected_and_deleted_answers_nothing(tmp_path: Path, opener: Opener) -> None:
    older = FERRY.replace("46", "64")
    case(
        tmp_path,
        "a-update-delete",
        {"ferry.md": FERRY + "\nCorrection: an earlier text said 64.\n", "copy/ferry (1).md": older},
        [],
        [{"file": "ferry.md", "taken": True, "why": "the corrected text"}],
    )
    (found,) = running.carry_out(running.homes(tmp_path), opener, tmp_path / "answers.jsonl")
    assert [one.about for one in found.files] == ["ferry.md", "taken in, corrected, deleted"]


TEXT = Article(
    "a", body="Seven\u00a0people left.\n\nNobody stayed.", headline="Seven leave", published=date(2024, 6, 3)
)
LATER = Article("b", body="Eight came back.", headline="Eight return", published=date(2024, 6, 4))


@pytest.mark.parametrize(
    ("wanted", "taken", "found"),
    [
        pytest.param(Expected("f", taken=False), Taken(()), (), id="not taken, as it must be"),
        pytest.param(Expected("f", taken=False), Taken((TEXT,)), ("taken in: 'Seven leave'",), id="taken against it"),
        pytest.param(Expected("f", taken=False, headline="Eight return"), Taken((TEXT,)), (), id="one entry left out"),
        pytest.param(Expected("f", taken=True), Taken((), ("no text",)), ("not taken in",), id="refused against it"),
        pytest.param(Expected("f"), Taken((), ("no text: do this",)), (), id="refused by name is allowed"),
        pytest.param(Expected("f"), Taken(()), ("passed over in silence",), id="in silence is not"),
        pytest.param(Expected("f", articles=1), Taken((TEXT, LATER)), ("2 articles, not 1",), id="too many"),
        pytest.param(Expected("f", headline="Eight  return"), Taken((TEXT, LATER)), (), id="the one of its headline"),
        pytest.param(
            Expected("f", headline="Nine"),
            Taken((TEXT,)),
            ("no article has the headline 'Nine': 'Seven leave'",),
            id="none",
        ),
        pytest.param(
            Expected("f", published=(None,)), Taken((TEXT,)), ("published 2024-06-03, not unknown",), id="dated"
        ),
        pytest.param(Expected("f", published=(None, "2024-06-03")), Taken((TEXT,)), (), id="one of several"),
        pytest.param(Expected("f", body_has=("Seven people  left.",)), Taken((TEXT,)), (), id="kinds of blank"),
        pytest.param(Expected("f", body_lacks=("\x85",)), Taken((TEXT,)), (), id="a sign that counts as a blank"),
        pytest.param(
            Expected("f", headline_lacks=("leave",)), Taken((TEXT,)), ("headline has 'leave'",), id="headline"
        ),
        pytest.param(
            Expected("f", url="https://a.example/"), Taken((TEXT,)), ("url '', not 'https://a.example/'",), id="url"
        ),
    ],
)
def test_what_came_of_a_file(wanted: Expected, taken: Taken, found: tuple[str, ...]) -> None:
    assert faults(wanted, taken) == found


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("2024-06-05", date(2024, 6, 5), True),
        ("2024-06-05", datetime.fromisoformat("2024-06-05T00:30:00+02:00"), True),
        ("2024-06-05T00:30:00+02:00", datetime.fromisoformat("2024-06-04T22:30:00+00:00"), True),
        ("2024-06-05T00:30:00+02:00", datetime.fromisoformat("2024-06-05T09:00:00+02:00"), True),
        ("2024-06-05T00:30:00+02:00", datetime.fromisoformat("2024-06-04T20:30:00+00:00"), False),
        ("2024-06-05T00:30:00+02:00", date(2024, 6, 4), False),
        ("2024-06-05", None, False),
        (None, None, True),
        (None, date(2024, 6, 5), False),
    ],
)
def test_a_day_or_an_instant_is_compared(wanted: str | None, found: Moment | None, same: bool) -> None:
    assert same_time(wanted, found) is same


def test_a_null_and_a_list_of_days_are_read(tmp_path: Path) -> None:
    lines = [{"published": None}, {"published": [None, "2024-06-03"]}, {}]
    path = tmp_path / "expect.jsonl"
    path.write_text("".join(json.dumps({"file": "a", "why": "w", **one}) + "\n" for one in lines), encoding="utf-8")
    assert [one.published for one in intake.load(path)] == [(None,), (None, "2024-06-03"), None]


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(running.VARIABLE, raising=False)
    with pytest.raises(EvalError, match=r"no part of Dateline.*DATELINE_CASES"):
        running.folder(None)
    with pytest.raises(EvalError, match="no case in"):
        running.folder(tmp_path)
    case(tmp_path, "1", {"a.md": FERRY}, [], [])
    monkeypatch.setenv(running.VARIABLE, str(tmp_path))
    assert running.folder(None) == tmp_path


def test_the_folders_own_scorer_is_run(tmp_path: Path) -> None:
    assert running.own_scorer(tmp_path, tmp_path / "answers.jsonl") == ""
    (tmp_path / "score.py").write_text("print('3/4 right')", encoding="utf-8")
    assert running.own_scorer(tmp_path, tmp_path / "answers.jsonl") == "3/4 right"
    (tmp_path / "score.py").write_text("raise SystemExit('oh')", encoding="utf-8")
    with pytest.raises(EvalError, match="oh"):
        running.own_scorer(tmp_path, tmp_path / "answers.jsonl")
