"""The judge of renderings sees what acts, and lets text be."""

from __future__ import annotations

import pytest

from qa.evaluation.active import addresses, in_html, in_markdown, in_terminal

KNOWN = ("https://wire.example/a",)


@pytest.mark.parametrize(
    "fragment",
    [
        "<img src=x>", "<p onclick='a()'>x</p>", "<a href='javascript:a()'>x</a>", "<a href='https://evil.example'>x</a>",
        "<script>a</script>", "<svg/>", "<!-- x -->", "<form action='/x'>",
        "<!DOCTYPE x>", "<?x ?>", "<base href='//e.example'>",
    ],
)  # fmt: skip
def test_what_acts_in_html_is_seen(fragment: str) -> None:
    assert in_html(fragment, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/y.png)", "[x](javascript:a)", "<https://evil.example>", "<b>x</b>", "`x`", "    x",
        "[x]\n\n[x]: https://evil.example", "---", "| a |\n|---|\n| b |", "```\nx\n```", "1. x", "~~x~~",
    ],
)  # fmt: skip
def test_what_acts_in_markdown_is_seen(text: str) -> None:
    assert in_markdown(text, KNOWN)


def test_text_and_known_addresses_are_let_be() -> None:
    assert (
        in_html("<p>1 &lt; 2 &amp; <a href='#x1'>[1]</a> <a href='https://wire.example/a#:~:text=x'>y</a></p>", KNOWN)
        == []
    )
    assert in_markdown("**When** \\[1\\] x\n\n- Wire <https://wire.example/a>\n  > quote\n", KNOWN) == []
    assert in_terminal("a\nb “c” https://wire.example/a") == []
    assert addresses("see https://wire.example/a. Or not", KNOWN) == []


def test_a_terminal_that_is_moved_is_seen() -> None:
    assert in_terminal("a\x1b[2J") == ["control character '\\x1b'"]
    assert in_terminal("a\u202eb\tc")


@pytest.mark.parametrize("text", ["go to https://evil.example/x", "www.evil.example now", "javascript:alert(1)"])
def test_addresses_in_plain_text_are_seen(text: str) -> None:
    assert addresses(text, KNOWN)
