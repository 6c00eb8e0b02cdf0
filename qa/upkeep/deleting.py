"""What a deletion leaves in kept conversations: what their answers show of the article, and nothing around it."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from qa.archive import translated
from qa.types import Article
from qa.upkeep.backup import CONVERSATIONS

_BLANK = re.compile(r"\S")


def withdraw(index: Path, article: Article) -> int:
    """Take the text of a deleted article out of the copies that conversations hold, but for what their answers show.

    Offsets stay as they are: what is taken out becomes spaces, so that each citation still slices to its quote. That
    the article is gone is not written down: it is looked up whenever a conversation is opened.

    Args:
        index: the index's folder.
        article: the article that was deleted.

    Returns:
        how many kept answers cite it.
    """
    path = index / CONVERSATIONS
    if not path.is_file():
        return 0
    with translated(path), closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        connection.execute("PRAGMA secure_delete = ON")
        rows = connection.execute("SELECT said FROM turns WHERE instr(said, ?)", (f'"{article.id}"',)).fetchall()
        held = connection.execute("SELECT article FROM held WHERE id = ?", (article.id,)).fetchone()
        if held is not None:
            copy = json.loads(held[0])
            quoted = {quote for (said,) in rows for quote in _quotes(json.loads(said), article.id)}
            copy["body"] = _only(str(copy["body"]), quoted)
            connection.execute(
                "UPDATE held SET article = ? WHERE id = ?", (json.dumps(copy, ensure_ascii=False), article.id)
            )
    return len(rows)


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
