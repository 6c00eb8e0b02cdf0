"""How good a ranking is. Pure functions over ids, best first; a repeated id counts at its first place only."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from qa.evaluation.metrics import holds

WORDS_A_RANK = 180
"""What one rank is worth in ``answer_hit``, so that longer passages win nothing."""


def distinct(ids: Iterable[str]) -> list[str]:
    """Return the ids in order, each once."""
    return list(dict.fromkeys(ids))


def recall_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float | None:
    """Return the share of relevant ids among the first ``k`` distinct ones; None without relevant ids."""
    if not relevant:
        return None
    return len(set(distinct(ranked)[:k]) & set(relevant)) / len(set(relevant))


def success_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float | None:
    """Return 1.0 where any relevant id is among the first ``k`` distinct ones (success@k); None without any."""
    return float(bool(set(distinct(ranked)[:k]) & set(relevant))) if relevant else None


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int) -> float | None:
    """Return 1/rank of the first relevant id within ``k``, else 0; its mean is MRR@k (Voorhees 1999)."""
    if not relevant:
        return None
    return next((1 / rank for rank, found in enumerate(distinct(ranked)[:k], start=1) if found in relevant), 0.0)


def ndcg_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float | None:
    """Return nDCG@k with binary gains and the log2(rank + 1) discount (Järvelin & Kekäläinen 2002)."""
    if not relevant:
        return None
    found = distinct(ranked)[:k]
    gain = sum(1 / math.log2(rank + 1) for rank, name in enumerate(found, start=1) if name in relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(set(relevant)), k) + 1))
    return gain / ideal


def answer_hit(passages: Sequence[str], answers: Sequence[str], k: int) -> float | None:
    """Return 1.0 where an answer string is within the first 180·k words of the ranked passages; None without any."""
    if not answers:
        return None
    read = " ".join(" ".join(passages).split()[: WORDS_A_RANK * k])
    return float(any(holds(read, answer) for answer in answers))
