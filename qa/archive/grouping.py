"""Which articles make one story. It is settled when an article is taken in, so that a question only looks it up.

An article belongs to the earliest original that it is a copy of; else it begins a story, as a variant where it is a
near-copy of another original. So what is settled of an article depends on earlier ones only: as of any day, the stories
are those that the archive of that day had.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from qa import stories
from qa.archive import schema

_COMMON = 50
"""Originals that share a shingle at most: what stands in more of them is boilerplate, and pairs nothing."""

_CANDIDATES = 20
"""Originals that an article is compared with at most, those with the most shared shingles first."""

_READ = f"""SELECT {schema.COLUMNS}, s.own FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary
    JOIN ledger l ON l.article = a.n AND l.state <> 'pending' WHERE a.n = ?"""


@dataclass(frozen=True, slots=True, order=True)
class _Member:
    """An article in the order in which originals are chosen."""

    precedence: tuple[bool, int, bool, str]
    n: int = field(compare=False)
    body: str = field(compare=False, repr=False)

    @property
    def dated(self) -> tuple[int | None, bool]:
        """What the order hangs on beside the id, as it is kept."""
        undated, own, other, _ = self.precedence
        return None if undated else own, not other


def settle(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Settle the stories of searchable articles that are new, or that are dated or shown otherwise than before."""
    waiting: list[_Member] = []
    for n in sorted(set(articles)):
        member = _member(connection, n)
        stored = connection.execute("SELECT own, agency FROM stories WHERE article = ?", (n,)).fetchone()
        if member is None or (stored is not None and (stored[0], bool(stored[1])) == member.dated):
            continue
        for each in (n, *_leave(connection, n)):
            _wait(connection, waiting, each)
    _place_all(connection, waiting)


def forget(connection: sqlite3.Connection, article: int) -> list[int]:
    """Take an article out of its story, before it is deleted; return the articles that want settling behind it."""
    return _leave(connection, article)


def settle_all(connection: sqlite3.Connection) -> None:
    """Settle every searchable article that has no story yet, the earliest first, as in an index of an older version."""
    rows = connection.execute(
        "SELECT a.n FROM articles a JOIN ledger l ON l.article = a.n AND l.state <> 'pending'"
        " JOIN sources s ON s.article = a.n AND s.is_primary LEFT JOIN stories t ON t.article = a.n"
        " WHERE t.article IS NULL ORDER BY s.own IS NULL, s.own, a.id"
    ).fetchall()
    for start in range(0, len(rows), _CANDIDATES):
        settle(connection, [row[0] for row in rows[start : start + _CANDIDATES]])


def _wait(connection: sqlite3.Connection, waiting: list[_Member], n: int) -> None:
    if all(each.n != n for each in waiting) and (member := _member(connection, n)) is not None:
        heapq.heappush(waiting, member)


def _place_all(connection: sqlite3.Connection, waiting: list[_Member]) -> None:
    """Place articles, the earliest first. One that begins a story may take later ones out of theirs: they wait, too."""
    while waiting:
        member = heapq.heappop(waiting)
        near = _near(connection, member)
        story, variant_of = _place(connection, member, near)
        _write(connection, member, story=story, variant_of=variant_of)
        if story != member.n:
            continue
        _show(connection, member)
        for later in near:
            if member < later:
                _overtake(connection, member, later, waiting)


def _place(connection: sqlite3.Connection, member: _Member, near: list[_Member]) -> tuple[int, int | None]:
    """Return the story of an article among the originals near it, and what it is a variant of."""
    before = [each for each in near if each < member]
    same = next((each for each in before if stories.likeness(each.body, member.body) == "copy"), None)
    if same is not None:
        return same.n, None
    return member.n, _base(connection, before[0].n) if before else None


def misplaced(connection: sqlite3.Connection, articles: Iterable[int]) -> list[int]:
    """Return those of some searchable articles that are not stored as they would be settled now; nothing is written.

    Where there are more candidates than an article is compared with, it depends on when it came which those were: then
    only what is stored is asked, whether it can be.
    """
    found = []
    for n in articles:
        member = _member(connection, n)
        if member is None:
            continue
        row = connection.execute(
            "SELECT story, variant_of, own, agency FROM stories WHERE article = ?", (n,)
        ).fetchone()
        if row is None or (row[2], bool(row[3])) != member.dated or not _fits(connection, member, row[0], row[1]):
            found.append(n)
    return found


