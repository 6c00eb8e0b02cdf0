"""A text as tokens, and as the string of their symbols that rules run over."""

from __future__ import annotations

from dataclasses import dataclass

from qa.dates.grammar import BREAK, CAPITAL, MARK, OTHER, PAST, TOKEN, Grammar

_MARKS = {",": "comma", "-": "dash", "–": "dash", "—": "dash", ".": "dot", "'": "apostrophe", "’": "apostrophe"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a text: ``text[starts[i]:ends[i]]`` has the symbol ``symbols[i]``."""

    text: str
    starts: list[int]
    ends: list[int]
    symbols: str

    def word(self, index: int) -> str:
        """Return a token in lower case, without what punctuation belongs to it."""
        return self.text[self.starts[index] : self.ends[index]].lower()


def tokenize(text: str, grammar: Grammar) -> Tokens:
    """Read a text into tokens. Linear in its length."""
    starts: list[int] = []
    ends: list[int] = []
    symbols: list[str] = []
    words, capitals, shapes = grammar.symbols, grammar.capitals, grammar.shapes
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        piece = match.group()
        if kind == "word" or kind == "named" or kind == "meridiem":
            lower = piece.lower().replace(" ", "")
            symbol = words.get(lower)
            if symbol is None:
                symbol = CAPITAL if piece[0].isupper() else PAST if lower.endswith("ed") else OTHER
            elif lower in capitals and piece[0].isupper():
                symbol = capitals[lower]
        elif kind == "mark":
            symbol = shapes[_MARKS[piece]] if piece in _MARKS else MARK
        elif kind == "number":
            symbol = shapes[_number_shape(piece)]
        elif kind == "line":
            if _is_wrap(text, match.start(), match.end(), piece):
                continue
            symbol = BREAK
        else:
            symbol = shapes[str(kind)]
        starts.append(match.start())
        ends.append(match.end())
        symbols.append(symbol)
    return Tokens(text, starts, ends, "".join(symbols))


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
    before, after = text[start - 1], text[end]
    return before.islower() or before == "," or after.islower() or after.isdigit()
