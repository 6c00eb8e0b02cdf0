"""What a batch's scores cost, head by head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from training.features import UNJUDGED, Features

RELEVANCE_WEIGHT = 0.5
VERDICT_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Loss:
    """The cost of a batch: a tensor to descend on, and the parts as numbers (None: no row was judged)."""

    total: Any
    parts: dict[str, float] = field(kw_only=True)


def loss(scores: tuple[Any, Any, Any], batch: Sequence[Features], mask: Any) -> Loss:
    """Return the mean cost over the rows that each head is judged on.

    A row with several gold spans costs the negative logarithm of their total probability, so that any of them is right.
    """
    spans, relevance, verdict = scores
    masked = spans.float().masked_fill(mask.unsqueeze(-1) == 0, -1e4)
    chances = torch.log_softmax(masked, dim=1)
    total, parts = spans.new_zeros((), dtype=torch.float32), {}
    read = [number for number, each in enumerate(batch) if each.starts]
    if read:
        cost = torch.stack(
            [
                -(
                    torch.logsumexp(chances[number, sorted(set(batch[number].starts)), 0], 0)
                    + torch.logsumexp(chances[number, sorted(set(batch[number].ends)), 1], 0)
                )
                / 2
                for number in read
            ]
        ).sum() / len(batch)
        total, parts["span"] = total + cost, cost.item() * len(batch) / len(read)
    ranked = torch.tensor([each.relevant for each in batch])
    if (ranked != UNJUDGED).any():
        keep = ranked != UNJUDGED
        cost = torch.nn.functional.binary_cross_entropy_with_logits(
            relevance.float()[keep], ranked[keep].float(), reduction="sum"
        ) / len(batch)
        total, parts["relevance"] = total + RELEVANCE_WEIGHT * cost, cost.item() * len(batch) / int(keep.sum())
    judged = torch.tensor([each.verdict for each in batch])
    if (judged != UNJUDGED).any():
        cost = torch.nn.functional.cross_entropy(verdict.float(), judged, ignore_index=UNJUDGED, reduction="sum") / len(
            batch
        )
        total, parts["verdict"] = (
            total + VERDICT_WEIGHT * cost,
            cost.item() * len(batch) / int((judged != UNJUDGED).sum()),
        )
    return Loss(total, parts=parts)
