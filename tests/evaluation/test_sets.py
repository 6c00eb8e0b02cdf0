from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from qa.errors import EvalError
from qa.evaluation.sets import Kind, Question, load, validate
from qa.ingest import Rejected, read
from qa.types import Article

ROOT = Path(__file__).parents[2]
SETS = ("sample.jsonl", "conversations.jsonl")

EARLY = Article("a1", body="Four people died, the mayor said.", url="https://a.example/1", published=date(2024, 7, 18))
LATE = Article("a2", body="The toll is now 11.", url="https://a.example/2", published=date(2024, 7, 24))
BARE = Article("a3", body="The island has 214 steps.")
ARTICLES = (EARLY, LATE, BARE)

ANSWERED: Mapping[str, Any] = {
    "status": "answered",
    "answers": ["four"],
    "quotes": [{"url": "https://a.example/1", "quote": "Four people died"}],
}
SIDES = [
    {"name": "mayor", "answers": ["four"], "quote": {"url": "https://a.example/1", "quote": "Four people died"}},
    {
        "name": "ministry",
        "values": [{"kind": "number", "value": "11"}],
        "quote": {"url": "https://a.example/2", "quote": "now 11"},
    },
]


def question(**changed: Any) -> dict[str, Any]:
    return {"id": "q1", "kind": "factual", "question": "how many died?", "expect": dict(ANSWERED)} | changed


def expecting(**changed: Any) -> dict[str, Any]:
    return question(expect={**ANSWERED, **changed})


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return path


def problems(tmp_path: Path, *lines: object) -> list[str]:
    return validate(load(written(tmp_path, *lines)), ARTICLES)


def test_a_question_is_read_with_its_types(tmp_path: Path) -> None:
    value = {"kind": "money", "value": "2.40", "unit": "crown"}
    held = {**ANSWERED, "values": [value, {"kind": "date", "value": "2024-07"}]}
    (read_back,) = load(written(tmp_path, "", question(as_of="2024-07-19", expect=held, schema=1), " "))
    assert read_back.as_of == date(2024, 7, 19)
    assert str(read_back.expect.values[0].amount) == "2.40"
    assert read_back.expect.values[1].amount is None
    assert Question.from_dict(read_back.to_dict()) == read_back


def test_as_of_may_be_an_instant_with_its_zone(tmp_path: Path) -> None:
    (held,) = load(written(tmp_path, question(as_of="2024-07-19T10:00:00Z")))
    assert held.as_of == datetime(2024, 7, 19, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        pytest.param("{broken", "set.jsonl:1", id="broken JSON"),
        pytest.param(question(answer="four"), "'four'", id="unknown key"),
        pytest.param(expecting(gold="four"), "expect.gold", id="unknown key of the expectation"),
        pytest.param(expecting(status="maybe"), "'maybe'", id="unknown status"),
        pytest.param(expecting(values=[{"kind": "size", "value": "4"}]), "'size'", id="unknown kind of value"),
        pytest.param(expecting(values=[{"kind": "number", "value": 4}]), "'4'", id="value that is no text"),
        pytest.param(expecting(reason=["tired"]), "'tired'", id="unknown reason"),
        pytest.param(question(as_of="yesterday"), "'yesterday'", id="as-of that is no date"),
        pytest.param(question(as_of="2024-07-19T10:00:00"), "no time zone", id="as-of without a zone"),
        pytest.param(question(schema=2), "schema", id="another version"),
        pytest.param({"id": "q1", "kind": "factual", "question": "how?"}, "expect", id="no expectation"),
    ],
)
def test_a_line_that_does_not_follow_the_schema_is_refused(tmp_path: Path, line: object, named: str) -> None:
    with pytest.raises(EvalError) as caught:
        load(written(tmp_path, line))
    assert named in str(caught.value)
    assert "README" in str(caught.value)


