"""Raised, lowered and struck-out text of a page: a footnote's mark or an exponent never joins the number beside it.

Works on an lxml tree, before its text is drawn out, since text alone has lost what stood above the line: "11¹ million"
is then "111 million". Footnote marks and what is struck out are gone, as is their purpose once the text stands alone;
an exponent is written with a caret, ``10^6``, which no later step folds into the number as it would "10⁶".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from qa.ingest import clean

STRUCK = ("del", "s", "strike")
BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    .split()
)  # fmt: skip
"""Elements that begin a line or a cell of their own."""

_STRUCK_STYLE = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_RAISED_NAMES = frozenset("sup superscript footnote-ref footnoteref noteref".split())
_MATHS = {"msup": ("", "raised"), "msub": ("", "lowered"), "msubsup": ("", "lowered", "raised"), "mfrac": ("", "below")}
"""Of elements of MathML, how each of their parts stands."""

_SIGNS = re.compile(r"[\[(].{0,40}[\])]|[*†‡§¶#∗⁎]{1,4}\)?", re.DOTALL)
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*[.)]?")
_LINKED = re.compile(r"[\[(]?\s*(?:\d{1,3}|[a-z]|[*†‡§¶#]{1,4})\s*[\])]?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+$")
_UNITS = frozenset(
    "m mm cm dm km nm µm μm in ft yd mi s sec metre metres meter meters kilometres kilometers mile miles foot feet"
    " inch inches yard yards".split()
)
_POWER = re.compile(r"(?<!\d)(?<!\d[.,])(10|2)$")
_SUM_BEFORE = re.compile(r"\d\s*[=+×÷]\s*\d+$|[=×]\s*\d+$")
_SUM_AFTER = re.compile(r"\s*[=+×÷−]\s*\d")
_FRACTION = re.compile(r"\s?[/⁄∕]\s?(?:\d|[₀-₉]|$)")
_ISOTOPE = re.compile(r"[A-Z][a-z]?(?![a-z])")
_TYPED = re.compile(r"[⁰¹²³⁴-⁹]+")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
_BLANK = re.compile(r"[\u00a0\u2009\u202f]")
_ORDINAL = 3
"""Raised letters that belong to the word before: 3rd, 1er, 2ème; more are a word of their own."""

_HOLD = "\u2e31"
_HELD = re.compile(rf"(?<=\d){_HOLD}(?=\d{{3}})")
_REACH, _STEPS, _SHORT = 40, 8, 12
"""Characters of its line that are looked at before a mark, elements that are looked at for what comes after it, and
the characters of a mark that is known by its link or style. All are bounds: a page may be made to be slow."""

_SETTLED = "settled-text"
"""The tag of what is replaced, until all of it is taken off at once: putting texts together one by one is quadratic."""


def settle(tree: Any) -> None:
    """Rewrite struck-out, inserted, quoted, raised and lowered text of an lxml tree as plain text that means the same.

    Blanks that hold the groups of one number together stay apart from other blanks until ``released``.
    """
    from lxml.etree import strip_tags  # type: ignore[import-untyped]

    for element in list(tree.iter()):
        if element.tag in STRUCK or _STRUCK_STYLE.search(element.get("style") or ""):
            _strike(element)
        elif element.tag == "q":
            opening, closing = "‘’" if element.getparent() is not None and _within(element, "q") else "“”"
            element.text, element.tail = f"{opening}{element.text or ''}", f"{closing}{element.tail or ''}"
        elif element.tag == "time" and _within(element, "p"):  # lost by trafilatura where a line break stands beside it
            element.tag = _SETTLED
    for element, words in list(_Walk().replaced(tree)):
        _put(element, words)
    strip_tags(tree, _SETTLED, "ins", "q")


def released(text: str) -> str:
    """Return text with the blanks within numbers as narrow no-break ones, as in ``1 200 000``."""
    return _HELD.sub("\u202f", text)


def words(element: Any) -> str:
    """Return the text of one element as ``settle`` leaves it; the element stays as it is."""
    copy = deepcopy(element)
    copy.tail = None
    settle(copy)
    return released(str(copy.text_content()))


def _strike(element: Any) -> None:
    """Empty an element that is struck out; a block still ends the line that it stands in."""
    if element.tag in BLOCKS:
        element[:], element.text = [], ""
    else:
        _put(element, " " if any(inner.tag in BLOCKS for inner in element.iter()) else "")


def _put(element: Any, text: str) -> None:
    """Put text in the place of an element."""
    element[:], element.text, element.tag = [], text, _SETTLED


def _within(element: Any, tag: str) -> bool:
    return any(parent.tag == tag for parent, _ in zip(element.iterancestors(), range(_STEPS), strict=False))


@dataclass(slots=True)
class _Walk:
    """One way through a tree in the order of its text: the line so far, the number of the last footnote, and
    whether the line has just been left for something raised or lowered.
    """

    line: str = ""
    last: int = field(kw_only=True, default=0)
    off: bool = field(kw_only=True, default=False)

    def replaced(self, tree: Any) -> Iterator[tuple[Any, str]]:
        """Yield each raised or lowered element with what stands in its place."""
        from lxml.etree import iterwalk

        within = None
        for event, element in iterwalk(tree, events=("start", "end")):
            if within is not None and element is not within:
                continue
            if event == "end":
                within = None
                self._over(element, tree)
                continue
            if element.tag in BLOCKS:
                self.line = ""
            place = _place(element, self.line)
            if place and element is not tree:
                within = element
                words = self._words(element, place)
                self.line, self.off = (self.line + words)[-_REACH:], True
                yield element, words
            else:
                # 3 and a half stand beside each other
                element.text = self._typed(" " if element.tag == "mfrac" else element.text or "")

    def _over(self, element: Any, tree: Any) -> None:
        if element.tag in BLOCKS:
            self.line = ""
        if element is not tree:
            element.tail = self._typed(element.tail or "")

    def _typed(self, text: str) -> str:
        """Return a text with the raised digits that are typed into it settled, and add it to the line."""

        def settled(found: re.Match[str]) -> str:
            start, end = found.span()
            before = (self.line[-_REACH:] if start < _REACH else "") + text[max(0, start - _REACH) : start]
            if not _digit(before[-1:]):
                return found.group()
            said = self._number(found.group().translate(_PLAIN), before, text[end : end + _REACH])
            return said + _gap(said or before, text[end : end + 1])

        text = clean.seen(text)
        if text and self.off:
            text, self.off = _gap(self.line, text) + text, False
        done = _TYPED.sub(settled, text)
        done = _GROUPS.sub(lambda found: _BLANK.sub(_HOLD, found.group()), done)
        self.line = (self.line + done)[-_REACH:]
        return done

    def _words(self, element: Any, place: str) -> str:
        """Return what stands in the place of an element."""
        mark = clean.seen("".join(element.itertext())).strip()
        if place == "below":
            said = f"/{mark}"
        elif place == "mark" or _linked(element) or (place == "raised" and _SIGNS.fullmatch(mark)):
            said = ""
        elif place == "lowered":
            said = f"_{mark}" if _digit(self.line[-1:]) and _digit(mark[:1]) else mark
        elif _NUMBERS.fullmatch(mark):
            return self._number(mark, self.line, _after(element))
        elif _digit(self.line[-1:]) and re.match(r"[-−–+]?\d", mark):
            said = f"^{mark}"
        else:
            said = mark if len(mark) <= _ORDINAL else f" {mark}"
        return said

    def _number(self, mark: str, before: str, after: str) -> str:
        """Return what stands in the place of a raised number: an exponent, a part of a fraction, or nothing."""
        following = mark.isdecimal() and 0 < int(mark) - self.last <= 1
        power = _POWER.search(before)
        if _FRACTION.match(after):
            return f" {mark}" if _digit(before[-1:]) else mark
        if _SUM_BEFORE.search(before) or (_digit(before[-1:]) and _SUM_AFTER.match(after)) or (
            power and not following and (power[1] == "10" or len(mark) == 2)
        ):  # fmt: skip
            said = f"^{mark}"
        elif mark in ("2", "3") and (word := _WORD.search(before)) and word.group() in _UNITS:
            said = mark.translate(_HIGH)
        elif (before[-1:].isspace() or (not before and len(mark) > 1)) and _ISOTOPE.match(after):
            said = mark
        else:
            said, self.last = "", int(re.findall(r"\d+", mark)[-1])
        return said


def _place(element: Any, line: str) -> str:
    """Return how an element stands: "raised", "lowered", "below" a fraction's line, as a "mark", or "" on the line."""
    tag, parent = element.tag, element.getparent()
    if tag in ("sup", "sub"):
        return "raised" if tag == "sup" else "lowered"
    if parent is not None and parent.tag in _MATHS:
        before = sum(1 for _ in zip(element.itersiblings(preceding=True), range(3), strict=False))
        return _MATHS[parent.tag][before] if before < len(_MATHS[parent.tag]) else ""
    if tag not in ("a", "span", "small", "font") or not element.attrib or (mark := _short(element)) is None:
        return ""
    if style := _RAISED_STYLE.search(element.get("style") or ""):
        return "raised" if style[1].lower() == "super" else "lowered"
    if "noteref" in f"{element.get('role')} {element.get('epub:type')}":
        return "mark"
    if not _RAISED_NAMES.isdisjoint((element.get("class") or "").lower().split()):
        return "raised"
    joined = tag == "a" and "#" in (element.get("href") or "") and _digit(line[-1:])
    return "mark" if joined and _LINKED.fullmatch(mark) else ""


