"""An article as HTML with the cited characters marked; between the tags stands the body, character by character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.holdings import About
from qa.render import words
from qa.types import Article, Carrier, DateSource, Moment
from qa.ui import around

LONGEST_BODY = 120_000
"""Characters of a body that are sent to the page; a longer one is cut around its first mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of a body to mark.

    ``key`` is a citation's number, or ``p`` and a place for a passage found, or ``q`` and a number for a quote.
    """

    key: str
    start: int
    end: int

    @property
    def cited(self) -> bool:
        """Whether an answer cites these characters; a passage was only read, a quote is only said there."""
        return not self.key.startswith(("p", "q"))


@dataclass(frozen=True, slots=True)
class Setting:
    """What an article is shown with: its other carriers, what the archive knows around it, and the turn it belongs to.

    ``first`` is the number that its first quote gets among the quotes of the turn.
    """

    also_in: Sequence[Carrier] = ()
    about: About | None = None
    turn: int = 0
    first: int = 1

    @property
    def quotes(self) -> list[Mark]:
        """The marks of what is said in the article."""
        said = self.about.quotes if self.about else ()
        return [Mark(f"q{self.first + place}", one.start, one.end) for place, one in enumerate(said)]

    @property
    def keys(self) -> dict[int, str]:
        """The keys by which the quotes are opened, by their numbers in the article."""
        said = self.about.quotes if self.about else ()
        return {one.number: f"{self.turn}:q{self.first + place}" for place, one in enumerate(said)}


def article(item: Article, marks: Sequence[Mark], setting: Setting | None = None) -> str:
    """Return the article's head, body and surroundings; overlapping marks share the characters they have in common."""
    setting = setting or Setting()
    cited = any(mark.cited for mark in marks)
    inner = _head(item, setting.also_in) + around.banner(item, setting.about, cited=cited)
    inner += _body(item, [*marks, *setting.quotes], marks)
    inner += around.below(item, setting.about, setting.keys, setting.also_in)
    return f'<article class="dl-article" lang="{words.escaped(item.language)}">{inner}</article>'


def _head(item: Article, also_in: Sequence[Carrier]) -> str:
    e = words.escaped
    published = f"Published {words.day(item.published)}" if item.published else "No date of publication found"
    facts = [f"<span>{e(published)}{_found(item.published, item.date_source)}</span>"]
    if item.updated:
        # Without a date of publication the one source is that of the other date.
        source = item.updated_source if item.published or item.updated_source != "unknown" else item.date_source
        facts.append(f"<span>Updated {e(words.day(item.updated))}{_found(item.updated, source)}</span>")
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


def _found(day: Moment | None, source: DateSource) -> str:
    """Return where a date was found; nothing where there is none."""
    said = words.DATE_SOURCES.get(source, "") if day else ""
    return f' <span class="dl-found">{words.escaped(said)}</span>' if said else ""


def _body(item: Article, marks: Sequence[Mark], wanted: Sequence[Mark]) -> str:
    first = min((mark.start for mark in wanted), default=0)
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
