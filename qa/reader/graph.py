"""The reader's network as OpenVINO computes it, built from its weights: no torch, nothing to convert or to cache.

The same networks as :mod:`qa.reader.network`, after J. Devlin et al., "BERT" (2019) and K. Song et al., "MPNet" (2020);
a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from qa.reader.layout import LONGEST

Weights = Mapping[str, npt.NDArray[np.float32]]
"""Tensors by their names in the state of ``ReaderNetwork``."""

_MASKED = -1e4


def distance_bias(table: npt.NDArray[np.float32], length: int) -> npt.NDArray[np.float32]:
    """Return what MPNet's attention adds for the distance of two tokens: (heads, length, length).

    Half of the rows of ``table`` (buckets, heads) are for tokens behind; within a half the first half are single
    distances, the others stretches that grow by a constant factor.
    """
    half = len(table) // 2
    single = half // 2
    distance = np.arange(length)[None, :] - np.arange(length)[:, None]
    far = np.maximum(np.abs(distance), 1)
    grown = single + (np.log(far / single) / np.log(BUCKETS_UNTIL / single) * (half - single)).astype(np.int64)
    bucket = np.where(np.abs(distance) < single, np.abs(distance), np.minimum(grown, half - 1))
    return np.ascontiguousarray(table[bucket + half * (distance > 0)].transpose(2, 0, 1))


@dataclass(frozen=True, slots=True)
class Shape:
    """What the weights do not tell of an encoder."""

    layers: int
    heads: int = field(kw_only=True)
    epsilon: float = field(kw_only=True)
    family: Literal["bert", "mpnet"] = field(kw_only=True, default="bert")


_NAMES = {
    "bert": ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
             "attention.output.LayerNorm"),
    "mpnet": ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention.LayerNorm"),
}  # fmt: skip
"""What a family calls query, key, value and output of its attention, and the norm behind it."""

MPNET_FIRST_PLACE = 2
"""MPNet's number of the first token's place."""

BUCKETS_UNTIL = 128
"""The distance of two tokens from which on all distances are one to MPNet's attention."""


def build(weights: Weights, shape: Shape) -> Any:
    """Return the network: ids and mask (batch, length) to spans (batch, length, 2), relevance, verdicts.

    A network of the family "bert" has the tokens' types as a third input.

    Raises:
        KeyError: a weight is missing.
    """
    import openvino
    import openvino.opset13 as op

    free = openvino.PartialShape([-1, -1])
    ids, mask, kinds = (op.parameter(free, np.int64, name=name) for name in ("ids", "mask", "kinds"))

    def linear(x: Any, name: str) -> Any:
        bias = weights[f"{name}.bias"]
        return op.add(op.matmul(x, op.constant(weights[f"{name}.weight"]), False, True), op.constant(bias))

    def normed(x: Any, name: str) -> Any:
        even = op.mvn(x, op.constant(np.array([-1], np.int64)), True, shape.epsilon, "inside_sqrt")
        gain, bias = (op.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return op.add(op.multiply(even, gain), bias)

    def looked_up(numbers: Any, name: str) -> Any:
        return op.gather(op.constant(weights[f"encoder.embeddings.{name}.weight"]), numbers, np.int64(0))

    def by_head(x: Any) -> Any:
        split = op.reshape(x, op.constant(np.array([0, 0, shape.heads, -1], np.int64)), True)
        return op.transpose(split, op.constant(np.array([0, 2, 1, 3], np.int64)))

    length = op.gather(op.shape_of(ids), np.int64(1), np.int64(0))
    places = op.range(np.int64(0), length, np.int64(1), "i64")
    x = looked_up(ids, "word_embeddings")
    seen = op.convert(op.unsqueeze(mask, op.constant(np.array([1, 2], np.int64))), "f32")
    hidden = op.multiply(op.subtract(op.constant(np.float32(1)), seen), op.constant(np.float32(_MASKED)))
    inputs = [ids, mask]
    if shape.family == "bert":
        inputs.append(kinds)
        x = op.add(x, looked_up(kinds, "token_type_embeddings"))
    else:
        places = op.add(places, op.constant(np.int64(MPNET_FIRST_PLACE)))
        bias = op.constant(distance_bias(weights["encoder.encoder.relative_attention_bias.weight"], LONGEST))
        both, ends = (op.constant(np.array(axes, np.int64)) for axes in ([1, 2], [0, 0]))
        length = op.unsqueeze(length, op.constant(np.int64(0)))
        stop, step = op.concat([length, length], 0), op.constant(np.array([1, 1], np.int64))
        hidden = op.add(hidden, op.unsqueeze(op.slice(bias, ends, stop, step, both), op.constant(np.int64(0))))
    x = normed(op.add(x, looked_up(places, "position_embeddings")), "encoder.embeddings.LayerNorm")
    *projections, met_by, met_norm = _NAMES[shape.family]
    for number in range(shape.layers):
        layer = f"encoder.encoder.layer.{number}"
        query, key, value = (by_head(linear(x, f"{layer}.{part}")) for part in projections)
        met = op.transpose(
            op.scaled_dot_product_attention(query, key, value, hidden), op.constant(np.array([0, 2, 1, 3], np.int64))
        )
        met = op.reshape(met, op.constant(np.array([0, 0, -1], np.int64)), True)
        x = normed(op.add(x, linear(met, f"{layer}.{met_by}")), f"{layer}.{met_norm}")
        wide = op.gelu(linear(x, f"{layer}.intermediate.dense"), "erf")
        x = normed(op.add(x, linear(wide, f"{layer}.output.dense")), f"{layer}.output.LayerNorm")
    pooled = op.gelu(linear(op.gather(x, np.int64(0), np.int64(1)), "dense"), "erf")
    relevance = op.squeeze(linear(pooled, "relevance"), op.constant(np.array([-1], np.int64)))
    return openvino.Model([linear(x, "span"), relevance, linear(pooled, "verdict")], inputs, "reader")
