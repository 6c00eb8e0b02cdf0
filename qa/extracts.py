"""The sentences that the model reads: chosen near the question, within a budget, headed by outlet and date."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from qa import boilerplate, corrections, dates, orders, sentences
from qa.encoders import Encoder
from qa.llm.special import neutralise
from qa.questions import Query
from qa.types import Article, Evidence
from qa.windows import Window
from qa.withdrawn import Withdrawn

LIMIT = 12
"""Sentences at most: what the default model still reads well (prompt reading is the cost of an answer on two cores)."""

RANK_COST = 0.03
"""What each further rank of its passage costs a sentence's cosine."""

LATE_COST = 0.15
"""What being of another time than the question names costs it."""

UNTIMELY_COST = 0.5
"""What being of another time than the question names costs a sentence's relevance, a logit."""

FAR = 0.3
"""Below this share of the nearest sentence's cosine a sentence is not read."""

_CLOSING = "\"'”’)] "

_BEFORE = timedelta(days=2)
_AFTER = timedelta(days=7)
"""How long before and after the time that a question names an article may be of it."""

_SECRET = secrets.token_bytes(16)
_TOKEN_CHARS = 4.2
"""Characters a token of English news with the default model's tokenizer, measured; only budgets lean on it."""


@dataclass(frozen=True)
class Extract:
    """A sentence of the evidence: ``article.body[start:end] == text``.

    ``similarity`` is its cosine to the question, in the conversation's words too where they are needed; ``alone`` to
    the question's own. ``relevance`` is how near it is by all that is known of it, a logit of which only differences to
    other sentences of the same question mean something (see :mod:`qa.relevance`).
    """

    evidence: Evidence
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    similarity: float = field(kw_only=True)
    alone: float = field(kw_only=True, default=0.0)
    relevance: float = field(kw_only=True, default=0.0)

    @property
    def article(self) -> Article:
        """The article that it is a sentence of."""
        return self.evidence.article

    @property
    def story(self) -> str:
        """The story that its article carries; an article that nobody copied is one of its own."""
        return self.evidence.story or self.article.id

    @cached_property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.body[self.start : self.end]

    @cached_property
    def dated_text(self) -> str:
        """The sentence with the absolute date written behind each relative one, on one line."""
        mentions = dates.resolve(self.text, self.article.dated)
        return " ".join(dates.annotate(self.text, mentions).split())

    @property
    def tokens(self) -> float:
        """About how many tokens the model reads for it."""
        return len(self.dated_text) / _TOKEN_CHARS + 2


def candidates(
    query: Query, evidence: Sequence[Evidence], encoder: Encoder, *, also: str = "", told: str = ""
) -> list[Extract]:
    """Return every sentence of the evidence with its similarity to the question, in order of evidence and body.

    ``also`` is another wording of the question; a sentence is as near as it is to the nearer of both. ``told`` is the
    question with what was talked of before.
    """
    spans: dict[tuple[str, int, int], tuple[Evidence, int, int]] = {}
    withdrawn = Withdrawn(evidence)
    for found in evidence:
        text = corrections.evidence(found.article, found.passage.start, found.passage.end)
        for span in sentences.split(text):
            if text[span.start : span.end].rstrip(_CLOSING).endswith("?"):
                continue  # a question states nothing, however near it is: quiz pages hold the very words
            start, end = found.passage.start + span.start, found.passage.start + span.end
            if orders.within(found.article.body, start, end):
                continue  # planted for whoever reads for the user
            if boilerplate.within(found.article.body, start, end):
                continue  # a caption or a pull quote is no evidence, and no second source for what the text says
            if withdrawn.holds(found, found.article.body[start:end]):
                continue  # a later notice says that this figure was wrong
            spans.setdefault((found.article.id, start, end), (found, start, end))
    if not spans:
        return []
    texts = [found.article.body[start:end] for found, start, end in spans.values()]
    asked = [query.text, also] if also else [query.text]
    whole = [told] if told and told != query.text else []
    vectors = np.asarray(encoder.encode_queries([*asked, *whole, *texts]))
    held = len(asked) + len(whole)
    near = vectors[held:] @ vectors[:held].T
    return [
        Extract(found, start=start, end=end, similarity=float(row.max()), alone=float(row[: len(asked)].max()))
        for (found, start, end), row in zip(spans.values(), near, strict=True)
    ]


