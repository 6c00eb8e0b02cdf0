"""What has become of the articles that an earlier answer cites."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qa.errors import InputError
from qa.types import Article

Versions = Callable[[str], Sequence[Article]]
"""Returns every version of an article, the oldest first; raises ``InputError`` where there is no such article."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The cited articles, by id, that are gone from the archive, and those of which there is a newer version."""

    gone: frozenset[str] = frozenset()
    newer: Mapping[str, Article] = field(kw_only=True, default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return bool(self.gone or self.newer)


def since(articles: Mapping[str, Article], versions: Versions) -> Changes:
    """Return what changed about articles since they were cited."""
    gone, newer = set(), {}
    for name in articles:
        try:
            known = versions(name)
        except InputError:
            known = ()
        if not known:
            gone.add(name)
        elif known[-1].id != name:
            newer[name] = known[-1]
    return Changes(frozenset(gone), newer=newer)
