"""GGUF files: their head, and Q5_0 restated as Q8_0 of the same values."""

import struct
from pathlib import Path

import numpy as np
import pytest

from qa.llm import gguf


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _file(path: Path, tensors: list[tuple[str, tuple[int, ...], int, bytes]]) -> Path:
    """Write a small GGUF file, its data aligned to 32 bytes as the format has it."""
    head = (
        struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), 1) + _text("general.name") + struct.pack("<I", 8) + _text("x")
    )
    data = b""
    for name, shape, kind, held in tensors:
        head += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", kind, len(data))
        data += held + b"\0" * (-len(held) % 32)
    path.write_bytes(head + b"\0" * (-len(head) % 32) + data)
    return path


def _q5_0(scale: float, integers: list[int]) -> bytes:
    """Pack 32 integers of -16 to 15 as ggml's ``quantize_row_q5_0`` does, one at a time."""
    raised = [value + 16 for value in integers]
    high = sum(((value >> 4) & 1) << place for place, value in enumerate(raised))
    low = bytes((raised[place] & 15) | ((raised[place + 16] & 15) << 4) for place in range(16))
    return struct.pack("<eI", scale, high) + low


def _q8_0(scale: float, integers: list[int]) -> bytes:
    return struct.pack("<e32b", scale, *integers)


FIRST = list(range(-16, 16))
SECOND = [15, -16, 0, 1, -1, 7, -8, 3] * 4


def test_every_integer_of_a_block_keeps_its_value_and_place():
    held = _q5_0(0.5, FIRST) + _q5_0(-2.0, SECOND)

    assert gguf.eight_bit(held) == _q8_0(0.5, FIRST) + _q8_0(-2.0, SECOND)


def test_only_q5_0_tensors_change_and_all_are_found_again(tmp_path):
    plain = np.arange(8, dtype=np.float32).tobytes()
    blocks = _q5_0(0.25, FIRST) + _q5_0(1.0, SECOND)
    tensors = [("norm", (8,), 0, plain), ("w", (32, 2), 6, blocks), ("last", (8,), 0, plain[::-1])]
    source = _file(tmp_path / "a.gguf", tensors)

    assert gguf.has_q5_0(source)
    gguf.restate(source, tmp_path / "b.gguf")

    eight = _q8_0(0.25, FIRST) + _q8_0(1.0, SECOND)
    expected = _file(tmp_path / "c.gguf", [tensors[0], ("w", (32, 2), 8, eight), tensors[2]])
    assert (tmp_path / "b.gguf").read_bytes() == expected.read_bytes()
    assert not gguf.has_q5_0(tmp_path / "b.gguf")
    assert gguf.metadata(tmp_path / "b.gguf") == {"general.name": "x"}


@pytest.mark.parametrize("held", [b"", b"AAAA" * 20, b"GGUF\3\0\0\0"], ids=["empty", "another format", "cut short"])
def test_what_is_no_gguf_file_has_nothing_to_restate(tmp_path, held):
    path = tmp_path / "x.gguf"
    path.write_bytes(held)

    assert not gguf.has_q5_0(path)
