"""JSON and JSON Lines: one object an article, with documented field names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import get_args

from qa.ingest import clocks
from qa.ingest.articles import Read, Rejected, finish
from qa.types import ArticleKind, DateSource, Moment

FIELDS = (
    "url",
    "title",
    "published",
    "updated",
    "outlet",
    "byline",
    "authors",
    "text",
    "language",
    "kind",
    "fictional",
)
"""The fields of a record. Only ``text`` must be there; ``authors`` is a list that stands in for ``byline``."""

_KINDS = frozenset(get_args(ArticleKind))
_YES = {True: True, False: False, "true": True, "false": False, "yes": True, "no": False, "": False, None: False}


class _Wrong(ValueError):
    """A field that makes the record unusable; the message names the value."""


def line(text: str, where: str) -> Read | Rejected:
    """Return the article of one line of JSON Lines; ``where`` names the file and the line's number."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Rejected(where, _broken(error))
    return _checked(record, where)


def document(text: str, source: str) -> Iterator[Read | Rejected]:
    """Yield the articles of a JSON document: one record, a list of them, or an object with the list ``articles``."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Rejected(source, _broken(error))
        return
    listed = isinstance(whole, list) or (isinstance(whole, dict) and isinstance(whole.get("articles"), list))
    if not listed:
        yield _checked(whole, source, file=source)
        return
    records = whole if isinstance(whole, list) else whole["articles"]
    for number, record in enumerate(records, start=1):
        yield _checked(record, f"{source}#{number}")
    if not records:
        yield Rejected(source, "an empty list: no article in it")


def _broken(error: Exception) -> str:
    return f"not JSON: {error}" if isinstance(error, ValueError) else "not JSON: nested too deeply"


def _checked(record: object, where: str, file: str = "") -> Read | Rejected:
    if not isinstance(record, dict):
        return Rejected(where, f"not an object with the field 'text' but {str(record)[:60]!r}")
    return article(record, where, file=file)


def article(
    fields: Mapping[str, object], where: str, *, file: str = "", date_source: DateSource = "field"
) -> Read | Rejected:
    """Return the article of one record. A wrong value rejects it by name; a date not believed is flagged."""
    try:
        published, updated = _moment(fields, "published"), _moment(fields, "updated")
        kind = _text(fields, "kind") or "news"
        if kind not in _KINDS:
            raise _Wrong(f"kind {kind!r} is not one of {', '.join(sorted(_KINDS))}")
        flags = [
            f"{name} {moment} {clocks.doubt(moment)}: taken as unknown"
            for name, moment in (("published", published), ("updated", updated))
            if moment and clocks.doubt(moment)
        ]
        published = None if published and clocks.doubt(published) else published
        updated = None if updated and clocks.doubt(updated) else updated
        read = Read(
            "",
            body=_text(fields, "text"),
            headline=_text(fields, "title"),
            outlet=_text(fields, "outlet"),
            byline=_text(fields, "byline") or _authors(fields.get("authors")),
            url=_text(fields, "url"),
            published=published,
            updated=updated,
            date_source=date_source if published or updated else "unknown",
            language=_text(fields, "language"),
            kind=kind,  # type: ignore[arg-type]  # checked against the literal's own values above
            fictional=_flag(fields.get("fictional")),
            source=file,
            flags=tuple(flags),
        )
    except _Wrong as error:
        return Rejected(where, str(error))
    done = finish(read)
    return Rejected(where, done.reason) if isinstance(done, Rejected) else done


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(f"{name} {str(value)[:60]!r} is not a text")
    return value


def _authors(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _Wrong(f"authors {str(value)[:60]!r} is not a list of texts")
    return ", ".join(value)


def _flag(value: object) -> bool:
    known = value.lower() if isinstance(value, str) else value
    if not isinstance(known, str | bool | None) or known not in _YES:
        raise _Wrong(f"fictional {str(value)[:60]!r} is neither true nor false")
    return _YES[known]


def _moment(fields: Mapping[str, object], name: str) -> Moment | None:
    value = fields.get(name)
    if value in (None, "", 0):
        return None
    if not isinstance(value, str):
        raise _Wrong(f"{name} {str(value)[:60]!r} is not a date in ISO 8601")
    try:
        return clocks.parse(value)
    except (ValueError, OverflowError) as error:
        raise _Wrong(f"{name} {value[:60]!r} is not a date: {error}") from None
