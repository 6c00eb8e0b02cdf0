"""Named places at which a process can be made to end as ``kill -9`` ends it: how crash safety is tested.

``CRASH_AT=name`` ends the process at the first passing of a place, ``CRASH_AT=name:7`` at the seventh. Without the
variable a place costs one look at the environment, and nothing else.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

VARIABLE = "CRASH_AT"

WRITES = (
    "before_commit",  # inside every transaction of the archive, before it is on the disk
    "after_commit",
    "after_ledger",  # articles are written, nothing is derived
    "mid_batch",  # some passages are embedded
    "after_embedding",
    "mid_lexical",  # inside the lexical index's write, before its commit
    "after_lexical",
    "after_done",
)
"""Passed by every ingest."""

BUILDS = ("before_build", "mid_vectors", "mid_build", "before_swap", "mid_swap", "after_swap")
"""Passed when Chroma is built, anew or on."""

REMOVALS = ("after_remove", "after_remove_vectors", "after_remove_lexical", "after_forgotten")
"""Passed when an article is deleted."""

UPKEEP = (
    "mid_reindex",
    "before_reindex_swap",
    "mid_reindex_swap",
    "after_reindex_swap",
    "mid_backup",
    "mid_restore",
    "before_swap_folder",
    "mid_swap_folder",
    "after_swap_folder",
)
"""Passed by ``qa reindex``, ``qa backup`` and ``qa restore``."""

POINTS = WRITES + BUILDS + REMOVALS
"""Every place of taking in, building and deleting."""

_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """End the process here where ``CRASH_AT`` says so."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    named, _, count = wanted.partition(":")
    if named == name:
        _passed[name] += 1
        if _passed[name] >= int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
