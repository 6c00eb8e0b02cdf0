"""Takes out of a page what its reader does not see: it never reaches the index."""

from __future__ import annotations

import re
from typing import Any

_DROPPED = (
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "canvas", "audio", "video",
    "form", "button", "select", "textarea", "input", "dialog",
)  # fmt: skip
_BOXED = frozenset(_DROPPED) - {"script", "style", "template", "noscript", "dialog"}
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|opacity\s*:\s*(?:0?\.0\d*|0(?:\.0+)?%?)\s*(?:;|!|\Z)|filter\s*:\s*opacity\(\s*0|scale[xy]?\(\s*0(?:\.0\d*)?\s*[,)]"
    r"|font-size\s*:\s*(?:0(?:\.0+)?(?:[a-z]{1,4}|%)?|[01]?(?:\.\d+)?(?:px|pt))\s*(?:;|!|\Z)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%"
    r"|(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|\Z)",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)", "hsl(0,0%,100%)"})
_CLEAR = re.compile(r"transparent|(?:rgba|hsla)\([^()]*[,/]0?(?:\.0+)?%?\)|#[0-9a-f]{3}0|#[0-9a-f]{6}00")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
# What style sheets elsewhere hide by convention: words for screen readers only.
_BY_NAME = frozenset(
    "visually-hidden visuallyhidden sr-only screen-reader-text screen-reader-only assistive-text".split()
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,400})\{([^{}]*)\}")
_SIMPLE = re.compile(r"([.#])([A-Za-z_][\w-]*)\Z")


def strip(tree: Any) -> None:
    """Remove comments, unseen elements, and elements that are no prose from an lxml tree, keeping the text behind them.

    Unseen is what an inline style, the ``hidden`` attribute, or a simple rule (``.class`` or ``#id``) of the page's own
    style sheet hides, and text in the colour of its own ground, or in white. Style sheets elsewhere are not fetched.
    """
    classes, ids = _hiding_names(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or (
            element.tag not in ("html", "body") and _is_hidden(element, classes, ids)
        ):
            _drop(element)


def _is_hidden(element: Any, classes: frozenset[str], ids: frozenset[str]) -> bool:
    if element.tag in ("html", "body"):  # hidden until a script shows them, on pages that fade in
        return False
    if element.tag in _DROPPED or element.get("hidden") is not None:
        return True
    style = element.get("style", "")
    if style and unseen(style):
        return True
    named = (element.get("class") or "").split()
    return element.get("id") in ids or not classes.isdisjoint(named) or not _BY_NAME.isdisjoint(named)


def unseen(style: str, *, sheet: bool = False) -> bool:
    """Whether CSS declarations make their element's text invisible.

    In a style sheet a colour counts only beside a ground of the same colour: another rule may set the ground.
    """
    plain = _unescaped(_COMMENT.sub("", style))
    if _UNSEEN.search(plain):
        return True
    # of several the last counts, as in a browser
    inks, grounds = (re.findall(pattern, plain) for pattern in (_COLOUR, _GROUND))
    if not inks:
        return False
    ink = re.sub(r"\s", "", inks[-1]).lower()
    behind = re.sub(r"\s", "", grounds[-1]).lower() if grounds else ""
    if sheet:
        return bool(grounds) and (ink == behind or {ink, behind} <= _WHITE)
    return bool(_CLEAR.fullmatch(ink)) or ink == behind or (ink in _WHITE and (not behind or behind in _WHITE))


def _unescaped(style: str) -> str:
    """Return CSS with its escapes (a backslash and a number) written out."""
    return _ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), style)


def _hiding_names(tree: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Return the class names and the ids that the page's own style sheets hide."""
    names: dict[str, set[str]] = {".": set(), "#": set()}
    for sheet in tree.iter("style"):
        # Rules inside @media (print, small screens) hide only there: a block with a nested brace is left alone.
        for selectors, declarations in _RULE.findall(_outside_media(_COMMENT.sub("", sheet.text or ""))):
            if unseen(declarations, sheet=True):
                for selector in selectors.split(","):
                    simple = _SIMPLE.match(selector.strip())
                    if simple:
                        names[simple.group(1)].add(simple.group(2))
    return frozenset(names["."]), frozenset(names["#"])


def _outside_media(sheet: str) -> str:
    """Return a style sheet without its ``@`` blocks."""
    kept, depth, at = [], 0, -1
    for position, letter in enumerate(sheet):
        if letter == "@" and depth == 0 and at < 0:
            at = position
        if at < 0:
            kept.append(letter)
        elif letter == ";" and depth == 0:
            at = -1
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            at = -1 if depth <= 0 else at
            depth = max(depth, 0)
    return "".join(kept)


def _apart(text: str, tail: str) -> str:
    """Return what follows a box, a blank before it where two numbers would join: a reader sees the box between them."""
    return f" {tail}" if text[-1:].isdecimal() else tail


def _drop(element: Any) -> None:
    """Remove an element, keeping the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    before = element.getprevious()
    if element.tag in _BOXED and tail[:1].isdecimal():
        tail = _apart((parent.text if before is None else before.tail) or "", tail)
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    element.tail = None
    parent.remove(element)
