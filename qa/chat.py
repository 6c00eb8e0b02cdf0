"""A conversation: a follow-up is made to stand alone when it needs the questions before it, and only then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from qa.errors import ModelError
from qa.generate import standalone
from qa.llm import Model
from qa.prompts import Prompt
from qa.questions import content, leans_on_history
from qa.types import Answer, latest_instant

MOST_TURNS = 3
"""Earlier turns that a follow-up may lean on."""


def stand_alone(
    question: str,
    history: Sequence[Answer],
    *,
    model: Model | None,
    prompts: Mapping[str, Prompt],
    before: datetime | None = None,
) -> str:
    """Return the question as it can be understood without the conversation.

    Of an answer given as of a moment later than ``before`` only the question as it was typed is used: what it says came
    later.

    The model's rewriting is taken only when it keeps every content word of the follow-up and adds none that the
    conversation does not have; else the question before is put beside the follow-up, which retrieval reads as well.
    """
    if not history or not leans_on_history(question):
        return question
    told = [_told(turn, before) for turn in history[-MOST_TURNS:]]
    beside = f"{_opening(question)}{told[-1][0].rstrip('?')})?"
    if model is None:
        return beside
    try:
        rewritten = standalone(model, prompts, question, told)
    except ModelError:
        return beside
    return rewritten if faithful(rewritten, question, told) else beside


def _opening(question: str) -> str:
    return f"{question.rstrip('?')} ("


def is_beside(standalone: str, question: str) -> bool:
    """Tell whether the question before was only put beside the follow-up, for want of a faithful rewriting."""
    return standalone.startswith(_opening(question))


def _told(turn: Answer, before: datetime | None) -> tuple[str, str]:
    """Return the question and the answer of an earlier turn, as far as they could be known by ``before``."""
    if before is not None and latest_instant(turn.as_of) > before:
        return turn.question, ""
    return turn.standalone_question, turn.short_answer or turn.text[:200]


def faithful(rewritten: str, question: str, told: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a rewriting asks the same: the follow-up's words are kept, and nothing comes from elsewhere."""
    asked = {term.stem for term in content(question)}
    given = {term.stem for term in content(rewritten)}
    known = asked | {term.stem for turn in told for text in turn for term in content(text)}
    return bool(given - asked) and asked <= given and given <= known
