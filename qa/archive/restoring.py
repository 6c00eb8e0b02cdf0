"""An earlier version of an article that somebody makes the current one: what came after is put aside, not deleted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from qa.archive import Archive, carried, grouping, lineage, schema, writing
from qa.errors import InputError
from qa.types import Article


@dataclass(frozen=True, slots=True)
class Restored:
    """The version that stands now, and those that are put aside for it, the oldest first."""

    now: Article
    aside: tuple[Article, ...] = field(kw_only=True, default=())


def aside(archive: Archive, article_id: str) -> tuple[Article, ...]:
    """Return the versions that are put aside at the places where an article stands or stood, the oldest first."""
    with archive.use() as connection:
        rows = connection.execute(
            f"SELECT {schema.COLUMNS} FROM sources s JOIN articles a ON a.n = s.article"
            " WHERE s.withdrawn AND s.lineage IN (SELECT o.lineage FROM sources o JOIN articles b ON b.n = o.article"
            " WHERE b.id = ? AND o.lineage <> '') ORDER BY s.version, s.n",
            (article_id,),
        ).fetchall()
    return tuple({row[0]: schema.article(row) for row in rows}.values())


def restore(archive: Archive, name: str, version: str) -> Restored:
    """Make an earlier version of an address or a file the one that stands there, for every as-of day since its own.

    A text that comes to the place afterwards follows it as any new version does.

    Args:
        archive: a writer's.
        name: the address, the file, or the id of any of its versions.
        version: its number as ``qa versions`` shows it, or its id.

    Raises:
        InputError: there is no such article or version, it stands already, or the id stands at several places.
    """
    place = _place(archive, name)
    with archive.transaction() as connection:
        rows = connection.execute(
            f"SELECT {schema.COLUMNS}, s.until, s.n FROM sources s JOIN articles a ON a.n = s.article"
            " JOIN ledger l ON l.article = a.n AND l.state <> 'pending' WHERE s.lineage = ? ORDER BY s.version, s.n",
            (place,),
        ).fetchall()
        known = [(schema.article(row[:-2]), row[-2] is None, row[-1]) for row in rows]
        wanted = [one for one in known if version in (str(one[0].version), one[0].id)]
        if not wanted:
            numbers = ", ".join(str(article.version) for article, _, _ in known)
            raise InputError(f"there is no version {version!r} of {name!r}: there are {numbers} (see `qa versions`)")
        chosen, stands, _ = wanted[-1]
        if stands:
            raise InputError(f"version {version!r} of {name!r} is the one that stands there already")
        later = [(article, n) for article, _, n in known if article.version > chosen.version]
        connection.executemany("UPDATE sources SET withdrawn = 1 WHERE n = ?", [(n,) for _, n in later])
        connection.execute(
            "UPDATE sources SET withdrawn = 0 WHERE lineage = ? AND version = ?", (place, chosen.version)
        )
        touched = lineage.settle(connection, [row[0] for row in rows])
        grouping.settle(connection, touched)
        writing.bump(connection)
    put = {article.id: article for article, _ in later if article.id != chosen.id}
    return Restored(replace(chosen), aside=tuple(put.values()))


def _place(archive: Archive, name: str) -> str:
    """Return the one place that is meant.

    Raises:
        InputError: there is none, or several.
    """
    of = carried.named(archive, name)
    with archive.use() as connection:
        rows = connection.execute(
            "SELECT DISTINCT s.lineage FROM sources s JOIN articles a ON a.n = s.article"
            " WHERE a.id = ? AND s.lineage <> ''",
            (of,),
        ).fetchall()
    places = {row[0] for row in rows}
    given = places & {lineage.of_url(name), lineage.of_file(name)}
    if len(given or places) == 1:
        return str(next(iter(given or places)))
    if not of:
        raise InputError(f"there is no article {name!r}: give its address, its file or its id")
    if not places:
        raise InputError(f"the article {name!r} has no address and no file, and so no other version")
    raise InputError(f"the text {name!r} stands at {len(places)} places: give the address or the file of one")
