"""One question and what has become of it so far: events go in, HTML comes out, and nothing shown is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa.archive.browsing import Narrow
from qa.conversations import Changes, Kept, Thought
from qa.holdings import About
from qa.types import Answer, Article, Carrier, Citation, Event, Evidence, Sentence, Timeline
from qa.ui.reader import Mark, Setting, article

Phase = Literal["reading", "checking", "done", "failed", "stopped"]
"""Where a turn stands: passages are read, sentences are checked, or it has ended in one of three ways."""


@dataclass(slots=True)
class Turn:
    """The state of one question on the page. It only grows."""

    number: int
    question: str
    as_of: str = ""
    phase: Phase = "reading"
    evidence: list[Evidence] = field(default_factory=list)
    citations: dict[int, Citation] = field(default_factory=dict)
    sentences: list[Sentence] = field(default_factory=list)
    answer: Answer | None = None
    notice: str = ""
    wants_timeline: bool = False
    timeline: Timeline | None = None
    part: Narrow = field(default_factory=Narrow)
    """The part of the archive that was asked."""
    conversation: str = ""
    """The conversation that it is kept in; empty while it is not."""
    place: int = 0
    """Its number in that conversation, which is another than here where two pages asked on at once."""
    thought: Thought | None = None
    changes: Changes = field(default_factory=Changes)
    about: dict[str, About] = field(default_factory=dict)
    shown: str = ""
    """Its HTML with its articles once it is past; empty when it has to be made anew."""

    @classmethod
    def of(cls, kept: Kept, conversation: str) -> Turn:
        """Return a turn of an earlier day as it ended."""
        item = cls(kept.number, kept.question, kept.as_of, part=kept.part, conversation=conversation)
        item.thought = kept.thought
        item.place = kept.number
        if isinstance(kept.said, Timeline):
            item.wants_timeline = True
            item.show(kept.said)
        else:
            item.take(kept.said)
        return item

    @property
    def kept(self) -> Kept | None:
        """What is to be kept of it; nothing where it ended without an answer."""
        said = self.answer or self.timeline
        if not said:
            return None
        return Kept(
            self.number, question=self.question, said=said, as_of=self.as_of, part=self.part, thought=self.thought
        )

    @property
    def articles(self) -> dict[str, Article]:
        """Every article of the turn by its id, the cited ones first."""
        cited = self.kept.articles if self.kept else {}
        streamed = {citation.article.id: citation.article for citation in self.citations.values()}
        return {**cited, **streamed, **{found.article.id: found.article for found in self.evidence}}

    def take(self, event: Event) -> bool:
        """Add an event; return whether it brings an article or a mark that the reading pane needs."""
        match event:
            case Evidence():
                self.evidence.append(event)
            case Citation():
                self.citations.setdefault(event.number, event)
                self.phase = "checking"
            case Sentence():
                self.sentences.append(event)
                self.phase = "checking"
            case Answer():
                return self._finish(event)
        return not isinstance(event, Sentence)

    def show(self, timeline: Timeline) -> None:
        """End the turn with the timeline that was asked for."""
        if self.phase == "reading":
            self.timeline, self.phase = timeline, "done"

    def fail(self, notice: str) -> None:
        """End the turn with a notice; what was shown stays."""
        self.phase, self.notice = "failed", notice

    def stop(self) -> None:
        """End the turn because the reader asked so."""
        if self.phase in ("reading", "checking"):
            self.phase = "stopped"

    def _finish(self, answer: Answer) -> bool:
        self.answer, self.phase = answer, "done"
        self.evidence = self.evidence or list(answer.evidence)
        known = len(self.citations)
        for citation in answer.citations:
            self.citations.setdefault(citation.number, citation)
        kept = {sentence.text for sentence in answer.sentences}
        lost = [sentence for sentence in self.sentences if sentence.text not in kept]
        if lost:
            # The archive promises not to do this; if it does, the reader is told instead of seeing text vanish.
            self.notice = "The answer ended otherwise than it began: sentences shown earlier are not part of it."
        self.sentences = lost + list(answer.sentences)
        return len(self.citations) != known or answer.nearest is not None

    @property
    def nearest(self) -> Citation | None:
        """The nearest find of a refusal."""
        return self.answer.nearest if self.answer is not None else None

    def sources(self) -> str:
        """Return every article of this turn, hidden and with its marks, for the reading pane to copy.

        Not in a ``<template>``: Gradio changes a fragment in place and does not look inside one.
        """
        found: dict[str, Article] = {}
        marks: dict[str, list[Mark]] = {}
        carriers: dict[str, Sequence[Carrier]] = {}
        cited = [(str(citation.number), citation) for citation in self.citations.values()]
        if self.nearest is not None:
            cited.append(("nearest", self.nearest))
        if self.timeline is not None:
            listed = (*self.timeline.events, *self.timeline.undated)
            cited += [(f"t{entry.number}", entry.citation) for entry in listed]
        for key, citation in cited:
            found.setdefault(citation.article.id, citation.article)
            marks.setdefault(citation.article.id, []).append(Mark(key, citation.start, citation.end))
            carriers.setdefault(citation.article.id, citation.also_in)
        for place, evidence in enumerate(self.evidence, start=1):
            found.setdefault(evidence.article.id, evidence.article)
            passage = Mark(f"p{place}", evidence.passage.start, evidence.passage.end)
            marks.setdefault(evidence.article.id, []).append(passage)
            carriers.setdefault(evidence.article.id, evidence.also_in)
        shown, first = [], 1
        for key, item in found.items():
            setting = Setting(carriers.get(key, ()), self.about.get(key), self.number, first)
            first += len(setting.quotes)
            held = " ".join(f"{self.number}:{mark.key}" for mark in (*marks[key], *setting.quotes))
            shown.append(f'<div hidden data-holds="{held}">{article(item, marks[key], setting)}</div>')
        return "".join(shown)
