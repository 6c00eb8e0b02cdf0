"""Search by meaning without an index to build: the signs of every vector in memory, the stored vectors for the best.

Three steps, each over fewer rows: the Hamming distance between signs (48 bytes a passage at 384 dimensions), the
question's own numbers against the signs of the nearest (asymmetric distance, Jégou, Douze and Schmid, PAMI 2011), and
the exact cosine with the archive's vectors for the best of those. A filter is a flag a row and costs the same whatever
it lets through. Nothing is approximate in an archive of up to a thousand passages.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.archive import Archive, numbered
from qa.archive.calendar import Allowed

Rows = npt.NDArray[np.float32]
Visible = Callable[[Sequence[int]], Mapping[int, str]]
"""The ids of those passages, by row number, that may be found."""

_Words = npt.NDArray[np.uint64]

_BLOCK = 65_536
"""Rows a block: its distances stay in the processor's cache."""

_FEWEST = 4_000
_SHARE = 50
"""At least so many rows, or this part of all, go on from the first step."""

_EXACT = 10
"""Times k: rows whose exact cosine is computed. Of 26 thousand passages of news .98 of the true best hundred and .999
of the true best ten are found so; of 400 thousand .95 and .997."""

_FEWEST_EXACT = 1_000

_SPARE = 10
"""So many more than wanted are looked up: what a later version took the place of falls out."""

_MANY = 200_000
_SAMPLED = 8

_READ = 20_000
_FAR = np.uint16(65_535)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Block:
    signs: _Words
    """Shape (words, n), so that one word of all rows lies together."""
    numbers: npt.NDArray[np.int64]
    articles: npt.NDArray[np.int64]


