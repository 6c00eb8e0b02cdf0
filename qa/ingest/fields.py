"""Which column or key of somebody else's records is which field of an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qa.errors import InputError

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

_SAME = {"headline": "title", "body": "text", "date": "published", "author": "byline", "source": "outlet",
         "lang": "language"}  # fmt: skip
# Lower case, letters only; the first of a row that a record has is taken. What is not listed is not guessed.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "url": ("url", "link", "canonicalurl", "articleurl", "weburl", "href"),
    "title": ("title", "headline", "heading", "articletitle"),
    "published": ("published", "date", "publishedat", "publishdate", "datepublished", "publicationdate", "pubdate",
                  "publishedon", "firstpublished", "webpublicationdate", "pubtime", "timestamp"),
    "updated": ("updated", "updatedat", "datemodified", "modified", "lastmodified", "lastupdated"),
    "outlet": ("outlet", "source", "publication", "publisher", "newspaper", "sourcename", "sitename", "site"),
    "byline": ("byline", "author", "authors", "creator"),
    "text": ("text", "body", "content", "article", "articlebody", "articletext", "fulltext", "maintext", "bodytext",
             "story"),
    "language": ("language", "lang"),
}  # fmt: skip
_PLAIN = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True)
class Names:
    """Which of their names is which of our fields; fields that are not named are found by their usual names.

    A name with dots (``source.name``) reaches into an object.
    """

    given: Mapping[str, str] = field(default_factory=dict)

    def missing(self, there: Iterable[str]) -> list[str]:
        """Return the given names that no column has."""
        known = set(there)
        return [name for name in self.given if name not in known]

    def renamed(self, record: Mapping[str, object]) -> dict[str, object]:
        """Return a record under our names: what was given first, then our own names, then the usual ones."""
        found: dict[str, object] = {}
        for theirs, ours in self.given.items():
            value = _reached(record, theirs)
            if value is not None and ours not in found:
                found[ours] = value
        for ours in FIELDS:
            if ours not in found and record.get(ours) is not None and ours not in self.given:
                found[ours] = record[ours]
        plain = {_PLAIN.sub("", name.lower()): name for name in reversed(list(record)) if isinstance(name, str)}
        for ours, names in _NAMES.items():
            if ours in found or (ours == "byline" and "authors" in found):
                continue
            there = (plain[name] for name in names if name in plain)
            usual = next((name for name in there if record[name] not in (None, "")), None)
            if usual is not None and usual not in self.given:
                found[ours] = _named(record[usual], ours)
        return found


def parse(text: str) -> Names:
    """Return the names that ``title=headline,body=text`` gives: their name, then the field.

    Raises:
        InputError: a part has no ``=``, or names no field, or a field has two names.
    """
    given: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        theirs, sign, named = (each.strip() for each in part.rpartition("="))
        ours = _SAME.get(named.lower(), named.lower())
        if not sign or not theirs or ours not in FIELDS:
            raise InputError(
                f"{part!r} does not map a column to a field: write COLUMN=FIELD, as in --map title=headline,body=text;"
                f" the fields are {', '.join(FIELDS)}"
            )
        if ours in given.values():
            raise InputError(f"two columns are mapped to the field {ours!r}: name one in --map")
        given[theirs] = ours
    return Names(given)


def _reached(record: Mapping[str, object], name: str) -> object:
    if name in record:
        return record[name]
    value: object = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _named(value: object, ours: str) -> object:
    """Return a value that is found by its usual name: of a thing its name, of several people a line."""
    if isinstance(value, Mapping) and isinstance(value.get("name"), str):
        return value["name"]
    if ours == "byline" and isinstance(value, list):
        return ", ".join(str(_named(each, ours)) for each in value)
    return value
