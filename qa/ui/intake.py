"""Taking in what was dropped on the page or named by its address, with progress."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from qa.errors import DatelineError
from qa.index import IngestReport
from qa.ui import shelf
from qa.ui.face import News
from qa.ui.transcript import notice

_log = logging.getLogger(__name__)

MOST_FILES = 10
"""Files of one drop; a folder with more is for the command line."""

EVERY = 0.3
"""Seconds between two reports of progress."""


async def take(news: News, sources: Sequence[str]) -> AsyncIterator[str]:
    """Take in sources one after the other and yield HTML: how far it is, at last what became of them."""
    wanted = [source for source in sources if source][:MOST_FILES]
    if not wanted:
        yield notice("There is nothing to take in: drop files, or write an address.")
        return
    told: list[tuple[int, int | None, str]] = [(0, None, "reading")]
    work = asyncio.create_task(
        asyncio.to_thread(news.ingest, wanted, progress=lambda done, total, what: told.append((done, total, what)))
    )
    shown, began = None, time.monotonic()
    while not work.done():
        if told[-1] != shown:
            shown = told[-1]
            yield shelf.progress(*shown)
        # Quick at first, so that one file does not wait for a tick.
        await asyncio.wait((work,), timeout=0.05 if time.monotonic() - began < 1 else EVERY)
    names = {source: Path(source).name for source in wanted if "://" not in source}
    yield _ended(work, names, left_out=len(sources) - len(wanted))


def _ended(work: asyncio.Task[IngestReport], names: dict[str, str], *, left_out: int) -> str:
    more = notice(f"Only {MOST_FILES} files are taken in at a time: {left_out} were left out.") if left_out > 0 else ""
    try:
        return shelf.report(work.result(), names) + more
    except DatelineError as error:
        return notice(str(error))
    except Exception as error:  # noqa: BLE001 - the edge: a fault of ours is shown and logged
        _log.error("taking in failed", exc_info=error)
        return notice(
            f"Something failed inside Dateline ({type(error).__name__}); see `qa info` for what was taken in."
        )
