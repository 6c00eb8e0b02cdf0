"""The gate is worth something: what breaks a part on purpose makes it fail, and what breaks nothing does not.

The sample archive, the real encoder and the pinned floors of this checkout, on the parts that need no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qa import encoders, refusal, retrieve, support
from qa.evaluation import gate, gated, own, suite
from qa.evaluation.gated import Part, gate_figures
from qa.evaluation.opening import Opener
from qa.evaluation.suite import Bench
from qa.retrieve import Retriever
from qa.settings import Settings

FLOORS = own.folder() / "floors.json"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = Settings()
    with Opener(settings, encoders.load(settings), extractive=True) as opener:
        yield suite.bench_of(tmp_path_factory.mktemp("runs"), opener, choice=suite.Choice())


def failures(bench: Bench, *parts: Part) -> list[str]:
    held = gate.of_parts(gate.read(FLOORS), parts)
    assert held.bounds, f"nothing is pinned of {parts}"
    return gate.failures(held, gate_figures(bench, parts), own.corpus())


def test_unbroken_parts_hold(bench: Bench) -> None:
    assert failures(bench, "dates", "support", "retrieval", "few") == []


def _backwards(self: Retriever, query: Any, *, k: int, _search: Callable[..., Any] = Retriever.search) -> Any:
    return list(reversed(_search(self, query, k=k)))


@pytest.mark.parametrize(
    ("part", "target", "name", "broken"),
    [
        pytest.param("retrieval", Retriever, "search", _backwards, id="retrieval that ranks backwards"),
        pytest.param("retrieval", retrieve, "recency", lambda known_from, as_of: 0.0, id="no weight for what is new"),
        pytest.param(
            "support",
            support,
            "check",
            lambda *_, **__: support.Support("supported", 0.9),
            id="a check that lets all pass",
        ),
        pytest.param(
            "support",
            support,
            "check",
            lambda *_, **__: support.Support("unsupported", 0.1),
            id="a check that stops all",
        ),
        pytest.param("few", refusal, "shows", lambda *_: True, id="an answer to everything"),
        pytest.param("few", refusal, "shows", lambda *_: False, id="a refusal of everything"),
    ],
)
def test_what_is_broken_makes_the_gate_fail(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, part: Part, target: Any, name: str, broken: Any
) -> None:
    monkeypatch.setattr(target, name, broken)
    found = failures(bench, part)
    assert any(line.startswith(f"{part}/") for line in found), found


def test_a_dates_grammar_without_weekdays_makes_the_gate_fail(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = gated.modules.dates.resolve
    monkeypatch.setattr(
        gated.modules.dates, "resolve", lambda text, day: [m for m in resolve(text, day) if not m.text.endswith("day")]
    )
    assert any(line.startswith("dates/") for line in failures(bench, "dates"))
