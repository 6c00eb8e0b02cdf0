"""What stands in the archive, to be looked through: a list by words, outlet, language and time, and counts by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from qa.archive import _VISIBLE, Archive, schema, window
from qa.types import Coverage, Moment, earliest_instant, latest_instant

_FOREVER = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOW = f"""EXISTS (SELECT 1 FROM ledger l WHERE l.article = a.n AND l.state <> 'pending')
    AND (s.until IS NULL OR s.until > {_FOREVER - 1})"""
_VERSIONS = """(SELECT count(DISTINCT t.article) FROM sources o JOIN sources t ON t.lineage = o.lineage
    WHERE o.article = a.n AND o.lineage <> '' AND o.until IS NULL)"""
_DATED = "coalesce(s.published, s.updated)"


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which articles are meant: those that fulfil everything given. Undated ones are in no period."""

    words: str = ""
    outlets: frozenset[str] = field(kw_only=True, default=frozenset())
    language: str = field(kw_only=True, default="")
    since: date | None = field(kw_only=True, default=None)
    until: date | None = field(kw_only=True, default=None)

    def __bool__(self) -> bool:
        """Return whether anything is left out."""
        return bool(self.words.strip() or self.outlets or self.language or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Listing:
    """An article in a list, without its body."""

    id: str
    headline: str = field(kw_only=True)
    outlet: str = field(kw_only=True)
    byline: str = field(kw_only=True)
    url: str = field(kw_only=True)
    dated: Moment | None = field(kw_only=True)
    language: str = field(kw_only=True)
    version: int = field(kw_only=True)
    fictional: bool = field(kw_only=True)
    versions: int = field(kw_only=True, default=1)
    """How many texts stand or stood where it stands: all that a deletion takes."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A part of a list, and how long the whole of it is."""

    listed: tuple[Listing, ...]
    total: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles there are by outlet, by language and by (day, outlet); undated ones are in no day."""

    outlets: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(kw_only=True, default_factory=dict)
    days: dict[tuple[date, str], int] = field(kw_only=True, default_factory=dict)


def browse(archive: Archive, wanted: Narrow, *, offset: int = 0, limit: int = 50) -> Shelf:
    """Return the newest versions of the articles wanted, the latest first, undated ones last."""
    where, given = _where(wanted)
    tables = f"FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary WHERE {where}"
    columns = f"a.id, s.headline, s.outlet, s.byline, s.url, {_DATED}, a.language, s.version, a.fictional, {_VERSIONS}"
    with archive.use() as connection:
        _fold(archive)
        total = int(connection.execute(f"SELECT count(*) {tables}", given).fetchone()[0])
        rows = connection.execute(
            f"SELECT {columns} {tables} ORDER BY s.own IS NULL, s.own DESC, a.n DESC LIMIT :limit OFFSET :offset",
            {**given, "limit": limit, "offset": offset},
        ).fetchall()
    listed = tuple(
        Listing(
            row[0], headline=row[1], outlet=row[2], byline=row[3], url=row[4], dated=schema.moment(row[5]),
            language=row[6], version=row[7], fictional=bool(row[8]), versions=max(1, row[9]),
        )
        for row in rows
    )  # fmt: skip
    return Shelf(listed, total=total)


def rows(archive: Archive, wanted: Narrow) -> list[int]:
    """Return the row numbers of the articles wanted, older versions among them."""
    where, given = _where(wanted, now=False)
    with archive.use() as connection:
        _fold(archive)
        found = connection.execute(
            f"SELECT a.n FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary WHERE {where}", given
        ).fetchall()
    return [row[0] for row in found]


def among(archive: Archive, wanted: Narrow, rows: Sequence[int]) -> frozenset[int]:
    """Return which of these passages, by row number, belong to the articles wanted."""
    where, given = _where(wanted, now=False)
    marks = ", ".join(map(str, map(int, rows)))
    with archive.use() as connection:
        _fold(archive)
        found = connection.execute(
            "SELECT p.n FROM passages p JOIN articles a ON a.n = p.article"
            f" JOIN sources s ON s.article = a.n AND s.is_primary WHERE p.n IN ({marks}) AND {where}",
            given,
        ).fetchall()
    return frozenset(row[0] for row in found)


def coverage(archive: Archive, wanted: Narrow, before: datetime | None, after: datetime | None) -> Coverage:
    """Return what a search of the articles wanted looks through at a time."""
    where, given = _where(wanted, now=False)
    with archive.use() as connection:
        _fold(archive)
        row = connection.execute(
            "SELECT count(*), coalesce(sum(s.own IS NULL), 0), count(DISTINCT nullif(s.outlet, '')),"
            " min(s.own), max(s.own) FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary"
            f" WHERE {where} AND {_VISIBLE.format(n='a.n')}",
            {**given, **window(before, after)},
        ).fetchone()
    days = [None if micros is None else (_EPOCH + timedelta(microseconds=micros)).date() for micros in row[3:]]
    return Coverage(row[0], undated=row[1], outlets=row[2], earliest=days[0], latest=days[1])


def counts(archive: Archive) -> Counts:
    """Return how many articles there are by outlet, language and day."""
    found = Counts()
    with archive.use() as connection:
        rows = connection.execute(
            f"SELECT s.outlet, a.language, substr({_DATED}, 1, 10), count(*) FROM articles a"
            f" JOIN sources s ON s.article = a.n AND s.is_primary WHERE {_NOW} GROUP BY 1, 2, 3"
        ).fetchall()
    for outlet, language, day, number in rows:
        found.outlets[outlet] = found.outlets.get(outlet, 0) + number
        found.languages[language] = found.languages.get(language, 0) + number
        if day:
            key = (date.fromisoformat(day), outlet)
            found.days[key] = found.days.get(key, 0) + number
    return found


def _where(wanted: Narrow, *, now: bool = True) -> tuple[str, dict[str, str | int | None]]:
    parts, given = [_NOW] if now else ["1"], dict[str, str | int | None]()
    for number, word in enumerate(wanted.words.casefold().split()[:8]):
        parts.append(f"instr(folded(s.headline || ' ' || s.outlet || ' ' || s.byline || ' ' || s.url), :w{number})")
        given[f"w{number}"] = word
    if wanted.outlets:
        names = {f"o{number}": name for number, name in enumerate(sorted(wanted.outlets))}
        parts.append(f"s.outlet IN ({', '.join(f':{key}' for key in names)})")
        given |= names
    if wanted.language:
        parts.append("a.language = :language")
        given["language"] = wanted.language
    if wanted.since:
        parts.append("s.own >= :since")
        given["since"] = schema.micros(earliest_instant(wanted.since))
    if wanted.until:
        parts.append("s.own <= :until")
        given["until"] = schema.micros(latest_instant(wanted.until))
    return " AND ".join(parts), given


def _fold(archive: Archive) -> None:
    """Give the connection a function that folds case in every alphabet; SQLite's own knows ASCII only."""
    archive.connection.create_function("folded", 1, str.casefold, deterministic=True)
