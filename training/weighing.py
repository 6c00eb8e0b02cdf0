"""What the reader finds on tune halves, and the weights that pool and judge it, fitted on that.

``collect`` asks the tune halves of the public sets and keeps everything known of each answer; ``fit`` turns that into
the constants of ``qa/pooling.py`` and ``qa/refusal.py``, with each set left out in turn to see whether they carry over.

    DATELINE_BENCH=/folder/of/the/sets python -m training.weighing collect
    python -m training.weighing fit
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from qa import deciding, encoders, extracts, pooling, questions, relevance
from qa.evaluation import adapters, bench, metrics, own
from qa.evaluation.calibration import Outcome, auroc
from qa.evaluation.opening import Opener
from qa.evaluation.sets import Question
from qa.news import NewsQA
from qa.reader import Reader
from qa.reader.fetched import Readers
from qa.settings import Settings

SAMPLE = "sample"
"""The questions of the sample archive that are no follow-ups, beside the public rows."""

ROWS = (
    SAMPLE,
    "rgb/system",
    "rgb/refusal",
    "rgb/noise0.4",
    "squad2/answer",
    "realtimeqa/2022gold/answer",
    "realtimeqa/2023s/answer",
)
PASSAGES = 8
_OWN_DOCUMENTS = 35
"""Questions of each half of RealTime QA that are asked over the documents that were found for them at the time, where
its whole pool takes too long to index."""

KNOWN = tuple(each.name for each in fields(pooling.Weighed))
KEPT = 12
"""Answers of a question that are kept."""

Floats = npt.NDArray[np.float64]


def row_of(name: str, *, whole: bool = False) -> adapters.AskRow | adapters.ReadRow:
    """Return the tune half of a row; of RealTime QA some questions over their own documents, unless ``whole``."""
    if name == SAMPLE:
        asked = [replace(one, as_of=one.as_of or own.TODAY) for one in own.questions() if not one.history]
        return adapters.AskRow(SAMPLE, documents=[], questions=tuple(asked))
    row = adapters.narrowed(adapters.ROWS[name]("whole" if "rgb" in name or "realtimeqa" in name else "full"), "tune")
    assert not isinstance(row, adapters.SearchRow)
    if whole or isinstance(row, adapters.ReadRow) or not name.startswith("realtimeqa"):
        return row
    split = name.split("/")[1]
    queries = {held["id"]: held for held in bench.lines(f"realtimeqa/public_{split}.queries.jsonl.gz")}
    kept = {
        name
        for kind in ("answerable", "unanswerable")
        for name in bench.lowest([one.id for one in row.questions if one.kind == kind], _OWN_DOCUMENTS // 2)
    }
    asked = tuple(one for one in row.questions if one.id in kept)
    wanted = {document for one in asked for document in queries[one.id]["retrieved_doc_ids"]}
    return replace(row, documents=[one for one in row.documents if one.id in wanted], questions=asked)


def indexes_of(
    row: adapters.AskRow | adapters.ReadRow, opener: Opener, cache: Path
) -> Iterator[tuple[Path, Sequence[Question]]]:
    """Yield the index of a row's documents, built where it is missing, with its questions; or one a question."""
    builder = bench.Builder(cache / "eval", opener=opener.creating, encoder=opener.encoder.fingerprint)
    if row.name == SAMPLE:
        yield builder.build_files(SAMPLE, own.sample_files(), sources=[own.folder() / SAMPLE]), row.questions
        return
    if isinstance(row, adapters.AskRow):
        yield builder.build(row.name, row.documents), row.questions
        return
    for asked in row.questions:
        yield builder.build(row.name.replace("/", "-"), row.documents[asked.id]), [asked]


