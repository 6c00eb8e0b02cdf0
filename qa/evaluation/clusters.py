"""How well copies are told from variants and from other stories: on changes made, and on pairs read by hand."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

from qa import ingest, stories
from qa.archive import aliases, carried, open_archive, writing
from qa.errors import EvalError
from qa.evaluation import adapters, bench, copies, own
from qa.evaluation.copies import Kind
from qa.evaluation.intervals import Estimate, estimate
from qa.ingest import records
from qa.stories import Likeness
from qa.types import Article

READINGS = "stories.jsonl"
LEAST = 600
"""Characters of an article that copies are made of."""

_DAY = date(2024, 5, 1)
_SHORT = 3
"""Letters of a headline's word that says nothing of its matter."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one pair was taken for, and what it is."""

    kind: str
    expected: Likeness
    found: Likeness


@dataclass(frozen=True, slots=True)
class Clustering:
    """All pairs of a measurement, and the seconds that settling one article took."""

    pairs: tuple[Judged, ...]
    seconds: float = field(kw_only=True)
    missing: int = field(kw_only=True, default=0)
    """Pairs that were read but whose articles are not here."""

    def right(self, kind: str) -> Estimate | None:
        """Return the share of pairs of a kind that were taken for what they are."""
        return estimate([float(one.found == one.expected) for one in self.pairs if one.kind == kind])

    def precision(self, likeness: Likeness, *, read: bool) -> Estimate | None:
        """Return how many of the pairs taken for something are that."""
        chosen = [one for one in self.pairs if (one.kind == "read") == read and one.found == likeness]
        return estimate([float(one.expected == likeness) for one in chosen])

    def recall(self, likeness: Likeness, *, read: bool) -> Estimate | None:
        """Return how many of the pairs that are something were taken for it."""
        chosen = [one for one in self.pairs if (one.kind == "read") == read and one.expected == likeness]
        return estimate([float(one.found == likeness) for one in chosen])


def measure(articles: Mapping[str, Article], count: int) -> Clustering:
    """Measure on copies made of ``count`` articles, on pairs of them that are about one matter, and on read pairs."""
    long = [one for one in articles.values() if len(one.body) >= LEAST]
    enough = [one.id for one in long if len(copies.sentences(one.body)) >= copies.LEAST_SENTENCES]
    kept = set(bench.lowest(enough, count))
    chosen = [one for one in long if one.id in kept]
    pairs, began, settled = list[Judged](), time.perf_counter(), 0
    for kind in get_args(Kind):
        found = _of_kind(chosen, kind)
        settled += len(chosen) + len(found)
        pairs += found
    seconds = (time.perf_counter() - began) / max(settled, 1)
    pairs += [
        Judged("one matter", "other", stories.likeness(one.body, other.body)) for one, other in _beside(chosen, long)
    ]
    read, missing = _read(articles)
    return Clustering((*pairs, *read), seconds=seconds, missing=missing)


def public() -> dict[str, Article]:
    """Return the articles of RealTime QA, where ``DATELINE_BENCH`` is set, and of the sample archive by id."""
    found: dict[str, Article] = {}
    for split in adapters.SPLITS if os.environ.get(bench.VARIABLE) else ():
        for held in adapters.realtimeqa_retrieval(split, "quick").documents:
            read = records.line(json.dumps(dict(held.record), ensure_ascii=False), held.id)
            if not isinstance(read, ingest.Rejected):
                found.setdefault(read.id, read)
    for item in ingest.read([own.folder() / "sample"]):
        if isinstance(item, ingest.Read):
            found.setdefault(item.id, item)
    return found


def _of_kind(articles: Sequence[Article], kind: Kind) -> list[Judged]:
    """Take articles and a changed copy of each into one archive; return what became of each pair there."""
    originals = [
        replace(one, id=f"o{place}", url=f"https://a.example/{place}", outlet="A", published=_DAY, updated=None)
        for place, one in enumerate(articles)
    ]
    changed = [
        replace(one, id=f"c{one.id}", body=body, url=f"https://b.example/{one.id}", headline=f"{one.headline} | B",
                outlet="B", published=_DAY + timedelta(days=1))
        for one in originals
        if (body := copies.made(one.body, kind, one.headline + one.body[:80]))
    ]  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_archive(Path(folder), write=True, create=True)) as archive,
    ):
        aliases.prepare(archive)
        writing.place(archive, [*originals, *changed], lambda article: (), ("", ""))
        while work := writing.work(archive, 200):
            writing.mark_done(archive, work)
        told = carried.told(archive, [one.id for one in (*originals, *changed)])
    expected = copies.CHANGES[kind].expected
    # What the archive takes for the very text of another has no story of its own.
    stands_for = {one.id: told.get(one.id, told[one.id[1:]]) for one in changed}
    return [Judged(kind, expected, _relation(told[one.id[1:]], stands_for[one.id])) for one in changed]


