"""Sealed sets put to the product: totals of both halves, and the faults of the open one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from qa import support
from qa.errors import DatelineError, EvalError
from qa.evaluation.cases import asking, scoring
from qa.evaluation.cases.rows import Row
from qa.evaluation.intervals import Estimate, estimate
from qa.evaluation.sealed import HALVES, Half, Pair, Sealed, half_of
from qa.evaluation.suite import Bench
from qa.judging import judge_by


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one row: of what kind it is, whether the product did right, and the faults to read."""

    id: str
    kind: str = field(kw_only=True)
    right: bool = field(kw_only=True)
    about: str = field(kw_only=True)
    faults: tuple[str, ...] = field(kw_only=True, default=())
    false_yes: bool | None = field(kw_only=True, default=None)
    """Whether "Yes" was said where it is not so; None where no "Yes" could be false."""


@dataclass(frozen=True, slots=True)
class Part:
    """One half of one set."""

    name: str
    half: Half
    rows: tuple[Told, ...]


def measure(
    sets: Sequence[Sealed], bench: Bench, *, halves: Sequence[Half] = HALVES, most: int | None = None
) -> Iterator[Part]:
    """Yield what comes of each half of each set; ``most`` keeps so many rows of each, of the lowest sha256.

    Raises:
        EvalError: the product failed in the sealed half; the message does not say on what.
    """
    for one in sets:
        for half in halves:
            try:
                rows = _questions(one, half, bench, most) if one.questions else _pairs(one, half, bench, most)
                yield Part(one.name, half, rows)
            except DatelineError as error:
                if half == "open":
                    raise
                # Not a word of the error: it may hold the question.
                kind = type(error).__name__
                raise EvalError(f"the sealed half of {one.name!r} failed ({kind}): try --half open") from None


def _kept(rows: Sequence[Any], half: Half, most: int | None) -> list[Any]:
    """Return the rows of a half, in the order of the file."""
    held = [row for row in rows if half_of(row.id) == half]
    lowest = sorted(held, key=lambda row: hashlib.sha256(row.id.encode()).digest())[:most]
    kept = {row.id for row in lowest}
    return [row for row in held if row.id in kept]


def _questions(one: Sealed, half: Half, bench: Bench, most: int | None) -> tuple[Told, ...]:
    index = bench.builder.build_files(f"sealed-{one.name}", [one.articles], sources=[one.articles])
    wanted: list[Row] = _kept(one.questions, half, most)
    found = []
    with bench.opener.asking(index) as news:
        for number, (row, shown) in enumerate(asking.shown(wanted, news), start=1):
            faults = scoring.faults(row, shown)
            found.append(
                Told(
                    row.id,
                    kind=f"{row.kind}, {row.verdict}" if row.verdict else row.kind,
                    right=not faults,
                    about=row.question,
                    faults=faults,
                    false_yes=scoring.false_yes(row, shown) if scoring.may_be_false(row) else None,
                )
            )
            if bench.progress:
                bench.progress(number, len(wanted), f"{one.name}, {half}")
    return tuple(found)


def _pairs(one: Sealed, half: Half, bench: Bench, most: int | None) -> tuple[Told, ...]:
    model = bench.opener.model()
    judge = judge_by(model) if model else None
    found = []
    wanted: list[Pair] = _kept(one.pairs, half, most)
    for number, pair in enumerate(wanted, start=1):
        verdict = support.check(pair.claim, pair.evidence, written=pair.published, judge=judge).verdict
        right = (verdict == "supported") == (pair.label == "paraphrase")
        about = f"{pair.claim} ⟵ {pair.evidence}"
        faults = () if right else (f"{pair.label} is {verdict}" + (f" ({pair.change})" if pair.change else ""),)
        found.append(Told(pair.id, kind=pair.label, right=right, about=about, faults=faults))
        if bench.progress:
            bench.progress(number, len(wanted), f"{one.name}, {half}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of one half of one set: nothing in them tells of a single row."""

    name: str
    half: Half
    right: Estimate | None
    kinds: Mapping[str, Estimate]
    false_yes: tuple[int, int] | None
    """How many "Yes" are false, of how many that could be; None where none could."""

    def to_dict(self) -> dict[str, Any]:
        """Return them as plain JSON types."""
        return asdict(self)


def totals(part: Part, *, seed: int = 1) -> Totals:
    """Return the totals of a half, with intervals."""
    kinds: dict[str, list[float]] = {}
    for row in part.rows:
        kinds.setdefault(row.kind, []).append(float(row.right))
    may = [row.false_yes for row in part.rows if row.false_yes is not None]
    made = {kind: estimate(values, seed=seed) for kind, values in sorted(kinds.items())}
    return Totals(
        part.name,
        part.half,
        right=estimate([float(row.right) for row in part.rows], seed=seed),
        kinds={kind: figure for kind, figure in made.items() if figure is not None},
        false_yes=(sum(may), len(may)) if may else None,
    )


def lines(held: Totals) -> Iterator[str]:
    """Yield the totals as lines of a table."""
    if held.right is None:
        yield f"{held.name:<16} {held.half:<6} no row"
        return
    yield _line(f"{held.name:<16} {held.half:<6} right", held.right)
    if len(held.kinds) > 1:
        for kind, figure in held.kinds.items():
            yield _line(f"{'':<16} {'':<6}   {kind}", figure)
    if held.false_yes:
        yield f"{'':<16} {'':<6} false Yes: {held.false_yes[0]} of {held.false_yes[1]}"


def _line(label: str, figure: Estimate) -> str:
    return f"{label:<48} {figure.value:.3f}  {figure.low:.3f}–{figure.high:.3f}  n {figure.n}"


def wrong(part: Part) -> Iterator[str]:
    """Yield what is wrong in the open half, a line a row.

    Raises:
        EvalError: it is the sealed half.
    """
    if part.half != "open":
        raise EvalError("the sealed half shows totals alone: read errors in the open one, --half open -v")
    for row in part.rows:
        if row.faults:
            yield f"{row.id} [{row.kind}] {row.about}: {'; '.join(row.faults)}"
