"""GGUF files: what stands in their head, and the one quantisation that the engine cannot read, restated.

Q5_0 becomes Q8_0. Both keep 32 weights a block as one scale times small integers, so nothing is rounded: a five-bit
integer is an eight-bit one. Qwen2.5-Coder-0.5B needs it, whose rows (896 weights) do not part into the blocks of 256
that Q4_K has. The format is ggml's GGUF specification, version 3.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
BLOCK = 32
"""Weights a block of either form (ggml's quantisations, ``block_q5_0`` and ``block_q8_0``)."""
Q5_0, Q8_0 = 6, 8
_Q5_BYTES, _Q8_BYTES = 22, 34
"""A half-precision scale, then 4 + 16 bytes (high bits, low bits) or 32 bytes."""
_ALIGNMENT = 32
"""Where the file names no other (``general.alignment``)."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as the file's table has it: ``offset`` is into the data section, ``size`` in bytes."""

    name: bytes
    shape: tuple[int, ...] = field(kw_only=True)
    kind: int = field(kw_only=True)
    offset: int = field(kw_only=True)
    size: int = field(kw_only=True)


def metadata(path: Path) -> dict[str, Any]:
    """Return the key-value section of a GGUF file (ggml's GGUF specification, version 3)."""
    with path.open("rb") as stream:
        return read_head(stream, path)[1]


def read_head(stream: IO[bytes], path: Path) -> tuple[int, dict[str, Any]]:
    """Read a GGUF file up to its table of tensors; return how many those are, and the key-value section.

    Raises:
        ValueError: it is no GGUF file.
    """
    magic, _version, tensors, count = struct.unpack("<4sIQQ", stream.read(24).ljust(24, b"\0"))
    if magic != b"GGUF":
        raise ValueError(f"{str(path)!r} is not a GGUF file")
    found = {}
    for _ in range(count):
        key = _value(stream, _STRING)
        found[key] = _value(stream, struct.unpack("<I", stream.read(4))[0])
    return tensors, found


def _value(stream: IO[bytes], kind: int) -> Any:
    """Read one value of a GGUF file."""
    if kind in _SCALARS:
        form = "<" + _SCALARS[kind]
        return struct.unpack(form, stream.read(struct.calcsize(form)))[0]
    if kind == _STRING:
        return stream.read(struct.unpack("<Q", stream.read(8))[0]).decode("utf-8", "replace")
    if kind == _ARRAY:
        inner, count = struct.unpack("<IQ", stream.read(12))
        return [_value(stream, inner) for _ in range(count)]
    raise ValueError(f"unknown GGUF value type {kind!r}")


def has_q5_0(source: Path) -> bool:
    """Return whether a file has tensors that must be restated; what is no GGUF file has none."""
    try:
        with source.open("rb") as stream:
            _, tensors, _ = _table(stream, source)
    except (ValueError, struct.error):
        return False
    return any(tensor.kind == Q5_0 for tensor in tensors)


def restate(source: Path, target: Path) -> None:
    """Write ``source`` to ``target`` with every Q5_0 tensor as Q8_0 of the same values.

    Raises:
        ValueError: the source is no GGUF file.
    """
    with source.open("rb") as stream, target.open("wb") as out:
        head, tensors, start = _table(stream, source)
        placed = list(_placed(tensors))
        out.write(head)
        for tensor in placed:
            out.write(struct.pack("<Q", len(tensor.name)) + tensor.name)
            out.write(struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape))
            out.write(struct.pack("<IQ", tensor.kind, tensor.offset))
        base = _aligned(out.tell())
        for old, new in zip(tensors, placed, strict=True):
            stream.seek(start + old.offset)
            held = stream.read(old.size)
            out.seek(base + new.offset)
            out.write(eight_bit(held) if old.kind == Q5_0 else held)
        out.truncate(base + _aligned(max((one.offset + one.size for one in placed), default=0)))


def eight_bit(blocks: bytes) -> bytes:
    """Return Q5_0 blocks as Q8_0 blocks of the same values: value = scale · (integer - 16) there, scale · integer here.

    A Q5_0 block has the fifth bits of its 32 integers in four bytes, then their low halves in sixteen: the first
    sixteen integers in the low nibbles, the rest in the high ones.
    """
    import numpy as np

    held = np.frombuffer(blocks, dtype=np.uint8).reshape(-1, _Q5_BYTES)
    fifth = np.unpackbits(held[:, 2:6], axis=1, bitorder="little") << 4
    low = np.concatenate((held[:, 6:] & 0x0F, held[:, 6:] >> 4), axis=1)
    integers = ((low | fifth).astype(np.int16) - 16).astype(np.int8)
    return np.concatenate((held[:, :2], integers.view(np.uint8)), axis=1).tobytes()


def _placed(tensors: list[Tensor]) -> Iterator[Tensor]:
    """Yield the tensors as they stand in the new file."""
    offset = 0
    for tensor in tensors:
        size = tensor.size // _Q5_BYTES * _Q8_BYTES if tensor.kind == Q5_0 else tensor.size
        kind = Q8_0 if tensor.kind == Q5_0 else tensor.kind
        yield replace(tensor, kind=kind, offset=offset, size=size)
        offset = _aligned(offset + size)


def _table(stream: IO[bytes], source: Path) -> tuple[bytes, list[Tensor], int]:
    """Return the bytes up to the table of tensors, the tensors, and where the data section begins."""
    count, _ = read_head(stream, source)
    head_end = stream.tell()
    raw: list[dict[str, Any]] = []
    for _ in range(count):
        name = stream.read(struct.unpack("<Q", stream.read(8))[0])
        rank = struct.unpack("<I", stream.read(4))[0]
        shape = struct.unpack(f"<{rank}Q", stream.read(8 * rank))
        kind, offset = struct.unpack("<IQ", stream.read(12))
        raw.append({"name": name, "shape": shape, "kind": kind, "offset": offset})
    start = _aligned(stream.tell())
    ends = sorted({held["offset"] for held in raw} | {source.stat().st_size - start})
    following = dict(itertools.pairwise(ends))
    tensors = [Tensor(**held, size=_size(held, following[held["offset"]])) for held in raw]
    stream.seek(0)
    return stream.read(head_end), tensors, start


def _size(held: dict[str, Any], end: int) -> int:
    """Return the bytes of a tensor: exact for Q5_0, for the rest up to the next one, padding included."""
    if held["kind"] != Q5_0:
        return int(end - held["offset"])
    weights = 1
    for extent in held["shape"]:
        weights *= extent
    return int(weights // BLOCK * _Q5_BYTES)


def _aligned(place: int) -> int:
    return -(-place // _ALIGNMENT) * _ALIGNMENT
