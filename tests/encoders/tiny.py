"""Tiny real models with random weights, made from a configuration: no network, a fraction of a second."""

from __future__ import annotations

from pathlib import Path

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

MARKS = "[PAD] [UNK] [CLS] [SEP] [MASK]"
WORDS = f"{MARKS} the a who what opened bridge of lindholm mayor ferry query passage : . ?".split()


def _saved(kind: type, folder: Path, *, labels: int, seed: int) -> Path:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        num_labels=labels,
        initializer_range=0.5,  # so that texts differ
    )
    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(WORDS), encoding="utf-8")
    kind(config).eval().save_pretrained(folder)
    BertTokenizerFast(vocab=str(vocabulary), model_max_length=64).save_pretrained(folder)
    return folder


def cross_encoder(folder: Path, *, labels: int = 1, seed: int = 0) -> Path:
    """Save a CrossEncoder."""
    raw = _saved(BertForSequenceClassification, folder.with_name(f"{folder.name}-raw"), labels=labels, seed=seed)
    CrossEncoder(str(raw), device="cpu", max_length=64).save(str(folder))
    return folder


def sentence_encoder(folder: Path, prompts: dict[str, str]) -> Path:
    """Save a SentenceTransformer with prompts for questions and passages."""
    raw = _saved(BertModel, folder.with_name(f"{folder.name}-raw"), labels=2, seed=0)
    layer = Transformer(str(raw), max_seq_length=64)
    SentenceTransformer(modules=[layer, Pooling(16)], prompts=prompts, device="cpu").save(str(folder))
    return folder
