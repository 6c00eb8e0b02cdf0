"""A language's time expressions, compiled: its words become symbols, its rules regular expressions over symbols.

A text is read once, word by word, into a string of one symbol a token; rules then run over that short string. So the
cost of a rule does not grow with the length of its words, and a language stays a data file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

OTHER, CAPITAL, PAST, PLURAL, MARK, BREAK = "o", "O", "e", "s", ";", "\n"
"""Symbols of tokens that no rule names: a word, a capitalised word, one in -ed, one in -s, a mark, a line's end."""

MARKS = {
    ",": "comma",
    "-": "dash",
    "–": "dash",
    "—": "dash",
    ".": "dot",
    "'": "apostrophe",
    "’": "apostrophe",
    "/": "slash",
}
_SHAPES = (
    "iso slashed clock dayth decade shortyear decimal thousands year fourdigits hour day twodigits digits comma dash"
    " dot apostrophe slash"
).split()
_REPEATED = "{0,6}"
"""What * means in a rule: bounded, so that no text makes a rule's cost quadratic."""

_GROUPS = {"(": "(?:", "(!": "(?!", "(<!": "(?<!"}
_OPEN = {"other": OTHER + CAPITAL + PAST + PLURAL, "name": CAPITAL, "mark": MARK}
_SUPERSETS = {
    "day": ("hour", "day"),
    "twodigits": ("hour", "day", "twodigits"),
    "digits": ("hour", "day", "twodigits", "digits", "thousands", "fourdigits"),
    "fourdigits": ("fourdigits", "year"),
    "year": ("year",),
}