class Scan:
    """The signs of an archive's vectors. Takes in what is new when the archive grows; keeps them in ``path``.

    A row whose vector was replaced or deleted stays until the file is made anew: its number no longer leads to a
    vector, so it is never found.
    """

    def __init__(
        self, archive: Archive, dim: int, *, after: int = 0, path: Path | None = None, write: bool = False
    ) -> None:
        """Load nothing yet. The file is derived: one that does not fit is not used, and a writer makes it anew.

        Args:
            archive: what holds the vectors.
            dim: their columns.
            after: the embedding's row after which they are wanted: 0 for all.
            path: where the signs are kept between processes, if anywhere.
            write: keep them, not only read what is kept.
        """
        self._archive = archive
        self._dim = dim
        self._path = path
        self._write = write
        self._lock = threading.Lock()
        self._blocks: list[_Block] | None = None
        self._last = after
        self._seen: tuple[int, int] = (-1, -1)
        self._record = _record(dim)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(block.numbers.size for block in self._all())

    def load(self) -> None:
        """Take in what there is now, so that the first question need not."""
        self._all()

    def search(self, vector: Rows, k: int, allowed: Allowed, visible: Visible) -> list[tuple[str, float]]:
        """Return the ``k`` nearest passages and their cosines, the nearest first.

        Args:
            vector: the question's, shape (dim,).
            k: how many.
            allowed: the articles that are looked at.
            visible: the ids of those found, by row number, that can be read: it has the last word.
        """
        blocks = self._all()
        if not blocks or k < 1:
            return []
        asked = np.asarray(vector, np.float32).reshape(-1)
        asked = asked / max(float(np.linalg.norm(asked)), 1e-9)
        scored = self._exact(self._near(blocks, asked, k, allowed), asked)
        found: list[tuple[str, float]] = []
        for start in range(0, len(scored), k + _SPARE):
            part = scored[start : start + k + _SPARE]
            named = visible([row for row, _ in part])
            found += [(named[row], score) for row, score in part if row in named]
            if len(found) >= k:
                break
        return sorted(found, key=lambda each: (-each[1], each[0]))[:k]

    def _near(self, blocks: list[_Block], asked: Rows, k: int, allowed: Allowed) -> npt.NDArray[np.int64]:
        """Return the numbers of the rows whose signs are nearest to the question."""
        far = self._distances(blocks, asked, allowed)
        wanted = max(_FEWEST, far.size // _SHARE)
        # Of many rows every eighth tells how far the nearest part goes: it need not be cut to the row.
        step = _SAMPLED if far.size >= _MANY else 1
        counted = self._counted(far[::step])
        if step > 1 and int(counted[-1]) * step < 2 * wanted:  # a filter leaves so few that all of them go on
            step, counted = 1, self._counted(far)
        limit = int(np.searchsorted(counted, min(-(-wanted // step), int(counted[-1]))))
        rows = np.flatnonzero(far <= limit)
        numbers = np.concatenate(
            [block.numbers[rows[within] - start] for start, block, within in _parts(blocks, rows)] or [rows]
        )
        most = max(_EXACT * k, _FEWEST_EXACT)
        if rows.size > most:
            near = [block.signs[:, rows[within] - start] for start, block, within in _parts(blocks, rows)]
            scores = _asymmetric(np.concatenate(near, axis=1), asked)
            numbers = numbers[np.argpartition(-scores, most - 1)[:most]]
        return numbers

    def _counted(self, far: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
        """Return how many rows that are looked at are no farther than 0, 1, 2… signs."""
        return np.cumsum(np.bincount(far[far != _FAR], minlength=self._dim + 1)[: self._dim + 1])

    def _distances(self, blocks: list[_Block], asked: Rows, allowed: Allowed) -> npt.NDArray[np.uint16]:
        """Return how many signs of each row are not the question's, or ``_FAR`` where it is not looked at."""
        question = _signs(asked.reshape(1, -1))[:, 0]
        far = np.zeros(sum(block.numbers.size for block in blocks), np.uint16)
        # Made once: memory that is fresh for each block costs more than what is computed in it.
        apart, counted = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint8)
        start = 0
        for block in blocks:
            size = block.numbers.size
            own = far[start : start + size]
            for word, sign in zip(block.signs, question, strict=True):
                np.bitwise_xor(word, sign, out=apart[:size])
                np.bitwise_count(apart[:size], out=counted[:size])
                np.add(own, counted[:size], out=own)
            if allowed.flags is not None:
                own[~allowed.of(block.articles)] = _FAR
            start += size
        return far

    def _exact(self, numbers: npt.NDArray[np.int64], asked: Rows) -> list[tuple[int, float]]:
        """Return the passages' row numbers and cosines, the nearest first."""
        held = numbered.vectors(self._archive, numbers.tolist())
        if not held:
            return []
        rows = np.frombuffer(b"".join(vector for *_, vector in held), "<f2").reshape(len(held), -1).astype(np.float32)
        scores = (rows @ asked) / np.maximum(np.linalg.norm(rows, axis=1), 1e-9)
        order = np.argsort(-scores, kind="stable")
        return [(held[place][1], float(scores[place])) for place in order]

    def _all(self) -> list[_Block]:
        with self._lock:
            if self._blocks is None:
                self._blocks = self._open()
            now = self._archive.generation()
            if now != self._seen:
                for numbers, articles, vectors in self._fresh():
                    self._take(numbers, articles, _signs(vectors))
                self._seen = now
            return list(self._blocks)

    def _fresh(self) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Rows]]:
        """Yield what the archive has behind the last row, some thousand rows at a time."""
        while rows := numbered.embedded(self._archive, self._last, _READ):
            vectors = np.frombuffer(b"".join(row[2] for row in rows), "<f2").reshape(len(rows), -1).astype(np.float32)
            self._last = rows[-1][0]
            yield np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), vectors

    def _take(self, numbers: npt.NDArray[np.int64], articles: npt.NDArray[np.int64], signs: _Words) -> None:
        assert self._blocks is not None
        if self._path is not None and self._write:
            records = np.empty(numbers.size, self._record)
            records["n"], records["article"], records["signs"] = numbers, articles, signs.T
            try:
                with self._path.open("ab") as stream:
                    stream.write(records.tobytes())
            except OSError as error:  # they are in memory all the same; the next writer keeps what is missing
                _log.warning("the signs in %r are not kept: %s", str(self._path), error.strerror)
                self._write = False
        self._add(self._blocks, numbers, articles, signs)

    def _add(
        self, blocks: list[_Block], numbers: npt.NDArray[np.int64], articles: npt.NDArray[np.int64], signs: _Words
    ) -> None:
        if blocks and blocks[-1].numbers.size < _BLOCK:
            part = blocks.pop()
            numbers = np.concatenate([part.numbers, numbers])
            articles = np.concatenate([part.articles, articles])
            signs = np.concatenate([part.signs, signs], axis=1)
        for start in range(0, numbers.size, _BLOCK):
            end = start + _BLOCK
            blocks.append(_Block(np.ascontiguousarray(signs[:, start:end]), numbers[start:end], articles[start:end]))

    def _open(self) -> list[_Block]:
        """Return what the file holds, where that is what the archive holds; a writer begins it anew where it is not."""
        blocks: list[_Block] = []
        if self._path is None:
            return blocks
        records = self._read(self._path)
        if records.size:
            self._last = int(records["n"][-1])
            self._add(blocks, records["n"].copy(), records["article"].copy(), records["signs"].T.copy())
        elif self._write:
            self._path.unlink(missing_ok=True)
        return blocks

    def _read(self, path: Path) -> npt.NDArray[np.void]:
        nothing = np.zeros(0, self._record)
        try:
            size = path.stat().st_size // self._record.itemsize
            records = np.fromfile(path, self._record, count=size)
            if self._write and path.stat().st_size != size * self._record.itemsize:
                with path.open("r+b") as stream:  # cut short by a kill
                    stream.truncate(size * self._record.itemsize)
        except OSError:
            return nothing
        sample = records[:: max(1, records.size // 20)]
        if not size or (np.diff(records["n"]) <= 0).any():
            return nothing
        held = {
            n: _signs(np.frombuffer(vector, "<f2").astype(np.float32).reshape(1, -1))[:, 0]
            for n, _, vector in numbered.vectors(self._archive, sample["n"].tolist())
        }
        # Deleted rows are no damage; more of them than others, and the file is made anew.
        if 2 * len(held) < sample.size or any(
            (held[row["n"]] != row["signs"]).any() for row in sample if row["n"] in held
        ):
            _log.info("the signs in %r are made anew", str(path))
            return nothing
        return records


def faulty(archive: Archive, dim: int, path: Path) -> str:
    """Return what is wrong with a file of signs beside all the vectors, or an empty string. No file is not wrong."""
    record = _record(dim)
    if not path.is_file() or not path.stat().st_size:
        return ""
    if path.stat().st_size % record.itemsize:
        return "the file of signs ends in the middle of a row"
    records = np.fromfile(path, record)
    if (np.diff(records["n"]) <= 0).any():
        return "the rows of the file of signs are not in order"
    last, missing, wrong = 0, 0, 0
    while rows := numbered.embedded(archive, last, _READ):
        last = rows[-1][0]
        numbers, articles = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
        wanted = _signs(np.frombuffer(b"".join(row[2] for row in rows), "<f2").reshape(len(rows), -1).astype("f4")).T
        places = np.searchsorted(records["n"], numbers)
        held = records[np.minimum(places, records.size - 1)]
        there = held["n"] == numbers
        missing += int((~there & (numbers < records["n"][-1])).sum())
        wrong += int((there & ((held["signs"] != wanted).any(axis=1) | (held["article"] != articles))).sum())
    return f"of the signs {missing} are missing and {wrong} are of another vector" if missing or wrong else ""


def _record(dim: int) -> np.dtype[np.void]:
    return np.dtype([("n", "<i8"), ("article", "<i8"), ("signs", "<u8", (-(-dim // 64),))])


def _signs(vectors: Rows) -> _Words:
    """Return which numbers are positive, a bit each, shape (words, n)."""
    dim = vectors.shape[1]
    padded = np.zeros((vectors.shape[0], -(-dim // 64) * 64), np.bool_)
    padded[:, :dim] = vectors > 0
    return np.ascontiguousarray(np.packbits(padded, axis=1).view("<u8").T.astype(np.uint64))


def _asymmetric(signs: _Words, asked: Rows) -> Rows:
    """Return the sum of the question's numbers where a row is positive, less those where it is not."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8).reshape(-1, 1), axis=1).astype(np.float32) * 2 - 1
    padded = np.zeros(signs.shape[0] * 64, np.float32)
    padded[: asked.size] = asked
    tables = bits @ padded.reshape(-1, 8).T
    total = np.zeros(signs.shape[1], np.float32)
    for word in range(signs.shape[0]):
        octets = signs[word].astype("<u8").view(np.uint8).reshape(-1, 8)
        for place in range(8):
            total += tables[octets[:, place], 8 * word + place]
    return total


def _parts(blocks: list[_Block], rows: npt.NDArray[np.int64]) -> Iterator[tuple[int, _Block, slice]]:
    """Yield, for each block that has any of these ascending rows, its first row, itself, and which of them they are."""
    start = 0
    for block in blocks:
        first, last = np.searchsorted(rows, [start, start + block.numbers.size])
        if last > first:
            yield start, block, slice(int(first), int(last))
        start += block.numbers.size