def _fits(connection: sqlite3.Connection, member: _Member, story: int, variant_of: int | None) -> bool:
    """Whether an article can belong to a story, and is found if it begins one."""
    shown = {row[0] for row in connection.execute("SELECT shingle FROM sketches WHERE article = ?", (member.n,))}
    if shown != (set(stories.sketch(member.body)) if story == member.n else set()):
        return False
    if story != member.n:
        original = _member(connection, story)
        return (
            original is not None
            and original < member
            and variant_of is None
            and stories.likeness(original.body, member.body) == "copy"
        )
    shared, cut = _candidates(connection, member)
    return cut or (story, variant_of) == _place(connection, member, _alike(connection, member, shared))


def settle_anew(connection: sqlite3.Connection) -> None:
    """Forget every story and settle all of them again."""
    connection.execute("DELETE FROM stories")
    connection.execute("DELETE FROM sketches")
    settle_all(connection)


def _overtake(connection: sqlite3.Connection, member: _Member, later: _Member, waiting: list[_Member]) -> None:
    """Take the story of a later original for an earlier one: whole where the two say the same words, else anew."""
    if later.body == member.body:
        connection.execute("UPDATE stories SET variant_of = ? WHERE variant_of = ?", (member.n, later.n))
        connection.execute("UPDATE stories SET story = ?, variant_of = NULL WHERE story = ?", (member.n, later.n))
        connection.execute("DELETE FROM sketches WHERE article = ?", (later.n,))
        return
    freed = [later.n, *_leave(connection, later.n)]
    for n in freed:
        _wait(connection, waiting, n)


def _near(connection: sqlite3.Connection, member: _Member) -> list[_Member]:
    """Return the originals that an article is a near-copy of, in order."""
    return _alike(connection, member, _candidates(connection, member)[0])


def _alike(connection: sqlite3.Connection, member: _Member, candidates: Iterable[int]) -> list[_Member]:
    own = stories.shingles(member.body)
    found = (_member(connection, n) for n in candidates)
    return sorted(each for each in found if each is not None and stories.alike(own, stories.shingles(each.body)))


def _candidates(connection: sqlite3.Connection, member: _Member) -> tuple[list[int], bool]:
    """Return the originals that an article is compared with, and whether there are more that share a shingle."""
    shared: Counter[int] = Counter()
    cut = False
    for shingle in stories.sketch(member.body):
        rows = connection.execute(
            f"SELECT article FROM sketches WHERE shingle = ? LIMIT {_COMMON + 1}", (shingle,)
        ).fetchall()
        if len(rows) <= _COMMON:
            shared.update(row[0] for row in rows)
        cut = cut or len(rows) > _COMMON
    del shared[member.n]
    ranked = [n for n, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))]
    return ranked[:_CANDIDATES], cut or len(ranked) > _CANDIDATES


def _leave(connection: sqlite3.Connection, n: int) -> list[int]:
    """Take an article out of its story; return what has to be placed anew, if it was the original of others."""
    connection.execute("DELETE FROM stories WHERE article = ?", (n,))
    connection.execute("DELETE FROM sketches WHERE article = ?", (n,))
    rows = connection.execute("SELECT article, story FROM stories WHERE story = ? OR variant_of = ?", (n, n)).fetchall()
    freed = [row[0] for row in rows]
    for article, story in rows:
        if article == story:
            freed += _leave(connection, article)
    for article in freed:
        connection.execute("DELETE FROM stories WHERE article = ?", (article,))
        connection.execute("DELETE FROM sketches WHERE article = ?", (article,))
    return list(dict.fromkeys(freed))


def _base(connection: sqlite3.Connection, n: int) -> int:
    """Return the story that an original is itself a variant of, or its own."""
    row = connection.execute("SELECT coalesce(variant_of, story) FROM stories WHERE article = ?", (n,)).fetchone()
    return int(row[0])


def _member(connection: sqlite3.Connection, n: int) -> _Member | None:
    row = connection.execute(_READ, (n,)).fetchone()
    if row is None:
        return None
    article, own = schema.article(row[:-1]), row[-1]
    return _Member((own is None, own or 0, not stories.is_agency(article.outlet), article.id), n, article.body)


def _write(connection: sqlite3.Connection, member: _Member, *, story: int, variant_of: int | None) -> None:
    connection.execute(
        "INSERT INTO stories (article, story, variant_of, own, agency) VALUES (?, ?, ?, ?, ?)",
        (member.n, story, variant_of, *member.dated),
    )


def _show(connection: sqlite3.Connection, member: _Member) -> None:
    """Let later articles find an original."""
    connection.executemany(
        "INSERT OR IGNORE INTO sketches (shingle, article) VALUES (?, ?)",
        [(shingle, member.n) for shingle in stories.sketch(member.body)],
    )
