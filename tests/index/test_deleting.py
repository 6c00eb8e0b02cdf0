"""Deleting an article takes all its versions; an earlier version stands again only where somebody says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.index import Index
from qa.ingest import Reading, read

FIRST = """date 2023-09-14

# Ferry strikes the pier

The ferry Halvard struck the pier of Osterby and 9 passengers were hurt, the harbour office said."""
CORRECTED = """date 2023-09-15

# Ferry strikes the pier: number corrected

The ferry Halvard struck the pier of Osterby and 6 passengers were hurt, the harbour office said."""
LATER = """date 2023-09-17

# Ferry is repaired

The ferry Halvard, which struck the pier of Osterby, sails again on Monday, the harbour office said."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "news"


def put(index: Index, path: Path, text: str) -> str:
    """Take a text in from a file; return its id."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    before = {each.id for each in index.all_articles(datetime.max)}
    index.add(list(read([str(path)], Reading())))  # type: ignore[arg-type]
    return next((each.id for each in index.all_articles(datetime.max) if each.id not in before), "")


def bodies(index: Index, before: datetime | None = None) -> set[str]:
    """Which numbers of hurt passengers either search finds, and what can be read."""
    vector = HashEncoder().encode_queries(["the ferry Halvard struck the pier of Osterby"])
    found = [*index.dense(vector, 9, before=before), *index.lexical("ferry Halvard Osterby", 9, before=before)]
    texts = {passage.text for passage in index.passages(each.passage_id for each in found).values()}
    texts |= {each.body for each in index.all_articles(before)}
    return {word for text in texts for word in ("9 passengers", "6 passengers", "sails again") if word in text}


@pytest.mark.parametrize("named_by", ["file", "id of the newest", "id of the oldest"])
def test_no_version_of_a_deleted_article_answers(index: Index, folder: Path, named_by: str) -> None:
    oldest = put(index, folder / "ferry.md", FIRST)
    newest = put(index, folder / "ferry.md", CORRECTED)
    name = {"file": str(folder / "ferry.md"), "id of the newest": newest, "id of the oldest": oldest}[named_by]
    assert bodies(index) == {"6 passengers"}
    assert index.remove(name)
    assert bodies(index) == bodies(index, datetime(2023, 9, 14, 12)) == set()
    assert index.articles([oldest, newest]) == {}
