"""Low-rank training: the weights of the base stay, and beside each of its matrices a small product is learned.

After E. Hu et al., "LoRA" (2021). What ships is the products, biases and norms, some megabytes, over a base that is
fetched; a step costs two thirds of one that trains all weights.
"""

from __future__ import annotations

from typing import Any

import torch

from qa.reader.weights import LOW_RANK_SCALE


class LowRank(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
    """A linear layer that computes ``x @ (weight + scale · up @ down).T + bias``; ``weight`` is not trained."""

    def __init__(self, linear: Any, rank: int) -> None:
        """Wrap a linear layer; at first it computes what the layer computed."""
        super().__init__()
        # In bfloat16 the frozen weight need not be cast at every step.
        self.weight = torch.nn.Parameter(linear.weight.data, requires_grad=False)
        self.bias = torch.nn.Parameter(linear.bias.data.clone())
        self.down = torch.nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Any) -> Any:
        """Return the layer's output for ``x`` of shape (…, in)."""
        linear = torch.nn.functional.linear
        return linear(x, self.weight, self.bias) + linear(linear(x, self.down), self.up) * LOW_RANK_SCALE


def adapt(network: Any, rank: int, layers: int, *, bfloat16: bool) -> None:
    """Leave the heads to be trained, and of the upper ``layers`` (0: of all) low-rank products, biases and norms."""
    for each in network.encoder.parameters():
        each.requires_grad = False
    for layer in network.encoder.encoder.layer[-layers if layers else 0 :]:
        for module in list(layer.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, torch.nn.Linear):
                    setattr(module, name, LowRank(child, rank))
                elif isinstance(child, torch.nn.LayerNorm):
                    for each in child.parameters():
                        each.requires_grad = True
    if bfloat16:
        for module in network.encoder.modules():
            if isinstance(module, LowRank):
                module.weight.data = module.weight.data.bfloat16()
