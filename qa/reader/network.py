"""The reader's network: one encoder, a head for spans, one for relevance and one for verdicts.

The encoder is a BERT-like model of the ``transformers`` library. Its token embeddings are those of the model that is
installed anyway and stay as they are; layers and heads are trained.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModel

VERDICTS = ("supported", "contradicted", "not_said")
"""What the verdict head tells of a claim, or of a yes/no question (yes, no, not said), in this order."""


class ReaderNetwork(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
    """Maps token ids of shape (batch, length) to the scores of all heads."""

    def __init__(self, encoder: Any) -> None:
        """Put untrained heads on an encoder."""
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.span = torch.nn.Linear(width, 2)
        self.dense = torch.nn.Linear(width, width)
        self.relevance = torch.nn.Linear(width, 1)
        self.verdict = torch.nn.Linear(width, len(VERDICTS))

    @classmethod
    def over(cls, folder: Path, *, pretrained: bool = True) -> ReaderNetwork:
        """Return a network over the encoder in a folder: with its weights or, not ``pretrained``, its shape only."""
        config = AutoConfig.from_pretrained(folder)
        # One pass over each row does not overfit, and without dropout a step takes half the time on a processor.
        config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
        if pretrained:
            # A base that was fetched is kept in half precision, in which nothing can be trained.
            return cls(AutoModel.from_pretrained(folder, config=config, add_pooling_layer=False).float())
        return cls(AutoModel.from_config(config, add_pooling_layer=False))  # type: ignore[no-untyped-call]

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> Any:
        """Return start and end scores (batch, length, 2), relevance (batch,) and verdict scores (batch, 3).

        The first token's start and end scores are those of "not in here".
        """
        typed = token_type_ids is not None and hasattr(self.encoder.embeddings, "token_type_embeddings")
        kinds = {"token_type_ids": token_type_ids} if typed else {}
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **kinds).last_hidden_state
        pooled = torch.nn.functional.gelu(self.dense(hidden[:, 0]))
        return self.span(hidden), self.relevance(pooled).squeeze(-1), self.verdict(pooled)

    def trained(self) -> dict[str, Any]:
        """Return the weights that training changes: never the token embeddings."""
        learned = {name for name, value in self.named_parameters() if value.requires_grad}
        return {name: value for name, value in self.state_dict().items() if name in learned}