TOKEN = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?(?![\w-]))"
    r"|(?P<slashed>[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4}(?![\w/])|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?![\w.]))"
    r"|(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:]))"
    r"|(?P<event>9/11(?![\w/]))"
    r"|(?P<dayth>[0-9]{1,3}(?:st|nd|rd|th)(?!\w))"
    r"|(?P<decade>['’]?[0-9]{1,3}0['’]?s(?!\w))"
    r"|(?P<shortyear>['’][0-9]{2}(?!\w))"
    r"|(?P<thousands>[0-9]{1,3}(?:,[0-9]{3}){1,8}(?![0-9])(?:\.[0-9]+)?)"
    r"|(?P<decimal>[0-9]+\.[0-9]+)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<meridiem>[AaPp]\.\s?[Mm]\b\.?)"
    r"|(?P<named>[A-Za-z][0-9](?!\w))"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<line>\n\s*)"
    r"|(?P<mark>[^\w\s])"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the reading it calls for, and its expression over symbols."""

    reads: str
    pattern: re.Pattern[str]
    order: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """A compiled language: symbols of words, values of words by class, and the rules in their order."""

    language: str
    symbols: Mapping[str, str]
    capitals: Mapping[str, str]
    shapes: Mapping[str, str]
    values: Mapping[str, Mapping[str, int | float | str]]
    classes: Mapping[str, str]
    rules: tuple[Rule, ...]
    abbreviations: frozenset[str]
    titles: frozenset[str]
    joiners: frozenset[str]
    joined_after: Mapping[str, list[str]]
    openers: frozenset[str]
    shifters: frozenset[str]
    shifted_by: frozenset[str]


@lru_cache(maxsize=4)
def load(language: str = "english") -> Grammar:
    """Return the grammar of ``language``, read from its data file in this package."""
    data = tomllib.loads(resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return _Compiler(data).grammar()


class _Compiler:
    """Gives each word its symbol, then writes the rules with them."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._symbols: dict[str, str] = {}
        self._capitals: dict[str, str] = {}
        self._next = 0xE000
        self._shapes = {shape: self._new() for shape in _SHAPES}
        self._macros: dict[str, str] = data.get("macros", {})
        lists: dict[str, str] = data["lists"]
        self._words: dict[str, dict[str, int | float | str]] = dict(data["words"])
        self._words.update((name, dict.fromkeys(listed.split(), 1)) for name, listed in lists.items())
        self._doubtful = set(data["doubtful"])

    def _new(self) -> str:
        self._next += 1
        return chr(self._next)

    def _symbol(self, word: str) -> str:
        if word not in self._symbols:
            self._symbols[word] = self._new()
            if word in self._doubtful:
                self._capitals[word] = self._new()
        return self._symbols[word]

    def grammar(self) -> Grammar:
        for listed in self._words.values():
            for word in listed:
                self._symbol(word)
        holidays: dict[str, str] = self._data["holidays"]
        listed_rules: list[dict[str, str]] = self._data["rule"]
        names = " | ".join(sorted(holidays, key=len, reverse=True))
        named = [{"reads": "holiday", "match": f"holiday=({names}) ((<dash>|<comma>)? year=<year>)?"}]
        rules = tuple(
            Rule(rule["reads"], re.compile(self._pattern(rule["match"])), order)
            for order, rule in enumerate([*listed_rules, *named])
        )
        classes = {name: "".join(self._symbols[word] for word in listed) for name, listed in self._words.items()}
        classes["back"] += self._past(classes["ahead"] + classes["modal"])
        values: dict[str, Mapping[str, int | float | str]] = {**self._words, "holiday": holidays}
        return Grammar(
            language=str(self._data["language"]),
            symbols=self._symbols,
            capitals=self._capitals,
            shapes=self._shapes,
            values=values,
            classes=classes,
            rules=rules,
            abbreviations=frozenset(self._data["abbreviations"]),
            titles=frozenset(self._data["titles"]),
            joiners=frozenset(self._data["joiners"]),
            joined_after=self._data["joined_after"],
            openers=frozenset(self._data["openers"]),
            shifters=frozenset(self._data["shifters"]),
            shifted_by=frozenset(self._data["shifted_by"]),
        )

    def _past(self, ahead: str) -> str:
        """Return the symbols of known words in -ed that do not look ahead."""
        return "".join(symbol for word, symbol in self._symbols.items() if word.endswith("ed") and symbol not in ahead)

    def _members(self, name: str) -> str:
        """Return the symbols of a class; ``month`` leaves doubtful words out, ``Month`` and ``month*`` do not."""
        plain = name.rstrip("*").lower()
        if plain in _OPEN:
            return _OPEN[plain]
        if plain in self._shapes:
            return "".join(self._shapes[shape] for shape in _SUPERSETS.get(plain, (plain,)))
        members: list[str] = []
        for word in self._words[plain]:
            if word not in self._doubtful or name.endswith("*"):
                members.append(self._symbols[word])
            if word in self._doubtful and name != plain:
                members.append(self._capitals[word])
        return "".join(members)

    def _pattern(self, match: str) -> str:
        """Return the regular expression over symbols for a rule as it is written."""
        for _ in range(4):
            match = re.sub(r"\{(\w+)\}", lambda found: self._macros[found.group(1)], match)
        pieces: list[str] = []
        name = ""
        for piece in re.findall(r"\w+=|<[\w*]+>|[^\W_]+(?:/\w+)?|\(<?!|[()|?*]|[-.,'’]", match):
            if piece.endswith("="):
                name = piece[:-1]
                continue
            pieces.append(self._piece(piece, name))
            name = ""
        return "".join(pieces)

    def _piece(self, piece: str, name: str) -> str:
        if piece in _GROUPS:
            return f"(?P<{name}>" if name else _GROUPS[piece]
        if piece == "*":
            return _REPEATED
        if piece in ")|?":
            return piece
        if piece in MARKS:
            return self._shapes[MARKS[piece]]
        if piece.startswith("<"):
            written = f"[{self._members(piece[1:-1])}]"
        else:
            symbol = self._symbol(piece.lower())
            written = f"[{symbol}{self._capitals.get(piece.lower(), '')}]"
        return f"(?P<{name}>{written})" if name else written
