"""Coverage as a picture: how many articles there are in each span of time, by outlet; and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qa.archive.browsing import Counts
from qa.render import words
from qa.ui.chart import ticks

_e = words.escaped
WIDTH, HEIGHT, LABEL = 720, 120, 20
MOST_BARS = 60
SHADES = 6
"""Outlets with a shade of their own; the others share the last."""

_SPANS = (1, 7, 30, 91, 365, 1826)
"""Days of a bar: a day, a week, a month, a quarter, a year, five years."""

_NAMES = {1: "day", 7: "week", 30: "30 days", 91: "13 weeks", 365: "year", 1826: "five years"}


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts by outlet for each span of ``step`` days from ``first``."""

    first: date
    step: int
    counted: tuple[Counter[str], ...]
    outlets: tuple[str, ...]
    """The outlets with a shade of their own, the largest first."""


def bars(days: Mapping[tuple[date, str], int]) -> Bars:
    """Return the counts in at most ``MOST_BARS`` spans of time."""
    first, last = min(day for day, _ in days), max(day for day, _ in days)
    length = (last - first).days + 1
    step = next((span for span in _SPANS if length <= span * MOST_BARS), -(-length // MOST_BARS))
    counted: list[Counter[str]] = [Counter() for _ in range(-(-length // step))]
    whole: Counter[str] = Counter()
    for (day, outlet), number in days.items():
        counted[(day - first).days // step][outlet] += number
        whole[outlet] += number
    shaded = [outlet for outlet, _ in whole.most_common(SHADES if len(whole) <= SHADES else SHADES - 1)]
    return Bars(first, step, tuple(counted), tuple(shaded))


def chart(counts: Counts) -> str:
    """Return the picture, its legend and its table; nothing for an archive without a dated article."""
    if not counts.days:
        return ""
    found = bars(counts.days)
    most = max(sum(count.values()) for count in found.counted)
    width = WIDTH / len(found.counted)
    drawn = "".join(_bar(found, place, width, most) for place in range(len(found.counted)))
    last = found.first + timedelta(days=found.step * len(found.counted) - 1)
    span = _NAMES.get(found.step, f"{found.step} days")
    label = (
        f"Articles by {span} and outlet, {words.day(found.first)} to {words.day(last)}; the table below says the same."
    )
    axis = "".join(_tick(found, day, name, last) for day, name in ticks(found.first, last))
    return (
        f'<figure class="dl-coverage-chart"><figcaption>Articles by {span}, at most {most:,}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + LABEL}" role="img" aria-label="{_e(label)}">{drawn}{axis}</svg>'
        f"{_legend(found)}{_table(found)}</figure>"
    )


def _bar(found: Bars, place: int, width: float, most: int) -> str:
    top, parts = float(HEIGHT), []
    for shade, number in _shares(found, found.counted[place]):
        height = number / most * (HEIGHT - 6)
        top -= height
        parts.append(
            f'<rect class="dl-shade-{shade}" x="{place * width + 0.5:.1f}" y="{top:.1f}" '
            f'width="{max(1.0, width - 1):.1f}" height="{height:.1f}"></rect>'
        )
    if not parts:
        return ""
    return f"<g><title>{_e(_said(found, place))}</title>{''.join(parts)}</g>"


def _shares(found: Bars, counted: Counter[str]) -> list[tuple[int, int]]:
    """Return (shade, articles) of one span, those without a shade of their own together as the last."""
    shares = [(shade, counted[outlet]) for shade, outlet in enumerate(found.outlets) if counted[outlet]]
    others = sum(number for outlet, number in counted.items() if outlet not in found.outlets)
    return [*shares, (SHADES - 1, others)] if others else shares


def _when(found: Bars, place: int) -> str:
    first = found.first + timedelta(days=place * found.step)
    last = first + timedelta(days=found.step - 1)
    return words.short_day(first) if found.step == 1 else f"{words.short_day(first)} – {words.short_day(last)}"


def _said(found: Bars, place: int) -> str:
    listed = ", ".join(
        f"{outlet or 'unknown outlet'} {number:,}" for outlet, number in found.counted[place].most_common()
    )
    return f"{_when(found, place)}: {listed}"


def _tick(found: Bars, day: date, name: str, last: date) -> str:
    x = (day - found.first).days / ((last - found.first).days + 1) * WIDTH
    anchor = "start" if x < 30 else "end" if x > WIDTH - 30 else "middle"
    return f'<text class="dl-day" x="{x:.1f}" y="{HEIGHT + 15}" text-anchor="{anchor}">{_e(name)}</text>'


def _legend(found: Bars) -> str:
    others = any(outlet not in found.outlets for counted in found.counted for outlet in counted)
    named: Sequence[tuple[int, str]] = [*enumerate(outlet or "unknown outlet" for outlet in found.outlets)]
    named = [*named, (SHADES - 1, "others")] if others else named
    square = (
        '<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="dl-shade-{}" width="10" height="10"></rect></svg>'
    )
    items = "".join(f'<li dir="auto">{square.format(shade)}{_e(name)}</li>' for shade, name in named)
    return f'<ul class="dl-legend">{items}</ul>'


def _table(found: Bars) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{_e(_when(found, place))}</th><td>{sum(counted.values()):,}</td>"
        f'<td dir="auto">{_e(_said(found, place).partition(": ")[2])}</td></tr>'
        for place, counted in enumerate(found.counted)
        if counted
    )
    head = "<tr><th scope='col'>When</th><th scope='col'>Articles</th><th scope='col'>By outlet</th></tr>"
    return (
        '<details class="dl-around"><summary>Coverage as a table</summary>'
        f'<div class="dl-scroll" tabindex="0" role="region" aria-label="Coverage as a table"><table class="dl-table">'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></div></details>"
    )
