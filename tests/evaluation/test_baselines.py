"""The baselines: rows asked in their order and kept, and the figures that are computed from what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa import refusal
from qa.encoders import HashEncoder
from qa.errors import EvalError
from qa.evaluation import adapters, baselines, commands, memory, own, speed, suite
from qa.evaluation.adapters import AskRow, ReadRow, SearchRow
from qa.evaluation.bench import document
from qa.evaluation.opening import Opener
from qa.evaluation.runner import Choice, Plan, asked, half_of, run
from qa.evaluation.sets import Expect, Question
from qa.evaluation.suite import Bench
from qa.llm import ScriptedModel
from qa.settings import Settings
from qa.types import Trace
from tests.evaluation.fakes import TALKS, Scripted, answered, cite, refused

START = "The talks start on Tuesday, 29 March 2022, in Istanbul."
SIGNALS = refusal.Signals(0.6, covered=0.5, typed=1.0, nearest=0.7, timely=1.0, margin=0.2, relevance=1.0, age=0.5)
SMALL = replace(SIGNALS, reader="small")
UNREAD = replace(SIGNALS, margin=None, relevance=None, age=None)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Opener(Settings(cache=tmp_path / "cache", llm="none"), HashEncoder(), extractive=True) as opener:
        yield suite.bench_of(tmp_path / "runs", opener, choice=Choice())


def question(name: str, text: str, *, answerable: bool = True) -> Question:
    expect = Expect("answered", answers=("29 March 2022",)) if answerable else Expect("not_found")
    kind = "answerable" if answerable else "unanswerable"
    return Question(name, kind, text, expect, as_of=date(2022, 3, 28))


def news() -> Scripted:
    return Scripted(
        {
            "when?": answered(
                START, [cite(1, TALKS, START)], trace=Trace(signals={"probability": 0.9, "confidence": 0.8})
            ),
            "who?": refused(trace=Trace(signals=SIGNALS.to_dict())),
            "small?": refused(trace=Trace(reader={"name": "small"}, signals=SIGNALS.to_dict())),
            "unread?": refused(trace=Trace(signals=UNREAD.to_dict())),
            "denied?": refused(reason="false_premise", trace=Trace(signals=SIGNALS.to_dict())),
            "nothing?": refused(reason="nothing_matched", trace=Trace()),
            "broken?": ValueError("oh"),
            "said?": answered(START, [cite(1, TALKS, START)], trace=Trace(signals={"statement": 0.7})),
        }
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("when?", 0.9, id="an answer: as it was decided"),
        pytest.param("who?", refusal.probability(SIGNALS), id="a refusal: weighed from its signals"),
        pytest.param("small?", refusal.probability(SMALL), id="a refusal by the small reader"),
        pytest.param("unread?", refusal.probability(UNREAD), id="a refusal where no reader read"),
        pytest.param("denied?", 0.0, id="a premise that is denied"),
        pytest.param("nothing?", 0.0, id="nothing found"),
        pytest.param("broken?", 0.0, id="a failure"),
        pytest.param("said?", 0.9, id="somebody's words: the lowest sentence"),
    ],
)
def test_the_probability_decided_on(text: str, wanted: float) -> None:
    row = asked(question("q", text), news())
    assert baselines.decided(row) == pytest.approx(wanted, abs=1e-3)


def whole(name: str, folder: Path, questions: tuple[Question, ...], **given: object) -> Path:
    plan = Plan(
        name, questions=questions, folder=folder, choice=Choice(half="report", whole=True), today=date(2022, 4, 1)
    )
    return run(replace(plan, **given), news())


def test_the_figures_of_a_row(tmp_path: Path) -> None:
    questions = (
        question("a", "when?"),
        question("b", "said?"),
        question("c", "who?"),
        question("d", "nothing?", answerable=False),
        question("e", "when?", answerable=False),
    )
    whole("rgb/system", tmp_path, questions)
    run_held = baselines.kept("rgb/system", tmp_path)
    assert run_held is not None
    (found,) = baselines.measured([run_held])
    held = {name: round(figure.value, 3) for name, figure in found.figures.items()}
    # Answerable .9, .9 and .44 against .9 and 0: of six pairs two ties and three right.
    p = refusal.probability(SIGNALS)
    assert 0 < p < 0.9
    assert held["auroc"] == round((1 + 1 + 1 + 0.5 + 0.5) / 6, 3)
    assert (held["contained"], held["refusal_recall"], held["wrongly_refused"]) == (0.667, 0.5, 0.333)
    # Three of .9, of which two right; then two that were refused, at the end of the curve.
    assert held["aurc_all"] == round((1 / 3 + 1 / 3 + 1 / 3 + 2 / 4 + 3 / 5) / 5, 3)
    assert found.figures["calibration"].n == 3
    text = baselines.markdown([found])
    assert "| rgb/system | 5 |" in text
    assert "AUROC" in text


def test_an_interrupted_row_is_whole_with_what_went_on(tmp_path: Path) -> None:
    first, second = (question("a", "when?"), question("b", "who?"))
    whole("rgb/system", tmp_path, (first, second))
    whole("rgb/system", tmp_path, (first,))
    whole("rgb/refusal", tmp_path, (second,), choice=Choice(half="tune", whole=True))
    found = baselines.kept("rgb/system", tmp_path)
    assert found is not None
    assert {row.question.id for row in found.rows} == {"a", "b"}
    assert baselines.kept("rgb/refusal", tmp_path) is None
    whole("rgb/system", tmp_path, (second,), setup={"llm": "another"})
    changed = baselines.kept("rgb/system", tmp_path)
    assert changed is not None
    assert {row.question.id for row in changed.rows} == {"b"}


def test_rows_are_asked_in_their_order_and_the_report_half_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [document("owl", "A snowy owl was seen in the park of Kelmar.", name="set", published="2023-04-30")]
    questions = tuple(question(f"q{n}", f"what was seen in the park of Kelmar {n}?") for n in range(6))
    row = AskRow("rgb/system", documents=documents, questions=questions)
    reader = ReadRow("rgb/refusal", documents={one.id: documents for one in questions}, questions=questions)
    search = SearchRow("squad2/retrieval", documents=documents, queries=())
    sizes = []

    def made(size: str) -> AskRow:
        sizes.append(size)
        return row

    rows = {"rgb/system": made, "rgb/refusal": lambda size: reader, "squad2/retrieval": lambda size: search}
    monkeypatch.setattr(adapters, "ROWS", rows)
    baselines.ask(["rgb/system", "rgb/refusal"], bench)
    runs = {name: held for name in rows if (held := baselines.kept(name, bench.runs)) is not None}
    wanted = {one.id for one in questions if half_of(one.id) == "report"}
    assert {name: {held.question.id for held in one.rows} for name, one in runs.items()} == {
        "rgb/system": wanted,
        "rgb/refusal": wanted,
    }
    assert sizes == ["whole"]
    assert baselines.missing(["rgb/system"], runs) == []
    assert baselines.missing(["rgb/refusal"], {}) == [f"rgb/refusal: 0 of {len(wanted)} questions"]
    with pytest.raises(EvalError, match=r"no row that is asked: there are sample, rgb/system"):
        baselines.ask(["squad2/retrieval"], bench)


def test_the_table_of_what_is_kept(tmp_path: Path) -> None:
    whole("rgb/system", tmp_path / "runs", (question("a", "when?"), question("b", "who?")))
    words = ["baselines", "--only-kept", "--runs", str(tmp_path / "runs"), "--row", "rgb/system"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(baselines, "missing", lambda names, runs: ["rgb/system: 2 of 53 questions"])
        found = CliRunner().invoke(commands.app, [*words, "--out", str(tmp_path / "table")])
    assert found.exit_code == 0
    assert "not whole: rgb/system: 2 of 53" in found.stderr
    assert "| rgb/system | 2 |" in (tmp_path / "table.md").read_text(encoding="utf-8")
    held = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert held["seed"] == 1
    assert held["rows"][0]["figures"]["contained"]["n"] == 2


def test_questions_are_mixed_over_the_stories() -> None:
    held = own.questions()
    drawn = speed.mixed(held, 60, seed=1)
    assert len({one.id for one in drawn}) == 60
    assert drawn == speed.mixed(held, 60, seed=1) != speed.mixed(held, 60, seed=2)
    urls = {quote.url for one in drawn for quote in one.expect.quotes}
    told = [
        path.name for path in own.sample_files() if any(url in path.read_text(encoding="utf-8") for url in urls if url)
    ]
    asked_about = {quote.url for one in held if not one.history for quote in one.expect.quotes} - {""}
    every = [
        path.name for path in own.sample_files() if any(url in path.read_text(encoding="utf-8") for url in asked_about)
    ]
    assert set(told) >= set(every)


def test_seconds_and_memory_are_measured(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    index = bench.builder.build("set", [document("owl", "A snowy owl was seen in Kelmar.", name="set")])
    monkeypatch.setattr(speed, "sample_index", lambda held: index)
    monkeypatch.setattr(speed, "mixed", lambda questions, count, seed: [question("a", "what was seen in Kelmar?")])
    found = speed.measure(bench, seed=1, cold=0)
    assert next(one.name for one in found["seconds"]) == "warm, without the language model: whole"
    assert {one.n for one in found["seconds"]} == {1}
    assert "| warm, without the language model: whole |" in "\n".join(speed.lines(found))


def test_a_model_that_was_not_there_is_no_measure(bench: Bench) -> None:
    # A sentence that is too long to stand alone: only for such a one are a model's words wanted.
    long = f"A snowy owl was seen in Kelmar{' and then in the next village' * 10}."
    index = bench.builder.build("set", [document("owl", long, name="set")])
    with Opener(Settings(llm="none", cache=bench.opener.settings.cache), HashEncoder()) as opener:
        opener._model = ScriptedModel(ready=False)
        opener.extractive = False
        with pytest.raises(EvalError, match="the model was not there for 'a'"):
            list(
                speed._warm(index, replace(bench, opener=opener), [question("a", "what was seen in Kelmar?")], name="w")
            )


@pytest.mark.skipif(memory.peak() is None, reason="this system does not tell peaks of memory")
def test_the_peak_is_of_this_process_and_of_those_below() -> None:
    told = memory.peak()
    assert told is not None
    assert told.process > 10
    assert told.below >= 0


def test_an_installation_is_measured_by_named_measures(bench: Bench) -> None:
    found = speed.install(bench)
    assert all("MiB" in name for name in found)
    assert {name.split(",")[0] for name in found} == {"disk", "download"}
