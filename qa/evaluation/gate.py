"""Pinned floors: what must not get worse, in one file with the corpus it was measured on.

``eval/floors.json`` holds the digest and the counts of the corpus and, for each figure, the least (``at_least``) or the
most (``at_most``) that passes. Raising a floor takes a flag; lowering one takes its name and a reason, which stay in
the file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qa.errors import EvalError

FORMAT = 1
PLACES = 3
"""Figures are pinned to this many decimals: a floor is rounded down, a ceiling up."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was measured on: a digest of every file, and how many of what."""

    digest: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bound:
    """The worst value of a figure that passes, and over how many items: just ``n``, or ``n`` at least."""

    limit: float
    n: int
    at_most: bool = False
    fixed: bool = True

    def holds(self, value: float) -> bool:
        """Whether ``value`` passes."""
        return value <= self.limit + 1e-9 if self.at_most else value >= self.limit - 1e-9

    def tightened(self, value: float) -> float:
        """Return ``value`` as a limit, rounded so that it passes itself."""
        scale = 10.0**PLACES
        return (math.ceil(value * scale - 1e-6) if self.at_most else math.floor(value * scale + 1e-6)) / scale


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure: its value, over how many items, whether less is better, and whether the gold fixes n.

    Where the system's own behaviour decides n (how much it refused or cited), it may change, but not fall by half.
    ``slack`` is how much worse it may be than when it was pinned: 0 for what is the same on every machine.
    """

    value: float
    n: int
    less_is_better: bool = False
    fixed: bool = True
    slack: float = 0.0

    def pinned(self) -> Bound:
        """Return the bound that this figure, made worse by its slack, just passes."""
        loose = Bound(0.0, self.n if self.fixed else (self.n + 1) // 2, self.less_is_better, self.fixed)
        worst = self.value + self.slack if self.less_is_better else self.value - self.slack
        return replace(loose, limit=loose.tightened(min(max(worst, 0.0), 1.0)))


@dataclass(frozen=True, slots=True)
class Floors:
    """The pinned bounds, the corpus they belong to, and every lowering with its reason."""

    corpus: Corpus
    bounds: Mapping[str, Bound]
    lowered: Sequence[Mapping[str, Any]] = field(default=())


def corpus_of(files: Iterable[Path], counts: Mapping[str, int]) -> Corpus:
    """Return the corpus made of these files: the digest goes over their names and bytes, in order of name."""
    held = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.name):
        held.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return Corpus(held.hexdigest()[:16], dict(counts))


def failures(floors: Floors, measured: Mapping[str, Figure], corpus: Corpus) -> list[str]:
    """Return why the gate fails, a sentence each; nothing where it passes.

    A figure that is pinned and was not measured fails, and so does one over another number of items: a gate that
    measures less than it pins is open.
    """
    found = []
    if floors.corpus != corpus:
        was, now = floors.corpus, corpus
        found.append(
            f"the corpus changed: {was.digest} {dict(was.counts)} is pinned, {now.digest} {dict(now.counts)} is here;"
            " look at the figures, then pin them with `qa eval gate --new-corpus`"
        )
    for name, bound in floors.bounds.items():
        if name not in measured:
            found.append(f"{name}: pinned, but not measured")
            continue
        figure, sign = measured[name], "≤" if bound.at_most else "≥"
        if (figure.n != bound.n if bound.fixed else figure.n < bound.n) and floors.corpus == corpus:
            least = "" if bound.fixed else "at least "
            found.append(f"{name}: measured over {figure.n} items, must be {least}{bound.n}")
        if not bound.holds(figure.value):
            found.append(f"{name}: {figure.value:.4f}, must be {sign} {bound.limit}")
    return found


def of_parts(floors: Floors, parts: Iterable[str]) -> Floors:
    """Return the floors of some parts only; a figure's part is what stands before the stroke in its name."""
    kept = set(parts)
    return replace(floors, bounds={name: held for name, held in floors.bounds.items() if name.split("/")[0] in kept})


