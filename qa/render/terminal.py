"""An answer as plain terminal text: no control character from an article or a model reaches the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from qa.render import words
from qa.types import Answer, Citation, Claimed

_p = words.printable


def terminal(answer: Answer, *, width: int = 88, streamed: bool = False) -> str:
    """Return the answer as text, wrapped at ``width`` columns; exact quotes stand whole under their sources.

    ``streamed`` leaves out the sentences, where they have been shown one by one before.
    """
    refused = answer.status == "not_found"
    blocks = list(_refusal(answer, width) if refused else _answered(answer, width, streamed=streamed))
    if answer.citations:
        blocks.append("\n".join(_source(citation, width) for citation in answer.citations))
    blocks.append(_wrapped(_footer(answer), width))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> str:
    filled = textwrap.wrap(
        _p(text),
        max(20, width),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(filled)


def _answered(answer: Answer, width: int, *, streamed: bool) -> Iterator[str]:
    yield _wrapped(answer.short_answer, width, first="→ " if streamed and answer.short_answer else "")
    if answer.sides:
        yield "The articles disagree:\n" + _claims(answer.sides, width)
    text = " ".join(s.text + "".join(f" [{number}]" for number in s.citations) for s in answer.sentences)
    if text and text != answer.short_answer and not streamed:
        yield _wrapped(text, width)
    if answer.timeline:
        yield "Over time:\n" + _claims(answer.timeline, width)


def _refusal(answer: Answer, width: int) -> Iterator[str]:
    yield _wrapped(f"{words.refusal(answer)}. {words.reason(answer)}", width)
    if answer.nearest is not None:
        yield "Nearest find:\n" + _source(answer.nearest, width, numbered=False)


def _claims(claims: tuple[Claimed, ...], width: int) -> str:
    lines = []
    for claim in claims:
        who = ", ".join(part for part in (claim.speaker, claim.outlet, words.day(claim.said)) if part)
        text = f"{claim.text or words.spoken_value(claim.value)} ({who}) [{claim.citation}]"
        lines.append(_wrapped(text, width, first="  - ", rest="    "))
    return "\n".join(lines)


def _source(citation: Citation, width: int, *, numbered: bool = True) -> str:
    article = citation.article
    label = f"[{citation.number}] " if numbered else "  "
    head = words.source(citation)
    if article.headline:
        head += f": {article.headline}"
    if citation.speaker:
        head += f" (said by {citation.speaker})"
    lines = [_wrapped(head, width, first=label, rest="    "), f"    “{_p(citation.quote)}”"]
    address = words.web_address(article.url)
    if address:
        lines.append(f"    {address}")
    return "\n".join(lines)


def _footer(answer: Answer) -> str:
    spent = answer.trace.seconds.get("total") or sum(answer.trace.seconds.values())
    took = f" in {words.seconds(spent)}" if spent else ""
    notes = "".join(f" {note}" for note in answer.trace.notes)
    return (
        f"{words.coverage(answer.coverage)} As of {words.day(answer.as_of)}. "
        f"Answered by: {words.MODES[answer.mode]}{took}.{notes}"
    )
