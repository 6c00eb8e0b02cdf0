"""How fast retrieval is at size: archives of made-up articles, Dateline and stock LlamaIndex on the same ones.

    python eval/bench_search.py [--sizes 10000,100000] [--peer PYTHON] [--chroma] [--folder DIR] [--queries 100]

Texts are generated: sentences of a vocabulary that is as uneven as language is, with names, figures and dates, passages
of some 110 words, four an article, five years, forty outlets, five languages. Vectors are real ones (of sentences of
the sample archive) mixed in pairs, with noise, so that nothing waits for an encoder; questions are encoded for real.
An archive is written straight into its tables: how fast articles are taken in is another matter (``qa ingest``).

Each stage has its median and 95th percentile in milliseconds, wall and processor time: on a busy machine the second is
the one to compare. Words are searched beside the encoder, so the stages add up to more than the whole, and each has the
processor time of both. ``--peer`` names a Python that has LlamaIndex with its Chroma store and BM25 retriever (see
``make bench-search``); it gets the same passages, vectors and questions.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from qa import VERSION, questions
from qa.archive import schema
from qa.archive.browsing import Narrow
from qa.encoders import Encoder, load
from qa.index import Index, opening
from qa.index.narrowed import Narrowed
from qa.retrieve import Retriever
from qa.settings import Settings

FIRST = date(2021, 1, 1)
DAYS = 5 * 365
AS_OF = FIRST + timedelta(days=DAYS)
PER_ARTICLE = 4
K = 10
_SYLLABLES = "ba de ki lo mar nor sel tan vi ros gen hal mer dun os tir bel cor fa lin sto wen ya zu gra pel".split()
_LANGUAGES = ("en",) * 16 + ("de", "fr", "es", "it")


class Texts:
    """Sentences from a vocabulary of Zipf's law, with names, figures and dates."""

    def __init__(self, seed: int) -> None:
        """Make the vocabulary and a stock of sentences."""
        self.chance = random.Random(seed)
        self.names = [self._word(2, 3).capitalize() for _ in range(4_000)]
        common = Path("eval/sample").glob("*.jsonl")
        real = {word for path in common for word in path.read_text(encoding="utf-8").lower().split() if word.isalpha()}
        words = [*sorted(real), *(self._word(2, 4) for _ in range(30_000))]
        self.chance.shuffle(words)
        weights = [1 / (rank + 3) for rank in range(len(words))]
        drawn = iter(self.chance.choices(words, weights, k=20 * 20_000))
        self.stock = [" ".join([next(drawn) for _ in range(18)]).capitalize() + "." for _ in range(20_000)]
        self.outlets = [
            f"The {self._word(2, 3).capitalize()} {kind}" for kind in ("Post", "Times", "Wire", "Herald")
        ] * 10
        self.outlets = [f"{name} {number}" for number, name in enumerate(self.outlets)]

    def _word(self, least: int, most: int) -> str:
        return "".join(self.chance.choices(_SYLLABLES, k=self.chance.randint(least, most)))

    def name(self) -> str:
        """Return a first and a last name, some far more often than others."""
        return f"{self.names[int(self.chance.paretovariate(0.7)) % 4_000]} {self.chance.choice(self.names)}"

    def passage(self, day: date) -> str:
        """Return some 110 words, of which one sentence stands nowhere else."""
        count = self.chance.randint(2, 9999)
        own = f"{self.name()} told {self.name()} on {day.day} {day:%B %Y} that {count} were counted."
        return " ".join([own, *self.chance.choices(self.stock, k=5)])


