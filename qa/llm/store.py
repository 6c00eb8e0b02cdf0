"""Model files in the cache: what is there, whether it is the file demanded, and where it stands.

A model has a folder ``models/NAME``. It holds either the GGUF file or, once converted for the engine, the folder
``converted``, and a ``manifest.json`` with the hash of the source and the size, hash and change time of each file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from qa.errors import ModelCorrupt, ModelMissing
from qa.llm.catalogue import CATALOGUE, Entry, entry

State = Literal["present", "verified", "missing", "partial", "truncated", "wrong hash"]
"""``present``: sizes and change times are those that were verified; ``verified``: the hashes were read again now."""

Progress = Callable[[int, int, str], None]
"""Told bytes done, bytes in all, and what is being done."""

MANIFEST = "manifest.json"
CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What the cache holds of one model. ``bytes`` is its size on disk."""

    name: str
    state: State = field(kw_only=True)
    path: Path = field(kw_only=True)
    bytes: int = field(kw_only=True, default=0)
    about: str = field(kw_only=True, default="")

    @property
    def usable(self) -> bool:
        """Whether the engine may load it."""
        return self.state in ("present", "verified")

    def __str__(self) -> str:
        """One line for a person: name, state, size on disk, what it is and where."""
        return f"{self.name:<20} {self.state:<10} {self.bytes / 1e6:8.0f} MB  {self.about}  {self.path}"


def folder(name: str, cache: Path) -> Path:
    """Return the folder of a model of the catalogue."""
    return Path(cache) / "models" / entry(name).name


def digest(path: Path, *, told: Callable[[int], None] | None = None) -> str:
    """Return the SHA-256 of a file in hex; ``told`` hears the bytes read so far."""
    found = hashlib.sha256()
    done = 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 22):
            found.update(chunk)
            done += len(chunk)
            if told is not None:
                told(done)
    return found.hexdigest()


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` so that a reader sees the old file or the new one, never half of one."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(value, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def stamp(model: Entry, home: Path, files: dict[str, str]) -> None:
    """Write the manifest of a model whose files (relative name → SHA-256) were just hashed."""
    listed = {}
    for name, sha256 in files.items():
        found = (home / name).stat()
        listed[name] = {"size": found.st_size, "sha256": sha256, "mtime_ns": found.st_mtime_ns}
    write_json(home / MANIFEST, {"name": model.name, "source_sha256": model.sha256, "files": listed})


def _manifest(model: Entry, home: Path) -> dict[str, dict[str, Any]]:
    """Return the files of the manifest, or of one made up for a GGUF file that somebody put there by hand."""
    try:
        manifest = json.loads((home / MANIFEST).read_text(encoding="utf-8"))
        if manifest["source_sha256"] == model.sha256 and manifest["files"]:
            files: dict[str, dict[str, Any]] = manifest["files"]
            return files
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {model.file: {"size": model.size, "sha256": model.sha256, "mtime_ns": -1}}


def _check(model: Entry, home: Path, *, verify: bool) -> State:
    """Return the state of a model's files, rehashing those whose change time is not the recorded one."""
    listed = _manifest(model, home)
    restamp = False
    for name, wanted in listed.items():
        try:
            found = (home / name).stat()
        except OSError:
            partial = (home / f"{model.file}.partial").exists()
            return "partial" if partial else "missing"
        if found.st_size != wanted["size"]:
            return "truncated" if found.st_size < wanted["size"] else "wrong hash"
        if verify or found.st_mtime_ns != wanted["mtime_ns"]:
            if digest(home / name) != wanted["sha256"]:
                return "wrong hash"
            restamp = True
    if restamp:
        stamp(model, home, {name: wanted["sha256"] for name, wanted in listed.items()})
    return "verified" if verify else "present"


def status_of(name: str, cache: Path, *, verify: bool = False) -> FileStatus:
    """Return what the cache holds of one model.

    Args:
        name: a name of the catalogue.
        cache: the folder for models.
        verify: read and hash every byte instead of trusting sizes and change times.

    Raises:
        InputError: the catalogue has no such model.
    """
    model, home = entry(name), folder(name, cache)
    state = _check(model, home, verify=verify)
    listed = [home / file for file in _manifest(model, home)] + [home / f"{model.file}.partial"]
    size = sum(path.stat().st_size for path in listed if path.is_file())
    loaded = home / CONVERTED if (home / CONVERTED).is_dir() else home / model.file
    return FileStatus(model.name, state=state, path=loaded, bytes=size, about=model.about)


def status(cache: Path, *, verify: bool = False) -> tuple[FileStatus, ...]:
    """Return what the cache holds of every model of the catalogue."""
    return tuple(status_of(name, cache, verify=verify) for name in CATALOGUE)


def locate(name: str, cache: Path, *, verify: bool = False) -> Path:
    """Return the path that the engine loads: a GGUF file, or a folder with the converted model.

    Raises:
        InputError: the catalogue has no such model.
        ModelMissing: it was not fetched, or not wholly.
        ModelCorrupt: a file of it has another size or hash than recorded.
    """
    found = status_of(name, cache, verify=verify)
    if found.usable:
        return found.path
    again = f"fetch it with `qa models pull {name}`"
    if found.state in ("missing", "partial"):
        rest = " wholly" if found.state == "partial" else ""
        raise ModelMissing(f"the model {name!r} is not{rest} in {str(folder(name, cache))!r}; {again}")
    raise ModelCorrupt(f"the model {name!r} in {str(folder(name, cache))!r} is not usable ({found.state}); {again}")
