from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.ingest import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("a\r\nb\rc", "a\nb\nc", id="one kind of newline"),
        pytest.param("a\u2028b\u2029c", "a\nb\nc", id="unicode line ends"),
        pytest.param("Pu\u200btin", "Putin", id="25: zero width space"),
        pytest.param("\ufeffHello", "Hello", id="byte order mark"),
        pytest.param("abc\u202edef\u202c", "abcdef", id="25: bidi override"),
        pytest.param("a\U000e0041\U000e0042b", "ab", id="25: tag characters"),
        pytest.param("a\x00b\x07c", "abc", id="NUL and bell"),
        pytest.param("a\ud800b", "ab", id="lone surrogate"),
        pytest.param("tab\tstays", "tab\tstays", id="tab stays"),
        pytest.param("so\u00adft", "soft", id="soft hyphen"),
        pytest.param("one  \n\n\n\n two", "one\n\n two", id="many blank lines"),
        pytest.param("İstanbul’da 3,5 %", "İstanbul’da 3,5 %", id="letters stay"),
        pytest.param("Zelenski\u0301", "Zelenskí", id="composed"),
        pytest.param(" \n\u200b\n ", "", id="nothing seen is nothing"),
    ],
)
def test_body_keeps_what_is_seen(text: str, cleaned: str) -> None:
    assert clean.body(text) == cleaned


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean.body(text)
    assert clean.body(once) == once
    once.encode("utf-8")


def test_a_line_is_one_line_and_bounded() -> None:
    assert clean.line(" A\n headline\twith  space ") == "A headline with space"
    assert len(clean.line("x" * 900)) == 500
