"""A conversation: a follow-up is made to stand alone when it needs the questions before it, and only then."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qa import names, values
from qa.errors import ModelError
from qa.generate import standalone
from qa.llm import Model
from qa.prompts import Prompt
from qa.questions import content, leans_on_history, slot_of, stands_alone_too
from qa.types import Answer, latest_instant

MOST_TURNS = 3
"""Earlier turns that a follow-up may lean on."""

MOST_NAMES = 4
"""Names that are put beside a follow-up."""

_ASKS = re.compile(
    r"\b(?:is|are|was|were|am|be|been|do|does|did|done|has|have|had|will|would|can|could|may|might|should|must|shall)\b"
    r"|\b(?:who|what|which)\s+\w+(?:ed|s|t)\s+(?:it|them|him|her|this|that)\b",
    re.I,
)
"""A verb that a whole question has, or a verb with a pronoun behind it ("who built it")."""

SHORT = 6
"""Words of the longest answer whose names are talked of."""


@dataclass(frozen=True, slots=True)
class Meant:
    """How a question is understood in its conversation.

    ``read`` is what a sentence must answer; ``told`` the question as it can be understood alone, which is shown and
    which a model reads; ``searched`` what passages are looked for with, ``also`` another wording of ``read``.
    """

    read: str
    told: str = field(kw_only=True)
    searched: tuple[str, ...] = field(kw_only=True)
    also: str = field(kw_only=True, default="")


def understood(
    question: str,
    history: Sequence[Answer],
    *,
    lend: Callable[[], Model | None],
    prompts: Mapping[str, Prompt],
    before: datetime | None = None,
) -> Meant:
    """Return what a question means behind the answers so far.

    The model's rewriting is taken only when it keeps every content word of the follow-up and adds none that the
    conversation does not have; else what was talked of is put beside the follow-up. Then the conversation finds the
    passages, and the follow-up's own words the sentence in them: behind "how many people died?", "who was the captain"
    is not to be answered with the number once more. Of an answer given as of a moment later than ``before`` only the
    question as it was typed is used: what it says came later.
    """
    if not history or not leans_on_history(question):
        return Meant(question, told=question, searched=(question,))
    typed = (question,) if stands_alone_too(question) else ()
    told = [_told(turn, before) for turn in history[-MOST_TURNS:]]
    rewritten = _rewritten(question, told, lend(), prompts)
    if rewritten:
        return Meant(rewritten, told=rewritten, searched=(rewritten, *typed), also="".join(typed))
    beside = f"{question.rstrip('?')} ({talked_of(question, history, before=before)})?"
    return Meant(beside if _says_little(question) else question, told=beside, searched=(*typed, beside))


def _rewritten(
    question: str, told: Sequence[tuple[str, str]], model: Model | None, prompts: Mapping[str, Prompt]
) -> str:
    """Return the model's rewriting, "" where it is unfaithful or there is no model."""
    if model is None:
        return ""
    try:
        rewritten = standalone(model, prompts, question, told)
    except ModelError:
        return ""
    return rewritten if faithful(rewritten, question, told) else ""


def talked_of(question: str, history: Sequence[Answer], *, before: datetime | None = None) -> str:
    """Return what a follow-up is about, in the words of the conversation.

    A follow-up that says itself what it asks ("who was the captain") lacks the names alone: with the words of the
    question before ("how many people died") it would be answered once more. One that says next to nothing ("with what
    percentage?") lacks the last question that said something, and the names where that one has none.
    """
    typed = [turn.question for turn in history]
    named = _names(typed, "" if before and latest_instant(history[-1].as_of) > before else history[-1].short_answer)
    if not _says_little(question):
        return ", ".join(named) or _last_full(typed)
    last = _last_full(typed)
    missing = [name for name in named if name.casefold() not in last.casefold()]
    return "; ".join(filter(None, [last, ", ".join(missing) if not names.find(f"So {last}") else ""]))


def _says_little(question: str) -> bool:
    """Tell whether a follow-up has no words for what it asks: "and the capital?", "with what percentage?"."""
    return not content(question) or not _ASKS.search(question)


def _last_full(typed: Sequence[str]) -> str:
    """Return the last question that says by itself what it asks; the first where none does."""
    return next((text for text in reversed(typed) if not _says_little(text)), typed[0]).rstrip("? ")


def _names(typed: Sequence[str], answered: str) -> list[str]:
    """Return the names that were talked of last: of the last question that has any, and of a short answer since."""
    for text in reversed(typed):
        found = [name.text for name in names.find(f"So {text}")]
        if found:
            break
    else:
        found = []
    named = len(answered.split()) <= SHORT and not values.find(answered) and not any(map(str.isdigit, answered))
    short = [name.text for name in names.find(f"So {answered}")] if named else []
    return list(dict.fromkeys([*found, *short]))[:MOST_NAMES]


def _told(turn: Answer, before: datetime | None) -> tuple[str, str]:
    """Return the question and the answer of an earlier turn, as far as they could be known by ``before``."""
    if before is not None and latest_instant(turn.as_of) > before:
        return turn.question, ""
    return turn.standalone_question, turn.short_answer or turn.text[:200]


def faithful(rewritten: str, question: str, told: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a rewriting asks the same: the follow-up's words are kept, and nothing comes from elsewhere.

    A number or a day out of an answer is nothing that was asked for: it would narrow the search, and be wrong where the
    answer was. "Was he convicted" is not asked by "who was convicted" either: the kind of answer stays.
    """
    if slot_of(question) not in ("other", slot_of(rewritten)):
        return False
    asked = {term.stem for term in content(question)}
    given = {term.stem for term in content(rewritten)}
    known = asked | {term.stem for turn in told for text in turn for term in content(text)}
    typed = asked | {term.stem for earlier, _ in told for term in content(earlier)}
    figures = {stem for stem in given if any(map(str.isdigit, stem))}
    return bool(given - asked) and asked <= given and given <= known and figures <= typed
