"""Whether everybody can use the page: WCAG 2.2 AA by axe in every state and view, keyboard, zoom, motion, direction."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
from fake_news import FakeNews, broken
from person import BOX, FOCUS, ask, expect, holds, reads, says, timeline, view

pytestmark = pytest.mark.browser
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

FILLED = {"archive": "#dl-shelf li", "kept": "#dl-kept .dl-row", "settings": "#dl-model form"}
"""What stands in a view once the server has filled it."""

STOP = """(e => [['nav', '.dl-nav'], ['thread', '#dl-thread'], ['answer', '#dl-transcript'], ['filters', '#dl-filters'],
    ['question', '#dl-composer'], ['article', '#dl-pane']].find(([_, place]) => e.closest(place))?.[0] ?? 'elsewhere')(
    document.activeElement)"""
MOVING = """[...document.querySelectorAll('#dl-main *')].filter(e => getComputedStyle(e).animationName.startsWith('dl')
    && parseFloat(getComputedStyle(e).animationDuration) > 0.01).length"""


def faults(page: Any) -> list[str]:
    """Every violation that axe sees, as "rule: where"."""
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run(document, {runOnly: {type: 'tag', values: levels}})", LEVELS)
    assert found["passes"], "axe looked at nothing"
    return [
        f"{rule['id']}: {node['target']} {node['html'][:90]}" for rule in found["violations"] for node in rule["nodes"]
    ]


def states(page: Any, news: FakeNews) -> dict[str, list[str]]:
    """Walk through the page as a reader would, and look at each state."""
    seen = {"welcome": faults(page)}
    for number, question in enumerate(("ferry", "price", "football", "arabic"), start=1):
        ask(page, question, turn=number)
        if question == "ferry":
            page.click(".dl-chip >> nth=0")
            page.click(".dl-reading summary:has-text('Quotes')")
            page.wait_for_selector(".dl-reading .dl-around[open]")
        page.locator("#dl-turn .dl-how summary, #dl-turn .dl-evidence summary").first.click()
        seen[question] = faults(page)
    timeline(page, "the ferry", turn=5)
    seen["timeline"] = faults(page)
    news.failing = broken()
    ask(page, "ferry", turn=6, phase="failed")
    page.click(".dl-part summary")
    page.wait_for_selector("#dl-part-since", state="visible")
    seen["fault and filters"] = faults(page)
    page.press(".dl-part summary", "Escape")
    page.wait_for_selector("#dl-part-since", state="hidden")
    news.failing = None
    view(page, "archive")
    page.wait_for_selector("#dl-shelf li")
    page.click("#dl-coverage summary >> nth=0")
    seen["archive"] = faults(page)
    page.click("#dl-shelf button:has-text('Delete') >> nth=0")
    expect(page.locator("dialog button:has-text('Keep it')")).to_be_focused()
    seen["dialog"] = faults(page)
    page.press("dialog button:has-text('Keep it')", "Escape")
    page.wait_for_selector("dialog", state="detached")
    view(page, "kept")
    page.wait_for_selector("#dl-kept .dl-row")
    page.click("#dl-kept summary:has-text('Rename') >> nth=0")
    seen["conversations"] = faults(page)
    view(page, "settings")
    page.select_option("#dl-llm", "openai")
    seen["settings"] = faults(page)
    return seen


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_axe_finds_no_fault(page: Any, news: FakeNews, look: str, width: int) -> None:
    page.emulate_media(color_scheme=look)
    page.set_viewport_size({"width": width, "height": 844})
    if width < 900:
        # The article is a sheet there, in which the same parts stand.
        ask(page, "ferry")
        page.click(".dl-chip >> nth=0")
        page.wait_for_selector(".dl-reading .dl-article", state="visible")
        seen = {"sheet": faults(page)}
        page.click("[data-close]")
        for name, stands in FILLED.items():
            view(page, name)
            page.wait_for_selector(stands, state="attached")
            seen[name] = faults(page)
    else:
        seen = states(page, news)
    assert {name: found for name, found in seen.items() if found} == {}


def test_axe_itself_sees_a_fault(page: Any) -> None:
    page.evaluate("document.querySelector('.dl-brand').insertAdjacentHTML('afterend', '<button></button>')")
    assert any(found.startswith("button-name") for found in faults(page))


def test_focus_goes_in_the_order_in_which_the_page_is_read(page: Any) -> None:
    ask(page, "ferry")
    page.evaluate("document.activeElement.blur(); document.querySelector('.dl-nav button').focus()")
    stops: list[str] = []
    for _ in range(80):
        stops.append(page.evaluate(f"() => {{ window.was = {FOCUS}; return {STOP}; }}"))
        if stops[-1] == "article":
            break
        page.keyboard.press("Tab")
        holds(page, f"{FOCUS} !== window.was")
    order = list(dict.fromkeys(stops))
    assert order == ["nav", "thread", "answer", "filters", "question", "article"]


def test_every_chip_has_a_name_that_says_what_it_opens(page: Any) -> None:
    ask(page, "ferry")
    names = page.eval_on_selector_all(
        "#dl-turn .dl-chip", "chips => chips.map(chip => chip.getAttribute('aria-label'))"
    )
    assert all(name.startswith("Citation ") and "Open the article at these words" in name for name in names)
    page.press(".dl-chip[data-citation='1:1'] >> nth=0", "Enter")
    expect(page.locator(".dl-reading[aria-label='Article']")).to_be_focused()
    says(page, ".dl-place", "Citation 1 of 3")


def test_at_twice_the_size_nothing_is_cut_off(page: Any) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # 1280 × 800 at 200 %
    ask(page, "ferry")
    holds(page, "document.documentElement.scrollWidth <= 640")
    page.click(".dl-chip[data-citation='1:3'] >> nth=0")
    reads(page, "Tickets will cost", begins=True)
    for name in ("archive", "kept", "settings"):
        view(page, name)
        page.wait_for_selector(FILLED[name], state="attached")
        holds(page, "document.documentElement.scrollWidth <= 640")
        holds(page, f"(view => view.scrollWidth <= view.clientWidth)(document.querySelector('#dl-{name}-view'))")
    view(page, "ask")
    expect(page.locator(BOX)).to_be_visible()


def test_nothing_moves_where_less_motion_is_wanted(page: Any, news: FakeNews) -> None:
    page.fill(BOX, "ferry wait")
    news.hold.clear()
    page.press(BOX, "Enter")
    page.wait_for_selector(".dl-pulse")
    assert page.evaluate(MOVING) == 0
    news.hold.set()