def collected(
    name: str, asking: Sequence[Question], news: NewsQA, opener: Opener, reader: Reader
) -> Iterator[dict[str, Any]]:
    """Yield for each question of a row its answers, best first: what is known of each, and whether it is right."""
    for number, asked in enumerate(asking):
        query = questions.analyse(asked.question, as_of=questions.parse_as_of(asked.as_of))
        evidence = news.search(asked.question, k=PASSAGES, as_of=asked.as_of)
        sentences = extracts.candidates(query, evidence, opener.encoder)
        sentences = relevance.ranked(query, sentences, opener.encoder)
        found = pooling.answers(query, evidence, sentences, reader)[:KEPT]
        wanted = _wanted(asked)
        answerable = asked.expect.status != "not_found"
        if query.slot == "yes_no" or (answerable and not wanted):
            continue
        yield {
            "row": name,
            "id": asked.id,
            "slot": query.slot,
            "answerable": answerable,
            "answers": [
                {
                    "text": one.span.text,
                    "known": asdict(one.known),
                    "right": _right(one.span.text, wanted),
                    "signals": deciding.decide(query, one, sentences, None, evidence=evidence).signals.to_dict(),
                }
                for one in found
            ],
        }
        if number % 20 == 0:
            sys.stderr.write(f"{name}: {number} of {len(asking)}\n")


def _wanted(asked: Question) -> tuple[str, ...]:
    """Return the wordings that are right; none where the archive does not say."""
    expect = asked.expect
    return expect.answers + tuple(words for side in expect.sides for words in side.wordings)


def _right(text: str, wanted: Sequence[str]) -> bool:
    """Tell whether an answer is right: it has the gold wording, or most of its words."""
    return bool(wanted) and (metrics.contained(text, wanted) == 1.0 or metrics.token_f1(text, wanted) >= 0.6)


# Fitting --------------------------------------------------------------------------------------------------------------


def pooling_weights(cases: Sequence[Mapping[str, Any]], strength: float = 0.05) -> Floats:
    """Return weights by a softmax over the answers of each question, each row of the sets weighing alike."""
    groups = [
        (np.array([[one["known"][name] for name in KNOWN] for one in case["answers"]]),
         np.array([one["right"] for one in case["answers"]]), case["row"])
        for case in cases
        if case["answerable"] and any(one["right"] for one in case["answers"])
    ]  # fmt: skip
    counts = {row: sum(group[2] == row for group in groups) for *_, row in groups}
    weights = np.zeros(len(KNOWN))
    weights[0] = 0.5
    moment, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, 601):
        slope = strength * weights
        for known, right, row in groups:
            chance = _softmax(known @ weights)
            held = chance * right
            slope -= (known.T @ (held / held.sum() - chance)) / counts[row] / len(counts)
        moment, square = 0.9 * moment + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= 0.05 * (moment / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())


def first(case: Mapping[str, Any], weights: Floats) -> Mapping[str, Any] | None:
    """Return the best answer of a question by some weights."""
    scored = [
        (float(np.dot([one["known"][name] for name in KNOWN], weights)), -n) for n, one in enumerate(case["answers"])
    ]
    return case["answers"][-max(scored)[1]] if scored else None


SIGNALS = ("similarity", "covered", "typed", "nearest", "timely", "margin", "relevance", "age")


def logistic(rows: Floats, right: npt.NDArray[np.bool_], weigh: Floats, strength: float = 1.0) -> Floats:
    """Return bias and weights of a logistic regression with L2, by Newton's method."""
    x = np.hstack([np.ones((len(rows), 1)), rows])
    held = np.zeros(x.shape[1])
    ridge = np.eye(x.shape[1]) * strength
    ridge[0, 0] = 1e-6
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(x @ held)))
        slope = x.T @ (weigh * (chance - right)) + ridge @ held
        bend = (x * (weigh * chance * (1 - chance))[:, None]).T @ x + ridge
        held -= np.linalg.solve(bend, slope)
    return held


def table(cases: Sequence[Mapping[str, Any]]) -> None:
    """Print what is right first by the fitted weights, each row with weights fitted on the others, and the fits."""
    names = list(dict.fromkeys(case["row"] for case in cases))
    whole = pooling_weights(cases)
    _say("pooling, all rows: " + ", ".join(f"{name} {value:.2f}" for name, value in zip(KNOWN, whole, strict=True)))
    judged: dict[str, list[tuple[Floats, bool, bool]]] = {}
    for name in names:
        mine = [case for case in cases if case["row"] == name]
        others = pooling_weights([case for case in cases if case["row"] != name])
        answerable = [case for case in mine if case["answerable"]]
        for label, weights in (
            ("margin alone", np.eye(len(KNOWN))[0]),
            ("fitted on the others", others),
            ("on all", whole),
        ):
            firsts = [first(case, weights) for case in answerable]
            right = sum(bool(one and one["right"]) for one in firsts)
            held = sum(any(one["right"] for one in case["answers"]) for case in answerable)
            _say(f"{name}: {label}: first right {right} of {len(answerable)}, among {KEPT}: {held}")
        bests = [(case, first(case, whole)) for case in mine]
        judged[name] = [
            Judged(
                np.array([best["signals"].get(key, 0.0) for key in SIGNALS]),
                answerable=case["answerable"],
                right=bool(best["right"]),
            )
            for case, best in bests
            if best is not None
        ]
    for what in ("answerable", "right"):
        _judging(what, judged)