def raised(floors: Floors, measured: Mapping[str, Figure]) -> Floors:
    """Return the floors with every better figure pinned and every new one added; no bound gets looser."""
    bounds = dict(floors.bounds)
    for name, figure in measured.items():
        old, fresh = bounds.get(name), figure.pinned()
        if old is None or old.holds(fresh.limit):
            bounds[name] = fresh
    return Floors(floors.corpus, bounds, floors.lowered)


def lowered(floors: Floors, measured: Mapping[str, Figure], name: str, *, because: str) -> Floors:
    """Return the floors with one bound loosened to what was measured, its reason kept.

    Raises:
        EvalError: there is no reason, the bound is not there, was not measured, or holds already.
    """
    if len(because.split()) < 3:
        raise EvalError(f"a floor is lowered for a reason of three words or more, not {because!r}: say --because")
    if name not in floors.bounds or name not in measured:
        raise EvalError(f"{name!r} is no pinned and measured figure: it is one of {sorted(floors.bounds)}")
    old, figure = floors.bounds[name], measured[name]
    if old.holds(figure.value):
        raise EvalError(f"{name!r} holds already ({figure.value:.4f} against {old.limit}): nothing to lower")
    fresh = figure.pinned()
    entry = {"figure": name, "from": old.limit, "to": fresh.limit, "because": because}
    return Floors(floors.corpus, {**floors.bounds, name: fresh}, (*floors.lowered, entry))


def pinned(measured: Mapping[str, Figure], corpus: Corpus, *, after: Floors | None = None) -> Floors:
    """Return new floors at what was measured on a new corpus, keeping the record of lowerings."""
    bounds = {name: figure.pinned() for name, figure in measured.items()}
    return Floors(corpus, bounds, after.lowered if after else ())


def read(path: Path) -> Floors:
    """Read the floors.

    Raises:
        EvalError: there is no such file, or it is not one of this format.
    """
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise EvalError(f"{str(path)!r} has format {held['format']!r}, this version reads {FORMAT}")
        bounds = {name: _bound(name, entry) for name, entry in held["figures"].items()}
        return Floors(Corpus(held["corpus"]["digest"], held["corpus"]["counts"]), bounds, tuple(held["lowered"]))
    except FileNotFoundError as error:
        raise EvalError(f"there are no floors at {str(path)!r}: pin them with `qa eval gate --new-corpus`") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EvalError(f"{str(path)!r} holds no floors: {error!r}") from error


def _bound(name: str, entry: Mapping[str, Any]) -> Bound:
    side = {"at_least", "at_most"} & set(entry)
    count = {"n", "n_least"} & set(entry)
    if len(side) != 1 or len(count) != 1 or set(entry) != side | count:
        raise ValueError(f"figure {name!r} must have one of at_least, at_most and one of n, n_least: {sorted(entry)}")
    return Bound(float(entry[side.pop()]), int(entry[next(iter(count))]), "at_most" in entry, "n" in count)


def write(path: Path, floors: Floors) -> None:
    """Write the floors, one figure a line, so that a change reads well."""
    figures = {
        name: {"at_most" if bound.at_most else "at_least": bound.limit, "n" if bound.fixed else "n_least": bound.n}
        for name, bound in sorted(floors.bounds.items())
    }
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in figures.items())
    corpus = json.dumps({"digest": floors.corpus.digest, "counts": dict(floors.corpus.counts)})
    past = json.dumps([dict(entry) for entry in floors.lowered], ensure_ascii=False, indent=2).replace("\n", "\n  ")
    parts = [f'"format": {FORMAT}', f'"corpus": {corpus}', f'"figures": {{\n{lines}\n  }}', f'"lowered": {past}']
    path.write_text("{\n  " + ",\n  ".join(parts) + "\n}\n", encoding="utf-8")
