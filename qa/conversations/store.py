"""One SQLite file of conversations, beside the archive or, where nothing can be written, in memory."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args

from qa.conversations import codec
from qa.conversations.kept import Conversation, Kept, Listed, Thought, Thumb
from qa.errors import ArchiveError, InputError
from qa.index.copies import CONVERSATIONS
from qa.types import Answer, Article, Timeline

FILE = CONVERSATIONS
TITLE = 120
"""Characters of a title at most."""

WHY = 1000
"""Characters of the reason beside a thumb at most."""

_KINDS: dict[str, type[Answer] | type[Timeline]] = {"answer": Answer, "timeline": Timeline}
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, begun TEXT NOT NULL, changed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    question TEXT NOT NULL, kind TEXT NOT NULL, said TEXT NOT NULL, words TEXT NOT NULL,
    thumb TEXT, why TEXT NOT NULL DEFAULT '', asked TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (conversation, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held (id TEXT PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID;
"""
# A copy of which a deletion left the cited words alone is whole again when the article has come again and is cited.
_HOLD = (
    "INSERT INTO held VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET article = excluded.article"
    " WHERE json_extract(article, '$.body') <> json_extract(excluded.article, '$.body')"
)
_SEARCHED = (
    "(instr(folded(c.title), :word) OR EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id"
    " AND instr(t.words, :word)))"
)


Has = Callable[[str], bool]
"""Whether the archive has the article of an id."""


def _everything(name: str) -> bool:
    return True