def _short(element: Any) -> str | None:
    """Return the text of an element, or None where it is too long for a mark."""
    text = ""
    for part in element.itertext():
        text += part
        if len(text) > _SHORT:
            return None
    return text.strip()


def _linked(element: Any) -> bool:
    """Whether a raised element links to a place in a page, as a footnote's mark does."""
    if "reference" in (element.get("class") or "").lower().split():
        return True
    parent = element.getparent()
    around = [parent] if parent is not None and parent.tag == "a" and _short(parent) is not None else []
    return any("#" in (link.get("href") or "") for link in (*element.iter("a"), *around))


def _after(element: Any) -> str:
    """Return the text behind an element on its line, up to the next raised one."""
    for _ in range(_STEPS):
        if tail := clean.seen((element.tail or "")[:_REACH]):
            return tail
        following = element.getnext()
        if following is not None:
            if following.tag in BLOCKS or _place(following, ""):
                return ""
            if text := clean.seen((following.text or "")[:_REACH]):
                return text
            element = following
            continue
        element = element.getparent()
        if element is None or element.tag in BLOCKS:
            return ""
    return ""


def _digit(text: str) -> bool:
    return text.isdecimal()


def _gap(before: str, after: str) -> str:
    """Return the blank that keeps two numbers apart between which a mark stood."""
    return " " if _digit(before[-1:]) and _digit(after[:1]) else ""
