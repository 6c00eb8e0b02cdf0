"""A timeline as HTML: the picture for the eye, and the table that says the same to every reader."""

from __future__ import annotations

from collections.abc import Sequence

from qa.render import words
from qa.types import Entry, Timeline
from qa.ui.chart import chart
from qa.ui.chips import chip

_e = words.escaped


def timeline(found: Timeline, turn: int) -> str:
    """Return a timeline: picture, table, what has no date, and what was searched."""
    searched = " ".join((*words.notes(found), words.coverage(found.coverage)))
    below = f'<p class="dl-coverage" dir="auto">{_e(searched)}</p>'
    if not found.events:
        body = f'<p class="dl-short">{_e(words.no_events(found))}</p>'
    else:
        body = chart(found, turn) + _table(turn, found.events, "Events in the order of time")
    aside = f"<h3>Without a date</h3>{_table(turn, found.undated, 'Without a date')}" if found.undated else ""
    return f'<div class="dl-found-events">{body}{aside}{below}</div>'


# The roles are said in words: a browser forgets them where the narrow page lays the rows out as blocks.
def _table(turn: int, entries: Sequence[Entry], caption: str) -> str:
    rows = "".join(_row(turn, entry) for entry in entries)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("When", "What happened, and who reports it"))
    return (
        f'<table class="dl-events" role="table"><caption>{_e(caption)}</caption><thead><tr>{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(turn: int, entry: Entry) -> str:
    by = words.dated_by(entry)
    when = f"{_e(words.when(entry))}{f'<small>{_e(by)}</small>' if by else ''}"
    mark = words.changed(entry)
    kind = entry.changed.kind if entry.changed else ""
    change = f'<span class="dl-change" data-change="{_e(kind)}" dir="auto">{_e(mark)}</span>' if mark else ""
    said = f'<span class="dl-who" dir="auto">{_e(entry.speaker)}</span>' if entry.speaker else ""
    names = ", ".join(dict.fromkeys(carrier.outlet or "unknown outlet" for carrier in entry.also_in))
    also = f'<span class="dl-who" dir="auto">also in {_e(names)}</span>' if names else ""
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{when}</th>'
        f'<td role="cell"><p dir="auto">{_e(entry.text)} {change}</p>'
        f"{chip(turn, entry.citation, key=f't{entry.number}')}{said}{also}</td></tr>"
    )
