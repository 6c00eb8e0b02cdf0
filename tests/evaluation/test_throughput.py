"""Throughput: what counts as an answer, and what as a supported one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "eval" / "peers"))

import throughput

from qa.evaluation.metrics import Attributed, Quoted

SAID = "Rescuers brought 42 people ashore."
SOURCE = Quoted("The ferry ran aground. Rescuers brought 42 people ashore on Saturday.")
OTHER = Quoted("They recovered 17 crates of mail from the Petrel.")


def given(text: str, cited: tuple[Quoted, ...], *, refused: bool = False, error: str = "") -> throughput.Given:
    sentences = (Attributed(text, cited),) if text else ()
    return throughput.Given(
        text, refused=refused, sentences=sentences, sources=(SOURCE, OTHER), first=1, seconds=2, error=error
    )


@pytest.mark.parametrize(
    ("one", "answers", "supported", "by_any"),
    [
        pytest.param(given(SAID, (SOURCE,)), 1, 1, 1, id="cited and carried"),
        pytest.param(given(SAID, (OTHER,)), 1, 0, 1, id="another source carries it"),
        pytest.param(given("Rescuers brought 43 people ashore.", (SOURCE,)), 1, 0, 0, id="another number"),
        pytest.param(given(SAID, ()), 1, 0, 1, id="nothing cited"),
        pytest.param(given("", (), refused=True), 0, 0, 0, id="a refusal is no answer"),
        pytest.param(given("", (), error="503"), 0, 0, 0, id="nor is an error"),
    ],
)
def test_what_counts(one: throughput.Given, answers: int, supported: int, by_any: int) -> None:
    told = throughput.figures([one], 30)
    assert (told["answers"], told["supported"], told["by_any"]) == (answers, supported, by_any)
    assert told["supported_a_minute"] == 2 * supported
    assert told["refused"] + told["errors"] + told["answers"] == told["n"] == 1
