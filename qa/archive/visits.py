"""The addresses that were read, and what is remembered of them, so that what is unchanged is not read again."""

from __future__ import annotations

from qa.archive import Archive
from qa.ingest.web import Visit


class StoredVisits:
    """Visits as the archive holds them. New ones wait for ``keep``: until their articles are in, not before."""

    def __init__(self, archive: Archive) -> None:
        """Read from an archive."""
        self._archive = archive
        self._fresh: dict[str, Visit] = {}

    def get(self, url: str) -> Visit | None:
        """Return the last visit of an address that is on the disk, or None."""
        with self._archive.use() as connection:
            row = connection.execute(
                "SELECT etag, last_modified, mark, articles FROM visits WHERE url = ?", (url,)
            ).fetchone()
        return None if row is None else Visit(row[0], last_modified=row[1], mark=row[2], articles=row[3])

    def put(self, url: str, visit: Visit) -> None:
        """Remember a visit for ``keep``."""
        self._fresh[url] = visit

    def keep(self) -> None:
        """Write what was put."""
        rows = [(url, each.etag, each.last_modified, each.mark, each.articles) for url, each in self._fresh.items()]
        self._fresh.clear()
        if rows:
            with self._archive.transaction() as connection:
                connection.executemany("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?)", rows)
