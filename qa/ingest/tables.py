"""CSV and TSV: one row an article, the first row naming the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from qa.ingest import records, unpublished
from qa.ingest.articles import LIMIT, LeftOut, Read, Rejected
from qa.ingest.fields import Names

_DELIMITERS = ",;\t|"


def articles(lines: Iterable[str], source: str, names: Names) -> Iterator[Read | Rejected]:
    """Yield the articles of a table, row by row; ``source`` is what messages call it.

    The delimiter is the one of ``,``, ``;``, tab and ``|`` that the first row has most of. Quoted cells may hold it,
    quotes doubled, and line ends.
    """
    stream = iter(lines)
    first = next((line for line in stream if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff")
    if not first:
        yield Rejected(source, "an empty file: no article in it")
        return
    csv.field_size_limit(LIMIT)
    delimiter = max(_DELIMITERS, key=first.count)
    second = next(stream, "")
    rows = csv.reader(_chained(first, second, stream), delimiter=delimiter, strict=True)
    columns: list[str] = []
    count = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Rejected(f"{source}:{rows.line_num}", f"not a table: {error}; the rows from here on are not read")
            return
        if row is None:
            break
        if not columns:
            columns = [name.strip() for name in row]
            refused = _unusable(columns, names, second.split(delimiter))
            if refused:
                yield Rejected(source, refused)
                return
        elif any(cell.strip() for cell in row):
            count += 1
            yield _row(row, columns, f"{source}:{rows.line_num}", names)
    if not count:
        yield Rejected(source, "a table without a row: no article in it")


def _chained(first: str, second: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    if second:
        yield second
    yield from rest


def _unusable(columns: list[str], names: Names, cells: list[str]) -> str:
    """Return why a table with these columns, and about these cells below them, cannot be read, or an empty string."""
    there = f"its columns are {', '.join(repr(name[:40]) for name in columns[:20])}"
    missing = names.missing(columns)
    if missing:
        return f"there is no column {missing[0]!r}: {there}"
    if "text" not in names.renamed(dict.fromkeys(columns, "x")):
        _, longest = max(zip((*map(len, cells), *[0] * len(columns)), columns, strict=False), default=(0, ""))
        return f"no column is known as the text: {there}; name it as in --map {longest[:40] or 'COLUMN'}=text"
    return ""


def _row(row: list[str], columns: list[str], where: str, names: Names) -> Read | Rejected:
    if len(row) > len(columns):
        return Rejected(where, f"{len(row)} cells in a table of {len(columns)} columns: quote cells that hold commas")
    record: dict[str, object] = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if cell.strip()}
    if reason := unpublished.of_record(record):
        return LeftOut(where, reason)
    found = names.renamed(record)
    if "text" not in found:
        return Rejected(where, "no text in this row: nothing to take in")
    return records.article(found, where)
