"""The resolver on MEANTIME (118 dated Wikinews articles), judged by the reference scorer of the bench folder.

The corpus marks time expressions in the headline, the dateline and the four sentences after it only, one a line; what
the resolver finds further down has no gold and is left out (``whole=True`` keeps it, and it all counts as false).

usage: python tests/dates/meantime.py BENCH_FOLDER
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from qa.dates import resolve

ANNOTATED_LINES = 6


def scores(bench: Path, half: str, *, whole: bool = False) -> dict[str, dict[str, float]]:
    """Return the scores of one half, over all expressions ("all") and the calendar-valued ones ("calendar")."""
    spec = importlib.util.spec_from_file_location("timex", bench / "score" / "timex.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    with gzip.open(bench / "meantime" / "meantime.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["half"] == half]
    found = {row["doc"]: _found(row, whole=whole) for row in rows}
    return {name: scorer.score(rows, found, name == "calendar") for name in ("all", "calendar")}


def _found(row: dict[str, Any], *, whole: bool) -> list[dict[str, Any]]:
    text = row["text"]
    judged = sum(len(line) for line in text.splitlines(keepends=True)[:ANNOTATED_LINES])
    mentions = resolve(text, _written(row), join=False)
    return [
        {"start": mention.start, "end": mention.end, "value": mention.value}
        for mention in mentions
        if whole or mention.start < judged
    ]


def _written(row: dict[str, Any]) -> date:
    """Return the document's date; where the row's is not ISO 8601 (one is not), its dateline's."""
    try:
        return date.fromisoformat(row["dct"])
    except ValueError:
        start, end = row["dateline"]
        return date.fromisoformat(resolve(row["text"][start:end], None)[0].value)


if __name__ == "__main__":
    for name in ("tune", "report"):
        for full in (False, True):
            table = scores(Path(sys.argv[1]), name, whole=full)
            sys.stdout.write(f"{name} {'whole texts' if full else 'annotated lines'} {json.dumps(table)}\n")
