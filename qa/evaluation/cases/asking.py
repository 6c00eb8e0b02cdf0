"""Rows through the product: questions with the conversation before them, quotes, timelines and searches as printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from qa import render
from qa.evaluation.cases.rows import Row, Said, Shown
from qa.statements import Statements
from qa.types import Answer, Evidence, Moment, Timeline


class Archive(Protocol):
    """What a row is put to: ``NewsQA``."""

    def ask(self, question: str, *, as_of: str | Moment | None = None, history: Sequence[Answer] = ()) -> Answer:
        """Answer one question."""

    def quotes(self, person: str, topic: str | None = None, *, as_of: str | Moment | None = None) -> Statements:
        """Return what somebody said."""

    def timeline(self, question_or_name: str, *, as_of: str | Moment | None = None) -> Timeline:
        """Return what happened, in order."""

    def search(self, question: str, *, k: int = 10, as_of: str | Moment | None = None) -> list[Evidence]:
        """Return passages."""


def shown(rows: Iterable[Row], news: Archive) -> Iterator[tuple[Row, Shown]]:
    """Yield what the archive shows for each row, in order. A turn that several rows share is asked once.

    Raises:
        DatelineError: an archive that cannot answer is no wrong answer, and ends it.
    """
    talks: dict[tuple[str | None, tuple[str, ...]], tuple[Answer, ...]] = {}

    def talk(turns: tuple[str, ...], as_of: str | None) -> tuple[Answer, ...]:
        key = (as_of, turns)
        if turns and key not in talks:
            before = talk(turns[:-1], as_of)
            talks[key] = (*before, news.ask(turns[-1], as_of=as_of, history=before))
        return talks.get(key, ())

    for row in rows:
        if row.asked:
            yield row, of_answer(talk((*row.after, row.question), row.as_of)[-1])
        else:
            yield row, _printed(row, news)


def of_answer(answer: Answer) -> Shown:
    """Return what an answer shows."""
    return Shown(answer.status, answer.short_answer, answer.text, tuple(held.quote for held in answer.citations))


def _printed(row: Row, news: Archive) -> Shown:
    if row.kind == "quotes":
        found = news.quotes(row.question, as_of=row.as_of)
        said = tuple(Said(one.text, one.speaker) for one in found.found)
        return Shown(text=render.terminal_statements(found), said=said)
    if row.kind == "timeline":
        return Shown(text=render.terminal_timeline(news.timeline(row.question, as_of=row.as_of)))
    found_passages = news.search(row.question, as_of=row.as_of)
    lines = (f"{one.article.headline}\n{one.passage.text}" for one in found_passages)
    return Shown(text="\n".join(lines), quotes=tuple(one.passage.text for one in found_passages))
