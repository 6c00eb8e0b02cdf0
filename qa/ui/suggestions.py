"""Questions that follow from an answer and that the archive can answer: what the people quoted in its articles said."""

from __future__ import annotations

from qa.render.words import escaped as _e
from qa.ui.turn import Turn

MOST = 3


def following(item: Turn) -> str:
    """Return buttons that ask on; nothing below an answer that cites nobody who is quoted."""
    questions = [one for one in _questions(item) if one.casefold() != item.question.strip().casefold()][:MOST]
    if not questions or item.answer is None:
        return ""
    buttons = "".join(
        f'<button type="button" class="dl-suggestion" dir="auto" data-ask="{_e(question)}">{_e(question)}</button>'
        for question in questions
    )
    return f'<div class="dl-following" role="group" aria-label="Ask on">{buttons}</div>'


def _questions(item: Turn) -> list[str]:
    """Return a question for each named person who is quoted word for word in a cited article."""
    asked: dict[str, None] = {}
    for name in item.kept.articles if item.kept else ():
        about = item.about.get(name)
        for quote in about.quotes if about else ():
            if quote.verbatim and len(quote.speaker.split()) in (2, 3) and quote.speaker.istitle():
                asked.setdefault(f"What did {quote.speaker} say?")
    return list(asked)
