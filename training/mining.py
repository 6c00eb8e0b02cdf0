"""Passages that a trained reader takes for answers and that hold none: a second mixture, to go on with.

A first reader is sure of passages of the right topic. So it reads the nearest other passages of each question, and the
one that it is surest of becomes a row that is not answered, beside the row that is. Rows of other kinds stand between
them, lest those be forgotten.

    python -m training.mining --of MIXTURE --into MIXTURE
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from qa.evaluation import metrics
from qa.reader import DatedPassage, Reader, SpanPrediction, shipped
from training import mixture
from training.mixture import Mixture
from training.rows import Row

NEAREST = 4
"""Other passages that are read for a question."""

LEAST = -4.0
"""The margin from which a passage without the answer is hard enough to learn from."""

LIKE = 0.4
"""Token F1 to the true answer from which what was found may be right in other words."""


def mined(rows: Sequence[Row], count: int, rng: random.Random, reader: Reader) -> Iterator[tuple[Row, Row]]:
    """Yield up to ``count`` answered rows, each with its question over a passage that the reader falls for."""
    passages = sorted({row.passage for row in rows})
    answered = [row for row in rows if row.answered and row.how == "natural" and len(row.question) > 25]
    golds: dict[str, set[str]] = {}
    for row in answered:
        words = {row.passage[start:end].casefold() for start, end in row.answers or ()}
        golds.setdefault(row.question.casefold(), set()).update(words)
    chosen = rng.sample(answered, min(len(answered), 2 * count))
    for row, near in zip(chosen, _nearest([row.question for row in chosen], passages), strict=True):
        if count <= 0:
            return
        wanted = golds[row.question.casefold()]
        lacking = [text for text in near if not any(gold in text.casefold() for gold in wanted)][:NEAREST]
        found = _surest(row, lacking, reader)
        if found is None or metrics.token_f1(found[1].text, sorted(wanted)) >= LIKE:
            continue
        count -= 1
        yield row, replace(row, passage=found[0], headline="", answers=(), relevant=False, how="mined")


def _nearest(questions: Sequence[str], passages: Sequence[str]) -> Iterator[list[str]]:
    """Yield the nearest passages of each question by TF-IDF, best first."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(sublinear_tf=True, max_df=0.2, min_df=2, dtype=np.float32)
    table = weights.fit_transform(passages)
    for start in range(0, len(questions), 500):
        near = (weights.transform(questions[start : start + 500]) @ table.T).tocsr()
        for number in range(near.shape[0]):
            line = slice(near.indptr[number], near.indptr[number + 1])
            yield [passages[place] for place in near.indices[line][near.data[line].argsort()[::-1][: 3 * NEAREST]]]


def _surest(row: Row, passages: Sequence[str], reader: Reader) -> tuple[str, SpanPrediction] | None:
    """Return the passage, and the words in it, that the reader is surest of."""
    read = reader.read(row.question, [DatedPassage(text, days=row.days) for text in passages])
    held = [(text, one.spans[0]) for text, one in zip(passages, read, strict=True) if one.margin >= LEAST]
    return max(held, key=lambda each: each[1].margin, default=None)


def main() -> None:
    """Read the options and write the mixture."""
    parser = argparse.ArgumentParser(prog="python -m training.mining", description=__doc__)
    parser.add_argument("--home", type=Path, default=user_cache_path("dateline") / "training")
    parser.add_argument("--of", required=True, help="folder of the mixture to begin with, under --home")
    parser.add_argument("--into", required=True, help="folder of the new one")
    parser.add_argument("--pairs", type=int, default=5000, help="default: %(default)s")
    parser.add_argument("--others", type=int, default=10000, help="rows of other kinds; default: %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    held = mixture.load(options.home / options.of, "train")
    rows = []
    for number, pair in enumerate(mined(held, options.pairs, rng, shipped())):
        rows += pair
        if number % 500 == 0:
            sys.stderr.write(f"{number} of {options.pairs}\n")
    seen = set(rows)
    rows += rng.sample([row for row in held if row not in seen], options.others)
    rng.shuffle(rows)
    apart = mixture.load(options.home / options.of, "apart")
    mixture.write(Mixture(train=tuple(rows), apart=tuple(apart)), options.home / options.into)


if __name__ == "__main__":
    main()
