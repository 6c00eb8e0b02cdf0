"""What the gate measures: two modules, retrieval, answers of the small reader, and some of all that is the default."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from qa.evaluation import measures, modules, own, report, suite
from qa.evaluation.gate import Figure
from qa.evaluation.intervals import Estimate
from qa.evaluation.outcomes import sample_index
from qa.evaluation.rows import read_run
from qa.evaluation.runner import Asked, Choice, Plan, choose, run
from qa.evaluation.scoring import HIGHER_IS_WORSE
from qa.evaluation.sets import Question
from qa.evaluation.suite import Bench
from qa.reader import shipped

GATED_RETRIEVAL = ("recall@5", "recall@10", "success@1", "success@5", "mrr@10", "ndcg@10")
GATED_ANSWERS = (
    "right",
    "contained",
    "f1",
    "citation_recall",
    "citation_precision",
    "spans",
    "gold_quote",
    "refusal_precision",
    "refusal_recall",
    "wrongly_refused",
    "conflict_shown",
    "stale",
    "leak",
    "error",
)


CASES, TIMES = own.MODULE_SETS

_FEW_SEED = 7
_MODEL_SEED = 3


Part = Literal["dates", "support", "retrieval", "few", "extractive", "model"]

WITHOUT_A_MODEL: tuple[Part, ...] = ("dates", "support", "retrieval", "few", "extractive")
"""The parts that nothing is fetched for. On one machine they give the same figures each time."""

FEW = 45
"""Questions of a quick look at the answers."""

PROCESSOR_ITEMS = 2
PROCESSOR_LEAST = 0.005
PROCESSOR_N = 10
"""How much worse a figure that the encoder has a part in may be on another processor: two of its items, or .005.

Vectors differ in the last digits between processors and number formats, and with them the order of what is equally
near. Spread that was measured: ``eval/LOG.md``, "The same floors on every processor".
"""

MODEL_SAMPLE = 12
"""Questions that the default is asked, large reader and language model: about a minute of two cores."""


def gate_figures(bench: Bench, parts: Collection[Part] = WITHOUT_A_MODEL) -> dict[str, Figure]:
    """Measure what the floors pin on the sample archive and on the gold of two modules.

    Args:
        bench: what to carry out with.
        parts: time expressions, the support check, retrieval, the small reader's answers to a few and to all
            questions without a language model, and some of the default.
    """
    figures: dict[str, Figure] = {}
    if "dates" in parts:
        figures |= _plain("dates", modules.time_figures(modules.timed_sentences(own.folder() / TIMES)))
    if "support" in parts:
        figures |= _plain("support", modules.support_figures(modules.support_cases(own.folder() / CASES)))
    if set(parts) <= {"dates", "support"}:
        return figures
    questions, index = own.questions(), sample_index(bench)
    with bench.opener.searching(index) as news:
        if "retrieval" in parts:
            items = suite.searched(own.queries(questions), news, documents=own.addresses, progress=bench.progress)
            found = _pick("retrieval", measures.summarise("gate", items).figures, GATED_RETRIEVAL)
            figures |= _on_any_processor(found)
    with bench.opener.searching(index, reader=shipped()) as news:
        if "few" in parts:
            few = choose(questions, Choice(sample=FEW, seed=_FEW_SEED))
            figures |= _on_any_processor(_gated("few", few, news, bench))
        if "extractive" in parts:
            figures |= _on_any_processor(_gated("extractive", questions, news, bench))
    if "model" in parts:
        with bench.opener.asking(index) as news:
            figures |= _loosely(_gated("model", _model_sample(questions), news, bench))
    return figures


def _model_sample(questions: Sequence[Question]) -> Sequence[Question]:
    """Return questions of every kind but follow-ups, whose history would be asked too."""
    first = [question for question in questions if not question.history]
    return choose(first, Choice(sample=MODEL_SAMPLE, seed=_MODEL_SEED))


NEVER_WORSE = frozenset({"error", "leak", "spans"})
"""Metrics that no machine may be worse at."""

OVER_REFUSALS = frozenset({"refusal_precision"})
"""Metrics over the questions that were refused: pinned however few, since none refused at all is a fault."""


def _on_any_processor(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return figures that the encoder has a part in, each with the slack that processors need.

    Over fewer than ``PROCESSOR_N`` items that slack would leave a floor that nothing falls below: those are not pinned,
    but for what is counted over refusals, where the count itself is held.
    """
    found = {}
    for name, held in figures.items():
        if name.partition("/")[2] in NEVER_WORSE:
            found[name] = held
        elif held.n >= PROCESSOR_N or name.partition("/")[2] in OVER_REFUSALS:
            found[name] = replace(held, slack=max(PROCESSOR_LEAST, PROCESSOR_ITEMS / held.n))
    return found


def _loosely(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return the figures of the real model, each with a slack of two questions but those that must never be worse.

    Its arithmetic differs a little from one processor to the next, and with it a word here and there.
    """
    return {
        name: held if name.partition("/")[2] in NEVER_WORSE else replace(held, slack=2 / held.n, fixed=False)
        for name, held in figures.items()
    }


def _plain(part: str, figures: Mapping[str, tuple[float, int]]) -> dict[str, Figure]:
    return {f"{part}/{name}": Figure(value, n, name == "false_support") for name, (value, n) in figures.items()}


def _gated(part: str, questions: Sequence[Question], news: Asked, bench: Bench) -> dict[str, Figure]:
    plan = Plan(f"gate-{part}", questions=tuple(questions), folder=bench.runs, fresh=True, today=own.TODAY)
    file = run(plan, news, report=suite.reporter(plan.name, len(questions), bench.progress))
    summary = report.summarise(read_run(file), judge=suite.judge)
    return _pick(part, summary.figures, GATED_ANSWERS)


_BY_BEHAVIOUR = frozenset(
    {"right", "citation_recall", "citation_precision", "spans", "gold_quote", "refusal_precision", "stale", "leak"}
    | {"refusal_recall", "wrongly_refused"}
)
"""Metrics whose n the system decides: by what it answers, or by another status that the gold allows."""


def _pick(part: str, figures: Mapping[str, Estimate], names: Sequence[str]) -> dict[str, Figure]:
    return {
        f"{part}/{name}": Figure(
            figures[name].value, figures[name].n, name in HIGHER_IS_WORSE, fixed=name not in _BY_BEHAVIOUR
        )
        for name in names
        if name in figures
    }
