"""Carrying out the rows of a table: each builds what it needs, asks, and hands over figures."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qa import dates, sentences, support
from qa.evaluation import measures, own, retrieval, timex
from qa.evaluation.adapters import AskRow, ReadRow, SearchRow, meantime_texts, wice_claims
from qa.evaluation.bench import Builder, Document, Progress, by_article, lowest
from qa.evaluation.calibration import Agreement, Verdicted, agreement
from qa.evaluation.measures import Measured
from qa.evaluation.metrics import Quoted
from qa.evaluation.opening import Opener
from qa.evaluation.rows import Row
from qa.evaluation.runner import QUICK, Choice, Half, Plan, half_of, run
from qa.news import NewsQA
from qa.types import Answer, Article, Evidence, Moment

_ANNOTATED = 6
"""Sentences of a MEANTIME text that are annotated, headline and dateline among them."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What rows are carried out with: where runs are kept, who builds and opens indexes, and which questions."""

    runs: Path
    builder: Builder = field(kw_only=True)
    opener: Opener = field(kw_only=True)
    progress: Progress | None = field(kw_only=True, default=None)
    choice: Choice = field(kw_only=True, default_factory=Choice)
    fresh: bool = field(kw_only=True, default=False)


def bench_of(
    runs: Path, opener: Opener, *, choice: Choice, fresh: bool = False, progress: Progress | None = None
) -> Bench:
    """Return a bench that keeps its built indexes in the cache of the opener's settings."""
    builder = Builder(
        opener.settings.cache / "eval", opener=opener.creating, encoder=opener.encoder.fingerprint, progress=progress
    )
    return Bench(runs, builder=builder, opener=opener, progress=progress, choice=choice, fresh=fresh)


def judge(claim: str, quotes: Sequence[Quoted]) -> bool:
    """Say whether the product's own check finds quotes, taken together, to support a claim.

    It is the check that let the sentence pass, so a score from it is read beside its measured agreement (WiCE).
    """
    return _checked(claim, quotes).verdict == "supported"


def likely(claim: str, quotes: Sequence[Quoted]) -> bool:
    """Say whether the check finds a claim rather supported than not, by its score: milder to other systems' wording."""
    return _checked(claim, quotes).likely


def _checked(claim: str, quotes: Sequence[Quoted]) -> support.Support:
    """Check a claim against quotes; those of articles of several days have dates written in, each by its own day."""
    days = {quote.written for quote in quotes}
    if len(days) == 1:
        return support.check(claim, "\n".join(q.text for q in quotes), written=days.pop())
    dated = [dates.annotate(quote.text, dates.resolve(quote.text, quote.written)) for quote in quotes]
    return support.check(claim, "\n".join(dated))


def searching(row: SearchRow, bench: Bench) -> Path:
    """Search for every query of a row and return the file of measurements."""
    known = by_article(row.documents)

    def documents(evidence: Evidence) -> tuple[Collection[str], Collection[str]]:
        others = [known.get(carrier.article_id, frozenset()) for carrier in evidence.also_in]
        return known.get(evidence.article.id, frozenset()), frozenset().union(*others)

    with bench.opener.searching(bench.builder.build(row.name, row.documents)) as news:
        items = searched(row.queries, news, documents=documents, progress=bench.progress, what=row.name)
        config = {key: str(value) for key, value in news.info().items() if key in {"id", "encoder", "reranker"}}
    return measures.write(bench.runs, row.name, items, config=config)


def searched(
    queries: Sequence[retrieval.Query],
    news: retrieval.Searched,
    *,
    documents: retrieval.Documents,
    progress: Progress | None = None,
    what: str = "search",
) -> list[Measured]:
    """Return the measurement of each query."""
    items = []
    for number, query in enumerate(queries, start=1):
        ranked = retrieval.rank(query, news, documents=documents)
        detail = {"question": query.question, "slots": [sorted(slot) for slot in ranked.slots[:10]]}
        items.append(Measured(query.id, kind=query.kind, scores=retrieval.scores(ranked), detail=detail))
        if progress:
            progress(number, len(queries), what)
    return items


def asking(row: AskRow, bench: Bench) -> Path:
    """Ask every question of a row over its one index and return the file of the run."""
    with bench.opener.asking(bench.builder.build(row.name, row.documents)) as news:
        return run(_plan(row, bench), news, report=reporter(row.name, len(row.questions), bench.progress))


def reading(row: ReadRow, bench: Bench) -> Path:
    """Ask every question of a row over its own documents and return the file of the run."""
    with tempfile.TemporaryDirectory() as folder:
        news = ReaderOnly(row, Path(folder), bench.opener)
        try:
            return run(_plan(row, bench), news, report=reporter(row.name, len(row.questions), bench.progress))
        finally:
            news.close()


