"""Which reader reads: the large one where its encoder is on this machine, else the small one, which always is.

The encoder of the large reader is fetched in the background. Nothing waits for that: until it is there, and where it
cannot be had, the small reader reads, and :attr:`Readers.state` says so.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from qa.errors import ModelError
from qa.llm import store
from qa.llm.catalogue import READER
from qa.llm.pull import pull
from qa.reader import shipped, weights
from qa.reader.reader import Reader


@cache
def large(folder: Path) -> Reader:
    """Return the large reader over the encoder in a folder: one for the whole process, loaded when first used."""
    return Reader(weights.LARGE, folder)


class Readers:
    """The readers of one open archive.

    Args:
        where: the folder for models.
        fetch: whether the large reader's encoder may be fetched.
        always: a reader that reads in any case, instead of both.
    """

    def __init__(self, where: Path, *, fetch: bool, always: Reader | None = None) -> None:
        self._where = where
        self._fetch = fetch
        self._always = always
        self._error = ""
        self._doing = ""
        self._begun = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to fetch the large reader's encoder in the background, once, where it is missing and may be fetched.

        For a process that stays: one that answers a single question would end before it has come.
        """
        with self._lock:
            if self._begun or self._always is not None or not self._fetch:
                return
            self._begun = True
        if not store.status_of(READER, self._where).usable:
            threading.Thread(target=self._bring, name="dateline-reader", daemon=True).start()

    def best(self) -> Reader:
        """Return the best reader that is here, loaded."""
        if self._always is not None:
            return self._always
        found = store.status_of(READER, self._where)
        if found.usable and found.path.is_dir() and not self._error:
            reader = large(found.path)
            try:
                reader.warm()
                return reader
            except ModelError as error:
                self._error = str(error)
        return shipped()

    @property
    def state(self) -> str:
        """Return in words which reader reads, and why not the large one."""
        if self._always is not None:
            return "the reader that was given"
        if self._error:
            return f"small reader: {self._error}"
        if store.status_of(READER, self._where).usable:
            return "large reader"
        return f"small reader: the large one is {self._doing or 'not fetched'} (`qa models pull {READER}`)"

    def _bring(self) -> None:
        def told(done: int, total: int, what: str) -> None:
            self._doing = f"being fetched, {100 * done // max(total, 1)} %"

        try:
            large(pull(READER, self._where, told)).warm()
        except ModelError as error:
            self._error = str(error)
