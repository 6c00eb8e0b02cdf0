"""What stands below an article in the reading pane: its newer versions, what is said in it by whom, who carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from qa import corrections
from qa.holdings import About
from qa.render import words
from qa.statements import Statement
from qa.types import Article, Carrier
from qa.ui.differences import differences

_e = words.escaped
_SHOWN = 240
"""Characters of a quote in the list; the whole of it is marked in the article."""


def banner(item: Article, about: About | None, *, cited: bool) -> str:
    """Return the warnings above an article: what corrects it, and that it is no longer what stands at its place."""
    return _corrections(item, about) + _standing(item, about, cited=cited)


def _corrections(item: Article, about: About | None) -> str:
    """Return what corrects an article; an article that the archive lost still has the notices inside it."""
    found = (about.corrected if about is not None else ()) or corrections.of(item)
    told = (f"{words.corrected_on(one.published)}; {words.correction(one, item)}" for one in found)
    return "".join(
        f'<p class="dl-notice" data-kind="corrected" dir="auto">{_e(text[0].upper() + text[1:])}</p>' for text in told
    )


def _standing(item: Article, about: About | None, *, cited: bool) -> str:
    """Return the warning that an article is deleted or no longer what stands at its place, or nothing."""
    if item.deleted:
        text = "Deleted from the archive. Only the words that were cited or read for the answer are left of it."
        return f'<p class="dl-notice" data-kind="changed">{text}</p>'
    if about is None:
        return ""
    if not about.versions:
        text = "This article is no longer in the archive; this is the text as it was cited."
        return f'<p class="dl-notice" data-kind="changed">{text}</p>' if cited else ""
    newest = about.versions[-1]
    if newest.id == item.id:
        return ""
    when = f", of {words.day(newest.updated or newest.dated)}" if newest.dated else ""
    if item.id in {each.id for each in about.aside}:
        text = f"This version was put aside: another one stands there now{when}."
        return f'<p class="dl-notice" data-kind="changed">{_e(text)}</p>'
    return (
        f'<p class="dl-notice" data-kind="changed">There is a newer version of this article{_e(when)}: '
        "see Versions below.</p>"
    )


def below(item: Article, about: About | None, keys: Mapping[int, str], also_in: Sequence[Carrier]) -> str:
    """Return the sections after the body; ``keys`` are the marks of the quotes by their numbers."""
    carriers = list(dict.fromkeys((*also_in, *(about.carriers if about else ()))))
    parts = [_carriers(carriers)]
    if about is not None:
        parts = [_quotes(item, about.quotes, keys), _versions(item, about.versions), *parts]
    return "".join(parts)


def _section(title: str, inner: str) -> str:
    return f'<details class="dl-around"><summary>{_e(title)}</summary>{inner}</details>'


def _quotes(item: Article, quotes: Sequence[Statement], keys: Mapping[int, str]) -> str:
    """Return every statement under its speaker, in the order in which the speakers come."""
    by_speaker: dict[str, list[Statement]] = {}
    for one in quotes:
        by_speaker.setdefault(one.speaker or one.said_by or "Nobody named", []).append(one)
    if not by_speaker:
        return ""
    inner = "".join(
        f'<h3 dir="auto">{_e(speaker)}</h3><ul>{"".join(_quote(item, one, keys[one.number]) for one in said)}</ul>'
        for speaker, said in by_speaker.items()
    )
    return _section(f"Quotes ({len(quotes)})", inner)


def _quote(item: Article, one: Statement, key: str) -> str:
    text = " ".join(one.text.split())
    if len(text) > _SHOWN:
        text = text[:_SHOWN].rpartition(" ")[0] + " …"
    shown = f"“{text}”" if one.verbatim else text
    kind = "" if one.verbatim else '<small class="dl-who">in the article’s words</small>'
    button = (
        f'<button type="button" class="dl-passage" dir="auto" data-opens="{_e(key)}" '
        f'data-original="{_e(words.quoted_address(item, one.text))}">{_e(shown)}</button>'
    )
    return f"<li>{button}{kind}</li>"


def _versions(item: Article, versions: Sequence[Article]) -> str:
    if len(versions) < 2:
        return ""
    parts = []
    for before, after in pairwise(versions):
        when = words.day(after.updated or after.dated)
        here = " (the one shown)" if after.id == item.id else ""
        title = f"Version {after.version}, {when}{here}, against version {before.version}"
        headline = ""
        if before.headline != after.headline:
            headline = f'<div class="dl-headline-diff">{differences(before.headline, after.headline)}</div>'
        parts.append(f"<h3>{_e(title)}</h3>{headline}{differences(before.body, after.body)}")
    return _section(f"Versions ({len(versions)})", "".join(parts))


def _carriers(carriers: Sequence[Carrier]) -> str:
    if not carriers:
        return ""
    return _section(f"Also carried by {len(carriers)}", f"<ul>{''.join(map(_carrier, carriers))}</ul>")


def _carrier(carrier: Carrier) -> str:
    address = words.web_address(carrier.url)
    name = _e(carrier.outlet or "unknown outlet")
    shown = (
        f'<a href="{_e(address)}" target="_blank" rel="noopener noreferrer">{name}</a>' if address else f"<b>{name}</b>"
    )
    when = f" · {_e(words.short_day(carrier.published))}" if carrier.published else ""
    return f'<li dir="auto">{shown}{when} {_e(carrier.headline)}</li>'
