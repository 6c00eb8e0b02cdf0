"""A text as tokens, and as the string of their symbols that rules run over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.dates.grammar import BREAK, CAPITAL, MARK, MARKS, OTHER, PAST, PLURAL, TOKEN, Grammar

_AFTER_DOT = re.compile(r"\.\s{0,2}(,|\w+)")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a text: ``text[starts[i]:ends[i]]`` has the symbol ``symbols[i]``."""

    text: str
    starts: list[int]
    ends: list[int]
    symbols: str

    def word(self, index: int) -> str:
        """Return a token in lower case, without the full stop of an abbreviation; "" outside the text."""
        if not 0 <= index < len(self.starts):
            return ""
        word = self.text[self.starts[index] : self.ends[index]].lower()
        return word.rstrip(".") if word[:1].isalpha() and "." not in word[:-1] else word


def tokenize(text: str, grammar: Grammar) -> Tokens:
    """Read a text into tokens. Linear in its length."""
    starts: list[int] = []
    ends: list[int] = []
    symbols: list[str] = []
    for match in TOKEN.finditer(text):
        kind, piece, end = str(match.lastgroup), match.group(), match.end()
        if kind in ("word", "named", "meridiem", "event"):
            symbol = _word_symbol(piece, grammar)
            if piece.lower() in grammar.abbreviations and _is_abbreviated(text, end, grammar):
                end += 1
        elif kind == "mark":
            if piece == "." and ends and (end <= ends[-1] or _is_inside(text[starts[-1] : ends[-1]], grammar)):
                continue
            symbol = grammar.shapes[MARKS[piece]] if piece in MARKS else MARK
        elif kind == "number":
            symbol = _number_symbol(text, match.start(), end, piece, grammar)
        elif kind == "line":
            if _is_wrap(text, match.start(), end, piece):
                continue
            symbol = BREAK
        else:
            symbol = grammar.shapes[kind]
        starts.append(match.start())
        ends.append(end)
        symbols.append(symbol)
    return Tokens(text, starts, ends, "".join(symbols))


def _word_symbol(piece: str, grammar: Grammar) -> str:
    """Return the symbol of a word: its own where the grammar knows it, else one of its shape."""
    lower = piece.lower().replace(" ", "")
    symbol = grammar.symbols.get(lower)
    if symbol is not None:
        return grammar.capitals.get(lower, symbol) if piece[0].isupper() else symbol
    if piece[0].isupper():
        return CAPITAL
    if lower.endswith("ed") and not lower.endswith("eed"):
        return PAST
    return PLURAL if lower.endswith("s") and not lower.endswith("ss") else OTHER


def _is_abbreviated(text: str, end: int, grammar: Grammar) -> bool:
    """Return whether a full stop at ``end`` belongs to the short form before it: "Sept. 5", "Mon. March 28"."""
    following = _AFTER_DOT.match(text, end)
    if following is None:
        return False
    word = following[1]
    return word[0].isdigit() or word[0].islower() or word[0] == "," or word.lower() in grammar.values["month"]


def _is_inside(word: str, grammar: Grammar) -> bool:
    """Return whether the full stop after ``word`` ends no sentence: an initial or a title."""
    return (len(word) == 1 and word.isupper()) or word.lower() in grammar.titles


def _number_symbol(text: str, start: int, end: int, digits: str, grammar: Grammar) -> str:
    """Return the symbol of a plain number; one glued to letters ("A320", "5G") is a name, but for "8pm"."""
    glued = text[start - 1] if start else " "
    if glued.isalpha() and text[max(0, start - 2) : start] != "FY":
        return OTHER
    if text[end : end + 1].isalpha() and text[end : end + 2].lower() not in grammar.values["meridiem"]:
        return OTHER
    return grammar.shapes[_number_shape(digits)]


def _number_shape(digits: str) -> str:
    """Return the narrowest shape of a plain number."""
    if len(digits) == 4:
        return "year" if "1000" <= digits <= "2199" else "fourdigits"
    if len(digits) > 2 or not digits.isascii():
        return "digits"
    value = int(digits)
    if 1 <= value <= 12:
        return "hour"
    return "day" if 13 <= value <= 31 else "twodigits"


def _is_wrap(text: str, start: int, end: int, piece: str) -> bool:
    """Return whether a line end is inside a sentence: between small letters, never at a blank line."""
    if piece.count("\n") > 1 or start == 0 or end >= len(text):
        return False
    before, after = text[max(0, start - 20) : start].rstrip()[-1:], text[end]
    return before.islower() or before == "," or after.islower() or after.isdigit()