def test_an_empty_file_and_a_missing_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="no question in"):
        load(written(tmp_path, ""))
    with pytest.raises(EvalError, match=r"absent\.jsonl"):
        load(tmp_path / "absent.jsonl")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(question(), id="answered"),
        pytest.param(question(as_of="2024-07-18"), id="on the article's own day"),
        pytest.param(expecting(quotes=[{"url": "", "quote": "214 steps"}]), id="article without an address"),
        pytest.param(question(kind="conflicting", expect={"status": "conflicting", "sides": SIDES}), id="two sides"),
        pytest.param(
            question(kind="unanswerable_absent", expect={"status": "not_found", "reason": ["silent"]}), id="refusal"
        ),
        pytest.param(
            question(
                kind="false_premise",
                expect={
                    "status": "not_found",
                    "reason": ["false_premise"],
                    "also": ["answered"],
                    "quotes": ANSWERED["quotes"],
                },
            ),
            id="refusal with the words that say otherwise",
        ),
    ],
)
def test_sound_gold_has_no_problem(tmp_path: Path, line: object) -> None:
    assert problems(tmp_path, line) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(expecting(quotes=[]), "answered without quotes", id="no quote"),
        pytest.param(expecting(answers=[]), "answered without answers or values", id="no answer"),
        pytest.param(expecting(reason=["silent"]), "a reason for a refusal", id="answered with a reason"),
        pytest.param(expecting(sides=SIDES), "sides with status answered", id="answered with sides"),
        pytest.param(expecting(must_not=["Four!"]), "both an answer and must not be", id="answer that must not be"),
        pytest.param(expecting(also=["answered"]), "again in also", id="same status again"),
        pytest.param(question(kind="guess"), "unknown kind 'guess'", id="unknown kind"),
        pytest.param(question(kind="unanswerable_silent"), "kind unanswerable_silent", id="unanswerable answered"),
        pytest.param(question(kind="follow_up"), "history", id="follow-up without a history"),
        pytest.param(question(history=["who?"]), "history", id="history without a follow-up"),
        pytest.param(question(question=" "), "the question is empty", id="empty question"),
        pytest.param(expecting(status="not_found", quotes=[], reason=["silent"]), "not_found with answers", id="both"),
        pytest.param(
            question(kind="unanswerable_time", expect={"status": "not_found"}), "without a reason", id="no reason"
        ),
        pytest.param(
            question(kind="conflicting", expect={"status": "conflicting", "sides": SIDES[:1]}),
            "fewer than two sides",
            id="one side",
        ),
        pytest.param(
            question(kind="conflicting", expect={"status": "conflicting", "sides": [SIDES[0], SIDES[0]]}),
            "says what 'mayor' says",
            id="the same side twice",
        ),
        pytest.param(
            question(kind="conflicting", expect={"status": "conflicting", "sides": SIDES, "answers": ["4"]}),
            "conflicting with one answer",
            id="conflict with one answer",
        ),
        pytest.param(
            expecting(quotes=[{"url": "https://a.example/1", "quote": "four people died"}]),
            "is not in the article",
            id="quote in another case",
        ),
        pytest.param(
            expecting(quotes=[{"url": "https://a.example/1", "quote": ""}]), "is not in the article", id="empty quote"
        ),
        pytest.param(
            expecting(quotes=[{"url": "https://b.example", "quote": "Four"}]), "no article has the url", id="no article"
        ),
        pytest.param(question(as_of="2024-07-17"), "is later than 2024-07-17", id="later article cited"),
        pytest.param(
            expecting(values=[{"kind": "number", "value": "four"}]), "number 'four' cannot be parsed", id="no number"
        ),
        pytest.param(
            expecting(values=[{"kind": "percent", "value": "NaN"}]), "percent 'NaN' cannot be parsed", id="not finite"
        ),
        pytest.param(
            expecting(values=[{"kind": "money", "value": "4"}]), "money '4' cannot be parsed", id="money without a unit"
        ),
        pytest.param(
            expecting(values=[{"kind": "date", "value": "2024-02-30"}]), "cannot be parsed", id="day that is none"
        ),
        pytest.param(
            expecting(values=[{"kind": "date", "value": "2024-02-01/soon"}]), "cannot be parsed", id="open interval"
        ),
    ],
)
def test_contradictory_gold_is_reported(tmp_path: Path, line: object, problem: str) -> None:
    found = problems(tmp_path, line)
    assert any(problem in one for one in found), found
    assert all(one.startswith("q1: ") for one in found)


