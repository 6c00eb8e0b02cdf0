"""The gate holds, and opens for nobody by accident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import EvalError
from qa.evaluation import gate, gated
from qa.evaluation.gate import Bound, Corpus, Figure, Floors

CORPUS = Corpus("abc", {"articles": 3, "questions": 2})
FLOORS = Floors(CORPUS, {"recall": Bound(0.8, 10), "leak": Bound(0.0, 10, at_most=True)})
GOOD = {"recall": Figure(0.8, 10), "leak": Figure(0.0, 10, less_is_better=True)}


def test_figures_at_their_floors_pass() -> None:
    assert gate.failures(FLOORS, GOOD, CORPUS) == []


@pytest.mark.parametrize(
    ("measured", "corpus", "said"),
    [
        pytest.param({**GOOD, "recall": Figure(0.79, 10)}, CORPUS, "recall: 0.7900, must be ≥ 0.8", id="below a floor"),
        pytest.param({**GOOD, "leak": Figure(0.1, 10)}, CORPUS, "leak: 0.1000, must be ≤ 0.0", id="above a ceiling"),
        pytest.param({"recall": GOOD["recall"]}, CORPUS, "leak: pinned, but not measured", id="not measured"),
        pytest.param({**GOOD, "recall": Figure(0.9, 4)}, CORPUS, "over 4 items, must be 10", id="fewer items"),
        pytest.param(GOOD, Corpus("abd", CORPUS.counts), "corpus changed", id="another corpus"),
        pytest.param(GOOD, Corpus("abc", {"articles": 4, "questions": 2}), "corpus changed", id="another count"),
    ],
)
def test_the_gate_fails(measured: dict[str, Figure], corpus: Corpus, said: str) -> None:
    found = gate.failures(FLOORS, measured, corpus)
    assert len(found) == 1
    assert said in found[0]


def test_n_that_behaviour_decides_may_change_but_not_fall_by_half() -> None:
    held = gate.pinned({"spans": Figure(0.9, 9, fixed=False)}, CORPUS)
    assert held.bounds == {"spans": Bound(0.9, 5, fixed=False)}
    assert gate.failures(held, {"spans": Figure(0.9, 5, fixed=False)}, CORPUS) == []
    assert gate.failures(held, {"spans": Figure(1.0, 4, fixed=False)}, CORPUS) == [
        "spans: measured over 4 items, must be at least 5"
    ]


def test_a_figure_with_slack_is_pinned_worse_than_it_is_and_within_0_to_1() -> None:
    measured = {
        "right": Figure(0.5, 12, slack=0.125),
        "stale": Figure(0.25, 12, True, slack=0.125),
        "contained": Figure(0.05, 12, slack=0.125),
    }
    held = gate.pinned(measured, CORPUS)
    assert [held.bounds[name].limit for name in measured] == [0.375, 0.375, 0.0]


def test_the_floors_of_a_part_are_those_whose_names_begin_with_it() -> None:
    held = gate.pinned({"dates/f1": Figure(1.0, 3), "support/recall": Figure(1.0, 3)}, CORPUS)
    assert set(gate.of_parts(held, ["dates"]).bounds) == {"dates/f1"}
    assert set(held.bounds) == {"dates/f1", "support/recall"}


def test_raising_pins_what_got_better_and_never_loosens() -> None:
    better = {"recall": Figure(0.91239, 10), "leak": Figure(0.2, 10, True), "new": Figure(0.5, 3)}
    held = gate.raised(FLOORS, better)
    assert held.bounds == {"recall": Bound(0.912, 10), "leak": Bound(0.0, 10, True), "new": Bound(0.5, 3)}
    assert gate.raised(held, GOOD).bounds["recall"].limit == 0.912


def test_a_pinned_figure_passes_itself() -> None:
    measured = {"recall": Figure(2 / 3, 3), "leak": Figure(1 / 3, 3, True)}
    assert gate.failures(gate.pinned(measured, CORPUS), measured, CORPUS) == []


def test_lowering_takes_a_name_and_a_reason_that_stays() -> None:
    worse = {**GOOD, "recall": Figure(0.7, 10)}
    held = gate.lowered(FLOORS, worse, "recall", because="the questions got harder")
    assert held.bounds["recall"] == Bound(0.7, 10)
    assert held.lowered == ({"figure": "recall", "from": 0.8, "to": 0.7, "because": "the questions got harder"},)
    assert gate.failures(held, worse, CORPUS) == []
    assert gate.pinned(GOOD, CORPUS, after=held).lowered == held.lowered


@pytest.mark.parametrize(
    ("name", "because", "said"),
    [
        pytest.param("recall", "", "reason", id="no reason"),
        pytest.param("recall", "because", "three words", id="a reason of one word"),
        pytest.param("precision", "it is not there", "'precision'", id="no such figure"),
        pytest.param("leak", "it holds already anyway", "holds already", id="nothing to lower"),
    ],
)
def test_lowering_by_accident_is_refused(name: str, because: str, said: str) -> None:
    with pytest.raises(EvalError, match=said):
        gate.lowered(FLOORS, {**GOOD, "recall": Figure(0.7, 10)}, name, because=because)


def test_floors_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    held = gate.lowered(FLOORS, {**GOOD, "recall": Figure(0.7, 10)}, "recall", because="a “reason” of words")
    held = gate.raised(held, {"spans": Figure(1.0, 8, fixed=False)})
    gate.write(path, held)
    assert gate.read(path) == held
    assert json.loads(path.read_text(encoding="utf-8"))["figures"]["leak"] == {"at_most": 0.0, "n": 10}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(None, "--new-corpus", id="missing"),
        pytest.param("{", "holds no floors", id="no JSON"),
        pytest.param('{"format": 9}', "format 9", id="another format"),
        pytest.param(
            '{"format": 1, "corpus": {"digest": "", "counts": {}}, "figures": {"a": {"n": 1}}, "lowered": []}',
            "'a' must have",
            id="a figure without a bound",
        ),
    ],
)
def test_floors_that_cannot_be_read_are_named(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "floors.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalError, match=said):
        gate.read(path)


def test_the_digest_of_a_corpus_sees_every_byte_and_name(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_text("1")
    other.write_text("2")
    whole = gate.corpus_of([other, one], {"files": 2})
    assert whole == gate.corpus_of([one, other], {"files": 2})
    other.write_text("3")
    assert gate.corpus_of([one, other], {"files": 2}).digest != whole.digest
    other.write_text("2")
    assert gate.corpus_of([one, other.rename(tmp_path / "c")], {"files": 2}).digest != whole.digest


def test_figures_of_the_encoder_have_room_for_another_processor_and_never_for_a_leak() -> None:
    found = gated._on_any_processor(
        {
            "retrieval/ndcg@10": Figure(0.868, 210),
            "extractive/right": Figure(0.4, 439),
            "extractive/leak": Figure(0.0, 84, True),
            "few/refusal_recall": Figure(0.5, 2),
            "few/refusal_precision": Figure(0.125, 8, fixed=False),
        }
    )
    held = gate.pinned(found, CORPUS).bounds
    assert held == {
        "retrieval/ndcg@10": Bound(0.858, 210),
        "extractive/right": Bound(0.395, 439),
        "extractive/leak": Bound(0.0, 84, at_most=True),
        "few/refusal_precision": Bound(0.0, 4, fixed=False),
    }
