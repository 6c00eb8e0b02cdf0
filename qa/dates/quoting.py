"""Where a text is direct speech: between quotation marks, each paragraph by itself."""

from __future__ import annotations

import re

_MARK = re.compile(r"[“”„\"«»]|\n")
_LONGEST = 2000
"""Characters after which an opened quotation counts as a stray mark (an inch sign, a misprint)."""


def quotations(text: str) -> list[tuple[int, int]]:
    """Return the spans of direct speech in ``text``, marks included, in order and without overlap. Linear."""
    spans: list[tuple[int, int]] = []
    opened = -1
    for match in _MARK.finditer(text):
        mark, position = match.group(), match.start()
        if mark == "\n":
            if opened >= 0 and _ends_paragraph(text, position):
                opened = -1
        elif opened >= 0 and mark in '”"»' and position - opened <= _LONGEST:
            spans.append((opened, position + 1))
            opened = -1
        elif mark in '“„"«':
            opened = position
    return spans


def _ends_paragraph(text: str, newline: int) -> bool:
    """Return whether a line end ends its paragraph: a blank line, or a sentence that ends before it."""
    return text[newline + 1 : newline + 2] == "\n" or text[max(0, newline - 20) : newline].rstrip()[-1:] in '.!?”"'
