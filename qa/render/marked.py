"""An answer as Markdown in which nothing from an article or a model is markup."""

from __future__ import annotations

from collections.abc import Iterator

from qa.render import words
from qa.types import Answer, Citation, Claimed

_e = words.markdown_escaped


def markdown(answer: Answer, *, full: bool = False) -> str:
    """Return the answer as Markdown: short answer, sentences with ``[1]`` markers, sides or timeline, sources.

    ``full`` adds to each source its byline, dates, characters and an address that opens it at the quote.
    """
    blocks = [f"**{_e(answer.question)}**"]
    if answer.status == "not_found":
        blocks += list(_refusal(answer, full=full))
    else:
        if answer.short_answer:
            blocks.append(f"### {_e(answer.short_answer)}")
        if answer.sides:
            blocks.append("The articles disagree:\n\n" + _claims(answer.sides))
        if answer.sentences:
            blocks.append(" ".join(_e(s.text) + _marks(s.citations) for s in answer.sentences))
        if answer.timeline:
            blocks.append("Over time:\n\n" + _claims(answer.timeline))
    if answer.citations:
        blocks.append("\n".join(_source(citation, full=full) for citation in answer.citations))
    made = f"{words.MODES[answer.mode]}, as of {words.day(answer.as_of)}"
    blocks.append(f"*{_e(words.coverage(answer.coverage))} Answered by: {_e(made)}.*")
    return "\n\n".join(blocks) + "\n"


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f" \\[{number}\\]" for number in numbers)


def _refusal(answer: Answer, *, full: bool) -> Iterator[str]:
    yield f"{words.refusal(answer)}. {_e(words.reason(answer))}"
    if answer.nearest is not None:
        yield "Nearest find:\n\n" + _source(answer.nearest, numbered=False, full=full)


def _claims(claims: tuple[Claimed, ...]) -> str:
    lines = []
    for claim in claims:
        who = ", ".join(part for part in (claim.speaker, claim.outlet, words.day(claim.said)) if part)
        lines.append(f"- {_e(claim.text or words.spoken_value(claim.value))} ({_e(who)}) \\[{claim.citation}\\]")
    return "\n".join(lines)


def _source(citation: Citation, *, numbered: bool = True, full: bool = False) -> str:
    article = citation.article
    head = f"\\[{citation.number}\\] " if numbered else ""
    head += _e(words.source(citation))
    if article.headline:
        head += f": {_e(article.headline)}"
    if citation.speaker:
        head += f" (said by {_e(citation.speaker)})"
    address = words.quoted_address(article, citation.quote) if full else words.web_address(article.url)
    if address:
        head += f" <{address}>"
    more = f"\n\n  {_e(' · '.join(words.particulars(citation)))}" if full else ""
    return f"- {head}\n  > {_e(citation.quote)}{more}"
