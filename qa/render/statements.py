"""What somebody said as terminal text: its date and speaker first, the exact words, then where they stand."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from qa.render import words
from qa.statements import Statement, Statements

_NONE = {
    "unknown_speaker": "No article quotes {person}.",
    "off_topic": "Articles quote {person}, but not on {topic}.",
}


def terminal_statements(found: Statements, *, width: int = 88) -> str:
    """Return the statements as text wrapped at ``width`` columns, without control characters."""
    blocks = [_statement(one, width) for one in found.found]
    if found.reason:
        said = _NONE[found.reason].format(person=found.person, topic=found.topic)
        blocks = [words.printable(said)]
    return "\n\n".join([*blocks, _wrapped(" ".join(_footer(found)), width)]) + "\n"


def _statement(one: Statement, width: int) -> str:
    words_said = " ".join(one.text.split())
    said = f"“{words_said}”" if one.verbatim else words_said
    lines = [words.printable(f"{words.day(one.article.dated)}  [{one.number}]  {_speaker(one)}"), _wrapped(said, width)]
    others = f"and {len(one.also_in):,} more" if one.also_in else ""
    kind = "verbatim" if one.verbatim else "in the article's words"
    lines.append(_wrapped(" · ".join(part for part in (words.outlet(one.article), others, kind) if part), width))
    address = words.web_address(one.article.url)
    return "\n".join([*lines, f"  {address}"] if address else lines)


def _speaker(one: Statement) -> str:
    """Return who says it and by which word, with how the sentence names them where that is another name."""
    named = one.said_by.casefold() not in ("", one.speaker.casefold()) and one.said_by not in one.speaker
    shown = f"{one.speaker} (“{one.said_by}”)" if named else one.speaker
    cue = one.cue if one.cue.isalpha() else ""
    return f"{shown}, {cue}" if cue else shown


def _footer(found: Statements) -> Iterator[str]:
    if found.left_out:
        yield f"{found.left_out:,} older left out: raise the limit."
    if found.off_topic and not found.reason:
        yield f"{found.off_topic:,} more on other things."
    yield words.coverage(found.coverage)
    yield f"As of {words.day(found.as_of)}."


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(
        words.printable(text),
        max(20, width),
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