@dataclass(frozen=True, slots=True)
class Judged:
    """The signals of a question's first answer, whether the archive has one, and whether this one is right."""

    signals: Floats
    answerable: bool = field(kw_only=True)
    right: bool = field(kw_only=True)


def _judging(what: Literal["answerable", "right"], judged: Mapping[str, Sequence[Judged]]) -> None:
    """Print the logistic regression of one thing on all rows, and how each row is told apart by a fit on the others."""
    groups: dict[str, list[Judged]] = {}
    for name, held in judged.items():  # the rows of RGB are of one kind each: together they have both
        groups.setdefault("rgb" if name.startswith("rgb") else name, []).extend(held)
    # A row where all is the same teaches only which row it is.
    mixed = {name: held for name, held in groups.items() if len({getattr(each, what) for each in held}) > 1}
    whole = zip(("bias", *SIGNALS), _fit(what, mixed), strict=True)
    _say(f"{what}, all rows: " + ", ".join(f"{name} {value:.2f}" for name, value in whole))
    for name, held in mixed.items():
        weights = _fit(what, {other: rest for other, rest in mixed.items() if other != name})
        told = [Outcome(float(weights[0] + each.signals @ weights[1:]), getattr(each, what)) for each in held]
        alone = [Outcome(each.signals[SIGNALS.index("margin")], getattr(each, what)) for each in held]
        found = f"{auroc(told):.3f} fitted on the others, {auroc(alone):.3f} by the margin alone"
        _say(f"{name}: AUROC {what} {found}, n {len(told)}")


def _fit(what: str, judged: Mapping[str, Sequence[Judged]]) -> Floats:
    """Return bias and weights over all rows, each weighing alike."""
    held = [(each, 100 / len(row)) for row in judged.values() for each in row]
    signals = np.array([each.signals for each, _ in held])
    return logistic(
        signals, np.array([getattr(each, what) for each, _ in held]), np.array([weigh for _, weigh in held])
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command, collect or fit."""
    parser = argparse.ArgumentParser(prog="python -m training.weighing", description=__doc__)
    parser.add_argument("what", choices=("collect", "fit"))
    parser.add_argument("--kept", type=Path, default=user_cache_path("dateline") / "training" / "weighing.jsonl")
    parser.add_argument("--weights", type=Path, help="weights to read with; default: the best reader that is here")
    parser.add_argument("--base", type=Path, help="folder of the encoder under --weights; default: the installed one")
    parser.add_argument("--whole", action="store_true", help="RealTime QA over its whole pool: an hour of indexing")
    parser.add_argument("--most", type=int, default=120, help="questions of a row; default: %(default)s")
    options = parser.parse_args()
    if options.what == "fit":
        table([json.loads(line) for line in options.kept.read_text(encoding="utf-8").splitlines()])
        return
    settings = Settings()
    best = Readers(settings.cache, fetch=False).best()
    reader = Reader(options.weights, options.base) if options.weights else best
    options.kept.parent.mkdir(parents=True, exist_ok=True)
    with Opener(settings, encoders.load(settings), extractive=True) as opener, options.kept.open("w") as lines:
        for name in ROWS:
            row = row_of(name, whole=options.whole)
            chosen = set(bench.lowest([one.id for one in row.questions], options.most))
            row = replace(row, questions=tuple(one for one in row.questions if one.id in chosen))
            for index, asking in indexes_of(row, opener, settings.cache):
                with opener.searching(index) as news:
                    for case in collected(name, asking, news, opener, reader):
                        lines.write(json.dumps(case, ensure_ascii=False) + "\n")
                lines.flush()


if __name__ == "__main__":
    main()
