"""Fetches a model file: part by part, resumable, verified, once on disk."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from qa.errors import ModelCorrupt, ModelMissing
from qa.llm import gguf, store, unpack
from qa.llm.catalogue import Entry, entry
from qa.llm.sources import DEFAULT_SOURCES, Source, SourceGone

CONVERSION_ROOM = 1.25
"""The converted model is 1.15 times the GGUF's size; it stands beside it until it is checked."""
RESTATED_ROOM = 2.75
"""The same where the GGUF must first be restated, which stands there for a while too: 1.3 and 1.35 times its size."""


def _silent(done: int, total: int, what: str) -> None:
    """Report progress to nobody."""


def pull(
    name: str,
    cache: Path,
    progress: store.Progress | None = None,
    *,
    sources: Sequence[Source] = DEFAULT_SOURCES,
    convert: bool = True,
) -> Path:
    """Make sure that a model is in the cache and return the path that the engine loads.

    A pull that was killed goes on after its last whole part. Two processes that pull the same model take turns: the
    second reports how far the first is. With ``convert``, the file is then rewritten in the engine's own form, which
    loads in a quarter of the time, and the GGUF is removed, so that disk holds the model once.

    Args:
        name: a name of the catalogue.
        cache: the folder for models.
        progress: told bytes done, bytes in all and what is being done.
        sources: where the bytes come from, in the order to try.
        convert: whether to convert; where disk space is short or conversion fails the GGUF stays, and is used.

    Raises:
        InputError: the catalogue has no such model.
        ModelMissing: no source has it, or the disk is too full.
        ModelCorrupt: what came has another hash than demanded.
    """
    model, home, tell = entry(name), store.folder(name, cache), progress or _silent
    found = store.status_of(name, cache)
    if found.usable and (not convert or found.path.name == store.CONVERTED):
        return found.path
    home.mkdir(parents=True, exist_ok=True)
    with _turn(model, home, tell):
        found = store.status_of(name, cache)
        if not found.usable:
            _discard(model, home, keep_partial=True)
            _fetch(model, home, tell, sources)
        if convert and not (home / store.CONVERTED).is_dir():
            (_unpack if model.kind == "reader" else _convert)(model, home, tell)
    return store.locate(name, cache)


@contextlib.contextmanager
def _turn(model: Entry, home: Path, tell: store.Progress) -> Iterator[None]:
    """Hold the folder's lock, which the system frees when its holder dies; while waiting, say how far the other is."""
    with (home / ".lock").open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                partial = home / f"{model.file}.partial"
                done = partial.stat().st_size if partial.exists() else 0
                tell(done, model.size, "another process fetches it")
                time.sleep(0.5)
        yield


def _discard(model: Entry, home: Path, *, keep_partial: bool) -> None:
    """Remove what cannot be used."""
    for name in (store.MANIFEST, model.file):
        (home / name).unlink(missing_ok=True)
    for name in (store.CONVERTED, f"{store.CONVERTED}.partial"):
        shutil.rmtree(home / name, ignore_errors=True)
    if not keep_partial:
        for name in (f"{model.file}.partial", f"{model.file}.parts.json"):
            (home / name).unlink(missing_ok=True)


def _ends(model: Entry, home: Path) -> tuple[int, ...]:
    """Return the offsets after which the partial file may be resumed, as recorded and still covered by its size."""
    try:
        recorded = json.loads((home / f"{model.file}.parts.json").read_text(encoding="utf-8"))
        size = (home / f"{model.file}.partial").stat().st_size
        return tuple(int(end) for end in recorded if int(end) <= size)
    except (OSError, ValueError, TypeError):
        return ()


def _require_room(model: Entry, home: Path, done: int) -> None:
    """Raise unless the disk holds what is still to come and one part more."""
    needed = model.size - done + model.size // len(model.parts) + (64 << 20)
    free = shutil.disk_usage(home).free
    if free < needed:
        raise ModelMissing(
            f"the model {model.name!r} needs {needed / 1e9:.1f} GB in {str(home)!r}, where {free / 1e9:.1f} GB are "
            f"free; make room, or set DATELINE_CACHE to another folder"
        )


