"""Answers and timelines as JSON and back, whole: what is read back equals what was written.

``Answer.to_dict`` is the schema for others and leaves the articles' bodies out. This one is for our own file: each
article is stored once beside it and named here by its id, so that a citation stays whole after its article was deleted.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from qa.archive.browsing import Narrow
from qa.types import Article

_DAY = len("2022-03-28")


def encode(value: Any, articles: dict[str, Article]) -> Any:
    """Return ``value`` as plain JSON types; every article in it goes into ``articles`` and is named by its id."""
    if isinstance(value, Article):
        articles[value.id] = value
        return value.id
    return _plain(value, articles)


def encode_article(article: Article) -> dict[str, Any]:
    """Return an article as plain JSON types, its body with it."""
    return {item.name: _plain(getattr(article, item.name), {}) for item in fields(article)}


def _plain(value: Any, articles: dict[str, Article]) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): encode(item, articles) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item, articles) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: encode(getattr(value, item.name), articles) for item in fields(value)}
    return value


def decode_article(data: Mapping[str, Any]) -> Article:
    """Return the article that ``encode_article`` wrote."""
    hints = _hints(Article)
    return Article(**{name: decode(hints[name], item, {}) for name, item in data.items() if name in hints})


def decode(kind: Any, data: Any, articles: Mapping[str, Article]) -> Any:
    """Return a value of type ``kind`` from plain JSON types.

    Raises:
        KeyError: an article is named that is not in ``articles``.
        SpanError: a citation does not slice to its quote.
        TypeError, ValueError: the data is of another shape than the type.
    """
    if kind is Article:
        return articles[data]
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: decode(hints[name], item, articles) for name, item in data.items() if name in hints})
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _decode_one_of(parts, data, articles)
    if origin is tuple:
        return tuple(decode(parts[0], item, articles) for item in data)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {key: decode(parts[1], item, articles) for key, item in data.items()}
    if kind is date:
        return date.fromisoformat(data)
    return data


def _decode_one_of(kinds: tuple[Any, ...], data: Any, articles: Mapping[str, Article]) -> Any:
    """Return a value of the union: None, a day by its ten characters, an instant, or its one other type."""
    if data is None:
        return None
    if datetime in kinds and isinstance(data, str):
        return date.fromisoformat(data) if len(data) == _DAY else datetime.fromisoformat(data)
    return decode(next(kind for kind in kinds if kind is not types.NoneType), data, articles)


def encode_asked(as_of: str, part: Narrow) -> str:
    """Return as JSON from which day and of which part of the archive was asked."""
    given = {
        "as_of": as_of,
        "outlets": sorted(part.outlets),
        "language": part.language,
        "since": part.since.isoformat() if part.since else "",
        "until": part.until.isoformat() if part.until else "",
    }
    return json.dumps(given, ensure_ascii=False)


def decode_asked(text: str) -> tuple[str, Narrow]:
    """Return the day and the part that ``encode_asked`` wrote.

    Raises:
        TypeError, ValueError: it is of another shape.
    """
    given = json.loads(text)
    since, until = (date.fromisoformat(given[name]) if given.get(name) else None for name in ("since", "until"))
    outlets = frozenset(given.get("outlets", ()))
    part = Narrow(outlets=outlets, language=given.get("language", ""), since=since, until=until)
    return str(given.get("as_of", "")), part


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
