"""An answer as it grows: checked sentences one behind the other, their citations, what was withheld."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qa.citations import Citations
from qa.types import Citation, Dropped, Evidence, Sentence, Verdict


@dataclass(frozen=True, slots=True)
class Carrying:
    """Characters of an article that carry a sentence: ``start`` and ``end`` are offsets into its body."""

    evidence: Evidence
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    speaker: str = field(kw_only=True, default="")


class Composer:
    """Collects what may be shown. Only a sentence that something carries gets in, and none gets out."""

    def __init__(self, as_of: datetime) -> None:
        self.citations = Citations(as_of)
        self.sentences: list[Sentence] = []
        self.dropped: list[Dropped] = []
        self._length = 0

    @property
    def text(self) -> str:
        """The answer so far: its sentences in single spaces."""
        return " ".join(sentence.text for sentence in self.sentences)

    def says(self, text: str) -> bool:
        """Tell whether a sentence with these words is there already."""
        words = text.casefold().split()
        return any(sentence.text.casefold().split() == words for sentence in self.sentences)

    def add(self, text: str, carriers: Sequence[Carrying], *, score: float = 1.0) -> Iterator[Citation | Sentence]:
        """Append a sentence, yielding each citation that it is the first to use, and then the sentence itself.

        Args:
            text: the sentence.
            carriers: what carries it, best first; at least one.
            score: the support score in 0…1.

        Raises:
            ValueError: there is no carrier. A sentence without a citation is a programming error, never shown.
        """
        if not carriers:
            raise ValueError(f"no citation carries {text!r}")
        text = " ".join(text.split())
        numbers = []
        for found in carriers:
            citation, new = self.citations.cite(found.evidence, found.start, found.end, speaker=found.speaker)
            numbers.append(citation.number)
            if new:
                yield citation
        start = self._length + (1 if self.sentences else 0)
        self._length = start + len(text)
        sentence = Sentence(
            text,
            start=start,
            end=self._length,
            citations=tuple(dict.fromkeys(numbers)),
            verdict="supported",
            score=score,
        )
        self.sentences.append(sentence)
        yield sentence

    def drop(self, text: str, *, verdict: Verdict, why: str) -> None:
        """Record a drafted sentence that is withheld."""
        self.dropped.append(Dropped(text, verdict=verdict, why=why))
