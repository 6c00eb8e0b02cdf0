from __future__ import annotations

import pytest

from qa.ingest.decoding import Undecodable, decode


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        pytest.param("Erdoğan".encode(), False, "Erdoğan", id="utf-8"),
        pytest.param("Erdoğan".encode("utf-8-sig"), False, "Erdoğan", id="utf-8 with mark"),
        pytest.param("Erdoğan".encode("utf-16"), False, "Erdoğan", id="23: utf-16 with mark"),
        pytest.param(
            "Erdoğan".encode("utf-16-be").join([b"\xfe\xff", b""]), False, "Erdoğan", id="23: utf-16 big endian"
        ),
        pytest.param('<meta charset="windows-1252">caf\xe9'.encode("cp1252"), True, None, id="23: declared cp1252"),
        pytest.param('<meta charset="iso-8859-1">\x93q\x94'.encode("latin-1"), True, "“q”", id="23: latin-1 is cp1252"),
    ],
)
def test_text_is_decoded_as_it_says(data: bytes, declared: bool, text: str | None) -> None:
    got = decode(data, declared=declared)
    assert got.endswith(text or "café")


@pytest.mark.parametrize(
    ("data", "declared", "reason"),
    [
        pytest.param("caf\xe9 noir".encode("latin-1"), False, "byte 3", id="23: latin-1 that declares nothing"),
        pytest.param(b'<meta charset="utf-8">caf\xe9 noir', True, "utf-8", id="23: latin-1 labelled as utf-8"),
        pytest.param("Erdoğan ".encode() + "é".encode("latin-1") + b"x", False, "byte 9", id="23: mixed"),
        pytest.param(b'<meta charset="klingon">x', True, "'klingon'", id="unknown name"),
        pytest.param(b"\x89PNG\r\n\x1a\n", False, "PNG", id="binary: image"),
        pytest.param(b"%PDF-1.7 ...", False, "PDF", id="binary: pdf"),
        pytest.param(b"abc\x00def", False, "binary", id="binary: zero byte"),
        pytest.param(b"\xff\xfe\x41", False, "utf-16", id="half a utf-16 character"),
    ],
)
def test_what_cannot_be_decoded_says_why(data: bytes, declared: bool, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode(data, declared=declared)
