"""Two versions of a text beside each other: what went is struck out, what came is underlined."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import chain

from qa.render.words import escaped

LONGEST = 40_000
"""Characters of both texts that are compared; the time of comparing grows with the square."""

_WORDS = re.compile(r"\s+|[^\s]+")
_NEAR = 12
"""Words of what is alike that stay around a difference."""


def differences(before: str, after: str) -> str:
    """Return the differences as HTML; what is alike far from any is left out and said to be."""
    if len(before) + len(after) > LONGEST:
        return '<p class="dl-cut">The versions are too long to be compared here.</p>'
    one, two = _WORDS.findall(before), _WORDS.findall(after)
    changes = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    pieces = []
    for place, (kind, a, b, c, d) in enumerate(changes):
        if kind == "equal":
            pieces.append(_alike(one[a:b], first=place == 0, last=place == len(changes) - 1))
            continue
        if b > a:
            pieces.append(f"<del>{escaped(''.join(one[a:b]))}</del>")
        if d > c:
            pieces.append(f"<ins>{escaped(''.join(two[c:d]))}</ins>")
    return f'<div class="dl-diff" dir="auto">{"".join(pieces)}</div>'


def _alike(words: list[str], *, first: bool, last: bool) -> str:
    near = 2 * _NEAR  # a word and the blank after it
    head = [] if first else words[:near]
    tail = [] if last else words[max(len(head), len(words) - near) :]
    left_out = len(words) > len(head) + len(tail)
    middle = ['<span class="dl-cut"> … </span>'] if left_out else []
    return "".join(chain((escaped("".join(head)),), middle, (escaped("".join(tail)),)))
