"""Plots as static SVG, drawn here: no script, no font, no file from elsewhere. Colours are the page's own variables.

Every plot has a title and a description for readers who do not see it; series differ in dash and mark, not in colour
alone; text takes the page's colour, so that light and dark both hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 440, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 14, 14, 44
_DASHES = ("", "7 4", "2 4", "10 3 2 3", "1 3", "14 4")
COLOURS = 6
"""Series colours that the page defines (``--c0`` …); more series than that begin again."""


@dataclass(frozen=True, slots=True)
class Series:
    """A named line or set of points: (x, y), both from 0 to 1; ``weights`` size the points."""

    name: str
    points: tuple[tuple[float, float], ...]
    weights: tuple[float, ...] = field(kw_only=True, default=())


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its interval, in a row of its own."""

    name: str
    value: float = field(kw_only=True)
    low: float = field(kw_only=True)
    high: float = field(kw_only=True)
    note: str = field(kw_only=True, default="")
    series: int = field(kw_only=True, default=0)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around a plot: its identifier in the page, its title, what it shows in a sentence, and its axes."""

    id: str
    title: str = field(kw_only=True)
    about: str = field(kw_only=True)
    x: str = field(kw_only=True)
    y: str = field(kw_only=True, default="")


def curves(frame: Frame, series: Sequence[Series], *, diagonal: bool = False) -> str:
    """Return lines over a unit square, with points where they have weights; ``diagonal`` draws what is ideal."""
    parts = [_axes(frame)]
    if diagonal:
        parts.append(f'<path d="M{_x(0):.1f} {_y(0):.1f}L{_x(1):.1f} {_y(1):.1f}" class="guide"/>')
    for number, held in enumerate(series):
        path = "M" + "L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in held.points)
        dash = _DASHES[number % len(_DASHES)]
        parts.append(f'<path d="{path}" class="line s{number % COLOURS}" stroke-dasharray="{dash}"/>')
        for (x, y), weight in zip(held.points, held.weights, strict=False):
            size = 3 + 6 * weight
            mark = f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="{size:.1f}" class="dot s{number % COLOURS}"/>'
            parts.append(mark)
    return _figure(frame, "".join(parts), HEIGHT, legend=_legend([held.name for held in series]))


def intervals(frame: Frame, bars: Sequence[Bar], *, limit: float = 1.0) -> str:
    """Return one row a bar: a mark at its value, a line over its interval, the figures beside it."""
    names, row = 172, 26
    height = 24 + row * len(bars) + 34
    width = WIDTH - names - 104
    parts = []
    for step in range(5):
        x = names + width * step / 4
        parts.append(f'<path d="M{x:.1f} 10V{height - 38}" class="grid"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{height - 22}" class="tick" text-anchor="middle">{_short(limit * step / 4)}</text>'
        )
    for number, bar in enumerate(bars):
        y = 24 + row * number
        low, value, high = (names + width * min(one, limit) / limit for one in (bar.low, bar.value, bar.high))
        parts.append(f'<text x="{names - 8}" y="{y + 4}" text-anchor="end">{escape(_cut(bar.name))}</text>')
        parts.append(f'<path d="M{low:.1f} {y}H{high:.1f}" class="line s{bar.series % COLOURS}"/>')
        parts.append(f'<circle cx="{value:.1f}" cy="{y}" r="4.5" class="dot s{bar.series % COLOURS}"/>')
        parts.append(f'<text x="{WIDTH - 96}" y="{y + 4}">{escape(f"{_short(bar.value)} {bar.note}")}</text>')
    parts.append(
        f'<text x="{names + width / 2:.1f}" y="{height - 6}" class="axis" text-anchor="middle">{escape(frame.x)}</text>'
    )
    return _figure(frame, "".join(parts), height)


def _axes(frame: Frame) -> str:
    """Return the grid, ticks and axis titles of a unit square."""
    parts = []
    for step in range(6):
        share = step / 5
        parts.append(
            f'<path d="M{_x(share):.1f} {_y(0):.1f}V{_y(1):.1f}M{_x(0):.1f} {_y(share):.1f}H{_x(1):.1f}" class="grid"/>'
        )
        parts.append(
            f'<text x="{_x(share):.1f}" y="{_y(0) + 15:.1f}" class="tick" text-anchor="middle">{share:g}</text>'
        )
        parts.append(
            f'<text x="{_x(0) - 6:.1f}" y="{_y(share) + 4:.1f}" class="tick" text-anchor="end">{share:g}</text>'
        )
    middle = (HEIGHT - _BOTTOM + _TOP) / 2
    parts.append(f'<text x="{_x(0.5):.1f}" y="{HEIGHT - 8}" class="axis" text-anchor="middle">{escape(frame.x)}</text>')
    parts.append(
        f'<text x="13" y="{middle:.1f}" class="axis" text-anchor="middle" transform="rotate(-90 13 {middle:.1f})">'
        f"{escape(frame.y)}</text>"
    )
    return "".join(parts)


def _figure(frame: Frame, inner: str, height: float, *, legend: str = "") -> str:
    return (
        f'<figure><figcaption id="{frame.id}-t">{escape(frame.title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="{frame.id}-t {frame.id}-d">'
        f'<desc id="{frame.id}-d">{escape(frame.about)}</desc>{inner}</svg>{legend}'
        f"<p>{escape(frame.about)}</p></figure>"
    )


def _legend(names: Iterable[str]) -> str:
    items = "".join(
        f'<li><svg viewBox="0 0 34 10" width="34" height="10" aria-hidden="true">'
        f'<path d="M1 5H33" class="line s{number % COLOURS}" stroke-dasharray="{_DASHES[number % len(_DASHES)]}"/>'
        "</svg>"
        f" {escape(name)}</li>"
        for number, name in enumerate(names)
    )
    return f'<ul class="legend">{items}</ul>' if items else ""


def _x(share: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * share


def _y(share: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * share


def _cut(name: str, longest: int = 27) -> str:
    return name if len(name) <= longest else f"…{name[1 - longest :]}"


def _short(value: float) -> str:
    return (
        f"{value:.2f}".removeprefix("0") if 0 < value < 1 else f"{value:g}" if value == int(value) else f"{value:.1f}"
    )
