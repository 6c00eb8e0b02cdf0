"""The numbers of a page's text are those that a browser shows: none is joined, made up or lost.

Left out on purpose are footnote marks and what is struck out; raised and lowered numbers stand apart from their base.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.ingest import Read, html

CHROMIUM = next((path for path in ("/usr/bin/chromium", shutil.which("chromium")) if path and Path(path).exists()), "")

SHOWN = """markup => {
    document.documentElement.innerHTML = markup;
    for (const gone of document.querySelectorAll('del, s, strike, [style*=line-through]')) gone.remove();
    for (const set of document.querySelectorAll('sup, sub, [style*=super], a[role=doc-noteref]')) {
        set.prepend('\\u27e8');
        set.append('\\u27e9');
    }
    for (const quote of document.querySelectorAll('q')) { quote.prepend('“'); quote.append('”'); }
    return document.body.innerText;
}"""
"""What the browser shows (quotation marks of ``q`` it draws itself), without what is struck out, and with brackets
around what is off the line."""

WORDS = st.sampled_from("ferry harbour council wages gates winter million people of the said cost".split())
DIGITS = st.integers(0, 99_999).map(str)
NOTES = st.sampled_from(
    ["<sup>{}</sup>", "<sup><a href='#n'>{}</a></sup>", "<sup class='reference'><a href='#c'>[{}]</a></sup>",
     "<sup>[{}]</sup>", "<span style='vertical-align:super'>{}</span>", "<a role='doc-noteref' href='#n'>{}</a>"]
)  # fmt: skip
OFF_LINE = st.sampled_from(["<sub>{}</sub>", "<sup>*</sup>", "<sup>-{}</sup>", "<sup>{}th</sup>"])
STRUCK = st.sampled_from(
    ["<del>{}</del>", "<s>{}</s>", "<strike>{}</strike>", "<span style='text-decoration:line-through'>{}</span>"]
)
HIDDEN = st.sampled_from(
    ["<span hidden>{}</span>", "<span style='display:none'>{}</span>", "<i style='visibility:hidden'>{}</i>",
     "<!-- {} -->", "<script>var a = {}</script>", "<template>{}</template>"]
)  # fmt: skip
INLINE = st.sampled_from(
    ["<span>{}</span>", "<b>{}</b>", "<em>{}</em>", "<i>{}</i>", "<a href='https://quay.example/{0}'>{0}</a>",
     "<ins>{}</ins>", "<mark>{}</mark>", "<time>{}</time>", "<q>{}</q>", "<font color='navy'>{}</font>"]
)  # fmt: skip
BETWEEN = st.sampled_from(
    [" ", " ", " ", "", "&nbsp;", "&thinsp;", "&#8239;", "&shy;", "<wbr>", ", ", ". ", "-", "/", "<br>"]
)


def within(frames: st.SearchStrategy[str], numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda frame, number: frame.format(number), frames, numbers)


PIECE = st.one_of(
    WORDS,
    WORDS,
    DIGITS,
    DIGITS,
    st.builds("{}{}{}".format, DIGITS, st.sampled_from([",", ".", "&#8239;", "&nbsp;"]), st.just("250")),
    within(NOTES, st.integers(1, 40).map(str)),
    within(OFF_LINE, st.integers(1, 9).map(str)),
    within(STRUCK, DIGITS),
    within(HIDDEN, DIGITS),
    within(INLINE, DIGITS),
)


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    """A paragraph that begins and ends in words, so that it is not taken for a caption, a menu or a copy of another."""
    pieces = draw(st.lists(PIECE, min_size=2, max_size=9))
    inside = "".join(f"{piece}{draw(BETWEEN)}" for piece in pieces)
    who = " ".join(draw(st.permutations("harbour town county water school traffic".split())))
    return f"<p>The {who} council said on Monday that the ferry {inside} was all that there is to tell of it.</p>"


@dataclass(frozen=True, slots=True)
class Browser:
    """One tab that shows markup."""

    tab: Any

    def shown(self, markup: str) -> str:
        return str(self.tab.evaluate(SHOWN, markup))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium: neither /usr/bin/chromium nor chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield Browser(opened.new_page())
        opened.close()


def numbers(text: str) -> list[str]:
    return re.findall(r"[0-9]+", re.sub("[\u00ad\u200b]", "", text))


def agree(shown: str, ours: str) -> None:
    """Hold our text against a browser's: same numbers in the same order, but for those off the line."""
    apart = re.sub("[⟨⟩]", " ", shown)
    on_line = re.sub("⟨[^⟩]*⟩", " ", shown)
    assert is_within(numbers(ours), numbers(apart)), (numbers(ours), apart)
    assert is_within(numbers(on_line), numbers(ours)), (numbers(on_line), ours)


def is_within(some: list[str], every: list[str]) -> bool:
    """Whether all of the first stand among the second, in their order."""
    rest = iter(every)
    return all(one in rest for one in some)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(paragraphs(), min_size=2, max_size=4, unique=True))
def test_the_numbers_of_a_page_are_those_that_a_browser_shows(browser: Browser, written: list[str]) -> None:
    markup = f"<head><title>Quay</title></head><body><article><h1>Harbour</h1>{''.join(written)}</article></body>"
    found = html.read(f"<!doctype html><html lang='en'>{markup}</html>")
    assert isinstance(found, Read), found
    agree(browser.shown(markup), found.body)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(paragraphs(), st.lists(PIECE, max_size=4).map("".join)), min_size=1, max_size=4, unique=True))
def test_the_numbers_of_a_piece_of_html_are_those_that_a_browser_shows(browser: Browser, written: list[str]) -> None:
    cells = "".join(f"<td>{piece}</td>" for piece in written)
    markup = f"<div>{'<br>'.join(written)}<table><tr>{cells}</tr></table></div>"
    agree(browser.shown(f"<head></head><body>{markup}</body>"), html.fragment(markup))


@pytest.mark.parametrize(
    ("shown", "ours", "right"),
    [
        pytest.param("cost 11⟨1⟩ million", "cost 11 million", True, id="a mark left out"),
        pytest.param("cost 11⟨1⟩ million", "cost 111 million", False, id="a mark joined"),
        pytest.param("cost 11 million", "cost million", False, id="a number lost"),
        pytest.param("cost 11 12", "cost 12 11", False, id="another order"),
    ],
)
def test_the_comparison_itself_can_fail(shown: str, ours: str, right: bool) -> None:
    try:
        agree(shown, ours)
    except AssertionError:
        assert not right
    else:
        assert right
