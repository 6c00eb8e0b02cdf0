"""A timeline as terminal text and as Markdown: one entry a paragraph, its time first, its exact quote below."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from qa.render import words
from qa.types import Entry, Timeline

_e = words.markdown_escaped


def terminal_timeline(found: Timeline, *, width: int = 88) -> str:
    """Return the timeline as text wrapped at ``width`` columns, without control characters."""
    blocks = [_entry(entry, width) for entry in found.events] or [words.no_events(found)]
    if found.undated:
        blocks += ["Without a date:", *(_entry(entry, width) for entry in found.undated)]
    blocks.append(_wrapped(" ".join(_footer(found)), width))
    return "\n\n".join(blocks) + "\n"


def _entry(entry: Entry, width: int) -> str:
    head = f"{words.when(entry)}  [{entry.number}]" if entry.day else f"[{entry.number}]"
    mark = words.changed(entry)
    lines = [words.printable(head) + (f"  ({words.printable(mark)})" if mark else "")]
    lines.append(_wrapped(entry.text, width))
    article = entry.citation.article
    source = " · ".join(
        part for part in (words.told_by(entry), words.day(article.dated), words.dated_by(entry)) if part
    )
    lines.append(_wrapped(source, width))
    if entry.text != " ".join(entry.citation.quote.split()):
        lines.append(f"  “{words.printable(entry.citation.quote)}”")
    address = words.web_address(article.url)
    return "\n".join([*lines, f"  {address}"] if address else lines)


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(
        words.printable(text),
        max(20, width),
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _footer(found: Timeline) -> Iterator[str]:
    yield from words.notes(found)
    yield words.coverage(found.coverage)
    yield f"As of {words.day(found.as_of)}."


def markdown_timeline(found: Timeline) -> str:
    """Return the timeline as Markdown in which nothing from an article is markup."""
    blocks = [f"**{_e(found.query)}**"]
    blocks.append("\n".join(map(_item, found.events)) if found.events else _e(words.no_events(found)))
    if found.undated:
        blocks.append("Without a date:\n\n" + "\n".join(map(_item, found.undated)))
    blocks.append(f"*{_e(' '.join(_footer(found)))}*")
    return "\n\n".join(blocks) + "\n"


def _item(entry: Entry) -> str:
    article = entry.citation.article
    mark = words.changed(entry)
    told = ", ".join(part for part in (words.told_by(entry), words.day(article.dated), words.dated_by(entry)) if part)
    time = f"**{_e(words.when(entry))}** " if entry.day else ""
    address = words.web_address(article.url)
    link = f" <{address}>" if address else ""
    change = f" *{_e(mark)}*" if mark else ""
    return f"- \\[{entry.number}\\] {time}{_e(entry.text)}{change} ({_e(told)}){link}\n  > {_e(entry.citation.quote)}"
