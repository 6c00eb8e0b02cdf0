"""What an index was built with. The archive holds it; ``manifest.json`` is the copy that people and tools read."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from qa import passages
from qa.archive import Archive, schema, writing
from qa.encoders import Encoder
from qa.errors import IndexMismatch
from qa.vectors import point

FILE = "manifest.json"

_CANARIES = (
    "The next round of talks will be held in Istanbul on 28 March.",
    "Officials denied that the bridge had been closed.",
    "Prices rose by 3.4 percent in February, the central bank said.",
    "Zwölf Menschen wurden am Dienstag verletzt.",
)
_LEAST = 0.99


@dataclass(frozen=True, slots=True)
class Manifest:
    """An index's identity. ``encoder`` and ``dim`` are empty until the first text has been encoded."""

    id: str
    created: str = field(kw_only=True)
    schema: int = field(kw_only=True, default=schema.VERSION)
    splitter: str = field(kw_only=True, default=passages.VERSION)
    encoder: str = field(kw_only=True, default="")
    dim: int = field(kw_only=True, default=0)


def read(archive: Archive) -> Manifest | None:
    """Return the manifest that an archive holds, or None where it was never finished."""
    stored = archive.meta("manifest")
    if not stored:
        return None
    known = json.loads(stored)
    return Manifest(**{name: known[name] for name in Manifest.__dataclass_fields__ if name in known})


def start(archive: Archive, folder: Path) -> Manifest:
    """Give a new index its identity."""
    fresh = Manifest(uuid.uuid4().hex, created=datetime.now(UTC).isoformat(timespec="seconds"))
    write(archive, folder, fresh)
    return fresh


def write(archive: Archive, folder: Path, manifest: Manifest) -> None:
    """Write a manifest, to the archive first."""
    writing.write_meta(archive, [("manifest", text(manifest).rstrip())])
    point(folder / FILE, text(manifest))


def text(manifest: Manifest) -> str:
    """Return a manifest as its file holds it."""
    return json.dumps(asdict(manifest), indent=2) + "\n"


def mend(folder: Path, manifest: Manifest) -> None:
    """Write the copy again where it is not what the archive says: lost, cut short, or edited."""
    path = folder / FILE
    if not path.is_file() or path.read_bytes() != text(manifest).encode():
        point(path, text(manifest))


def check(manifest: Manifest, folder: Path, encoder: Encoder | None = None) -> None:
    """Compare an index with what this program would build.

    Raises:
        IndexMismatch: another schema, splitter or encoder built it.
    """
    pairs = [("schema", manifest.schema, schema.VERSION), ("splitter", manifest.splitter, passages.VERSION)]
    if encoder is not None and manifest.encoder:
        pairs.append(("encoder", manifest.encoder, encoder.fingerprint))
    for name, theirs, ours in pairs:
        if theirs != ours:
            raise IndexMismatch(
                f"the index {str(folder)!r} was built with {name} {theirs!r}, and {ours!r} is in use:"
                f" build it anew with `qa ingest SOURCES --index NEW`, or set that {name} again"
            )


def sing(archive: Archive, encoder: Encoder) -> None:
    """Store how the encoder encodes the canary texts."""
    vectors = np.asarray(encoder.encode_passages(_CANARIES), np.float32)
    stored = [base64.b64encode(row.astype("<f2").tobytes()).decode() for row in vectors]
    writing.write_meta(archive, [("canaries", json.dumps([_CANARIES, stored]))])


def listen(archive: Archive, encoder: Encoder, folder: Path) -> None:
    """Encode the stored canary texts again and compare: the same name must still mean the same vectors.

    Raises:
        IndexMismatch: a vector has moved.
    """
    stored = archive.meta("canaries")
    if not stored:
        return
    texts: Sequence[str]
    texts, encoded = json.loads(stored)
    before = np.stack([np.frombuffer(base64.b64decode(row), "<f2") for row in encoded]).astype(np.float32)
    after = np.asarray(encoder.encode_passages(texts), np.float32)
    if before.shape == after.shape:
        lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        if float(np.min(np.sum(before * after, axis=1) / np.maximum(lengths, 1e-9))) >= _LEAST:
            return
    raise IndexMismatch(
        f"the encoder {encoder.fingerprint!r} no longer gives the vectors that the index {str(folder)!r} holds:"
        " build it anew with `qa ingest SOURCES --index NEW`"
    )
