"""Dateline's own sets: where they are, the index of the sample archive, and retrieval on their gold quotes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

from qa import ingest
from qa.errors import EvalError
from qa.evaluation import sets
from qa.evaluation.gate import Corpus, corpus_of
from qa.evaluation.retrieval import Query
from qa.evaluation.sets import Question
from qa.types import Evidence

TODAY = date(2026, 11, 23)
"""The as-of date of questions that have none: the archive's last articles are of these days, and stay so."""


MODULE_SETS = ("support_cases.jsonl", "time_expressions.jsonl")
"""Gold for the support check and for the time expressions, in the folder of the sets."""


def folder() -> Path:
    """Return the checkout's ``eval`` folder, else the copy inside the installed package.

    Raises:
        EvalError: neither is there.
    """
    package = Path(__file__).parent.parent
    for found in (package.parent / "eval", package / "_eval"):
        if (found / "sets").is_dir():
            return found
    raise EvalError("Dateline's own sets are not installed: name a file of questions, as in `qa eval my.jsonl`")


def sample_files() -> list[Path]:
    """Return the sources of the sample archive."""
    return sorted(path for path in (folder() / "sample").rglob("*") if path.is_file() and path.name != "README.md")


def questions() -> tuple[Question, ...]:
    """Return the questions of every set on the sample archive, their gold checked against its articles.

    Raises:
        EvalError: the gold is contradictory or is not in the articles.
    """
    held = tuple(question for path in set_files() for question in sets.load(path))
    articles = [article for article in ingest.read([folder() / "sample"]) if isinstance(article, ingest.Read)]
    problems = sets.validate(held, articles)
    if problems:
        raise EvalError(f"the gold of eval/sets cannot be used: {problems[0]} ({len(problems)} problems)")
    return held


def set_files() -> list[Path]:
    """Return the files with questions on the sample archive."""
    return sorted((folder() / "sets").glob("*.jsonl"))


def corpus() -> Corpus:
    """Return the digest and the counts that the pinned floors belong to."""
    files = [*sample_files(), *set_files(), *(folder() / name for name in MODULE_SETS)]
    articles = sum(not isinstance(read, ingest.Rejected) for read in ingest.read([folder() / "sample"]))
    return corpus_of(files, {"articles": articles, "questions": len(questions())})


def queries(held: Iterable[Question]) -> list[Query]:
    """Return the questions that quote articles as searches: the documents are the articles' addresses.

    A follow-up cannot be searched for without its history, and an article without an address has no document id.
    """
    made = []
    for question in held:
        quotes = (*question.expect.quotes, *(side.quote for side in question.expect.sides))
        relevant = frozenset(quote.url for quote in quotes if quote.url)
        if relevant and not question.history and question.expect.status != "not_found":
            query = Query(
                question.id,
                question=question.question,
                kind=question.kind,
                as_of=question.as_of or TODAY,
                relevant=relevant,
                answers=question.expect.answers,
            )
            made.append(query)
    return made


def addresses(evidence: Evidence) -> tuple[Collection[str], Sequence[str]]:
    """Return the address of an evidence's article, and those of the story's other carriers."""
    return (evidence.article.url,), [carrier.url for carrier in evidence.also_in if carrier.url]