class Store:
    """Keeps conversations. Several threads and processes may use one file."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, making it where there is none; without a path everything is forgotten at the end.

        Raises:
            ArchiveError: the file cannot be opened or is none of ours.
        """
        self._path = path
        self._lock = threading.RLock()
        with self._translated():
            self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=10)
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.create_function("folded", 1, str.casefold, deterministic=True)
            if path is not None:
                self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_TABLES)
            if "asked" not in {row[1] for row in self._connection.execute("PRAGMA table_info(turns)")}:
                self._connection.execute("ALTER TABLE turns ADD COLUMN asked TEXT NOT NULL DEFAULT '{}'")

    def begin(self, title: str) -> str:
        """Start a conversation and return its id, which cannot be guessed."""
        name, now = secrets.token_urlsafe(12), _now()
        with self._write() as connection:
            connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", (name, _line(title, TITLE), now, now))
        return name

    def add(self, conversation: str, kept: Kept) -> int:
        """Keep one question with what came of it, and return its number: the next free one where its own is taken.

        Two pages may show one conversation and both ask on; nothing that was kept is replaced.

        Raises:
            InputError: there is no such conversation.
        """
        articles: dict[str, Article] = {}
        said = json.dumps(codec.encode(kept.said, articles), ensure_ascii=False)
        kind = "timeline" if isinstance(kept.said, Timeline) else "answer"
        with self._write() as connection:
            self._touch(connection, conversation)
            connection.executemany(
                _HOLD,
                [(a.id, json.dumps(codec.encode_article(a), ensure_ascii=False)) for a in articles.values()],
            )
            number = self._free(connection, conversation, kept.number)
            connection.execute(
                "INSERT INTO turns (conversation, number, question, kind, said, words, asked)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    conversation,
                    number,
                    kept.question,
                    kind,
                    said,
                    _words(kept),
                    codec.encode_asked(kept.as_of, kept.part),
                ),
            )
        return number

    def think(self, conversation: str, number: int, thought: Thought | None) -> None:
        """Keep what the reader thought of an answer; None takes it back.

        Raises:
            InputError: there is no such question.
        """
        thumb, why = (thought.thumb, thought.why.strip()[:WHY]) if thought else (None, "")
        with self._write() as connection:
            done = connection.execute(
                "UPDATE turns SET thumb = ?, why = ? WHERE conversation = ? AND number = ?",
                (thumb, why, conversation, number),
            )
            if not done.rowcount:
                raise InputError(f"there is no question {number!r} in the conversation {conversation!r}")

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            InputError: there is none of that id, or the title is empty.
        """
        wanted = _line(title, TITLE)
        if not wanted:
            raise InputError(f"the title {title[:40]!r} is empty: write some words")
        with self._write() as connection:
            done = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (wanted, conversation))
            if not done.rowcount:
                raise InputError(_missing(conversation))

    def delete(self, conversation: str) -> bool:
        """Delete a conversation with the articles that no other one holds; return whether it was there."""
        with self._write() as connection:
            done = connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            connection.execute(
                "DELETE FROM held WHERE NOT EXISTS (SELECT 1 FROM turns WHERE instr(said, '\"' || held.id || '\"'))"
            )
        return bool(done.rowcount)

    def listed(self, words: str = "", *, limit: int = 200) -> tuple[Listed, ...]:
        """Return the conversations, the latest first; with words those whose title, question or answer has them all."""
        wanted = words.casefold().split()[:8]
        where = " AND ".join(_SEARCHED.replace(":word", f":w{n}") for n in range(len(wanted))) or "1"
        with self._lock, self._translated():
            rows = self._connection.execute(
                "SELECT c.id, c.title, c.changed, (SELECT count(*) FROM turns t WHERE t.conversation = c.id)"
                f" FROM conversations c WHERE {where} ORDER BY c.changed DESC, c.id LIMIT :limit",
                {**{f"w{n}": word for n, word in enumerate(wanted)}, "limit": limit},
            ).fetchall()
        return tuple(Listed(row[0], title=row[1], changed=_moment(row[2]), questions=row[3]) for row in rows)

    def conversation(self, name: str, *, has: Has = _everything) -> Conversation:
        """Return a conversation with all that was said.

        Args:
            name: its id.
            has: tells whether the archive still has the article of an id; one that it has not is marked as deleted
                wherever it is cited.

        Raises:
            InputError: there is none of that id.
            ArchiveError: what is stored cannot be read.
        """
        with self._lock, self._translated():
            row = self._connection.execute("SELECT * FROM conversations WHERE id = ?", (name,)).fetchone()
            if row is None:
                raise InputError(_missing(name))
            turns = self._connection.execute(
                "SELECT number, question, kind, said, asked, thumb, why FROM turns"
                " WHERE conversation = ? ORDER BY number",
                (name,),
            ).fetchall()
            held = _Held(self._connection, has)
            try:
                kept = tuple(self._kept(turn, held) for turn in turns)
            except (KeyError, TypeError, ValueError, StopIteration) as error:
                raise ArchiveError(
                    f"the conversation {name!r} cannot be read ({error}): delete it, or ask anew"
                ) from error
        begun, changed = (_moment(each) for each in row[2:4])
        return Conversation(row[0], title=row[1], begun=begun, changed=changed, kept=kept)

    def thoughts(self, *, has: Has = _everything) -> tuple[Conversation, ...]:
        """Return every conversation in which an answer was given a thumb; ``has`` as for :meth:`conversation`."""
        with self._lock, self._translated():
            rows = self._connection.execute(
                "SELECT DISTINCT conversation FROM turns WHERE thumb IS NOT NULL ORDER BY conversation"
            ).fetchall()
        return tuple(self.conversation(row[0], has=has) for row in rows)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _kept(self, row: tuple[Any, ...], held: _Held) -> Kept:
        number, question, kind, said, asked, thumb, why = row
        value = codec.decode(_KINDS[kind], json.loads(said), held)
        thought = Thought(cast(Thumb, thumb), why=why) if thumb in get_args(Thumb) else None
        as_of, part = codec.decode_asked(asked)
        return Kept(number, question=question, said=value, as_of=as_of, part=part, thought=thought)

    def _free(self, connection: sqlite3.Connection, conversation: str, number: int) -> int:
        """Return the number, or the next after all others where it is taken."""
        taken = {
            row[0] for row in connection.execute("SELECT number FROM turns WHERE conversation = ?", (conversation,))
        }
        return max(taken) + 1 if number in taken else number

    def _touch(self, connection: sqlite3.Connection, conversation: str) -> None:
        done = connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (_now(), conversation))
        if not done.rowcount:
            raise InputError(_missing(conversation))

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translated(), self._connection:
            yield self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ArchiveError(
                f"the conversations in {str(self._path or 'memory')!r} cannot be used ({error}): check the disk and the"
                " rights of the file, or move it away to begin anew"
            ) from error


class _Held(dict[str, Article]):
    """The stored articles, each read when it is asked for, and marked where the archive has it no more."""

    def __init__(self, connection: sqlite3.Connection, has: Has) -> None:
        super().__init__()
        self._connection = connection
        self._has = has

    def __missing__(self, name: str) -> Article:
        row: tuple[Any, ...] | None = self._connection.execute(
            "SELECT article FROM held WHERE id = ?", (name,)
        ).fetchone()
        if row is None:
            raise KeyError(name)
        self[name] = replace(codec.decode_article(json.loads(row[0])), deleted=not self._has(name))
        return self[name]


def _missing(name: str) -> str:
    return f"there is no conversation {name[:60]!r}: it may have been deleted"


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _moment(written: object) -> datetime:
    try:
        return datetime.fromisoformat(str(written))
    except ValueError as error:
        raise ArchiveError(
            f"a conversation has the date {str(written)[:40]!r}, which is none: the file is damaged; move it away to"
            " begin anew"
        ) from error


def _line(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def _words(kept: Kept) -> str:
    """Return the words by which a question is found again: its own, the answer's, and those of its sources."""
    said = kept.said
    told = [entry.text for entry in said.events] if isinstance(said, Timeline) else [said.short_answer, said.text]
    sources = [f"{article.outlet} {article.headline}" for article in kept.articles.values()]
    quotes = [citation.quote for citation in kept.citations]
    return " ".join((kept.question, *told, *sources, *quotes)).casefold()
