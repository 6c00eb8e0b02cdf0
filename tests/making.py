"""Small articles, evidence and extracts for tests; all events and persons are invented."""

from __future__ import annotations

from datetime import date

from qa.extracts import Extract
from qa.types import Article, Evidence, Moment, Passage


def article(
    body: str,
    *,
    id: str = "a1",
    published: Moment | None = date(2022, 3, 28),
    headline: str = "Talks in Karvel",
    outlet: str = "The Harbour Post",
) -> Article:
    return Article(
        id, body=body, headline=headline, outlet=outlet, published=published, url=f"https://post.example/{id}"
    )


def evidence(source: Article, *, rank: int = 1) -> Evidence:
    passage = Passage(f"{source.id}-p", article_id=source.id, start=0, end=len(source.body), text=source.body)
    return Evidence(passage, article=source, rank=rank, score=1.0, story=source.id)


def extract(source: Article, sentence: str, *, similarity: float = 0.7) -> Extract:
    start = source.body.index(sentence)
    return Extract(evidence(source), start=start, end=start + len(sentence), similarity=similarity)
