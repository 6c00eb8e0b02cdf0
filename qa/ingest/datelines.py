"""The dateline that opens a report: ``ISTANBUL, March 28, 2022 (Wire) \u2014 The talks \u2026``."""

from __future__ import annotations

import re
from datetime import date, datetime

from qa.ingest import clocks

_PLACE = r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.\u2019' -]{2,40}(?:,\s*[A-Z][\w. ]{1,30}?)?"
_DATE = r"(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4})"
_DATELINE = re.compile(
    rf"\s*(?:{_PLACE},?\s+)?\(?({_DATE})\)?(?:\s*[(/][^()/\n]{{2,40}}[)/])?\s*(?:[-\u2013\u2014]{{1,2}}|:)\s"
)
_POSTED = re.compile(
    rf"(?:published|posted|first published|date)\s*(?:on|:)?\s*(?:[A-Z][a-z]+day,?\s+)?({_DATE})(?![\w])", re.IGNORECASE
)
_HEAD = 6
"""Lines at the top among which a line of its own may say when the text was published."""


def day(body: str) -> date | None:
    """Return the day that a text's dateline, or a line at its top such as "Published 28 March 2022", gives.

    Only one with a year counts: without one, a reader of an archive cannot know which.
    """
    found = _DATELINE.match(body[:300])
    lines = body[:2000].split("\n", 2 * _HEAD)[: 2 * _HEAD]
    written = found[1] if found else next((at[1] for line in lines if (at := _POSTED.match(line.strip()))), "")
    if not written:
        return None
    try:
        moment = clocks.parse(written)
    except ValueError:
        return None
    return moment.date() if isinstance(moment, datetime) else moment
