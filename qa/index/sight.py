"""What one search may find: of a time, and of some of the articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qa.archive import Archive, browsing, numbered, schema
from qa.archive.browsing import Narrow
from qa.archive.calendar import Allowed
from qa.lexical import Limits
from qa.types import earliest_instant, latest_instant


@dataclass(frozen=True, slots=True)
class Sight:
    """Bounds of the instant from which an article is known, undated ones in, and the only articles wanted."""

    before: datetime | None
    after: datetime | None = None
    narrow: Narrow | None = field(kw_only=True, default=None)

    def visible(self, archive: Archive, rows: Sequence[int]) -> dict[int, str]:
        """Return the ids of those passages, by row number, that may be found."""
        seen = numbered.visible(archive, rows, self.before, self.after)
        if not self.narrow:
            return seen
        wanted = browsing.among(archive, self.narrow, list(seen))
        return {row: name for row, name in seen.items() if row in wanted}

    def limits(self, allowed: Allowed) -> Limits:
        """Return what holds for everything that may be found, wide rather than narrow, as a lexical search is told."""
        narrow = self.narrow or Narrow()
        since = earliest_instant(narrow.since) if narrow.since else None
        until = latest_instant(narrow.until) if narrow.until else None
        return Limits(
            narrow.outlets,
            language=narrow.language,
            after=schema.micros(max((each for each in (self.after, since) if each), default=None)),
            before=schema.micros(min((each for each in (self.before, until) if each), default=None)),
            share=allowed.share,
        )
