"""How soon the chat page can be used: from the request to a question box and the archive's examples.

    python eval/bench_page.py [--index indexes/sample] [--runs 10] [--url http://127.0.0.1:7860]

Serves the page on a free loopback port (without a language model), or takes a page that is served. Prints seconds for a
profile that knows nothing and for one that was there before, with the load of the machine: they are those of a browser
and a server that share it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USABLE = ("#dl-question textarea", ".dl-example, .dl-welcome code")
ARGUMENTS = ("--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True, slots=True)
class Load:
    """One opening of the page: seconds until it can be used, and how many requests that took."""

    seconds: float
    requests: int


def load(tab: Any, url: str) -> Load:
    """Open the page in a tab and wait until it can be used."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(url, wait_until="commit")
    for place in USABLE:
        tab.wait_for_selector(place)
    return Load(tab.evaluate("performance.now()") / 1000, len(asked))


def loads(browser: Any, url: str, runs: int, *, fresh: bool) -> list[Load]:
    """Open the page ``runs`` times, each in a profile of its own or all in one that was there before."""
    found: list[Load] = []
    context = browser.new_context()
    for number in range(runs + (not fresh)):
        if fresh and number:
            context.close()
            context = browser.new_context()
        tab = context.new_page()
        tab.set_default_timeout(120_000)
        found.append(load(tab, url))
        tab.close()
    context.close()
    return found if fresh else found[1:]


def row(name: str, found: Sequence[Load]) -> str:
    """Return one line of the table."""
    seconds = sorted(one.seconds for one in found)
    middle, last = statistics.median(seconds), seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
    return f"{name:<28} {seconds[0]:6.2f} {middle:7.2f} {last:6.2f} {len(seconds):4d} {found[0].requests:9d}"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    if given.url:
        measure(given.url, given.runs)
        return
    from qa import NewsQA
    from qa.ui import app

    with NewsQA.open(given.index, extractive=True) as news:
        page = app.open_page(news, port=0)
        measure(page.url, given.runs)
        page.close()


def measure(url: str, runs: int) -> None:
    """Print the table of one page."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        lines = [f"{'seconds until usable':<28} {'best':>6} {'median':>7} {'p95':>6} {'n':>4} {'requests':>9}"]
        lines += [row(name, loads(browser, url, runs, fresh=fresh)) for name, fresh in KINDS]
        browser.close()
    lines.append(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    sys.stdout.write("\n".join(lines) + "\n")


KINDS = (("a new profile", True), ("opened again", False))


if __name__ == "__main__":
    main()