def _relation(original: carried.Told, other: carried.Told) -> Likeness:
    if original.story == other.story:
        return "copy"
    return "variant" if original.family == other.family else "other"


def _beside(chosen: Sequence[Article], articles: Sequence[Article]) -> list[tuple[Article, Article]]:
    """Return each article with the one whose headline is most like its own by its rare words."""
    words = {one.id: _headline(one) for one in articles}
    common = Counter(word for each in words.values() for word in each)
    pairs = []
    for one in chosen:
        weighed = (
            (sum(1 / common[word] for word in words[one.id] & words[other.id]), other)
            for other in articles
            if other.id != one.id and words[one.id] & words[other.id]
        )
        best = max(weighed, key=lambda each: (each[0], each[1].id), default=None)
        if best is not None:
            pairs.append((one, best[1]))
    return pairs


def _headline(article: Article) -> frozenset[str]:
    return frozenset(word for word in article.headline.lower().split() if len(word) > _SHORT)


def _read(articles: Mapping[str, Article]) -> tuple[list[Judged], int]:
    """Return what the pairs that were read are taken for, and how many of them are not here."""
    path = own.folder() / "readings" / READINGS
    if not path.is_file():
        raise EvalError(f"the pairs that were read are not there: {str(path)!r}")
    held = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    there = [one for one in held if one["one"] in articles and one["other"] in articles]
    judged = [
        Judged("read", one["verdict"], stories.likeness(articles[one["one"]].body, articles[one["other"]].body))
        for one in there
    ]
    return judged, len(held) - len(there)


def rows(found: Clustering) -> list[tuple[str, Likeness, Estimate]]:
    """Return the kinds of pairs with what they are and the share that was taken for it."""
    expected = {one.kind: one.expected for one in found.pairs if one.kind != "read"}
    shares = ((kind, likeness, found.right(kind)) for kind, likeness in expected.items())
    return [(kind, likeness, share) for kind, likeness, share in shares if share is not None]


def table(found: Clustering) -> str:
    """Return the measurement as lines of text."""
    lines = [f"{kind:<18} is {likeness:<8} {_written(share)}" for kind, likeness, share in rows(found)]
    for read, name in ((False, "made"), (True, "read")):
        for likeness in get_args(Likeness):
            both = found.precision(likeness, read=read), found.recall(likeness, read=read)
            lines.append(f"{name}: {likeness:<8} precision {_written(both[0])}, recall {_written(both[1])}")
    lines.append(f"{found.seconds * 1000:.1f} ms to settle an article")
    if found.missing:
        lines.append(f"{found.missing} pairs that were read are not here: set DATELINE_BENCH")
    return "\n".join(lines)


def to_dict(found: Clustering) -> dict[str, Any]:
    """Return the measurement as plain JSON types."""
    return {
        "kinds": {kind: {"is": likeness, **_plain(share)} for kind, likeness, share in rows(found)},
        **{
            name: {
                likeness: {
                    "precision": _plain(found.precision(likeness, read=read)),
                    "recall": _plain(found.recall(likeness, read=read)),
                }
                for likeness in get_args(Likeness)
            }
            for read, name in ((False, "made"), (True, "read"))
        },
        "ms_per_article": round(found.seconds * 1000, 2),
        "missing": found.missing,
    }


def _written(share: Estimate | None) -> str:
    return "–" if share is None else f"{share.value:.3f} ({share.low:.3f}–{share.high:.3f}), n {share.n}"


def _plain(share: Estimate | None) -> dict[str, float]:
    return {} if share is None else {"value": share.value, "low": share.low, "high": share.high, "n": share.n}
