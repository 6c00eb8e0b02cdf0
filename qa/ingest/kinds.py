"""What sort of piece an article is, where it says so: in its data, its section, its address or its headline."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from qa.types import ArticleKind

_OPINION = re.compile(
    r"\A(?:opinions?|comment(?:ary|isfree)?|editorials?|op-?eds?|columns?|columnists?|voices|viewpoint)\Z",
    re.IGNORECASE,
)
_OPINION_HEAD = re.compile(
    r"\A(?:opinion|op-ed|comment|editorial|column|analysis and opinion)\s*[|:\u2013\u2014-]\s", re.IGNORECASE
)
_LIVE = re.compile(r"\A(?:live|liveblogs?|live-?updates?|live-news|live-reporting)\Z", re.IGNORECASE)
_LIVE_HEAD = re.compile(
    r"\A(?:live(?: blog| updates?| coverage)?|as it happened)\s*[|:\u2013\u2014-]\s"
    r"|(?:[|:,\u2013\u2014-]\s+)(?:live updates|live blog|as it happened)\W*\Z",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\A(?:corrections?(?: and clarifications?)?|clarification|erratum|retraction)(?:\s*[|:\u2013\u2014]|\Z)",
    re.IGNORECASE,
)


def guess(*, headline: str = "", url: str = "", declared: str = "", section: str = "") -> ArticleKind:
    """Return the kind of a piece; what says nothing of itself is news.

    ``declared`` is the type of its JSON-LD, ``section`` the part of the paper that it stands in.
    """
    parts = _path(url)
    if _CORRECTION.match(headline.strip()) or "Correction" in declared:
        return "correction"
    if "LiveBlog" in declared or _LIVE_HEAD.search(headline.strip()) or any(_LIVE.match(part) for part in parts[:-1]):
        return "live"
    opinion = "Opinion" in declared or _OPINION.match(section.strip()) or _OPINION_HEAD.match(headline.strip())
    return "opinion" if opinion or any(_OPINION.match(part) for part in parts[:-1]) else "news"


def _path(url: str) -> list[str]:
    try:
        return [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return []
