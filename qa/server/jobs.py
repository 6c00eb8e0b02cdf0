"""Ingest jobs: one at a time, with progress and cancelling. What a job has read stays when it ends early."""

from __future__ import annotations

import json
import logging
import queue
import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import DatelineError
from qa.index import IngestReport
from qa.server.problems import Busy, missing
from qa.server.schemas import ArticleIn, Job, JobRequest
from qa.types import plain

if TYPE_CHECKING:
    from qa.news import NewsQA

_log = logging.getLogger(__name__)
MOST_WAITING = 20
KEPT = 200
"""Ended jobs that are remembered."""


@dataclass(slots=True)
class _Work:
    """A job with what it is to read."""

    job: Job
    sources: Sequence[str]
    articles: Sequence[ArticleIn]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """The jobs of one archive; the archive's writer does one after the other."""

    def __init__(self, news: NewsQA) -> None:
        """Begin without any."""
        self._news = news
        self._held: OrderedDict[str, _Work] = OrderedDict()
        self._waiting: queue.Queue[_Work | None] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, wanted: JobRequest) -> Job:
        """Begin a job, or line it up.

        Raises:
            Busy: too many wait.
        """
        job = Job(id=secrets.token_urlsafe(9), state="queued", created=_now())
        work = _Work(job, sources=tuple(wanted.sources), articles=tuple(wanted.articles))
        with self._lock:
            if self._closed or self._waiting.qsize() >= MOST_WAITING:
                raise Busy(f"{self._waiting.qsize()} jobs wait already", retry=30)
            self._held[job.id] = work
            self._forget()
            self._waiting.put(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="dateline-jobs", daemon=True)
                self._thread.start()
        return job

    def listed(self) -> list[Job]:
        """Return the jobs, the latest first."""
        with self._lock:
            return [work.job for work in reversed(self._held.values())]

    def job(self, name: str) -> Job:
        """Return one job.

        Raises:
            Refused: there is none of that id.
        """
        return self._work(name).job

    def cancel(self, name: str) -> Job:
        """End a job after the article that it reads; one that waits never begins.

        Raises:
            Refused: there is none of that id.
        """
        work = self._work(name)
        with self._lock:
            self._cancel(work)
        return work.job

    def _cancel(self, work: _Work) -> None:
        work.cancelled.set()
        if work.job.state == "queued":
            work.job.state, work.job.ended = "cancelled", _now()

    def close(self, timeout: float) -> None:
        """Cancel everything and wait for the job in work."""
        with self._lock:
            self._closed = True
            for work in self._held.values():
                self._cancel(work)
            self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self, name: str) -> _Work:
        with self._lock:
            if name not in self._held:
                raise missing(f"There is no job {name[:40]!r}.", "GET /api/v1/jobs lists them.")
            return self._held[name]

    def _forget(self) -> None:
        ended = [name for name, work in self._held.items() if work.job.ended]
        for name in ended[: max(0, len(self._held) - KEPT)]:
            del self._held[name]

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            with self._lock:
                if work.cancelled.is_set():
                    continue
                work.job.state = "running"
            self._do(work)

    def _do(self, work: _Work) -> None:
        job = work.job

        def progress(done: int, total: int | None, what: str) -> None:
            job.done, job.total, job.what = done, total, what[:200]

        try:
            with _files(work) as sources:
                report = self._news.ingest(sources, progress=progress, stopped=work.cancelled.is_set)
            job.report, job.done = _told(report), report.total
            job.state = "cancelled" if work.cancelled.is_set() else "done"
        except DatelineError as error:
            job.state, job.error = "failed", str(error)
        except OSError as error:
            job.state = "failed"
            job.error = f"It could not be written ({error.strerror}): see to the disk of the server, then run it again."
        except Exception as error:  # noqa: BLE001 - the edge: a fault of ours ends the job in words and is logged
            _log.exception("a job failed")
            job.state, job.error = "failed", f"Something failed inside Dateline ({type(error).__name__})."
        finally:
            job.ended = _now()


@contextmanager
def _files(work: _Work) -> Iterator[list[str]]:
    """Yield what to read: the addresses, and a file of the articles, in a folder of its own that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        sources = list(work.sources)
        if work.articles:
            file = Path(folder) / "articles.jsonl"
            lines = (json.dumps({k: v for k, v in one.model_dump().items() if v}) for one in work.articles)
            file.write_text("\n".join(lines), encoding="utf-8")
            sources.append(str(file))
        yield sources


def _told(report: IngestReport) -> dict[str, Any]:
    """Return a report without the place of our own file."""
    told: dict[str, Any] = plain(report)
    for note in (*told.get("rejected", ()), *told.get("flagged", ()), *told.get("left_out", ())):
        note["source"] = str(note["source"]).rpartition("/articles.jsonl")[2] or note["source"]
    return told


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
