"""JSON and JSON Lines: one object an article, with documented field names, usual ones, or names that are given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import get_args

from qa.ingest import clocks, kinds, unpublished
from qa.ingest.articles import LeftOut, Read, Rejected, finish
from qa.ingest.fields import Names
from qa.types import ArticleKind, DateSource, Moment

_KINDS = frozenset(get_args(ArticleKind))
_YES = {True: True, False: False, "true": True, "false": False, "yes": True, "no": False, "": False, None: False}


_USUAL = Names()


class _Wrong(ValueError):
    """A field that makes the record unusable; the message names the value."""


def line(text: str, where: str, names: Names = _USUAL) -> Read | Rejected:
    """Return the article of one line of JSON Lines; ``where`` names the file and the line's number."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Rejected(where, _broken(error))
    return _checked(record, where, names)


def document(text: str, source: str, names: Names = _USUAL) -> Iterator[Read | Rejected]:
    """Yield the articles of a JSON document: one record, a list of them, or an object with the list ``articles``."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Rejected(source, _broken(error))
        return
    listed = isinstance(whole, list) or (isinstance(whole, dict) and isinstance(whole.get("articles"), list))
    if not listed:
        yield _checked(whole, source, names, file=source)
        return
    records = whole if isinstance(whole, list) else whole["articles"]
    for number, record in enumerate(records, start=1):
        yield _checked(record, f"{source}#{number}", names)
    if not records:
        yield Rejected(source, "an empty list: no article in it")


def _broken(error: Exception) -> str:
    return f"not JSON: {error}" if isinstance(error, ValueError) else "not JSON: nested too deeply"


def _checked(record: object, where: str, names: Names, file: str = "") -> Read | Rejected:
    if not isinstance(record, dict):
        return Rejected(where, f"not an object with the field 'text' but {str(record)[:60]!r}")
    if reason := unpublished.of_record(record):
        return LeftOut(where, reason)
    fields = names.renamed(record)
    if "text" not in fields and record:
        return Rejected(where, f"no text in it: no field of it is known as the text (name it: {_hint(record)})")
    return article(fields, where, file=file)


def _hint(record: Mapping[str, object]) -> str:
    longest = max(record, key=lambda name: len(value) if isinstance(value := record[name], str) else 0)
    return f"--map {str(longest)[:60]}=text"


def article(
    fields: Mapping[str, object], where: str, *, file: str = "", date_source: DateSource = "field"
) -> Read | Rejected:
    """Return the article of one record. A wrong value rejects it by name; a date not believed is flagged."""
    try:
        flags: list[str] = []
        published, updated = (_moment(fields, name, flags) for name in ("published", "updated"))
        kind = _text(fields, "kind") or kinds.guess(headline=_text(fields, "title"), url=_text(fields, "url"))
        if kind not in _KINDS:
            raise _Wrong(f"kind {kind!r} is not one of {', '.join(sorted(_KINDS))}")
        read = Read(
            "",
            body=_text(fields, "text"),
            headline=_text(fields, "title"),
            outlet=_text(fields, "outlet"),
            byline=_text(fields, "byline") or _authors(fields.get("authors")),
            url=_text(fields, "url"),
            published=published,
            updated=updated,
            date_source=date_source if published else "field" if updated else "unknown",
            updated_source="field" if updated else "unknown",
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
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _Wrong(f"authors {str(value)[:60]!r} is neither a text nor a list of texts")
    return ", ".join(value)


def _flag(value: object) -> bool:
    known = value.lower() if isinstance(value, str) else value
    if not isinstance(known, str | bool | None) or known not in _YES:
        raise _Wrong(f"fictional {str(value)[:60]!r} is neither true nor false")
    return _YES[known]


def _moment(fields: Mapping[str, object], name: str, flags: list[str]) -> Moment | None:
    """Return a date. One that cannot be read or believed is noted: the article is worth more than its date."""
    value = fields.get(name)
    if value in (None, "", 0):
        return None
    try:
        moment = clocks.stamp(value) if isinstance(value, int | float) else clocks.parse(str(value))
    except (ValueError, OverflowError, OSError) as error:
        flags.append(f"{name} {str(value)[:60]!r} cannot be read ({error}): taken as unknown")
        return None
    doubt = clocks.doubt(moment)
    if doubt:
        flags.append(f"{name} {str(value)[:60]!r} {doubt}: taken as unknown")
    return None if doubt else moment
