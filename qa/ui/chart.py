"""The picture of a timeline: numbered dots on a time axis, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qa.render import words
from qa.types import Entry, Timeline

_e = words.escaped
WIDTH = 720
"""Units of the picture's width; it is scaled to the column."""

MARGIN = 24
RADIUS = 11
LANE = 27
"""Units between dots that would cover each other, which are stacked."""

MOST_LANES = 10
MOST_TICKS = 7
_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6)


@dataclass(frozen=True, slots=True)
class Dot:
    """An entry's place in the picture: ``x`` along the axis, ``end`` where its time ends, ``lane`` above the axis."""

    entry: Entry
    x: float
    end: float
    lane: int


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from first to last, laid out over the picture's width."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Return where a day stands; the middle where there is only one."""
        days = (self.last - self.first).days
        share = (day - self.first).days / days if days else 0.5
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def chart(found: Timeline, turn: int) -> str:
    """Return the picture of a timeline's events; nothing where there are fewer than two.

    A click on a dot opens the passage. To a screen reader the picture is one image that points to the table.
    """
    placed = [(entry, entry.day, entry.last_day) for entry in found.events if entry.day and entry.last_day]
    if len(placed) < 2:
        return ""
    axis = Axis(min(day for _, day, _ in placed), max(last for _, _, last in placed))
    dots = list(_dots(axis, placed))
    height = (max(dot.lane for dot in dots) + 1) * LANE + 8
    span = f"{words.day(axis.first)} to {words.day(axis.last)}"
    label = f"{len(dots)} events from {span}; the table below lists them."
    stems = "".join(_stem(dot, height) for dot in dots)
    drawn = stems + "".join(_dot(dot, turn, height) for dot in dots)
    return (
        f'<div class="dl-chart"><svg viewBox="0 0 {WIDTH} {height + 26}" role="img" aria-label="{_e(label)}">'
        f'<line class="dl-axis" x1="0" x2="{WIDTH}" y1="{height}" y2="{height}"></line>'
        f"{''.join(_tick(axis, day, name, height) for day, name in ticks(axis.first, axis.last))}{drawn}</svg></div>"
    )


def _dots(axis: Axis, placed: Sequence[tuple[Entry, date, date]]) -> Iterator[Dot]:
    """Yield each entry's dot in the lowest lane where it covers no other."""
    free = [float("-inf")] * MOST_LANES
    for entry, day, last in placed:
        x = axis.x(day)
        lane = next((n for n, taken in enumerate(free) if x - taken >= LANE), MOST_LANES - 1)
        free[lane] = x
        yield Dot(entry, x, axis.x(last), lane)


def _y(dot: Dot, height: int) -> int:
    return height - 16 - dot.lane * LANE


def _stem(dot: Dot, height: int) -> str:
    return f'<line class="dl-stem" x1="{dot.x}" x2="{dot.x}" y1="{_y(dot, height)}" y2="{height}"></line>'


def _dot(dot: Dot, turn: int, height: int) -> str:
    y = _y(dot, height)
    title = f"{words.when(dot.entry)}: {dot.entry.text}"
    span = f'<rect class="dl-span" x="{dot.x}" y="{y - 3}" width="{dot.end - dot.x:.1f}" height="6" rx="3"></rect>'
    kind = f' data-changed="{_e(dot.entry.changed.kind)}"' if dot.entry.changed else ""
    return (
        f'<g class="dl-dot" data-opens="{turn}:t{dot.entry.number}"{kind}><title>{_e(title)}</title>'
        f"{span if dot.end > dot.x else ''}"
        f'<circle cx="{dot.x}" cy="{y}" r="{RADIUS}"></circle>'
        f'<text x="{dot.x}" y="{y + 4}" text-anchor="middle">{dot.entry.number}</text></g>'
    )


def ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Return the days that the axis names: of years, months or days, as many as fit."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months >= 24:
        years = range(first.year + (first > date(first.year, 1, 1)), last.year + 1)
        step = -(-len(years) // MOST_TICKS)
        return [(date(year, 1, 1), str(year)) for year in years[::step]]
    if months >= 2:
        step = next((step for step in _MONTH_STEPS if months / step <= MOST_TICKS), 6)
        starts = [first.year * 12 + first.month + n for n in range(0, months, step)]
        days = [date(month // 12, month % 12 + 1, 1) for month in starts]
        return [(day, words.short_day(day).partition(" ")[2]) for day in days if first <= day <= last]
    length = (last - first).days
    step = next((step for step in _STEPS if length / step <= MOST_TICKS - 1), 14)
    listed = [first + timedelta(days=n) for n in range(0, length + 1, step)]
    return [(day, words.short_day(day).rpartition(" ")[0]) for day in listed]


def _tick(axis: Axis, day: date, name: str, height: int) -> str:
    x = axis.x(day)
    anchor = "start" if x <= MARGIN else "end" if x >= WIDTH - MARGIN else "middle"
    return (
        f'<line class="dl-tick" x1="{x}" x2="{x}" y1="{height}" y2="{height + 6}"></line>'
        f'<text class="dl-day" x="{x}" y="{height + 21}" text-anchor="{anchor}">{_e(name)}</text>'
    )
