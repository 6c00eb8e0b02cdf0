"""Measurements that are no answers (rankings, verdicts, one figure an item) as lines of a run, and their summary."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.errors import EvalError
from qa.evaluation.intervals import Estimate, estimate, quantile
from qa.evaluation.runner import new_path

MEASURE_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """One item: its scores, and what is needed to look at it again."""

    id: str
    kind: str = field(kw_only=True)
    scores: Mapping[str, float] = field(kw_only=True)
    detail: Mapping[str, Any] = field(kw_only=True, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measurement:
    """The figures of a set of items: means with intervals, by kind, and seconds as quantiles."""

    name: str
    n: int
    figures: Mapping[str, Estimate]
    kinds: Mapping[str, Mapping[str, Estimate]]
    seconds: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON types."""
        return asdict(self)


def summarise(name: str, items: Sequence[Measured], *, seed: int = 1) -> Measurement:
    """Return the mean of each score with its interval and n; ``seconds`` become p50 and p95."""
    seconds = [item.scores["seconds"] for item in items if "seconds" in item.scores]
    kinds = sorted({item.kind for item in items})
    return Measurement(
        name,
        n=len(items),
        figures=_figures(items, seed),
        kinds={kind: _figures([item for item in items if item.kind == kind], seed) for kind in kinds},
        seconds={"p50": quantile(seconds, 0.5), "p95": quantile(seconds, 0.95)} if seconds else {},
    )


def _figures(items: Sequence[Measured], seed: int) -> dict[str, Estimate]:
    names = dict.fromkeys(name for item in items for name in item.scores if name != "seconds")
    found = {name: estimate([i.scores[name] for i in items if name in i.scores], seed=seed) for name in names}
    return {name: figure for name, figure in found.items() if figure is not None}


def write(folder: Path, name: str, items: Iterable[Measured], *, config: Mapping[str, Any]) -> Path:
    """Write the items as a JSONL file of the runs folder and return it."""
    path = new_path(folder, name)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    header = {"measure": MEASURE_SCHEMA, "name": name, "started": started, "config": dict(config)}
    with path.open("w", encoding="utf-8") as stream:
        for held in (header, *(asdict(item) for item in items)):
            stream.write(json.dumps(held, ensure_ascii=False) + "\n")
    return path


def is_measure(path: Path) -> bool:
    """Whether a file of the runs folder holds measurements rather than answers."""
    try:
        with path.open(encoding="utf-8") as stream:
            return "measure" in json.loads(stream.readline())
    except (OSError, ValueError, TypeError):
        return False


def read(path: Path) -> tuple[Measured, ...]:
    """Read the items of a file.

    Raises:
        EvalError: it holds none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        return tuple(
            Measured(held["id"], kind=held["kind"], scores=held["scores"], detail=held["detail"])
            for held in map(json.loads, lines)
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalError(f"{str(path)!r} holds no measurements: {error!r}") from error
