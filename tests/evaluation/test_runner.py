"""A run keeps every answer, goes on where it was interrupted, and asks nothing twice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from qa.errors import EvalError, ModelUnavailable
from qa.evaluation import runner
from qa.evaluation.rows import Row, read_run
from qa.evaluation.runner import Choice, Plan, asked, choose, half_of, run
from qa.evaluation.sets import Expect, GoldQuote, Question
from qa.types import Trace
from tests.evaluation.fakes import TALKS, UPDATE, Scripted, answered, cite, refused

START = "The talks start on Tuesday, 29 March 2022, in Istanbul."


def question(name: str, text: str = "when?", **options: object) -> Question:
    expect = Expect("answered", answers=("29 March 2022",), quotes=(GoldQuote(TALKS.url, "Tuesday, 29 March 2022"),))
    return Question(name, options.pop("kind", "factual"), text, options.pop("expect", expect), **options)  # type: ignore[arg-type]


def right() -> Scripted:
    return Scripted({"when?": answered(START, [cite(1, TALKS, START)]), "who?": refused(), "and then?": refused()})


def test_a_row_holds_the_answer_and_what_needed_the_articles() -> None:
    row = asked(question("q", as_of=date(2022, 3, 28)), right(), key="k")
    assert row.answer is not None
    assert row.answer["citations"][0]["quote"] == START
    assert row.spans == (True,)
    assert row.places == (("talks", START.index("Tuesday"), START.index(", in")),)
    assert row.error is None


def test_a_span_that_does_not_slice_in_the_stored_article_is_seen() -> None:
    news = right()
    news.article = lambda name: UPDATE  # type: ignore[method-assign]
    row = asked(question("q"), news)
    assert row.spans == (False,)
    assert row.places == (("", 0, 0),)


def test_history_is_asked_first_and_passed_on() -> None:
    news = right()
    asked(question("q", "when?", history=("who?", "and then?"), as_of=date(2022, 3, 28)), news)
    silence = "The archive does not say."
    assert [(text, history) for text, _, history in news.asked] == [
        ("who?", ()),
        ("and then?", (silence,)),
        ("when?", (silence, silence)),
    ]
    assert {moment for _, moment, _ in news.asked} == {date(2022, 3, 28)}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(ModelUnavailable("it is out"), "ModelUnavailable: it is out", id="an outage"),
        pytest.param(ZeroDivisionError("oh"), "ZeroDivisionError: oh", id="a defect"),
    ],
)
def test_a_failure_is_the_rows_error_and_not_the_end(tmp_path: Path, error: Exception, said: str) -> None:
    news = Scripted({"when?": error, "who?": refused()})
    path = run(Plan("t", questions=(question("a"), question("b", "who?")), folder=tmp_path), news)
    rows = read_run(path).rows
    assert [row.error for row in rows] == [said, None]
    assert not rows[0].refused


def test_a_run_reads_back_as_it_was(tmp_path: Path) -> None:
    questions = (question("a", as_of=date(2022, 3, 28)), question("b", "who?"))
    path = run(
        Plan("my/set", questions=questions, folder=tmp_path, choice=Choice(seed=3), setup={"llm": "none"}), right()
    )
    found = read_run(path)
    assert tuple(row.question for row in found.rows) == questions
    assert found.header.config["llm"] == "none"
    assert found.header.config["prompts"]
    assert found.header.choice["seed"] == 3
    assert path.name.startswith("my-set-")


def test_a_second_run_asks_nothing_again(tmp_path: Path) -> None:
    plan = Plan("t", questions=(question("a"), question("b", "who?")), folder=tmp_path)
    first = read_run(run(plan, right()))
    news, seen = right(), []
    second = read_run(run(plan, news, report=lambda row, reused: seen.append(reused)))
    assert news.asked == []
    assert seen == [True, True]
    assert [row.answer for row in second.rows] == [row.answer for row in first.rows]


def test_an_interrupted_run_is_gone_on_with(tmp_path: Path) -> None:
    plan = Plan("t", questions=(question("a"), question("b", "who?")), folder=tmp_path)

    def stop(row: Row, reused: bool) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan, right(), report=stop)
    news = right()
    run(plan, news)
    assert [text for text, _, _ in news.asked] == ["who?"]


def test_a_line_cut_short_is_asked_again_and_another_broken_line_is_an_error(tmp_path: Path) -> None:
    plan = Plan("t", questions=(question("a"), question("b", "who?")), folder=tmp_path)
    path = run(plan, right())
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:-200], encoding="utf-8")
    news = right()
    run(plan, news)
    assert [text for text, _, _ in news.asked] == ["who?"]
    path.write_text(whole.replace('{"key"', '{"kye"', 1), encoding="utf-8")
    with pytest.raises(EvalError, match="line 2"):
        read_run(path)


@pytest.mark.parametrize("change", ["setup", "index", "code", "question", "as_of", "today", "error", "note", "fresh"])
def test_what_changes_an_answer_is_asked_again(tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, news, again = right(), right(), question("a")
    options: dict = {}
    if change == "error":
        first = Scripted({"when?": ModelUnavailable("out")})
    if change == "note":
        first = Scripted({"when?": refused(trace=Trace("", notes=("the model was not there",)))})
    run(Plan("t", questions=(again,), folder=tmp_path, today=date(2022, 4, 1)), first)
    if change == "index":
        news.articles = 3
    if change == "code":
        monkeypatch.setattr(runner, "code_version", lambda: "another")
    if change == "question":
        again = question("a", "who?")
    if change == "as_of":
        again = question("a", as_of=date(2022, 3, 28))
    if change == "setup":
        options["setup"] = {"llm": "local"}
    today = date(2022, 4, 2 if change == "today" else 1)
    run(Plan("t", questions=(again,), folder=tmp_path, fresh=change == "fresh", today=today, **options), news)
    assert len(news.asked) == 1


def test_changed_gold_is_used_with_the_old_answer(tmp_path: Path) -> None:
    run(Plan("t", questions=(question("a"),), folder=tmp_path), right())
    expect = Expect("answered", answers=("Istanbul",), quotes=(GoldQuote(TALKS.url, "in Istanbul"),))
    news = right()
    row = read_run(run(Plan("t", questions=(question("a", expect=expect),), folder=tmp_path), news)).rows[0]
    assert news.asked == []
    assert row.question.expect.answers == ("Istanbul",)
    assert row.places == (("talks", START.index("in Istanbul"), START.index(".")),)


def test_choosing_is_by_kind_half_size_and_seed() -> None:
    held = [question(f"q{n}", kind="hostile" if n % 5 == 0 else "factual") for n in range(100)]
    assert len(choose(held, Choice(("hostile",)))) == 20
    tune, report = (choose(held, Choice(half=half)) for half in ("tune", "report"))
    assert len(tune) + len(report) == 100
    assert {half_of(one.id) for one in tune} == {"tune"}
    quick = choose(held, Choice(quick=True))
    assert len(quick) == runner.QUICK
    assert max(runner.digest(one.id) for one in quick) < min(runner.digest(one.id) for one in held if one not in quick)
    drawn = choose(held, Choice(sample=7, seed=2))
    assert drawn == choose(held, Choice(sample=7, seed=2)) != choose(held, Choice(sample=7, seed=3))
    assert [held.index(one) for one in drawn] == sorted(held.index(one) for one in drawn)


def test_choosing_nothing_is_an_error() -> None:
    with pytest.raises(EvalError, match=r"'hostile'.*factual"):
        choose([question("a")], Choice(("hostile",)))
    with pytest.raises(EvalError, match="less narrowly"):
        choose([], Choice())


def test_a_file_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="no run at"):
        read_run(tmp_path / "missing.jsonl")
    (tmp_path / "other.jsonl").write_text(json.dumps({"a": 1}), encoding="utf-8")
    with pytest.raises(EvalError, match="not a run"):
        read_run(tmp_path / "other.jsonl")
