"""Small gold sets for two modules that everything stands on: the support check and the time expressions.

``eval/support_cases.jsonl`` and ``eval/time_expressions.jsonl``; their fields are in ``eval/README.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, TypeAdapter

from qa import dates, support
from qa.evaluation import jsonl, timex
from qa.evaluation.sets import moment
from qa.types import Moment

_Moment = Annotated[Moment, BeforeValidator(moment)]


@dataclass(frozen=True, slots=True)
class SupportCase:
    """A claim, a text of a day, and whether the claim may be shown as a fact that the text states."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)
    id: str
    kind: str
    """What decides: number, scale, unit, date, name, role, polarity, direction, modality, speaker, quote, extra."""

    claim: str
    text: str
    written: _Moment
    supported: bool


@dataclass(frozen=True, slots=True)
class GoldTime:
    """A time expression as it stands in the text, and its TIMEX3 value."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class TimedSentence:
    """A sentence of an article of a day with its time expressions in order; without any, it only looks timed."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)
    id: str
    written: _Moment
    text: str
    times: tuple[GoldTime, ...] = field(default=())

    def gold(self) -> tuple[timex.Timex, ...]:
        """Return the gold with its characters, each expression looked for behind the one before.

        Raises:
            ValueError: one is not in the text.
        """
        found, after = [], 0
        for held in self.times:
            start = self.text.index(held.text, after)
            after = start + len(held.text)
            found.append(timex.Timex(start, after, held.value))
        return tuple(found)


_SUPPORT: TypeAdapter[SupportCase] = TypeAdapter(SupportCase)
_TIMED: TypeAdapter[TimedSentence] = TypeAdapter(TimedSentence)


def support_cases(path: Path) -> tuple[SupportCase, ...]:
    """Return the cases of a file.

    Raises:
        EvalError: it cannot be read, is empty, or a line does not follow the schema.
    """
    return jsonl.load(path, _SUPPORT, what="support case")


def timed_sentences(path: Path) -> tuple[TimedSentence, ...]:
    """Return the sentences of a file.

    Raises:
        EvalError: it cannot be read, is empty, or a line does not follow the schema.
    """
    return jsonl.load(path, _TIMED, what="timed sentence")


def support_figures(cases: Sequence[SupportCase]) -> Mapping[str, tuple[float, int]]:
    """Return, with their n, how much of the supported is shown, and how much of the rest is (less is better)."""
    shown = [
        (case.supported, support.check(case.claim, case.text, written=case.written).verdict == "supported")
        for case in cases
    ]
    return {
        "recall": _share([said for gold, said in shown if gold]),
        "false_support": _share([said for gold, said in shown if not gold]),
    }


def time_figures(sentences: Sequence[TimedSentence]) -> Mapping[str, tuple[float, int]]:
    """Return, with the number of gold expressions, relaxed F1, strict F1 and value F1 (TempEval-3)."""
    documents = []
    for sentence in sentences:
        found = dates.resolve(sentence.text, sentence.written)
        mentions = tuple(timex.Timex(mention.start, mention.end, mention.value) for mention in found)
        documents.append(timex.TimexDocument(sentence.gold(), mentions))
    whole = timex.score(documents, calendar=False)
    figures = {"relaxed_f1": whole.relaxed_f1, "strict_f1": whole.strict_f1, "value_f1": whole.value_f1}
    return {name: (value, whole.gold) for name, value in figures.items()}


def _share(held: Sequence[bool]) -> tuple[float, int]:
    return sum(held) / max(len(held), 1), len(held)
