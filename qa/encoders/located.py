"""Where a model's files are: a folder, or a name among the models that Hugging Face's library keeps on this machine."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from qa.errors import ModelCorrupt, ModelMissing

_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)


def located(named: str, *, what: str, variable: str, marks: str) -> Path:
    """Return the folder of a model. No network is asked.

    Args:
        named: a folder, or a name such as ``org/model``.
        what: what it is, in words.
        variable: the setting that names it.
        marks: the file that each such folder has.

    Raises:
        ModelMissing: it is neither a folder nor kept here.
        ModelCorrupt: it has not the files of one, with safetensors weights.
    """
    folder = Path(named).expanduser()
    if not folder.is_dir():
        folder = _kept(named, what, variable)
    if not (folder / marks).is_file() or not any(folder.rglob("*.safetensors")):
        raise ModelCorrupt(
            f"{str(folder)!r} is no folder of {what} with {marks} and safetensors weights:"
            f" save one with sentence-transformers, then set {variable} to it"
        )
    return folder


def _kept(named: str, what: str, variable: str) -> Path:
    missing = ModelMissing(
        f"there is no {what} {named!r}, neither a folder nor a model kept on this machine:"
        f" fetch it with `hf download {named}`, set {variable} to a folder, or unset it"
    )
    if not _NAME.fullmatch(named):
        raise ModelMissing(f"there is no folder {named!r} with {what}: set {variable} to one, or unset it")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(snapshot_download(named, local_files_only=True))
    except (OSError, ValueError, HFValidationError) as error:  # what is not there is a FileNotFoundError
        raise missing from error


def digest(folder: Path) -> str:
    """Return the SHA-256 over every file that shapes what a model computes: weights, configurations, vocabulary."""
    kinds = {".safetensors", ".json", ".txt", ".model"}
    aside = {"data_config.json", "README.md", "train_script.py"}
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in kinds and path.name not in aside:
            with path.open("rb") as stream:
                inner = hashlib.file_digest(stream, "sha256").hexdigest()
            whole.update(f"{path.relative_to(folder).as_posix()} {inner}\n".encode())
    return whole.hexdigest()
