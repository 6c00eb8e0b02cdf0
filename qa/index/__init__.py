"""An index: archive, lexical search and search by meaning, tied together by manifest, ledger and lock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import cast

import numpy as np

from qa.archive import Archive, aliases, carried, numbered, open_archive, removing, writing
from qa.archive.browsing import Narrow
from qa.archive.calendar import Calendar
from qa.archive.carried import Told
from qa.archive.removing import Going
from qa.encoders import Encoder, Vectors, load
from qa.errors import IndexLocked, IndexMissing, InputError
from qa.failpoints import crash_point
from qa.index import lock, manifest, opening, removals
from qa.index.dense import Dense
from qa.index.info import IndexInfo, State, describe
from qa.index.intake import IngestReport, Intake, Progress
from qa.index.sight import Sight
from qa.ingest import Rejected
from qa.lexical import Found, Lexical
from qa.settings import Settings
from qa.types import Article, Carrier, Coverage, Passage
from qa.vectors import Server

__all__ = ["Found", "Index", "IndexInfo", "IngestReport", "Progress", "Rejected"]

_log = logging.getLogger(__name__)


class Index:
    """One open index. Safe to use from several threads; one process writes, any number read."""

    def __init__(self, folder: Path, archive: Archive, identity: manifest.Manifest, held: lock.Lock | None) -> None:
        """Take over the open parts; use ``Index.open``."""
        self._folder = folder
        self._archive = archive
        self._calendar = Calendar(archive)
        self._manifest = identity
        self._held = held
        self._writing = threading.RLock()
        self._encoder_lock = threading.RLock()
        self._refreshing = threading.Lock()
        self._source: Callable[[], Encoder] | None = None
        self._encoder: Encoder | None = None
        self._lexical: Lexical | None = None
        self._dense: Dense | None = None
        self._server: Server | None = None
        self._seen: tuple[int, int] = (-1, -1)
        self._covered: dict[tuple[object, ...], Coverage] = {}
        self._notes: list[str] = []

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        settings: Settings | None = None,
        encoder: Encoder | Callable[[], Encoder] | None = None,
        create: bool = False,
        read_only: bool | None = None,
    ) -> Index:
        """Open the index in a folder.

        Args:
            path: the folder.
            settings: names the default encoder.
            encoder: one that is there, whose fingerprint is checked now, or a function that makes it when it is needed;
                None means the one that the settings name. Lexical search never needs it.
            create: make the index where there is none.
            read_only: True never takes the writer's lock, False insists on it, None takes it where it is free.

        Raises:
            IndexMissing: there is none, and ``create`` is false.
            IndexLocked: ``read_only`` is False and another process writes.
            IndexMismatch: another schema, splitter or encoder built it.
            IndexDamaged: the archive cannot be read.
            ArchiveError: the folder cannot be written, and must be.
        """
        folder = Path(path)
        new = opening.is_new(folder, create and read_only is not True)
        made = opening.make(folder) if new else []
        held: lock.Lock | None = None
        archive: Archive | None = None
        try:
            held = opening.take_lock(folder, read_only, new)
            archive = open_archive(folder, write=held is not None, create=create and held is not None)
            if held is not None:
                opening.prepare(archive)
            identity = manifest.read(archive)
            if identity is None:
                if held is None:
                    raise IndexMissing(opening.missing(folder))
                identity = manifest.start(archive, folder)
            manifest.check(identity, folder)
            index = cls(folder, archive, identity, held)
            index._server = Server.of(settings or Settings())
            index._set_encoder(encoder, settings)
            index._open_derived()
        except BaseException:
            if archive is not None:
                archive.close()
            if held is not None:
                held.release()
            opening.unmake(folder, made)
            raise
        return index

    def _set_encoder(self, encoder: Encoder | Callable[[], Encoder] | None, settings: Settings | None) -> None:
        if encoder is None:
            self._source = lambda: load(settings or Settings())
        elif isinstance(encoder, type) or not hasattr(encoder, "encode_passages"):
            self._source = cast("Callable[[], Encoder]", encoder)
        else:
            ready = cast("Encoder", encoder)
            manifest.check(self._manifest, self._folder, ready)
            self._source = lambda: ready

    def _open_derived(self) -> None:
        """Open the lexical index, finish what a kill left behind as far as it goes without an encoder."""
        folder = self._folder / opening.LEXICAL
        self._lexical = opening.words(folder, self._archive, write=self._held is not None, note=self._note)
        if self._held is None:
            return
        manifest.mend(self._folder, self._manifest)
        if self._lexical.count < self._archive.count()[1]:
            self._lexical.put(self._archive.searchable())
        if self._manifest.dim and writing.work(self._archive, 1):
            self._intake().finish_embedded()
        removals.follow(self._folder, self._archive, self._words(), self._meaning)

    @property
    def id(self) -> str:
        """The index's own id, given when it was made."""
        return self._manifest.id

    @property
    def path(self) -> Path:
        """Its folder."""
        return self._folder

    @property
    def archive(self) -> Archive:
        """The archive itself, for the modules that list what is in it."""
        return self._archive

    @property
    def is_writer(self) -> bool:
        """Whether this process holds the writer's lock."""
        return self._held is not None

    @property
    def encoder(self) -> Encoder:
        """The encoder whose vectors the index holds, checked against the canary texts; encode questions with it.

        Asking for it finishes, in the writer, what a kill left unembedded.

        Raises:
            IndexMismatch: it is another one, or gives other vectors than it did.
        """
        fresh = self._encoder is None
        encoder = self._checked()
        if fresh and self._held is not None and writing.work(self._archive, 1):
            with self._writing:
                self._intake().derive()
        return encoder

    def _checked(self) -> Encoder:
        """Return the encoder, made and compared with the index the first time."""
        with self._encoder_lock:
            if self._encoder is None:
                assert self._source is not None
                encoder = self._source()
                manifest.check(self._manifest, self._folder, encoder)
                if self._manifest.encoder:
                    manifest.listen(self._archive, encoder, self._folder)
                elif self._held is not None:
                    manifest.sing(self._archive, encoder)
                    self._manifest = replace(self._manifest, encoder=encoder.fingerprint, dim=encoder.dim)
                    manifest.write(self._archive, self._folder, self._manifest)
                self._encoder = encoder
            return self._encoder

    def add(self, items: Iterable[Article | Rejected], *, progress: Progress | None = None) -> IngestReport:
        """Take in articles; rejections among them go into the report. Killed or interrupted, it can be run again.

        Raises:
            IndexLocked: the index is open read-only; the message names who writes it.
            IndexMismatch: the encoder is another one.
            ArchiveError: the disk is full.
        """
        with self.changing():
            self._checked()
            return self._intake().take(items, progress)

    def remove(self, name: str) -> Going:
        """Delete the article of an id, an address or a file everywhere, with all its versions; return what went."""
        with self.changing() as archive:
            went = removing.remove(archive, name)
            crash_point("after_remove")
            removals.follow(self._folder, archive, self._words(), self._meaning)
            if went.staying:  # with the headline and date of another place
                self._intake().derive()
        return went

    @contextmanager
    def changing(self) -> Iterator[Archive]:
        """Hold the archive alone, to write to it. Raises IndexLocked where the index is open read-only."""
        if self._held is None:
            raise IndexLocked(opening.locked(self._folder))
        with self._writing:
            yield self._archive

    def rebuild_vectors(self) -> None:
        """Build Chroma anew from the archive now; questions are answered meanwhile. Only a writer may."""
        if self._held is None:
            raise IndexLocked(opening.locked(self._folder))
        if self._manifest.dim:
            self._meaning().rebuild()

    def lexical(
        self,
        query: str,
        k: int,
        *,
        before: datetime | None,
        after: datetime | None = None,
        narrow: Narrow | None = None,
    ) -> list[Found]:
        """Return the ``k`` best passages by words (BM25).

        ``before`` and ``after`` bound the instant from which an article is known; undated ones stay in, and of several
        versions the newest known ``before``. ``narrow`` names all that are wanted.
        """
        self._refresh()
        sight = Sight(before, after, narrow=narrow)
        limits = sight.limits(self._calendar.allowed(before, after, narrow))
        visible, also = partial(sight.visible, self._archive), aliases.wordings(self._archive, query, before)
        return self._words().search(query, k, visible, limits, also)

    def matched(self, query: str, text: str) -> tuple[str, ...]:
        """Return the words of a query, as they stand in it, that a text has."""
        return self._words().matched(query, text)

    def dense(
        self,
        vector: Vectors,
        k: int,
        *,
        before: datetime | None,
        after: datetime | None = None,
        narrow: Narrow | None = None,
    ) -> list[Found]:
        """Return the ``k`` nearest passages to a question's vector, shape (dim,) or (1, dim), by cosine.

        Raises:
            IndexMismatch: the vector is not of the index's dimension.
        """
        self._refresh()
        asked = np.asarray(vector, np.float32).reshape(-1)
        if not self._manifest.dim:
            return []
        if asked.shape[0] != self._manifest.dim:
            manifest.check(self._manifest, self._folder, self._checked())
            raise InputError(f"a vector of {asked.shape[0]} columns was given, and the index has {self._manifest.dim}")
        if not np.isfinite(asked).all() or not asked.any():
            return []
        visible = partial(Sight(before, after, narrow=narrow).visible, self._archive)
        return self._meaning().search(asked, k, self._calendar.allowed(before, after, narrow), visible)

    def known(self, ids: Iterable[str]) -> dict[str, datetime | None]:
        """Return from when the articles of passages are known, without reading their texts."""
        return numbered.known(self._archive, ids)

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Return the passages of those ids that are there."""
        return self._archive.passages(ids)

    def passages_of(self, article_id: str) -> tuple[Passage, ...]:
        """Return all passages of one article, in order."""
        return self._archive.passages_of(article_id)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of those ids that are there, older versions too."""
        return self._archive.articles(ids)

    def article(self, article_id: str) -> Article:
        """Return one article.

        Raises:
            InputError: there is none of that id.
        """
        found = self._archive.articles([article_id])
        if article_id not in found:
            raise InputError(f"there is no article {article_id!r} in the index {str(self._folder)!r}: see `qa search`")
        return found[article_id]

    def all_articles(self, before: datetime | None = None, after: datetime | None = None) -> Iterator[Article]:
        """Yield the articles that can be read at a time: of each lineage the newest version known by then."""
        return self._archive.all_articles(before, after)

    def carriers(self, ids: Iterable[str], *, before: datetime | None = None) -> dict[str, tuple[Carrier, ...]]:
        """Return, for each article that has any, the other places known by ``before`` that carry its story."""
        return carried.carriers(self._archive, ids, before)

    def told(self, ids: Iterable[str], *, before: datetime | None = None) -> dict[str, Told]:
        """Return to which story each of these articles belongs, and the notices known by ``before`` that correct it."""
        return carried.told(self._archive, ids, before)

    def versions(self, article_id: str) -> tuple[Article, ...]:
        """Return every version of the article that stands where this one does, the oldest first."""
        return self._archive.versions(article_id)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Return the stored vectors of passages, shape (n, dim), in the order asked; zeros where there is none."""
        found = self._archive.vectors(ids)
        empty = np.zeros(self._manifest.dim, np.float32)
        return np.stack([found.get(name, empty) for name in ids]) if ids else np.zeros((0, self._manifest.dim), "f4")

    def coverage(self, before: datetime | None, after: datetime | None = None) -> Coverage:
        """Return what a search at that time looks through: the same until the next article came out."""
        key = (self._archive.generation(), self._calendar.rank(before), self._calendar.rank(after, first=True))
        if key not in self._covered:
            kept = self._covered if len(self._covered) <= 64 else {}
            self._covered = {**kept, key: self._archive.coverage(before, after)}
        return self._covered[key]

    @property
    def outage(self) -> str:
        """What is to be told of a part that does not answer, while another stands in for it; else an empty string."""
        return self._dense.outage if self._dense else ""

    def info(self) -> IndexInfo:
        """Return what the index holds and how it is open."""
        notes = [*self._notes, *([self._dense.note] if self._dense and self._dense.note else [])]
        dense = self._dense.state if self._dense else "not yet opened" if self.is_writer else "exact"
        state = State("writer" if self.is_writer else "read-only", dense=dense, notes=notes)
        return describe(self._folder, self._archive, self._manifest, self.coverage(None), state)

    def close(self) -> None:
        """Close the files and let another process write."""
        if self._lexical is not None:
            self._lexical.close()
        if self._dense is not None:
            self._dense.close()
        self._archive.close()
        if self._held is not None:
            self._held.release()

    def __enter__(self) -> Index:
        """Return the index."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _words(self) -> Lexical:
        assert self._lexical is not None
        return self._lexical

    def _meaning(self) -> Dense:
        with self._encoder_lock:
            if self._dense is None:
                folder = self._folder / opening.CHROMA if self._held is not None else None
                signs = self._folder / opening.SIGNS
                self._dense = Dense(self._archive, folder, self._manifest.dim, signs=signs, server=self._server)
            return self._dense

    def _intake(self) -> Intake:
        return Intake(self._archive, self._words(), self._meaning(), self._checked)

    def _refresh(self) -> None:
        """See what another process has written since."""
        with self._refreshing:  # a search asks from two threads
            if self._held is None and (now := self._archive.generation()) != self._seen:
                self._seen = now
                self._words().refresh()
                if not self._manifest.dim:
                    self._manifest = manifest.read(self._archive) or self._manifest

    def _note(self, text: str) -> None:
        _log.warning("%s", text)
        self._notes.append(text)
