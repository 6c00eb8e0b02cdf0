"""Kills a writer again and again, at every named place and at random times, and looks whether anything was lost.

    python eval/crash_drill.py [--kills 200] [--seed 1] [--random] [--broken]

Each kill (SIGKILL) hits a process that takes in articles and new versions, deletes some, takes one in again, and has
Chroma built. Another process then opens what is left and checks, through the same searches that answer questions:

- what was acknowledged is there: in the archive, found by its words, and its vectors are their own nearest neighbours;
- nothing is there twice; what was deleted is nowhere; nothing half taken in shows; no half-written file stays;
- the same work done again ends in the very state (ids, texts, vectors) of a run that nobody killed.

``--broken`` marks articles as done before anything is derived from them: the drill must fail then. The encoder is
hashes of words, so that no time goes into a model.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from qa import failpoints
from qa.archive import writing
from qa.encoders import HashEncoder
from qa.index import Index
from qa.index.intake import Intake
from qa.ingest import Read, finish

OLD, STEP, ALL, PLACES = 8, 8, 24, 20
"""Articles that are there before, that are taken in at once, that there are in all, and the addresses that carry them:
the last ones are new versions."""

GONE, AGAIN = (3, 14, 18), 14
"""Articles that are deleted, one with a later version, and the one of them that then comes again."""

WENT = tuple(number for number in range(ALL) if number % PLACES in {gone % PLACES for gone in GONE})
"""Those with every version."""

DIM = 64

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: at a named place (``point:3`` is its third passing), or after a share of the work's usual time."""

    point: str = ""
    share: float = 0.0

    def __str__(self) -> str:
        """Name it."""
        return self.point or f"at {self.share:.3f} of the time"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one kill: whether it hit, and what was wrong afterwards."""

    kill: Kill
    hit: bool = field(kw_only=True)
    wrong: str = field(kw_only=True, default="")


def piece(number: int) -> Read:
    """Return one article; those of one place follow each other as versions."""
    ferries = " ".join(f"Ferry {number * 31 + n} left at {n}." for n in range(36))
    read = finish(
        Read(
            "",
            body=f"Report {number} on Lindholm harbour. {ferries}",
            url=f"https://x.example/{number % PLACES}",
            published=date(2022, 3, 1 + number // PLACES),
            headline=f"Report {number}",
        )
    )
    assert isinstance(read, Read)
    return read


def opened(folder: Path) -> Index:
    """Open the index as its writer."""
    return Index.open(folder, encoder=HashEncoder(DIM), create=True)


def work(folder: Path, told: Callable[[str], None] = lambda done: None) -> None:
    """Do all that is to be done to an index; ``told`` hears of each step when it is acknowledged."""
    with opened(folder) as index:
        for first in range(0, ALL, STEP):
            index.add([piece(number) for number in range(first, first + STEP)])
            told(f"added {first} {first + STEP}")
        for number in GONE:
            index.remove(piece(number).id)
            told(f"removed {number}")
        index.add([piece(AGAIN)])
        told(f"again {AGAIN}")
        index.rebuild_vectors()
        told("rebuilt")


def state(folder: Path, acknowledged: Sequence[str] = ()) -> list[tuple[str, str, bytes]]:
    """Return every passage with its text and vector, after both searches have found it.

    Raises:
        AssertionError: something is lost, doubled or cannot be found.
    """
    with opened(folder) as index:
        assert index.encoder.dim == DIM  # asking for it finishes what was left
        assert index.info().pending == 0, "unfinished work stays"
        there = {row[0] for row in _rows(index, "SELECT id FROM articles")}
        _acknowledged(there, acknowledged)
        found = _rows(index, "SELECT p.id, a.body, p.start, p.stop FROM passages p JOIN articles a ON a.n = p.article")
        ids = sorted(row[0] for row in found)
        texts = {row[0]: row[1][row[2] : row[3]] for row in found}
        assert len(set(texts.values())) == len(ids), "a text is there twice"
        assert index._words().count == len(ids), f"{index._words().count} of {len(ids)} passages among the words"
        visible = {article.id for article in index.all_articles()}
        vectors = index.vectors(ids)
        for name, vector in zip(ids, vectors, strict=True):
            if name.split(".")[0] in visible:
                near = index.dense(vector, 1, before=None)
                assert near, f"{name} is not found by meaning"
                assert near[0].passage_id == name, f"{name} is not its own nearest neighbour"
                words = index.lexical(texts[name][-60:], 5, before=None)
                assert name in {each.passage_id for each in words}, f"{name} is not found by its words"
        assert index.info().dense == "chroma" or not ids, "Chroma does not answer"
        held = index._meaning()._chroma.ids() if ids else []
        assert set(held) <= set(ids), "Chroma holds what was deleted"
        assert len(held) == len(set(held)), "Chroma holds something twice"
        rows = [(name, texts[name], vector.tobytes()) for name, vector in zip(ids, vectors, strict=True)]
    left = [path.name for path in folder.rglob("*") if path.name.endswith(".tmp")]
    left += [path.name for path in (folder / "chroma").glob("*") if path.is_dir()][1:]
    assert not left, f"left behind: {left}"
    return rows


def _rows(index: Index, query: str) -> list[tuple[Any, ...]]:
    with index.archive.use() as connection:
        return connection.execute(query).fetchall()


def _acknowledged(there: set[str], told: Sequence[str]) -> None:
    wanted: dict[int, bool] = {}
    for line in told:
        what, *numbers = line.split()
        if what == "added":
            wanted.update(dict.fromkeys(range(int(numbers[0]), int(numbers[1])), True))
        elif what in ("removed", "again"):
            same = [number for number in range(ALL) if number % PLACES == int(numbers[0]) % PLACES]
            wanted.update(dict.fromkeys(same, what == "again"))
    began_removing = any(line.startswith(f"added {ALL - STEP}") for line in told)
    for number, present in wanted.items():
        # Between two acknowledgements the next deletion may be done and not yet told of.
        if present and began_removing and number in WENT and f"again {number}" not in told:
            continue
        assert not present or piece(number).id in there, f"article {number} was acknowledged and is lost"
        if not present and f"removed {GONE[-1]}" not in told:
            assert piece(number).id not in there, f"article {number} was deleted and is there"


def broken() -> None:
    """Break the order of a write, in this process: articles count as done before anything is derived from them."""
    place = Intake._place

    def hasty(self: Intake, items: Any) -> Any:
        placed = place(self, items)
        writing.mark_done(self._archive, writing.work(self._archive, 1000))
        return placed

    Intake._place = hasty  # type: ignore[method-assign]


def _apart(
    action: Callable[[Callable[[str], object]], object], kill: Kill | None = None, seconds: float = 0.0
) -> tuple[int, list[str]]:
    """Run an action in a process of its own, which is killed where ``kill`` says; return its end and what it told."""
    reader, writer = os.pipe()

    def run() -> None:
        os.close(reader)
        if kill is not None and kill.point:
            os.environ[failpoints.VARIABLE] = kill.point
        try:
            action(lambda line: os.write(writer, f"{line}\n".encode()))
        except BaseException:  # noqa: BLE001  # the edge of the process: told to the parent
            os.write(writer, f"failed {traceback.format_exc(limit=-2)!r}\n".encode())
            os._exit(1)
        os._exit(0)

    process = _FORK.Process(target=run)
    process.start()
    os.close(writer)
    if kill is not None and not kill.point:
        process.join(kill.share * seconds)
        process.kill()
    with os.fdopen(reader) as stream:
        told = stream.read().splitlines()
    process.join()
    return process.exitcode or 0, told


class Drill:
    """The folder of one drill: an index to begin with, and the state that an unkilled run ends in."""

    def __init__(self, home: Path, *, is_broken: bool = False) -> None:
        """Prepare both."""
        self._home = home
        self._broken = is_broken
        self._begun = home / "begun"
        _preload()
        self._run(lambda told: _begin(self._begun))
        whole = home / "whole"
        shutil.copytree(self._begun, whole)
        began = time.perf_counter()
        self._run(lambda told: work(whole, told))
        self.seconds = time.perf_counter() - began
        self._wanted = self._state(whole)

    def _run(self, action: Callable[[Callable[[str], None]], object]) -> None:
        code, told = _apart(action)
        assert code == 0, told

    def _state(self, folder: Path) -> list[str]:
        code, told = _apart(lambda tell: [tell(line) for line in _lines(state(folder))])
        assert code == 0, told[-1]
        return told

    def one(self, kill: Kill, number: int) -> Outcome:
        """Kill once and look."""
        folder = self._home / f"kill-{number}"
        shutil.copytree(self._begun, folder)

        def doing(told: Callable[[str], None]) -> None:
            if self._broken:
                broken()
            work(folder, told)

        code, acknowledged = _apart(doing, kill, self.seconds)
        hit = code == -signal.SIGKILL
        told = [line for line in acknowledged if not line.startswith("failed")]
        code, lines = _apart(lambda tell: tell(str(len(state(folder, told)))))
        if code == 0:

            def again(tell: Callable[[str], object]) -> None:
                work(folder)
                for line in _lines(state(folder)):
                    tell(line)

            code, lines = _apart(again)
            if code == 0 and lines != self._wanted:
                code, lines = 1, ["done again, it does not end where an unkilled run does"]
        shutil.rmtree(folder)
        return Outcome(kill, hit=hit, wrong="" if code == 0 else lines[-1] if lines else f"ended with {code}")


def _begin(folder: Path) -> None:
    with opened(folder) as index:
        index.add([piece(number) for number in range(OLD)])


def _lines(rows: Sequence[tuple[str, str, bytes]]) -> list[str]:
    return [f"{name} {hash_of(text.encode())} {hash_of(vector)}" for name, text, vector in rows]


def hash_of(data: bytes) -> str:
    """Return a short digest."""
    import hashlib

    return hashlib.sha256(data).hexdigest()[:16]


def _preload() -> None:
    """Import once what every process needs: they are forked, and none has to begin with nothing."""
    import chromadb
    import llama_index.core.schema
    import llama_index.core.vector_stores
    import llama_index.vector_stores.chroma
    import tantivy

    assert all((chromadb, llama_index.core.schema, llama_index.core.vector_stores, tantivy))


def plan(kills: int, seed: int, *, named_too: bool = True) -> list[Kill]:
    """Return the kills: every named place first and at later passings, the rest at random times."""
    drawn = random.Random(seed)
    if not named_too:
        return [Kill(share=drawn.uniform(0.0, 1.0)) for _ in range(kills)]
    named = [Kill(point) for point in failpoints.POINTS]
    later = [Kill(f"{point}:{drawn.randint(2, 6)}") for point in failpoints.POINTS]
    wanted = (named + later)[:kills]
    return wanted + [Kill(share=drawn.uniform(0.0, 1.0)) for _ in range(kills - len(wanted))]


def main() -> None:
    """Run the drill and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", action="store_true", help="break the order of a write: this must fail")
    parser.add_argument("--random", action="store_true", help="kill at random times only")
    asked = parser.parse_args()
    kills = plan(asked.kills, asked.seed, named_too=not asked.random)
    if asked.broken:  # the first batch is there already: only later ones have something to lose
        kills = [Kill("after_ledger:2"), Kill("after_ledger:3")]
    with tempfile.TemporaryDirectory(prefix="crash-drill-") as home:
        drill = Drill(Path(home), is_broken=asked.broken)
        sys.stdout.write(f"the work takes {drill.seconds:.1f} s when nobody kills it\n")
        outcomes: list[Outcome] = []
        with contextlib.suppress(KeyboardInterrupt):  # what was done by then counts
            for number, kill in enumerate(kills):
                outcomes.append(drill.one(kill, number))
                if outcomes[-1].wrong:
                    sys.stdout.write(f"  WRONG {kill}: {outcomes[-1].wrong}\n")
                    sys.stdout.flush()
                if number % 20 == 19:
                    sys.stderr.write(f"{number + 1} kills\n")
    hit = Counter("named" if each.kill.point else "random" for each in outcomes if each.hit)
    missed = [str(each.kill) for each in outcomes if not each.hit]
    wrong = sum(bool(each.wrong) for each in outcomes)
    sys.stdout.write(
        f"{len(outcomes)} kills: {hit['named']} at named places, {hit['random']} at random times,"
        f" {len(missed)} after the work was done; {wrong} left something lost, doubled or not to be found\n"
    )
    sys.exit(0 if bool(wrong) == asked.broken else 1)


if __name__ == "__main__":
    main()