def test_a_repeated_id_is_reported(tmp_path: Path) -> None:
    assert problems(tmp_path, question(), question(question="who died?")) == ["q1: the id occurs twice"]


def test_one_question_with_two_golds_is_reported(tmp_path: Path) -> None:
    other = expecting(answers=["11"]) | {"id": "q2", "question": "How many  died"}
    (found,) = problems(tmp_path, question(), other)
    assert found == "q2: the question of q1 again, as of the same time, with different gold"


def test_one_question_at_two_times_may_have_two_golds(tmp_path: Path) -> None:
    late = {**ANSWERED, "answers": ["11"], "quotes": [{"url": "https://a.example/2", "quote": "now 11"}]}
    assert problems(tmp_path, question(as_of="2024-07-18"), question(id="q2", expect=late)) == []


def test_a_quote_may_stand_in_any_version_that_could_be_read(tmp_path: Path) -> None:
    second = Article(
        "a4", body="Five died.", url=EARLY.url, published=EARLY.published, updated=date(2024, 7, 20), version=2
    )
    held = question(as_of="2024-07-19", expect={**ANSWERED, "quotes": [{"url": EARLY.url, "quote": "Five died."}]})
    early = load(written(tmp_path, question(as_of="2024-07-19")))
    assert validate(early, (EARLY, second)) == []
    assert "is later than" in validate(load(written(tmp_path, held)), (EARLY, second))[0]


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    found = list(read([ROOT / "eval" / "sample"]))
    assert [one for one in found if isinstance(one, Rejected)] == []
    return [one for one in found if not isinstance(one, Rejected)]


def test_the_sample_archive_holds_what_news_has(sample: list[Article]) -> None:
    assert len(sample) >= 80
    assert {article.kind for article in sample} == {"news", "opinion", "live", "correction"}
    assert sum(article.published is None for article in sample) == 1
    assert sum(article.updated is not None for article in sample) == 1
    assert {article.date_source for article in sample} == {"field", "json-ld", "meta", "leading", "unknown"}
    assert len({article.url for article in sample}) == len(sample) - 1
    assert all(article.url.split("/")[2].endswith(".example") for article in sample if article.url)


@pytest.mark.parametrize("name", SETS)
def test_the_questions_on_the_sample_archive_are_sound(sample: list[Article], name: str) -> None:
    assert validate(load(ROOT / "eval" / "sets" / name), sample) == []


def test_the_questions_are_of_every_kind_and_enough() -> None:
    held = [question for name in SETS for question in load(ROOT / "eval" / "sets" / name)]
    kinds = Counter(question.kind for question in held)
    assert set(kinds) == set(get_args(Kind)) - {"answerable", "unanswerable"}
    assert len(held) >= 200
    assert kinds["superseded"] >= 40
    assert sum(question.expect.status == "not_found" for question in held) >= 60
    assert len({question.history[0] for question in held if question.history}) >= 60
    assert {reason for question in held for reason in question.expect.reason} == {
        "nothing_matched",
        "silent",
        "outside_time",
        "unsupported_draft",
        "false_premise",
    }


def test_the_examples_of_the_readme_follow_the_schema(tmp_path: Path) -> None:
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "eval" / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    assert len(load(written(tmp_path, json.dumps(json.loads(blocks[0]))))) == 1
    assert [question.id for question in load(written(tmp_path, blocks[1]))] == ["1", "2"]
