"""The picture of a timeline or of a history: numbered dots on a time axis, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from qa.render import words
from qa.types import Claimed, Moment, Timeline

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
class Point:
    """What a dot stands for: the mark that it opens ("t3", or a citation's "2"), its days, and words about it."""

    key: str
    number: int = field(kw_only=True)
    day: date = field(kw_only=True)
    last: date = field(kw_only=True)
    title: str = field(kw_only=True)
    kind: str = field(kw_only=True, default="")


@dataclass(frozen=True, slots=True)
class Dot:
    """A point's place in the picture: ``x`` along the axis, ``end`` where its time ends, ``lane`` above the axis."""

    point: Point
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
    """Return the picture of a timeline's events; nothing where there are fewer than two."""
    points = [
        Point(
            f"t{entry.number}",
            number=entry.number,
            day=entry.day,
            last=entry.last_day,
            title=f"{words.when(entry)}: {entry.text}",
            kind=entry.changed.kind if entry.changed else "",
        )
        for entry in found.events
        if entry.day and entry.last_day
    ]
    return _picture(points, turn, f"{len(points)} events", "the table below lists them")


def history(claims: Sequence[Claimed], turn: int) -> str:
    """Return the picture of what was said of one thing over time, the last said filled; nothing for fewer than two.

    A dot bears the number of the citation and stands on the day on which it was said.
    """
    points = [
        Point(
            str(claim.citation),
            number=claim.citation,
            day=_day(claim.said),
            last=_day(claim.said),
            title=f"{words.day(claim.said)}: {words.spoken_value(claim.value) or claim.text}",
            kind="latest" if claim is claims[-1] else "",
        )
        for claim in claims
        if claim.said is not None
    ]
    return _picture(points, turn, f"{len(points)} statements", "the list below says them")


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _picture(points: Sequence[Point], turn: int, count: str, below: str) -> str:
    """Return points on a time axis; a click on a dot opens the passage.

    To a screen reader the picture is one image that points to what stands below it.
    """
    if len(points) < 2:
        return ""
    axis = Axis(min(point.day for point in points), max(point.last for point in points))
    dots = list(_dots(axis, points))
    height = (max(dot.lane for dot in dots) + 1) * LANE + 8
    label = f"{count} from {words.day(axis.first)} to {words.day(axis.last)}; {below}."
    stems = "".join(_stem(dot, height) for dot in dots)
    drawn = stems + "".join(_dot(dot, turn, height) for dot in dots)
    return (
        f'<div class="dl-chart"><svg viewBox="0 0 {WIDTH} {height + 26}" role="img" aria-label="{_e(label)}">'
        f'<line class="dl-axis" x1="0" x2="{WIDTH}" y1="{height}" y2="{height}"></line>'
        f"{''.join(_tick(axis, day, name, height) for day, name in ticks(axis.first, axis.last))}{drawn}</svg></div>"
    )


def _dots(axis: Axis, points: Sequence[Point]) -> Iterator[Dot]:
    """Yield each point's dot in the lowest lane where it covers no other."""
    free = [float("-inf")] * MOST_LANES
    for point in points:
        x = axis.x(point.day)
        lane = next((n for n, taken in enumerate(free) if x - taken >= LANE), MOST_LANES - 1)
        free[lane] = x
        yield Dot(point, x, axis.x(point.last), lane)


def _y(dot: Dot, height: int) -> int:
    return height - 16 - dot.lane * LANE


def _stem(dot: Dot, height: int) -> str:
    return f'<line class="dl-stem" x1="{dot.x}" x2="{dot.x}" y1="{_y(dot, height)}" y2="{height}"></line>'


def _dot(dot: Dot, turn: int, height: int) -> str:
    y, point = _y(dot, height), dot.point
    span = f'<rect class="dl-span" x="{dot.x}" y="{y - 3}" width="{dot.end - dot.x:.1f}" height="6" rx="3"></rect>'
    kind = f' data-changed="{_e(point.kind)}"' if point.kind else ""
    return (
        f'<g class="dl-dot" data-opens="{turn}:{point.key}"{kind}><title>{_e(point.title)}</title>'
        f"{span if dot.end > dot.x else ''}"
        f'<circle cx="{dot.x}" cy="{y}" r="{RADIUS}"></circle>'
        f'<text x="{dot.x}" y="{y + 4}" text-anchor="middle">{point.number}</text></g>'
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
