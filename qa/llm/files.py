"""Model files: fetch one, say what is there, verify it. The one face of the modules beside this."""

from __future__ import annotations

from qa.llm.catalogue import CATALOGUE, DEFAULT, SMALL, Entry, Part, entry
from qa.llm.pull import pull
from qa.llm.sources import HubSource, Source, SourceGone, WheelSource
from qa.llm.store import FileStatus, Progress, State, locate, status, status_of

__all__ = [
    "CATALOGUE",
    "DEFAULT",
    "SMALL",
    "Entry",
    "FileStatus",
    "HubSource",
    "Part",
    "Progress",
    "Source",
    "SourceGone",
    "State",
    "WheelSource",
    "entry",
    "locate",
    "pull",
    "status",
    "status_of",
]
