"""A small archive and something that answers from it, rightly, wrongly, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qa.types import Answer, Article, Citation, Claimed, Evidence, Moment, Passage, Sentence, Trace

TALKS = Article(
    "talks",
    body="The talks start on Tuesday, 29 March 2022, in Istanbul. Twelve people take part.",
    url="https://paper.example/talks",
    published=date(2022, 3, 28),
)
UPDATE = Article(
    "update",
    body="The talks were moved to Wednesday, 30 March 2022. Twenty people take part.",
    url="https://paper.example/update",
    published=date(2022, 3, 29),
)
ARTICLES = {article.id: article for article in (TALKS, UPDATE)}


def cite(number: int, article: Article, quote: str) -> Citation:
    start = article.body.index(quote)
    return Citation(number, article=article, start=start, end=start + len(quote), quote=quote)


def evidence(article: Article, *, rank: int = 1) -> Evidence:
    passage = Passage(f"{article.id}-0", article_id=article.id, start=0, end=len(article.body), text=article.body)
    return Evidence(passage, article=article, rank=rank, score=1.0)


def answered(text: str, citations: Sequence[Citation], **options: Any) -> Answer:
    """An answer of one sentence that cites all of the citations."""
    sentence = Sentence(text, start=0, end=len(text), citations=tuple(held.number for held in citations), score=0.9)
    defaults: dict[str, Any] = {
        "question": "?",
        "standalone_question": "?",
        "as_of": date(2022, 3, 28),
        "status": "answered",
        "mode": "extractive",
        "text": text,
        "sentences": (sentence,),
        "citations": tuple(citations),
        "evidence": tuple(evidence(held.article) for held in citations),
        "trace": Trace("", seconds={"search": 0.1}, tokens={"prompt": 7}, signals={"probability": 0.8}),
    }
    return Answer("a", **{**defaults, **options})


def refused(**options: Any) -> Answer:
    defaults: dict[str, Any] = {"sentences": (), "status": "not_found", "reason": "silent"}
    return answered("The archive does not say.", (), **{**defaults, **options})


def side(value: str, text: str, citation: int) -> Claimed:
    return Claimed(value, text=text, citation=citation)


@dataclass
class Scripted:
    """Answers by question; a value that is an exception is raised. Remembers what it was asked."""

    answers: Mapping[str, Answer | Exception | Callable[..., Answer]]
    articles: int = 2
    asked: list[tuple[str, Moment | str | None, tuple[str, ...]]] = field(default_factory=list)

    def ask(self, question: str, *, as_of: str | Moment | None = None, history: Sequence[Answer] = ()) -> Answer:
        self.asked.append((question, as_of, tuple(turn.text for turn in history)))
        answer = self.answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else answer()

    def article(self, article_id: str) -> Article:
        return ARTICLES[article_id]

    def info(self) -> Mapping[str, Any]:
        return {"id": "index", "articles": self.articles}
