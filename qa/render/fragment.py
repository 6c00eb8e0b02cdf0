"""An answer as one self-contained HTML fragment: no script, no style, every character from outside escaped."""

from __future__ import annotations

from qa.render import words
from qa.types import Answer, Citation, Claimed

_e = words.escaped


def html(answer: Answer, *, full: bool = False) -> str:
    """Return the answer as an HTML ``<article>`` whose markers link to its list of sources.

    ``full`` adds to each source its byline, dates and characters.
    """
    parts = [f'<h2 dir="auto">{_e(answer.question)}</h2>']
    if answer.status == "not_found":
        parts.append(f'<p dir="auto"><strong>{words.refusal(answer)}.</strong> {_e(words.reason(answer))}</p>')
        if answer.nearest is not None:
            parts.append(f"<p>Nearest find:</p>{_source(answer, answer.nearest, numbered=False, full=full)}")
    else:
        if answer.short_answer:
            parts.append(f'<p dir="auto"><strong>{_e(answer.short_answer)}</strong></p>')
        if answer.sides:
            parts.append(f"<p>The articles disagree:</p>{_claims(answer, answer.sides)}")
        sentences = " ".join(_e(s.text) + _marks(answer, s.citations) for s in answer.sentences)
        parts.append(f'<p dir="auto">{sentences}</p>' if sentences else "")
        if answer.timeline:
            parts.append(f"<p>Over time:</p>{_claims(answer, answer.timeline)}")
    if answer.citations:
        items = "".join(f"<li>{_source(answer, citation, full=full)}</li>" for citation in answer.citations)
        parts.append(f'<ol style="list-style:none">{items}</ol>')
    made = (
        f"{words.coverage(answer.coverage)} Answered by: {words.MODES[answer.mode]}, as of {words.day(answer.as_of)}."
    )
    parts.append(f"<footer><small>{_e(made)}</small></footer>")
    return f'<article class="dateline-answer" data-status="{_e(answer.status)}">{"".join(parts)}</article>'


def _anchor(answer: Answer, number: int) -> str:
    return _e(f"{answer.id}-{number}")


def _marks(answer: Answer, numbers: tuple[int, ...]) -> str:
    return "".join(f' <a href="#{_anchor(answer, number)}">[{number}]</a>' for number in numbers)


def _claims(answer: Answer, claims: tuple[Claimed, ...]) -> str:
    items = []
    for claim in claims:
        who = ", ".join(part for part in (claim.speaker, claim.outlet, words.day(claim.said)) if part)
        text = _e(claim.text or words.spoken_value(claim.value))
        items.append(f'<li dir="auto">{text} ({_e(who)}){_marks(answer, (claim.citation,))}</li>')
    return f"<ul>{''.join(items)}</ul>"


def _source(answer: Answer, citation: Citation, *, numbered: bool = True, full: bool = False) -> str:
    article = citation.article
    label = f'<span id="{_anchor(answer, citation.number)}">[{citation.number}]</span> ' if numbered else ""
    title = f": <cite>{_e(article.headline)}</cite>" if article.headline else ""
    said = f" (said by {_e(citation.speaker)})" if citation.speaker else ""
    address = words.quoted_address(article, citation.quote)
    link = f' <a href="{_e(address)}" rel="noopener noreferrer">original</a>' if address else ""
    quote = f'<blockquote dir="auto">{_e(citation.quote)}</blockquote>'
    more = f"<p><small>{_e(' · '.join(words.particulars(citation)))}</small></p>" if full else ""
    return f"{label}{_e(words.source(citation))}{title}{said}{link}{quote}{more}"
