"""Who else carries a text, to which story an article belongs, and what corrects it: looked up, settled at ingest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from qa.archive import Archive, lineage, schema, window
from qa.types import Carrier

# The other places of the same text that were known by then, and the copies of it that could be read then.
_CARRIERS = """SELECT * FROM (SELECT a.id, m.id, s.outlet, s.headline, s.url, s.published, s.known AS known, s.n AS n
    FROM articles a JOIN sources p ON p.article = a.n AND p.is_primary
    JOIN sources s ON s.article = a.n JOIN articles m ON m.n = a.n
    WHERE a.id IN ({marks}) AND s.n <> p.n AND (s.outlet <> p.outlet OR s.url <> p.url)
    AND (s.known IS NULL OR s.known <= :before)
    UNION ALL SELECT a.id, m.id, s.outlet, s.headline, s.url, s.published, s.known, s.n FROM articles a
    JOIN sources p ON p.article = a.n AND p.is_primary
    JOIN stories t ON t.article = a.n JOIN stories u ON u.story = t.story AND u.article <> a.n
    JOIN articles m ON m.n = u.article JOIN sources s ON s.article = m.n
    WHERE a.id IN ({marks}) AND (s.outlet <> p.outlet OR s.url <> p.url)
    AND (s.known IS NULL OR s.known <= :before) AND (s.until IS NULL OR s.until > :before)
    AND NOT EXISTS (SELECT 1 FROM sources o WHERE o.article = a.n AND o.lineage = s.lineage AND s.lineage <> '')
    ) ORDER BY known IS NULL, known, n"""


@dataclass(frozen=True, slots=True)
class Told:
    """The story that an article belongs to, as the row numbers of its original and of what that is a variant of, and
    the notices that correct the article, the earliest first.
    """

    story: int
    variant_of: int | None = field(kw_only=True, default=None)
    corrected: tuple[Carrier, ...] = field(kw_only=True, default=())

    @property
    def family(self) -> int:
        """What an original shares with its variants."""
        return self.story if self.variant_of is None else self.variant_of


def carriers(archive: Archive, ids: Iterable[str], before: datetime | None = None) -> dict[str, tuple[Carrier, ...]]:
    """Return, for each article, the other places known by ``before`` that carry its story, the earliest first."""
    found: dict[str, dict[tuple[str, str], Carrier]] = {}
    for name, other, outlet, headline, url, published, *_ in archive.by_id(_CARRIERS, ids, window(before, None)):
        one = Carrier(other, outlet=outlet, headline=headline, url=url, published=schema.moment(published))
        found.setdefault(name, {}).setdefault((outlet, url), one)
    return {name: tuple(each.values()) for name, each in found.items()}


def told(archive: Archive, ids: Iterable[str], before: datetime | None = None) -> dict[str, Told]:
    """Return the stories of the searchable articles of those ids, with the notices that are known by ``before``."""
    wanted = list(ids)
    notices = _corrected(archive, wanted, before)
    rows = archive.by_id(
        "SELECT a.id, t.story, o.variant_of FROM articles a JOIN stories t ON t.article = a.n"
        " JOIN stories o ON o.article = t.story WHERE a.id IN ({marks})",
        wanted,
    )
    return {
        name: Told(story, variant_of=variant_of, corrected=tuple(notices.get(name, ())))
        for name, story, variant_of in rows
    }


def _corrected(archive: Archive, ids: Iterable[str], before: datetime | None) -> dict[str, list[Carrier]]:
    rows = archive.by_id(
        "SELECT DISTINCT a.id, m.id, s.outlet, s.headline, s.url, s.published, s.known, s.n FROM articles a"
        " JOIN stories t ON t.article = a.n JOIN stories u ON u.story = t.story"
        " JOIN corrections c ON c.article = u.article JOIN articles m ON m.n = c.notice"
        " JOIN sources s ON s.article = m.n AND s.is_primary"
        " JOIN ledger l ON l.article = m.n AND l.state <> 'pending'"
        " WHERE a.id IN ({marks}) AND (s.known IS NULL OR s.known <= :before)"
        " AND (s.until IS NULL OR s.until > :before) ORDER BY s.known IS NULL, s.known, s.n",
        ids,
        window(before, None),
    )
    found: dict[str, list[Carrier]] = {}
    for name, other, outlet, headline, url, published, *_ in rows:
        one = Carrier(other, outlet=outlet, headline=headline, url=url, published=schema.moment(published))
        found.setdefault(name, []).append(one)
    return found


def named(archive: Archive, name: str) -> str:
    """Return the id of the article called by its id, its address or its file, the newest text there; "" for none."""
    there = "JOIN ledger l ON l.article = a.n AND l.state <> 'pending'"
    with archive.use() as connection:
        row = connection.execute(f"SELECT a.id FROM articles a {there} WHERE a.id = ?", (name,)).fetchone()
        row = (
            row
            or connection.execute(
                f"SELECT a.id FROM sources s JOIN articles a ON a.n = s.article {there}"
                " WHERE s.lineage IN (?, ?) AND s.lineage <> '' ORDER BY s.version DESC LIMIT 1",
                (lineage.of_url(name), lineage.of_file(name)),
            ).fetchone()
        )
    return str(row[0]) if row else ""