def made(size: int, texts: Texts) -> Iterator[tuple[date, str, str, list[str]]]:
    """Yield articles: day, outlet, language, passages."""
    for number in range(size // PER_ARTICLE):
        day = FIRST + timedelta(days=number * DAYS // (size // PER_ARTICLE))
        outlet = texts.outlets[min(int(texts.chance.paretovariate(0.8)), 40) - 1]
        yield day, outlet, texts.chance.choice(_LANGUAGES), [texts.passage(day) for _ in range(PER_ARTICLE)]


def real_vectors(encoder: Encoder, kept: Path) -> Any:
    """Return vectors of sentences of the sample archive; encoded once."""
    if not kept.is_file():
        bodies = [
            json.loads(line)["text"] for path in sorted(Path("eval/sample").glob("*.jsonl")) for line in path.open()
        ]
        sentences = [
            sentence for body in bodies for sentence in body.replace("\n", " ").split(". ") if len(sentence) > 40
        ]
        np.save(kept, encoder.encode_passages(sentences[:1_200]))
    return np.load(kept)


def resampled(base: Any, count: int, chance: np.random.Generator) -> Any:
    """Return ``count`` vectors between pairs of real ones, with noise, unit length."""
    one, other = base[chance.integers(0, len(base), count)], base[chance.integers(0, len(base), count)]
    share = chance.uniform(0.5, 1.0, (count, 1)).astype(np.float32)
    mixed = share * one + (1 - share) * other
    mixed += chance.standard_normal(mixed.shape, np.float32) * 0.02
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def fill(folder: Path, size: int, encoder: Encoder, base: Any) -> dict[str, float]:
    """Write an archive of ``size`` passages and its lexical index and signs; return the seconds of each."""
    began, texts, chance = time.perf_counter(), Texts(size), np.random.default_rng(size)
    index = Index.open(folder, encoder=encoder, create=True)
    index.encoder  # noqa: B018  # gives the index its dimension
    archive = index.archive
    connection = archive.connection
    connection.execute("PRAGMA synchronous = OFF")
    passage = 0
    batch = iter(made(size, texts))
    number = 0
    while True:
        part = [item for _, item in zip(range(5_000), batch, strict=False)]
        if not part:
            break
        rows: dict[str, list[tuple[Any, ...]]] = {
            name: [] for name in ("articles", "sources", "passages", "ledger", "stories")
        }
        for day, outlet, language, cut in part:
            number += 1
            name, body, at = f"{number:032x}", " ".join(cut), 0
            known = schema.micros(datetime(day.year, day.month, day.day, number % 24, tzinfo=UTC))
            rows["articles"].append((number, name, name, body, language, "news", 1))
            head = f"{cut[0].split(' told ')[0]} {cut[1].split('.', 1)[1][1:60]}"
            moment = datetime(day.year, day.month, day.day, number % 24, tzinfo=UTC).isoformat()
            url = f"https://bench.example/{number}"
            rows["sources"].append((number, number, url, url, head, outlet, "", moment, "field", known, known))
            for text in cut:
                passage += 1
                rows["passages"].append((passage, f"{name}.{at}", number, at, at + len(text), "[]"))
                at += len(text) + 1
            rows["ledger"].append((number, "bench", encoder.fingerprint, "", "done"))
            rows["stories"].append((number, number, known, 0))
        vectors = resampled(base, sum(len(cut) for *_, cut in part), chance).astype("<f2")
        first = passage - len(vectors) + 1
        connection.execute("BEGIN")
        for name, columns in (
            ("articles", "n, id, content, body, language, kind, fictional"),
            ("sources", "n, article, lineage, url, headline, outlet, byline, published, date_source, own, known"),
            ("passages", "n, id, article, start, stop, times"),
            ("ledger", "article, splitter, encoder, label, state"),
            ("stories", "article, story, own, agency"),
        ):
            marks = ", ".join("?" * len(columns.split(",")))
            connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows[name])
        connection.executemany(
            "INSERT INTO embeddings (n, passage, vector) VALUES (?, ?, ?)",
            [(first + place, first + place, vector.tobytes()) for place, vector in enumerate(vectors)],
        )
        connection.execute("COMMIT")
    seconds = {"archive": time.perf_counter() - began}
    began = time.perf_counter()
    index._words().put(archive.searchable())
    seconds["lexical"] = time.perf_counter() - began
    began = time.perf_counter()
    index._meaning()._exact.load()
    seconds["signs"] = time.perf_counter() - began
    index.close()
    return seconds


class Clocked:
    """An index or a part of one whose calls are timed, by name."""

    def __init__(self, inner: Any, spent: dict[str, list[tuple[float, float]]]) -> None:
        """Stand in for ``inner``."""
        self._inner = inner
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        """Return a call that is timed, or the encoder, whose questions are timed."""
        found = getattr(self._inner, name)
        if name == "encoder":
            return Clocked(found, self._spent)
        return found if not callable(found) else self._timed(name, found)

    def _timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            wall, busy = time.perf_counter(), time.process_time()
            try:
                return call(*given, **named)
            finally:
                self._spent.setdefault(name, []).append((time.perf_counter() - wall, time.process_time() - busy))

        return run


def asked(texts: Texts, count: int) -> list[str]:
    """Return questions of the archive's own words, a third of them with a time."""
    questions_ = []
    for number in range(count):
        day = FIRST + timedelta(days=texts.chance.randrange(DAYS))
        words = texts.chance.choice(texts.stock).rstrip(".").split()[4:9]
        when = ("", "", f" in {day:%B %Y}")[number % 3]
        questions_.append(f"what did {texts.name()} tell {texts.name()} about {' '.join(words)}{when}")
    return questions_


NARROW: dict[str, Callable[[Texts], tuple[date, Narrow | None]]] = {
    "no filter": lambda texts: (AS_OF, None),
    "as of two years before": lambda texts: (AS_OF - timedelta(days=730), None),
    "one month": lambda texts: (AS_OF, Narrow(since=date(2023, 3, 1), until=date(2023, 3, 31))),
    "one outlet of forty": lambda texts: (AS_OF, Narrow(outlets=frozenset([texts.outlets[9]]))),
    "one language": lambda texts: (AS_OF, Narrow(language="de")),
}


def measure(folder: Path, encoder: Encoder, queries: Sequence[str], texts: Texts, *, chroma: bool) -> list[str]:
    """Return lines with the milliseconds of whole searches under each filter, and of the stages of those without."""
    lines = []
    with Index.open(folder, encoder=encoder, read_only=not chroma) as index:
        if chroma:
            index._meaning().rebuild()
        for name, chosen in NARROW.items():
            as_of, narrow = chosen(texts)
            spent: dict[str, list[tuple[float, float]]] = {}
            inner: Any = Narrowed(index, narrow) if narrow else index
            retriever = Retriever(Clocked(inner, spent))  # type: ignore[arg-type]
            for query in queries[:5]:
                retriever.search(questions.analyse(f"{query} again", as_of=as_of), k=K)
            spent.clear()
            whole = Clocked(retriever, spent)
            for query in queries:
                whole.search(questions.analyse(query, as_of=as_of), k=K)
            order = (
                "search",
                "encode_queries",
                "dense",
                "lexical",
                "vectors",
                "known",
                "passages",
                "articles",
                "told",
                "carriers",
            )
            stages = order if name == "no filter" else order[:1]
            lines += [
                _row(name if stage == "search" else f"  {stage}", spent[stage]) for stage in stages if stage in spent
            ]
        began = time.perf_counter()
        index.coverage(None)
        lines.append(f"  coverage, first time: {1000 * (time.perf_counter() - began):.0f} ms")
    return lines


def _row(name: str, spent: Sequence[tuple[float, float]]) -> str:
    wall, busy = (np.percentile([1000 * each[place] for each in spent], [50, 95]) for place in (0, 1))
    return f"{name:<28} {wall[0]:8.1f} {wall[1]:8.1f} {busy[0]:8.1f} {busy[1]:8.1f} {len(spent):5d}"


def disk(path: Path) -> float:
    """Return megabytes."""
    if path.is_file():
        return path.stat().st_size / 1e6
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file()) / 1e6


