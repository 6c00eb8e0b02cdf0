"""Two runs of the same questions, paired: what changed, by how much, and whether chance explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from qa.errors import EvalError
from qa.evaluation.intervals import bootstrap, mcnemar, mean, paired_p
from qa.evaluation.scoring import HIGHER_IS_WORSE, Scores

if TYPE_CHECKING:
    from rich.table import Table

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in both runs, over the questions that have it in both.

    ``gained`` and ``lost`` count the questions whose value went up and down. ``p`` is McNemar's exact test where every
    value is 0 or 1, else a sign-flip test of the paired differences.
    """

    metric: str
    before: float = field(kw_only=True)
    after: float = field(kw_only=True)
    low: float = field(kw_only=True)
    high: float = field(kw_only=True)
    n: int = field(kw_only=True)
    gained: int = field(kw_only=True)
    lost: int = field(kw_only=True)
    p: float = field(kw_only=True)

    @property
    def change(self) -> float:
        """The mean of the paired differences."""
        return self.after - self.before

    @property
    def significant(self) -> bool:
        """Whether chance explains the change in fewer than one case of twenty."""
        return self.p < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. ``changed`` maps a question to its value of ``by`` in both."""

    differences: tuple[Difference, ...]
    by: str = field(kw_only=True)
    changed: Mapping[str, tuple[float, float]] = field(kw_only=True)
    shared: int = field(kw_only=True)
    only_before: tuple[str, ...] = field(kw_only=True)
    only_after: tuple[str, ...] = field(kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain JSON types."""
        return asdict(self)


def compare(
    before: Mapping[str, Scores], after: Mapping[str, Scores], *, by: str = "right", seed: int = 1
) -> Comparison:
    """Compare two runs, question by question.

    Args:
        before: scores by question id of the first run.
        after: those of the second.
        by: the metric whose changed questions are listed.
        seed: fixes the bootstrap and the sign flips.

    Raises:
        EvalError: the runs share no question.
    """
    shared = [name for name in before if name in after]
    if not shared:
        raise EvalError("the two runs share no question: compare runs of one set")
    metrics = dict.fromkeys(metric for name in shared for metric in before[name] if metric in after[name])
    differences = [_difference(metric, [(before[name], after[name]) for name in shared], seed) for metric in metrics]
    changed = {
        name: (before[name][by], after[name][by])
        for name in shared
        if by in before[name] and by in after[name] and before[name][by] != after[name][by]
    }
    return Comparison(
        tuple(differences),
        by=by,
        changed=changed,
        shared=len(shared),
        only_before=tuple(sorted(set(before) - set(after))),
        only_after=tuple(sorted(set(after) - set(before))),
    )


def _difference(metric: str, pairs: Sequence[tuple[Scores, Scores]], seed: int) -> Difference:
    held = [(one[metric], other[metric]) for one, other in pairs if metric in one and metric in other]
    changes = [after - before for before, after in held]
    spread = bootstrap(changes, seed)
    gained, lost = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    binary = all(value in (0.0, 1.0) for pair in held for value in pair)
    return Difference(
        metric,
        before=mean([before for before, _ in held]),
        after=mean([after for _, after in held]),
        low=spread.low,
        high=spread.high,
        n=len(held),
        gained=gained,
        lost=lost,
        p=mcnemar(gained, lost) if binary else paired_p(changes, seed=seed),
    )


def table(comparison: Comparison) -> Table:
    """Return the comparison as a table for a terminal; a significant change is marked."""
    from rich.table import Table

    grid = Table(title=f"{comparison.shared} questions in both runs", title_justify="left", padding=(0, 0, 0, 1))
    widths = {"metric": 18, "before": 5, "after": 5, "change": 6, "95 %": 13, "up/down": 5, "p": 5, "n": 3}
    for name, width in widths.items():
        grid.add_column(name, justify="left" if name == "metric" else "right", no_wrap=True, min_width=width)
    for held in comparison.differences:
        label = f"{held.metric} ↓" if held.metric in HIGHER_IS_WORSE else held.metric
        grid.add_row(
            label,
            f"{held.before:.3f}",
            f"{held.after:.3f}",
            f"{held.change:+.3f}",
            f"{held.low:+.3f}…{held.high:+.3f}",
            f"{held.gained}/{held.lost}",
            f"{held.p:.3f}{' *' if held.significant else ''}",
            str(held.n),
        )
    return grid