def _plan(row: AskRow | ReadRow, bench: Bench) -> Plan:
    return Plan(
        row.name,
        questions=row.questions,
        folder=bench.runs,
        choice=bench.choice,
        fresh=bench.fresh,
        normal=row.normal,
        setup=bench.opener.setup,
        # A run that goes on after midnight is still the same run; the sets without dates do not ask about a day.
        today=own.TODAY,
    )


def reporter(name: str, total: int, progress: Progress | None) -> Callable[[Row, bool], None]:
    """Return what ``run`` calls after each row: it counts, and tells ``progress``."""
    counted = itertools.count(1)

    def report(_row: Row, _reused: bool) -> None:
        done = next(counted)
        if progress:
            progress(done, total, name)

    return report


class ReaderOnly:
    """The product over a handful of given documents a question: what remains when search cannot fail."""

    def __init__(self, row: ReadRow, folder: Path, opener: Opener) -> None:
        """Take the documents of each question; an index of them is built in ``folder`` when it is asked."""
        self._documents: Mapping[str, Sequence[Document]] = {
            question.question: row.documents[question.id] for question in row.questions
        }
        self._builder = Builder(folder, opener=opener.creating)
        self._name = row.name
        self._opener = opener
        self._open: NewsQA | None = None

    def _at(self, question: str) -> NewsQA:
        self.close()
        path = self._builder.build("reader", self._documents[question])
        self._open = self._opener.asking(path)
        return self._open

    def ask(self, question: str, *, as_of: str | Moment | None = None, history: Sequence[Answer] = ()) -> Answer:
        """Answer from the question's own documents."""
        return self._at(question).ask(question, as_of=as_of, history=history)

    def article(self, article_id: str) -> Article:
        """Return an article of the question asked last."""
        assert self._open is not None
        return self._open.article(article_id)

    def info(self) -> Mapping[str, Any]:
        """Name the model, and the row in the place of an index: each question has its own."""
        return {**self._at(next(iter(self._documents))).info(), "id": self._name}

    def close(self) -> None:
        """Close the index of the last question."""
        if self._open is not None:
            self._open.close()
            self._open = None


def wice(
    half: Half | None, *, quick: bool = False, judge: support.Judge | None = None, progress: Progress | None = None
) -> tuple[Mapping[str, Agreement], list[Measured]]:
    """Return how the support check, with a model's ``judge`` or by code alone, agrees with WiCE's labels.

    Partly supported counts as not.

    ``likely`` is by the check's score, rather supported than not; ``shown`` by its verdict, on which an answer may show
    the claim: that one refuses a claim for a single value or name that the text does not have.
    """
    claims = [claim for claim in wice_claims() if half in (None, half_of(claim.id))]
    if quick:
        kept = set(lowest([claim.id for claim in claims], QUICK))
        claims = [claim for claim in claims if claim.id in kept]
    likely, shown, items = [], [], []
    for number, claim in enumerate(claims, start=1):
        begun = time.perf_counter()
        found = support.check(claim.claim, claim.text, judge=judge)
        supported = found.verdict == "supported"
        likely.append(Verdicted(claim.supported, found.likely, found.score))
        shown.append(Verdicted(claim.supported, supported, found.score))
        scores = {"accuracy": float(found.likely == claim.supported), "seconds": time.perf_counter() - begun}
        detail = {"likely": found.likely, "supported": supported, "score": found.score, "gold": claim.supported}
        items.append(Measured(claim.id, kind="claim", scores=scores, detail=detail))
        if progress:
            progress(number, len(claims), "wice")
    return {"likely": agreement(likely), "shown": agreement(shown)}, items


def meantime(half: Half | None, *, quick: bool = False) -> dict[str, timex.TimexScore]:
    """Return how our time expressions agree with MEANTIME's: over all values, and over calendar values.

    Only the headline, the dateline and the first four sentences of a text are annotated (every gold expression is in
    the first six sentences), so beside the figures over whole texts, which count every later find as wrong, there are
    those over the ``annotated`` part.
    """
    whole, annotated = [], []
    texts = [held for held in meantime_texts() if half in (None, held.half)]
    kept = set(lowest([held.id for held in texts], QUICK)) if quick else {held.id for held in texts}
    for held in texts:
        if held.id not in kept:
            continue
        mentions = dates.resolve(held.text, held.written, join=False)  # TIMEX3 marks both ends of a range
        found = tuple(timex.Timex(mention.start, mention.end, mention.value) for mention in mentions)
        gold = tuple(timex.Timex(*mention) for mention in held.gold)
        document = timex.TimexDocument(gold=gold, found=found, dateline=held.dateline)
        end = sentences.split(held.text)[:_ANNOTATED][-1].end
        whole.append(document)
        annotated.append(replace(document, found=tuple(mention for mention in found if mention.start < end)))
    return {
        f"{part}{label}": timex.score(documents, calendar=label == "calendar")
        for part, documents in (("", whole), ("annotated ", annotated))
        for label in ("all", "calendar")
    }
