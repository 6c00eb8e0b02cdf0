"""The archive as HTML: what stands in it, how to find and delete it, and what became of what was dropped in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa.archive.browsing import Counts, Listing, Narrow, Shelf
from qa.index import IngestReport
from qa.render import words
from qa.ui.thread import does

_e = words.escaped
PAGE = 25
"""Articles of one part of the list."""

MOST_NOTES = 50
"""Rejected sources that are named one by one."""

HEAD = """
<section class="dl-page" aria-labelledby="dl-archive-title">
  <h2 id="dl-archive-title" tabindex="-1">Archive</h2>
</section>
"""
DROP = """
<p class="dl-foot">Drop articles here to take them in: text, Markdown, HTML, PDF, JSON, JSON Lines, CSV or a feed.</p>
"""
ADDRESS = f"""
<form class="dl-search" {does("take")}>
  <label for="dl-address">Or the address of a page or a feed</label>
  <input id="dl-address" name="address" type="url" maxlength="2000" placeholder="https://…" required>
  <button type="submit">Take in</button>
</form>
"""


def filters(counts: Counts) -> str:
    """Return the form that searches and filters the list."""
    outlets = _options(counts.outlets, "every outlet")
    languages = _options(counts.languages, "every language")
    return (
        f'<form class="dl-search dl-filters" role="search" {does("browse")} data-live>'
        '<p><label for="dl-words">Headline, outlet or byline</label>'
        '<input id="dl-words" name="words" type="search" maxlength="200" dir="auto"></p>'
        f'<p><label for="dl-outlet">Outlet</label><select id="dl-outlet" name="outlets">{outlets}</select></p>'
        f'<p><label for="dl-language">Language</label><select id="dl-language" name="language">{languages}</select></p>'
        '<p><label for="dl-since">From</label><input id="dl-since" name="since" type="date"></p>'
        '<p><label for="dl-until">To</label><input id="dl-until" name="until" type="date"></p></form>'
    )


def _options(counted: Mapping[str, int], every: str) -> str:
    named = sorted((name, number) for name, number in counted.items() if name)
    return f'<option value="">{every}</option>' + "".join(
        f'<option value="{_e(name)}">{_e(name)} ({number:,})</option>' for name, number in named
    )


def listing(shelf: Shelf, wanted: Narrow, offset: int, *, read_only: bool) -> str:
    """Return a part of the list with its place in the whole."""
    if not shelf.total:
        text = "No article fits these filters." if wanted else "The archive is empty: drop files above to fill it."
        return f'<p class="dl-none" role="status">{text}</p>'
    rows = "".join(_row(one, read_only=read_only) for one in shelf.listed)
    first, last = offset + 1, offset + len(shelf.listed)
    steps = "".join(
        f'<button type="button" data-browse="{at}"{"" if there else " disabled"}>{name}</button>'
        for name, at, there in (
            ("Newer", max(0, offset - PAGE), offset > 0),
            ("Older", offset + PAGE, last < shelf.total),
        )
    )
    place = f'<p class="dl-foot" role="status">{first:,}–{last:,} of {shelf.total:,} articles {steps}</p>'
    return f'<ul class="dl-list">{rows}</ul>{place}'


def _row(one: Listing, *, read_only: bool) -> str:
    headline = _e(one.headline or "Without a headline")
    facts = [one.outlet or "unknown outlet", words.short_day(one.dated), one.byline]
    facts += [f"version {one.version}"] if one.version > 1 else []
    facts += ["fictional sample"] if one.fictional else []
    every = f", with all its {one.versions} versions" if one.versions > 1 else ""
    confirm = _e(
        f"Delete the article “{one.headline or one.id}”{every}? It can only be taken in again, not restored. "
        "Answers that cite it keep the cited words, marked as deleted."
    )
    delete = (
        f'<span class="dl-actions"><button type="button" {does("remove", article=one.id)} data-confirm="{confirm}" '
        f'aria-label="Delete {headline}">Delete</button></span>'
    )
    lang = f' lang="{_e(one.language)}"' if one.language else ""
    return (
        f'<li><button type="button" class="dl-row" {does("show", article=one.id)}><b dir="auto"{lang}>{headline}</b>'
        f'<small dir="auto">{_e(" · ".join(fact for fact in facts if fact))}</small></button>'
        f"{'' if read_only else delete}</li>"
    )


def progress(done: int, total: int | None, what: str) -> str:
    """Return how far the taking in is."""
    bar = f'<progress max="{total}" value="{done}" aria-label="Articles taken in"></progress>' if total else ""
    pulse = '<span class="dl-pulse" aria-hidden="true"></span>'
    return f'<p class="dl-progress" role="status">{pulse}{_e(what)}, {done:,} so far {bar}</p>'


def report(taken: IngestReport, names: Mapping[str, str]) -> str:
    """Return what became of what was given; ``names`` are the names by which the reader knows the sources."""
    counts = ", ".join(
        f"{number:,} {name}"
        for number, name in (
            (taken.added, "added"),
            (taken.updated, "updated"),
            (taken.unchanged, "unchanged"),
            (len(taken.rejected), "rejected"),
        )
    )
    notes = [("rejected", note) for note in taken.rejected] + [("note", note) for note in taken.flagged]
    told = ((kind, _known(note.source, names), _known(note.reason, names)) for kind, note in notes[:MOST_NOTES])
    remarks = "".join(f'<li dir="auto" data-kind="remark">{_e(_known(said, names))}</li>' for said in taken.remarks)
    rows = "".join(f'<li dir="auto" data-kind="{kind}"><b>{_e(what)}</b>: {_e(why)}</li>' for kind, what, why in told)
    more = f"<li>and {len(notes) - MOST_NOTES:,} more</li>" if len(notes) > MOST_NOTES else ""
    listed = f'<ul class="dl-notes">{remarks}{rows}{more}</ul>' if remarks or rows else ""
    return f'<div class="dl-notice" data-kind="report" role="status">{counts}.{listed}</div>'


def _known(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the server's own paths replaced by the names that the reader gave."""
    for path, name in names.items():
        text = text.replace(path, name)
    return text


def health(info: Mapping[str, Any]) -> str:
    """Return how the archive is, closed."""
    return f'<details class="dl-around"><summary>Health of the archive</summary>{facts(info)}</details>'


def facts(info: Mapping[str, Any]) -> str:
    """Return what the archive holds, how it is open, and its notes."""
    size = int(info.get("bytes") or 0)
    told = (
        ("Articles", f"{int(info.get('articles') or 0):,}, of which {int(info.get('undated') or 0):,} without a date"),
        ("Earlier versions", f"{int(info.get('superseded') or 0):,}"),
        ("Passages", f"{int(info.get('passages') or 0):,}"),
        ("Waiting to be searchable", str(info.get("pending") or "none")),
        ("Open as", str(info.get("mode") or "")),
        ("Written by", str(info.get("writer") or "")),
        ("Search by meaning", str(info.get("dense") or "")),
        ("Encoder", str(info.get("encoder") or "")),
        ("On disk", f"{size / 1e6:,.1f} MB" if size else ""),
        ("Notes", "; ".join(str(note) for note in info.get("notes") or ())),
    )
    rows = "".join(f'<dt>{name}</dt><dd dir="auto">{_e(value)}</dd>' for name, value in told if value)
    return f'<dl class="dl-facts-list">{rows}</dl>'
