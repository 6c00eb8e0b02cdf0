"""The reader's network as OpenVINO computes it, built from its weights: no torch, nothing to convert or to cache.

The same network as :mod:`qa.reader.network`, after J. Devlin et al., "BERT" (2019); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Weights = Mapping[str, npt.NDArray[np.float32]]
"""Tensors by their names in the state of ``ReaderNetwork``."""

_MASKED = -1e4


@dataclass(frozen=True, slots=True)
class Shape:
    """What the weights do not tell of a BERT-like encoder."""

    layers: int
    heads: int = field(kw_only=True)
    epsilon: float = field(kw_only=True)


def build(weights: Weights, shape: Shape) -> Any:
    """Return the network: ids, mask and types (batch, length) to spans (batch, length, 2), relevance, verdicts.

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
    x = op.add(looked_up(ids, "word_embeddings"), looked_up(kinds, "token_type_embeddings"))
    x = normed(op.add(x, looked_up(places, "position_embeddings")), "encoder.embeddings.LayerNorm")
    seen = op.convert(op.unsqueeze(mask, op.constant(np.array([1, 2], np.int64))), "f32")
    hidden = op.multiply(op.subtract(op.constant(np.float32(1)), seen), op.constant(np.float32(_MASKED)))
    for number in range(shape.layers):
        layer = f"encoder.encoder.layer.{number}"
        query, key, value = (by_head(linear(x, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value"))
        met = op.transpose(
            op.scaled_dot_product_attention(query, key, value, hidden), op.constant(np.array([0, 2, 1, 3], np.int64))
        )
        met = op.reshape(met, op.constant(np.array([0, 0, -1], np.int64)), True)
        x = normed(op.add(x, linear(met, f"{layer}.attention.output.dense")), f"{layer}.attention.output.LayerNorm")
        wide = op.gelu(linear(x, f"{layer}.intermediate.dense"), "erf")
        x = normed(op.add(x, linear(wide, f"{layer}.output.dense")), f"{layer}.output.LayerNorm")
    pooled = op.gelu(linear(op.gather(x, np.int64(0), np.int64(1)), "dense"), "erf")
    relevance = op.squeeze(linear(pooled, "relevance"), op.constant(np.array([-1], np.int64)))
    return openvino.Model([linear(x, "span"), relevance, linear(pooled, "verdict")], [ids, mask, kinds], "reader")
