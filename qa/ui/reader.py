"""An article as HTML with the cited characters marked; between the tags stands the body, character by character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.render import words
from qa.types import Article, Carrier

LONGEST_BODY = 120_000
"""Characters of a body that are sent to the page; a longer one is cut around its first mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of a body to mark: ``key`` is a citation's number, or ``p`` and a place for a passage found."""

    key: str
    start: int
    end: int

    @property
    def cited(self) -> bool:
        """Whether an answer cites these characters; a passage was only read."""
        return not self.key.startswith("p")


def article(item: Article, marks: Sequence[Mark], *, also_in: Sequence[Carrier] = ()) -> str:
    """Return the article's head and body; overlapping marks share the characters they have in common."""
    inner = _head(item, also_in) + _body(item, marks)
    return f'<article class="dl-article" lang="{words.escaped(item.language)}">{inner}</article>'


def _head(item: Article, also_in: Sequence[Carrier]) -> str:
    e = words.escaped
    found = words.DATE_SOURCES.get(item.date_source, "")
    published = f"Published {words.day(item.published)}" if item.published else "No date of publication found"
    facts = [f"<span>{e(published)}</span>"]
    if item.published and found:
        facts.append(f'<span class="dl-found">{e(found)}</span>')
    if item.updated:
        facts.append(f"<span>Updated {e(words.day(item.updated))}</span>")
    if item.version > 1:
        facts.append(f"<span>version {item.version}</span>")
    tags: list[str] = [item.kind] if item.kind != "news" else []
    tags += ["fictional sample"] if item.fictional else []
    tag_html = "".join(f'<span class="dl-tag">{e(tag)}</span>' for tag in tags)
    byline = f'<p class="dl-byline" dir="auto">{e(item.byline)}</p>' if item.byline else ""
    address = words.web_address(item.url)
    link = (
        f'<a class="dl-original" href="{e(address)}" target="_blank" rel="noopener noreferrer">Open the original</a>'
        if address
        else ""
    )
    carried = ", ".join(dict.fromkeys(carrier.outlet or "unknown outlet" for carrier in also_in))
    also = f'<p class="dl-also">Also carried by {e(carried)}</p>' if carried else ""
    headline = e(item.headline) if item.headline else "Without a headline"
    return (
        f'<header><p class="dl-outlet">{e(words.outlet(item))}{tag_html}</p><h2 dir="auto">{headline}</h2>{byline}'
        f'<p class="dl-facts">{"".join(facts)}{link}</p>{also}</header>'
    )


def _body(item: Article, marks: Sequence[Mark]) -> str:
    first = min((mark.start for mark in marks), default=0)
    low, high = 0, len(item.body)
    if high > LONGEST_BODY:
        low = max(0, min(first - LONGEST_BODY // 2, high - LONGEST_BODY))
        high = low + LONGEST_BODY
    before = '<p class="dl-cut">The article begins earlier; this is the part around the citation.</p>' if low else ""
    after = '<p class="dl-cut">The article goes on.</p>' if high < len(item.body) else ""
    inside = [mark for mark in marks if mark.start < high and mark.end > low]
    edges = sorted({low, high, *(min(max(edge, low), high) for mark in inside for edge in (mark.start, mark.end))})
    pieces = []
    for start, end in pairwise(edges):
        over = [mark for mark in inside if mark.start <= start and mark.end >= end]
        pieces.append(_piece(item.body[start:end], over))
    return f'{before}<div class="dl-body" dir="auto">{"".join(pieces)}</div>{after}'


def _piece(text: str, over: Sequence[Mark]) -> str:
    if not over:
        return words.escaped(text)
    tag = "mark" if any(mark.cited for mark in over) else "span"
    keys = " ".join(mark.key for mark in over)
    return f'<{tag} data-marks="{words.escaped(keys)}">{words.escaped(text)}</{tag}>'
