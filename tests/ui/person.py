"""What a person does on the page and sees there. Everything waits: a busy machine is slow, not wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect

PATIENCE = 120.0
"""Seconds that anything may take on a machine that others use too; a test that passes waits for none of them."""

BOX = "#dl-question textarea"
AS_OF = "#dl-as-of input, #dl-as-of textarea"
FOCUS = "document.activeElement"

expect.set_options(timeout=1000 * PATIENCE)


def soon(look: Callable[[], Any], wanted: Any, *, patience: float = PATIENCE) -> None:
    """Look again and again until ``wanted`` is seen; what was seen last is in the failure."""
    end = time.monotonic() + patience
    while (seen := look()) != wanted and time.monotonic() < end:
        time.sleep(0.02)
    assert seen == wanted


def holds(page: Any, script: str) -> None:
    """Wait until a script's expression holds."""
    page.wait_for_function(script)


def says(page: Any, selector: str, *parts: str) -> None:
    """Wait until the place, the first of its kind, holds each of these texts."""
    for part in parts:
        expect(page.locator(selector).first).to_contain_text(part, use_inner_text=True)


def count(page: Any, selector: str, number: int) -> None:
    """Wait until there are so many."""
    expect(page.locator(selector)).to_have_count(number)


def gone(page: Any, selector: str) -> None:
    """Wait until nothing of it is to be seen."""
    expect(page.locator(f"{selector} >> visible=true")).to_have_count(0)


def ask(page: Any, question: str, *, turn: int = 1, phase: str = "done") -> Any:
    """Type a question, press Enter, and return its turn once it has come to this phase."""
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    return page.wait_for_selector(f".dl-turn[data-turn='{turn}'][data-phase='{phase}']")


def timeline(page: Any, about: str, *, turn: int = 1, phase: str = "done") -> Any:
    """Type what a timeline is wanted of, and return its turn once it has come to this phase."""
    page.fill(BOX, about)
    page.click("#dl-timeline")
    return page.wait_for_selector(f".dl-turn[data-turn='{turn}'][data-phase='{phase}']")


def view(page: Any, name: str) -> None:
    """Go to a view and wait until it stands."""
    page.click(f".dl-nav [data-view='{name}']")
    page.wait_for_selector(f"#dl-{name}-title" if name != "ask" else BOX, state="visible")


def marked(page: Any) -> str:
    """Return the highlighted words as they are now."""
    return str(
        page.evaluate("[...document.querySelectorAll('.dl-reading .dl-active')].map(m => m.textContent).join('')")
    )


def reads(page: Any, words: str, *, begins: bool = False) -> None:
    """Wait until exactly these words are highlighted, or words that begin like this."""
    soon(lambda: marked(page)[: len(words) if begins else None], words)


def in_view(page: Any, selector: str) -> None:
    """Wait until the place is within the reading pane."""
    script = """(selector) => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        const pane = document.querySelector('.dl-reading')?.getBoundingClientRect();
        return box && pane && box.top >= pane.top && box.bottom <= pane.bottom && box.height > 0;
    }"""
    page.wait_for_function(script, arg=selector)


def conversation(page: Any) -> str:
    """Return the conversation that the address names."""
    page.wait_for_function("new URL(location.href).searchParams.get('c')")
    return str(page.evaluate("new URL(location.href).searchParams.get('c')"))


def saved(page: Any, click: str) -> tuple[str, str]:
    """Click, and return name and text of the file that the browser saves."""
    with page.expect_download() as told:
        page.click(click)
    return told.value.suggested_filename, Path(told.value.path()).read_text(encoding="utf-8")