def _fetch(model: Entry, home: Path, tell: store.Progress, sources: Sequence[Source]) -> None:
    """Bring the whole file from the first source that has it, check it and put it in place."""
    _require_room(model, home, (_ends(model, home) or (0,))[-1])
    partial, gone = home / f"{model.file}.partial", []
    for source in sources:
        try:
            _append(model, home, tell, source)
            break
        except SourceGone as error:
            gone.append(f"{source.name}: {error}")
    else:
        raise ModelMissing(
            f"the model {model.name!r} could not be fetched ({'; '.join(gone)}); put {model.file} into {str(home)!r} "
            f"by hand, or try again with `qa models pull {model.name}`: what has come is kept"
        )
    tell(0, model.size, "checking")
    size = partial.stat().st_size
    sha256 = store.digest(partial, told=lambda done: tell(done, model.size, "checking"))
    if size != model.size or sha256 != model.sha256:
        _discard(model, home, keep_partial=False)
        raise ModelCorrupt(
            f"what came for the model {model.name!r} has {size} bytes or a hash that are not those demanded "
            f"({model.size} bytes, SHA-256 {model.sha256}); it was removed: try `qa models pull {model.name}` again"
        )
    partial.replace(home / model.file)
    store.stamp(model, home, {model.file: model.sha256})
    (home / f"{model.file}.parts.json").unlink(missing_ok=True)


def _append(model: Entry, home: Path, tell: store.Progress, source: Source) -> None:
    """Append a source's bytes to the partial file from the last recorded end on, recording each new one."""
    ends = _ends(model, home)
    done = ends[-1] if ends else 0
    ledger = home / f"{model.file}.parts.json"
    with (home / f"{model.file}.partial").open("ab") as out:
        out.truncate(done)
        if done == model.size:
            return
        tell(done, model.size, f"fetching from the {source.name}")
        for what, chunk, resumable in source.read(model, start=done, ends=ends):
            out.write(chunk)
            done += len(chunk)
            if done > model.size:
                break
            if resumable:
                out.flush()
                os.fsync(out.fileno())
                ends = (*ends, done)
                store.write_json(ledger, ends)
            tell(done, model.size, what)
        out.flush()
        os.fsync(out.fileno())


def _unpack(model: Entry, home: Path, tell: store.Progress) -> None:
    """Unpack a reader's encoder in half precision, which is what it is computed in, and remove the zip.

    Raises:
        ModelMissing: the disk is too full.
    """
    tell(0, model.size, "unpacking")
    draft = home / f"{store.CONVERTED}.partial"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        unpack.unpack(home / model.file, draft)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise ModelMissing(f"the model {model.name!r} could not be unpacked in {str(home)!r}: {error}") from error
    _put_in_place(model, home, draft)
    tell(model.size, model.size, "ready")


def _put_in_place(model: Entry, home: Path, draft: Path) -> None:
    """Let what was made of a model's file take its place."""
    made = {f"{store.CONVERTED}/{path.name}": store.digest(path) for path in sorted(draft.iterdir())}
    draft.replace(home / store.CONVERTED)
    store.stamp(model, home, made)
    (home / model.file).unlink()


def _convert(model: Entry, home: Path, tell: store.Progress) -> None:
    """Rewrite the GGUF in the engine's form in a process of its own; on any failure the GGUF stays."""
    room = RESTATED_ROOM if gguf.has_q5_0(home / model.file) else CONVERSION_ROOM
    if shutil.disk_usage(home).free < room * model.size:
        return
    tell(0, model.size, "converting for the engine")
    draft = home / f"{store.CONVERTED}.partial"
    shutil.rmtree(draft, ignore_errors=True)
    root = os.fspath(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join(path for path in (root, os.environ.get("PYTHONPATH", "")) if path)
    command = [sys.executable, "-m", "qa.llm.convert", os.fspath(home / model.file), os.fspath(draft)]
    environment = {**os.environ, "PYTHONPATH": paths, "HF_HUB_OFFLINE": "1"}
    run = subprocess.run(command, capture_output=True, env=environment, check=False)
    if run.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        tell(model.size, model.size, "kept as it came: the engine could not convert it")
        return
    _put_in_place(model, home, draft)
    tell(model.size, model.size, "ready")