def peer(python: str, folder: Path, encoder: Encoder, queries: Sequence[str], size: int) -> list[str]:
    """Have the peer take in the same passages and answer the same questions, in a process of its own."""
    job = folder / "peer"
    job.mkdir(exist_ok=True)
    with Index.open(folder, encoder=encoder, read_only=True) as index:
        rows = index.archive.connection.execute(
            "SELECT p.id, substr(a.body, p.start + 1, p.stop - p.start), s.known / 86400000000, s.outlet, e.vector"
            " FROM passages p JOIN articles a ON a.n = p.article JOIN sources s ON s.article = a.n"
            " JOIN embeddings e ON e.passage = p.n ORDER BY p.n"
        )
        with (job / "passages.jsonl").open("w", encoding="utf-8") as stream, (job / "vectors.f2").open("wb") as vectors:
            for name, text, day, outlet, vector in rows:
                stream.write(json.dumps([name, text, day, outlet]) + "\n")
                vectors.write(vector)
    np.save(job / "questions.npy", encoder.encode_queries(list(queries)))
    (job / "questions.json").write_text(json.dumps(list(queries)), encoding="utf-8")
    script = Path(__file__).with_name("peers") / "search_llamaindex.py"
    done = subprocess.run([python, str(script), str(job)], capture_output=True, text=True, check=False)
    shutil.rmtree(job)
    return (done.stdout if done.returncode == 0 else f"the peer failed: {done.stderr[-400:]}").splitlines()


def one(size: int, given: argparse.Namespace, encoder: Encoder) -> None:
    """Build, measure and print one size."""
    folder = Path(given.folder, f"bench-search-{size}")
    say = sys.stdout.write
    base = real_vectors(encoder, Path(given.folder, "bench-search-vectors.npy"))
    if not (folder / opening.LEXICAL).is_dir():
        seconds = fill(folder, size, encoder, base)
        say("built in seconds: " + ", ".join(f"{name} {spent:.0f}" for name, spent in seconds.items()) + "\n")
    texts = Texts(size)
    queries = asked(texts, given.queries)
    encoder.encode_queries(["warm"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(f"{size:,} passages, dateline {VERSION}, load {os.getloadavg()[0]:.1f}\n")
    say(f"{'milliseconds':<28} {'wall p50':>8} {'p95':>8} {'cpu p50':>8} {'p95':>8} {'n':>5}\n")
    for line in measure(folder, encoder, queries, texts, chroma=given.chroma):
        say(line + "\n")
        sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parts = ("archive.sqlite", opening.LEXICAL, opening.SIGNS, opening.CHROMA)
    say("MB on disk: " + ", ".join(f"{name} {disk(folder / name):.0f}" for name in parts if (folder / name).exists()))
    say(f"; memory of the process at its highest {peak / 1e3:.0f} MB, of which searching {(peak - before) / 1e3:.0f}\n")
    if given.peer:
        for line in peer(given.peer, folder, encoder, queries, size):
            say(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print a table a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000", help="passages, such as 10000,100000,1000000")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the archives are built, and kept")
    parser.add_argument("--peer", default="", help="a Python that has LlamaIndex, its Chroma store and BM25 retriever")
    parser.add_argument("--chroma", action="store_true", help="search as the writer, with Chroma built")
    given = parser.parse_args()
    encoder = load(Settings())
    for size in given.sizes.split(","):
        one(int(size), given, encoder)


if __name__ == "__main__":
    main()
