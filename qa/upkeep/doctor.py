"""Looks at every part of an index, says what is wrong with it in words, and repairs what can be built again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qa import encoders, passages
from qa import lexical as words
from qa.archive import FILE as ARCHIVE
from qa.archive import Archive, open_archive, removing, schema
from qa.encoders import Encoder
from qa.errors import DatelineError, IndexDamaged, IndexMissing
from qa.index import Index, lock, manifest, opening
from qa.index.copies import CONVERSATIONS
from qa.settings import Settings
from qa.upkeep import derived
from qa.upkeep.copying import check
from qa.vectors import Chroma, Server, Unhealthy, Unreachable, discard

State = Literal["well", "mended", "ill", "unseen"]
"""As it should be; repaired just now; wrong, and what to do stands beside it; could not be looked at now."""

_ASKED = 1_000
"""Stored vectors that are asked for: all of them in an archive of some 200 articles, else spread over it."""

_MENDABLE = frozenset(
    (
        "manifest", "ledger", "lexical", "vectors", "tables", "places", "stories", "corrections", "short names",
        "signs", "leftovers",
    )
)  # fmt: skip

_LEAST_FREE = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """What one part of an index is like."""

    part: str
    state: State = field(kw_only=True)
    text: str = field(kw_only=True)


def examine(folder: Path, settings: Settings, *, repair: bool = False, encoder: Encoder | None = None) -> list[Check]:
    """Look at an index.

    Args:
        folder: the index's folder.
        settings: name the encoder and where the models are.
        repair: build again what is derived from the archive where it is not as it should be, finish what was left.
        encoder: one to use instead of the settings'.

    Raises:
        IndexMissing: there is no index.
        IndexLocked: it is to be repaired and another process writes it.
    """
    if not (folder / ARCHIVE).is_file():
        raise IndexMissing(opening.missing(folder))
    before = list(_look(folder, settings, encoder))
    broken = {each.part for each in before if each.state == "ill"}
    if not repair or not broken or "archive" in broken:
        return before
    after, left, ever = before, broken & _MENDABLE, set[str]()
    for again in (False, True):  # what is mended may show what was hidden behind it
        if left:
            _mend(folder, settings, (encoder, left), again=again)
            after, ever = list(_look(folder, settings, encoder)), ever | left
            left = {each.part for each in after if each.state == "ill"} & _MENDABLE
    return [
        Check(each.part, state="mended", text=each.text) if each.part in ever and each.state == "well" else each
        for each in after
    ]


def _look(folder: Path, settings: Settings, encoder: Encoder | None) -> Iterator[Check]:
    problem = check(folder / ARCHIVE)
    if problem:
        yield _ill("archive", f"{problem}: put a backup back with `qa restore`, or take the articles in again")
        return
    yield _well("archive", "every page can be read")
    with ExitStack() as stack:
        try:
            archive = open_archive(folder, write=False)
        except DatelineError as error:
            yield _ill("archive", str(error))
            return
        stack.callback(archive.close)
        yield _manifest(folder, archive)
        yield _ledger(archive)
        yield _spans(archive)
        yield _words(folder, archive)
        yield _vectors(folder, archive, Server.of(settings))
        yield from _derived(folder, archive)
        yield _encoder(folder, archive, settings, encoder)
    yield _conversations(folder)
    yield _leftovers(folder)
    yield _disk(folder)
    yield from _models(settings)


def _well(part: str, text: str) -> Check:
    return Check(part, state="well", text=text)


def _ill(part: str, text: str) -> Check:
    return Check(part, state="ill", text=text)


def _manifest(folder: Path, archive: Archive) -> Check:
    identity = manifest.read(archive)
    if identity is None:
        return _ill("manifest", "the archive has none: its making was broken off; take articles in with `qa ingest`")
    try:
        manifest.check(identity, folder)
    except DatelineError as error:
        return _ill("manifest", str(error))
    copy = folder / manifest.FILE
    if not copy.is_file() or copy.read_text(encoding="utf-8", errors="replace") != manifest.text(identity):
        return _ill("manifest", f"{manifest.FILE} is not what the archive says")
    return _well("manifest", f"schema {schema.VERSION}, splitter {passages.VERSION}, encoder {identity.encoder or '-'}")


def _ledger(archive: Archive) -> Check:
    counts: dict[str, int] = dict(_rows(archive, "SELECT state, count(*) FROM ledger GROUP BY state"))
    loose = _one(
        archive, "SELECT count(*) FROM articles a LEFT JOIN ledger l ON l.article = a.n WHERE l.article IS NULL"
    )
    placeless = _one(archive, "SELECT count(*) FROM articles WHERE n NOT IN (SELECT article FROM sources)")
    if loose or placeless:
        return _ill("ledger", f"{loose} articles without a state, {placeless} without a source: restore a backup")
    gone = len(removing.gone(archive))
    unfinished = sum(counts.values()) - counts.get("done", 0)
    if unfinished or gone:
        return _ill("ledger", f"{unfinished} articles and {gone} deletions are not finished: the next writer does it")
    return _well("ledger", f"{counts.get('done', 0)} articles, all finished")


def _spans(archive: Archive) -> Check:
    """Whether every passage lies within its article, and has a vector of the right size."""
    wrong = _one(
        archive,
        "SELECT count(*) FROM passages p JOIN articles a ON a.n = p.article"
        " WHERE p.start < 0 OR p.stop <= p.start OR p.stop > length(a.body)",
    )
    total = _one(archive, "SELECT count(*) FROM passages")
    identity = manifest.read(archive)
    size = 2 * identity.dim if identity else 0
    odd = _one(archive, f"SELECT count(*) FROM embeddings WHERE length(vector) <> {size}")
    bare = total - _one(archive, "SELECT count(*) FROM embeddings")
    if wrong or odd:
        return _ill(
            "passages", f"{wrong} lie outside of their article, {odd} vectors have another size: restore a backup"
        )
    return _well("passages", f"{total}, of which {bare} have no vector" if bare else f"{total}, each with its vector")


def _words(folder: Path, archive: Archive) -> Check:
    expected = archive.count()[1]
    try:
        lexical = words.open_lexical(folder / opening.LEXICAL, write=False)
    except IndexDamaged as error:
        return _ill("lexical", str(error))
    try:
        held = lexical.count
        if held != expected:
            return _ill("lexical", f"it holds {held} of {expected} passages")
        return _said("lexical", derived.words(archive, lexical), f"{held} passages")
    finally:
        lexical.close()


def _vectors(folder: Path, archive: Archive, server: Server | None) -> Check:
    """Whether Chroma holds what it was given, no more and no less, and stored vectors find themselves."""
    if not _one(archive, "SELECT count(*) FROM embeddings"):
        return _well("vectors", "there are none yet")
    held = lock.acquire(folder)
    if held is None:
        return Check("vectors", state="unseen", text=f"in use by {lock.holder(folder)}: look again when it has ended")
    chroma = Chroma(folder / opening.CHROMA, server=server)
    try:
        chroma.open()
        rows = _rows(
            archive,
            "SELECT e.n, p.id FROM embeddings e JOIN passages p ON p.n = e.passage WHERE e.n <= ? ORDER BY e.n",
            chroma.built.last,
        )
        here, wanted = set(chroma.ids()), {name for _, name in rows}
        # What was embedded anew since is held under its id with the vector of before: it is compared exactly.
        known = {name for (name,) in _rows(archive, "SELECT id FROM passages")}
        if wanted - here or here - known:
            return _ill("vectors", f"{len(wanted - here)} are missing and {len(here - known)} are of deleted passages")
        asked = [name for _, name in rows][:: max(1, len(rows) // _ASKED)]
        stored = archive.vectors(asked)
        chroma.probe([(name, stored[name].astype(np.float32)) for name in asked])
        newer = _one(archive, f"SELECT count(*) FROM embeddings WHERE n > {chroma.built.last}")
        return _well("vectors", f"{len(here)} in Chroma, {newer} newer ones; {len(asked)} asked for, each found itself")
    except Unhealthy as error:
        away = server is not None and isinstance(error, Unreachable)
        return Check("vectors", state="unseen" if away else "ill", text=str(error))
    finally:
        chroma.close()
        held.release()


def _derived(folder: Path, archive: Archive) -> Iterator[Check]:
    """Whether what the archive keeps beside its articles is as the articles say."""
    problem = derived.tables(archive)
    yield _said("tables", problem, "tables, indexes and triggers are there")
    if problem:
        return  # the others read them: they are looked at when this is mended
    yield _said("places", derived.places(archive), "every article is dated and shown as its sources say")
    told = f"{_one(archive, 'SELECT count(DISTINCT story) FROM stories')} stories"
    yield _said("stories", derived.stories(archive), told)
    told = f"{_one(archive, 'SELECT count(*) FROM corrections')} links from notices to what they correct"
    yield _said("corrections", derived.corrections(archive), told)
    told = f"{_one(archive, 'SELECT count(*) FROM aliases')} are explained"
    yield _said("short names", derived.short_names(archive), told)
    yield _signs(folder, archive)


def _signs(folder: Path, archive: Archive) -> Check:
    identity = manifest.read(archive)
    held = lock.acquire(folder)
    if held is None or identity is None:
        return Check("signs", state="unseen", text="another process may be writing them: look again when it has ended")
    try:
        return _said("signs", derived.signs(folder, archive, identity.dim), "those of the vectors")
    finally:
        held.release()


def _said(part: str, problem: str, fine: str) -> Check:
    return _ill(part, problem) if problem else _well(part, fine)


def _encoder(folder: Path, archive: Archive, settings: Settings, encoder: Encoder | None) -> Check:
    try:
        used = encoder or encoders.load(settings)
        identity = manifest.read(archive)
        if identity is None or not identity.encoder:
            return _well("encoder", f"{used.fingerprint}, not used yet")
        manifest.check(identity, folder, used)
        manifest.listen(archive, used, folder)
    except DatelineError as error:
        return _ill("encoder", f"{error}; or give the index the vectors of this encoder with `qa reindex`")
    return _well("encoder", f"{used.fingerprint} gives the vectors that it gave")


def _conversations(folder: Path) -> Check:
    path = folder / CONVERSATIONS
    if not path.is_file():
        return _well("conversations", "there are none")
    problem = check(path)
    if problem:
        return _ill("conversations", f"{problem}: put a backup back, or move {str(path)!r} away to begin anew")
    return _well("conversations", "every page can be read")


def _leftovers(folder: Path) -> Check:
    left = [path.name for path in _left(folder)]
    if left:
        return _ill("leftovers", f"of work that was broken off: {', '.join(sorted(left)[:5])}")
    return _well("leftovers", "none")


def _left(folder: Path) -> list[Path]:
    beside = [path for path in folder.parent.glob(f"{folder.name}.*") if path.suffix in {".tmp", ".old"}]
    return [*(path for path in folder.glob("*.tmp")), *(folder / opening.CHROMA).glob("*.tmp"), *beside]


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    told = f"{free / 2**30:.1f} GiB free, the index takes {size / 2**30:.2f} GiB"
    if free < max(size, _LEAST_FREE):
        return _ill("disk", f"{told}: free some, a backup or `qa reindex` needs as much again")
    return _well("disk", told)


def _models(settings: Settings) -> Iterator[Check]:
    from qa.llm import files

    for found in files.status(settings.cache, verify=False):
        fine = found.state not in ("truncated", "wrong hash")
        yield Check(
            "model", state="well" if fine else "ill",
            text=f"{found.name}: {found.state}" + ("" if fine else ": fetch it again with `qa models pull`"),
        )  # fmt: skip


def _mend(folder: Path, settings: Settings, what: tuple[Encoder | None, set[str]], *, again: bool) -> None:
    """Build again what is derived, and finish what was left; ``what``: the encoder to use, and the parts."""
    encoder, broken = what
    source: Encoder | Callable[[], Encoder] = encoder if encoder is not None else lambda: encoders.load(settings)
    if "lexical" in broken:
        words.discard(folder / opening.LEXICAL)
    if "vectors" in broken:
        discard(folder / opening.CHROMA)
        (folder / opening.SIGNS).unlink(missing_ok=True)
    with Index.open(folder, settings=settings, encoder=source, read_only=False) as index:
        derived.mend(index, broken, again=again)
        if "ledger" in broken:
            _ = index.encoder  # asking for it finishes what is unfinished
        if "vectors" in broken:
            index.rebuild_vectors()
    if "leftovers" in broken:
        for path in _left(folder):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def plain(checks: list[Check]) -> str:
    """Return checks as JSON."""
    return json.dumps([asdict(each) for each in checks], ensure_ascii=False, indent=2)


def _rows(archive: Archive, query: str, *given: object) -> list[tuple[Any, ...]]:
    with archive.use() as connection:
        return connection.execute(query, given).fetchall()


def _one(archive: Archive, query: str) -> int:
    return int(_rows(archive, query)[0][0])
