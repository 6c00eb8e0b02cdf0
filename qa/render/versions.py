"""The versions of one article, and what changed from each to the next, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from qa import sentences
from qa.render import words
from qa.types import Article, Carrier


def terminal_versions(
    versions: Sequence[Article],
    corrected: Sequence[Carrier] = (),
    aside: Sequence[Article] = (),
    *,
    diff: bool = False,
) -> str:
    """Return a line for each version, the oldest first; with ``diff`` under each the sentences that came and went.

    ``aside`` are versions that are put aside, because an earlier one was restored.
    """
    lines: list[str] = []
    for place, article in enumerate(versions):
        lines.append(_line(article))
        if diff and place:
            lines += changed(versions[place - 1], article)
    lines += [f"put aside: {_line(article)}" for article in aside]
    lines += [f"{words.corrected_on(each.published)}: {_plain(each.headline)}" for each in corrected]
    return "\n".join(lines) + "\n"


def _line(article: Article) -> str:
    dated, headline = words.day(article.updated or article.published), _plain(article.headline)
    return f"{article.version}. {dated}  {_plain(words.outlet(article))}: {headline}  [{article.id}]"


def changed(before: Article, after: Article) -> Iterator[str]:
    """Yield the sentences that went, behind ``-``, and those that came, behind ``+``."""
    if before.headline != after.headline:
        yield f"   - {_plain(before.headline)}"
        yield f"   + {_plain(after.headline)}"
    one, two = _sentences(before.body), _sentences(after.body)
    for kind, start, end, other_start, other_end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"   - {text}" for text in one[start:end])
            yield from (f"   + {text}" for text in two[other_start:other_end])


def _sentences(body: str) -> list[str]:
    return [_plain(body[span.start : span.end]) for span in sentences.split(body)]


def _plain(text: str) -> str:
    return words.printable(" ".join(text.split()))