def timely(query: Query, extract: Extract) -> bool:
    """Whether a sentence is of the time that the question names: its article is, or a time in the sentence.

    So is every sentence where the question names no time, and one of an undated article, which may be.
    """
    window, known = query.window, extract.article.known_from
    if window is None or known is None:
        return True
    if _within(window, known, known, before=_BEFORE, after=_AFTER):
        return True
    times = [mention for mention in dates.resolve(extract.text, extract.article.dated) if mention.earliest]
    return any(_within(window, mention.earliest, mention.latest) for mention in times)


def _within(
    window: Window,
    earliest: datetime | None,
    latest: datetime | None,
    *,
    before: timedelta = timedelta(0),
    after: timedelta = timedelta(0),
) -> bool:
    begun = window.earliest is None or latest is None or latest >= window.earliest - before
    return begun and (window.latest is None or earliest is None or earliest <= window.latest + after)


def choose(
    query: Query, sentences_found: Sequence[Extract], *, budget: int, limit: int = LIMIT, alone: bool = False
) -> list[Extract]:
    """Return the sentences nearest to the question within ``budget`` tokens, in order of evidence rank and body.

    What is not of the time that the question names stands back. Of two sentences as near, the one of the better
    passage goes first; one that says the very same is not read twice, and what is far from the question does not fill
    up the budget. With ``alone`` no model reads them, and the most relevant go first: one of them is the answer. A
    model finds it as often among the nearest (eval/LOG.md).
    """
    chosen: list[Extract] = []
    left = float(budget)
    nearest = max((extract.similarity for extract in sentences_found), default=0.0)
    said: set[str] = set()
    for extract in sorted(sentences_found, key=lambda item: _cost(query, item, alone=alone)):
        if len(chosen) == limit:
            break
        words = " ".join(extract.text.casefold().split())
        if extract.tokens > left or words in said or extract.similarity < FAR * nearest:
            continue
        chosen.append(extract)
        said.add(words)
        left -= extract.tokens
    best = {id(extract.evidence): extract.evidence.rank for extract in chosen}
    by_article: dict[str, int] = {}
    for extract in chosen:
        rank = best[id(extract.evidence)]
        by_article[extract.article.id] = min(rank, by_article.get(extract.article.id, rank))
    return sorted(chosen, key=lambda item: (by_article[item.article.id], item.start))


def _cost(query: Query, extract: Extract, *, alone: bool) -> float:
    timed = timely(query, extract)
    if alone:
        return (0.0 if timed else UNTIMELY_COST) - extract.relevance
    return RANK_COST * extract.evidence.rank + (0.0 if timed else LATE_COST) - extract.similarity


def layout(chosen: Sequence[Extract]) -> str:
    """Return the extracts as the model reads them: grouped by article under outlet, date and headline.

    All of it is text from elsewhere, so control tokens of any chat format in it are broken.
    """
    lines: list[str] = []
    last = ""
    for extract in chosen:
        article = extract.article
        if article.id != last:
            last = article.id
            when = dates.spoken(article.dated.isoformat()[:10]) if article.dated else "undated"
            lines.append(neutralise(f"{article.outlet or 'Unnamed outlet'}, {when}: {article.headline}".rstrip(": ")))
        lines.append("- " + neutralise(extract.dated_text))
    return "\n".join(lines)


def fence(extracts: str) -> str:
    """Return a marker that no author of an article can know: of this process and these extracts.

    The same extracts get the same marker, so that a repeated question reuses the model's reading of them.
    """
    return "mark " + hmac.new(_SECRET, extracts.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:6]
