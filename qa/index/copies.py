"""What a deletion leaves in kept conversations: what their answers show of the article, and nothing around it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from qa.archive import translated

CONVERSATIONS = "conversations.sqlite"
"""The file of kept conversations in an index's folder."""

_BLANK = re.compile(r"\S")
_CITES = "SELECT said FROM turns WHERE instr(said, ?)"


def citing(folder: Path, articles: Iterable[str]) -> int:
    """Return how many kept answers cite or have read any of these articles."""
    path = folder / CONVERSATIONS
    if not path.is_file():
        return 0
    names = json.dumps([f'"{name}"' for name in articles])
    count = "SELECT count(*) FROM turns WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE instr(said, value))"
    with translated(path), closing(sqlite3.connect(path, timeout=10)) as connection:
        return int(connection.execute(count, (names,)).fetchone()[0])


def withdraw(folder: Path, articles: Iterable[str]) -> None:
    """Take the texts of deleted articles out of the copies that conversations hold, but for what their answers show.

    Offsets stay as they are: what is taken out becomes spaces, so that each citation still slices to its quote. That
    an article is gone is not written down: it is looked up whenever a conversation is opened.

    Args:
        folder: the index's folder.
        articles: the ids of what was deleted.

    Raises:
        ArchiveError, IndexDamaged: the file cannot be written or read.
    """
    path = folder / CONVERSATIONS
    if not path.is_file():
        return
    with translated(path), closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        connection.execute("PRAGMA secure_delete = ON")
        for name in articles:
            held = connection.execute("SELECT article FROM held WHERE id = ?", (name,)).fetchone()
            if held is None:
                continue
            rows = connection.execute(_CITES, (f'"{name}"',)).fetchall()
            copy = json.loads(held[0])
            quoted = {quote for (said,) in rows for quote in _quotes(json.loads(said), name)}
            copy["body"] = _only(str(copy["body"]), quoted)
            connection.execute("UPDATE held SET article = ? WHERE id = ?", (json.dumps(copy, ensure_ascii=False), name))


def _quotes(said: object, name: str) -> list[tuple[int, int]]:
    """Return the spans of an article that something kept cites, however deep."""
    if isinstance(said, list):
        return [span for each in said for span in _quotes(each, name)]
    if not isinstance(said, dict):
        return []
    found = [span for each in said.values() for span in _quotes(each, name)]
    start, end = said.get("start"), said.get("end")
    if name in said.values() and isinstance(start, int) and isinstance(end, int):
        found.append((start, end))
    return found


def _only(body: str, spans: set[tuple[int, int]]) -> str:
    """Return a text of which only some spans are left."""
    left = list(_BLANK.sub(" ", body))
    for start, end in spans:
        left[start:end] = body[start:end]
    return "".join(left)
