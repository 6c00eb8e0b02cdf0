"""Free news as retrieval sees it: sentences of one Wikinews article joined into passages under a date.

QAMR asks several questions about each of many single sentences. A passage of one sentence gives the answer away, so the
sentences of one article that the set has are joined, in their order, and a question keeps its place.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from training.rows import Row

_LONGEST = 1200


def passages(records: Iterable[dict[str, Any]], rng: random.Random) -> Iterator[Row]:
    """Yield QAMR's questions over joined sentences of their article."""
    articles: dict[str, dict[tuple[int, int], str]] = {}
    asked: list[tuple[str, tuple[int, int], dict[str, Any]]] = []
    for record in records:
        place = _place(record["id"])
        if place is None:
            continue
        article, where = place
        articles.setdefault(article, {})[where] = record["context"]
        asked.append((article, where, record))
    for article, where, record in asked:
        yield _joined(articles[article], where, record, rng)


def _place(identity: str) -> tuple[str, tuple[int, int]] | None:
    """Return the article and the sentence's place in it (paragraph, sentence) of a QAMR id."""
    parts = identity.split("|")[0].split(":")
    if len(parts) != 5:
        return None
    return ":".join(parts[1:3]), (int(parts[3]), int(parts[4]))


def _joined(
    sentences: dict[tuple[int, int], str], where: tuple[int, int], record: dict[str, Any], rng: random.Random
) -> Row:
    """Return the question over its sentence with some of the article's other sentences around it."""
    order = sorted(sentences)
    at = order.index(where)
    first = rng.randint(max(0, at - 5), at)
    last = rng.randint(at, min(len(order) - 1, at + 5))
    before = " ".join(sentences[order[number]] for number in range(first, at))
    after = " ".join(sentences[order[number]] for number in range(at + 1, last + 1))
    before = before[-_LONGEST // 2 :].partition(" ")[2] if len(before) > _LONGEST // 2 else before
    lead = f"{before} " if before else ""
    passage = f"{lead}{record['context']} {after[: _LONGEST // 2]}".strip()
    shift = len(lead)
    spans = tuple(
        (each["start"] + shift, each["start"] + len(each["text"].rstrip(" .,;")) + shift) for each in record["answers"]
    )
    question = record["question"].replace(" ?", "?").replace(" 's", "'s")
    row = Row(question, passage=passage, answers=spans, relevant=True, source=record["source"])
    return replace(row, answers=tuple(span for span in spans if span[0] < span[1]))
