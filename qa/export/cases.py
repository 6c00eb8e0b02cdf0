"""Answers that a reader judged, as cases of an evaluation set.

A thumb up makes a whole case: the answer as it was given is the expectation. A thumb down says only what is wrong, so
its expectation is left open; ``qa eval`` names each such line until somebody fills it in. So is that of an answer that
cites an article which was deleted since: its quotes stand nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from qa.conversations import Conversation, Kept, Thought
from qa.evaluation.sets import Expect, GoldQuote, GoldSide, Question
from qa.export.files import File
from qa.types import Answer, Citation


def cases(conversations: Iterable[Conversation]) -> File:
    """Return the judged answers as a JSON Lines file that ``qa eval`` reads."""
    lines = []
    for conversation in conversations:
        asked: list[str] = []
        for kept in conversation.kept:
            if isinstance(kept.said, Answer):
                if kept.thought is not None:
                    name = f"{conversation.id}.{kept.number}"
                    lines.append(_case(name, kept, kept.said, kept.thought, asked).to_dict())
                asked.append(kept.question)
    text = "".join(json.dumps({"schema": 1, **line}, ensure_ascii=False) + "\n" for line in lines)
    return File("cases.jsonl", mime="application/x-ndjson", text=text)


def _case(name: str, kept: Kept, answer: Answer, thought: Thought, asked: Sequence[str]) -> Question:
    leans = answer.standalone_question not in ("", answer.question)
    lost = any(article.deleted for article in kept.articles.values())
    good = thought.thumb == "up" and not lost
    return Question(
        name,
        kind="follow_up" if leans and asked else _kind(answer) if good else "factual",
        question=kept.question,
        expect=_as_given(answer) if good else Expect("answered") if lost else _open(answer),
        as_of=answer.as_of,
        history=tuple(asked) if leans else (),
        note=thought.why if good else f"to be filled in: {'it cites a deleted article' if lost else _why(thought)}",
    )


def _why(thought: Thought) -> str:
    return thought.why or "not what it should be"


def _kind(answer: Answer) -> str:
    return {"not_found": "unanswerable", "conflicting": "conflicting", "answered": "factual"}[answer.status]


def _as_given(answer: Answer) -> Expect:
    if answer.status == "not_found":
        return Expect("not_found", reason=(answer.reason,) if answer.reason else ())
    numbered = {citation.number: citation for citation in answer.citations}
    if answer.status == "conflicting":
        sides = [
            GoldSide(side.outlet or side.speaker or side.value, quote=_gold(numbered[side.citation]), answers=(said,))
            for side in answer.sides
            if side.citation in numbered and (said := side.value or side.text)
        ]
        return Expect("conflicting", sides=tuple(sides))
    return Expect(
        "answered",
        answers=(answer.short_answer or answer.text,),
        quotes=tuple(_gold(citation) for citation in answer.citations),
    )


def _open(answer: Answer) -> Expect:
    """Return what a thumb down tells: the short answer must not be, and what should be is for somebody to say."""
    wrong = (answer.short_answer,) if answer.short_answer and answer.status == "answered" else ()
    return Expect("answered", must_not=wrong)


def _gold(citation: Citation) -> GoldQuote:
    return GoldQuote(url=citation.article.url, quote=citation.quote)
