"""What a rendered answer could do besides being read: tags and addresses that are not ours, moves of the cursor.

Each function returns what it found, in words, and nothing for a rendering that is text. They judge the rendered form as
its reader's program does: an HTML parser, a CommonMark parser, the control characters of a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from typing import Any

_TAGS = frozenset(
    "article h2 h3 p strong em a ul ol li span cite blockquote footer small b i div section details summary button mark"
    " time sup table thead tbody tr th td caption label dl dt dd br hr figure figcaption header nav".split()
)
"""Elements that show text. All others, such as img, script, form, iframe, style, link or base, do something."""

DRAWN = frozenset("svg g line text title circle path rect desc tspan".split())
"""Elements of a picture that the chat page draws itself."""

_LINKED = frozenset(("href", "src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href"))
_TOKENS = frozenset(
    "inline text softbreak hardbreak strong_open strong_close em_open em_close heading_open heading_close"
    " paragraph_open paragraph_close bullet_list_open bullet_list_close list_item_open list_item_close blockquote_open"
    " blockquote_close".split()
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp|file|javascript|data|vbscript)\s*:\s*/{0,2}|www\.)[^\s<>\"'”“)\]]+", re.IGNORECASE
)
_CLOSERS = ".,;:!?…»"


def addresses(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the addresses that stand in a plain text, but for the known ones."""
    found = (match.group().rstrip(_CLOSERS) for match in _ADDRESS.finditer(text))
    return [f"address {address[:80]!r}" for address in found if not _is_known(address, known)]


def in_html(fragment: str, known: Collection[str] = (), *, drawn: bool = False) -> list[str]:
    """Return the active parts of an HTML fragment.

    Args:
        fragment: the HTML.
        known: the addresses that it may link to.
        drawn: whether it may hold a picture of ours.
    """
    seen = _Seen(known, _TAGS | DRAWN if drawn else _TAGS)
    seen.feed(fragment)
    seen.close()
    return seen.found


def in_markdown(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the active parts of a Markdown text, read as CommonMark with HTML and bare addresses turned on."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # others let through what this one stops
    return list(_in_tokens(reader.parse(text), known))


def in_terminal(text: str) -> list[str]:
    """Return the characters of a terminal text that move, hide or turn it."""
    return [f"control character {sign!r}" for sign in sorted(set(_CONTROL.findall(text)))]


def _in_tokens(tokens: list[Any], known: Collection[str]) -> Iterator[str]:
    for token in tokens:
        if token.type == "link_open":
            if not _is_known(str(token.attrGet("href")), known):
                yield f"link {str(token.attrGet('href'))[:80]!r}"
        elif token.type not in _TOKENS and token.type != "link_close":
            yield f"{token.type} {str(token.content)[:80]!r}"
        yield from _in_tokens(token.children or [], known)


def _is_known(address: str, known: Collection[str]) -> bool:
    return address.split("#", 1)[0] in known


class _Seen(HTMLParser):
    """Reads a fragment as a browser does and notes what is active."""

    def __init__(self, known: Collection[str], tags: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._known = known
        self._tags = tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._tags:
            self.found.append(f"element <{tag}>")
        for name, value in attrs:
            if name.startswith("on") or (name == "style" and "url(" in (value or "").lower()):
                self.found.append(f"attribute {name}={(value or '')[:80]!r}")
            elif name in _LINKED and not (value or "").startswith("#") and not _is_known(value or "", self._known):
                self.found.append(f"{name} {(value or '')[:80]!r}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data[:80]!r}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"declaration {decl[:80]!r}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"declaration {data[:80]!r}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"processing instruction {data[:80]!r}")
