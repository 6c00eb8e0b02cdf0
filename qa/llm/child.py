"""One child process and the requests in flight with it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

SILENT_SECONDS = 60.0
"""A child that sends no heartbeat for so long hangs. Loading holds Python's lock for up to some 20 s."""

DRAIN_SECONDS = 1.0
"""How long what a process that is gone has left in its pipe is still read."""

Reply = dict[str, Any]

_ROOT = Path(__file__).resolve().parents[2]

_counter = itertools.count(1)


class Child:
    """A worker process: starts at construction, dies with ``stop``, and tells every request when it ends.

    Each request has a queue of replies; ``{"type": "gone"}`` is the last one when the process ended early.

    Args:
        model: what the worker loads.
        on_loss: called when a child that was ready has ended.
    """

    def __init__(self, model: Path, on_loss: Callable[[], None] = lambda: None) -> None:
        self._on_loss = on_loss
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
        # The child runs this very package, also where it is on the path of the parent only.
        paths = [os.fspath(_ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qa.llm.worker", os.fspath(model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C at the terminal is the parent's to handle
        )
        self._lock = threading.Lock()
        self._queues: dict[int, queue.SimpleQueue[Reply]] = {}
        self._errors: deque[str] = deque(maxlen=50)
        self._seen = time.monotonic()
        self.settled = threading.Event()
        """Set once the child is ready or has ended."""
        self.ready = False
        self.ended = False
        self.broken = ""
        self.seconds: dict[str, float] = {}
        self._over = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        for target in (self._read_errors, self._watch):
            threading.Thread(target=target, daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def dead(self) -> bool:
        """Whether the process is gone, told or not: its end of the pipe may live on in a process that inherited it."""
        return self._process.poll() is not None

    @property
    def silent(self) -> float:
        """Seconds since the child was last heard."""
        return time.monotonic() - self._seen

    def why(self) -> str:
        """Return what is known about why the child ended: its own words, else its last lines and its exit status."""
        if self.broken:
            return self.broken
        code = self._process.poll()
        return "; ".join([f"exit status {code}", *list(self._errors)[-3:]])

    def open(self, op: str, **fields: Any) -> tuple[int, queue.SimpleQueue[Reply]]:
        """Send a request and return its id and the queue of its replies."""
        request, replies = next(_counter), queue.SimpleQueue[Reply]()
        with self._lock:
            self._queues[request] = replies
        if self.ended or not self._send({"op": op, "id": request, **fields}):
            replies.put({"type": "gone"})
        return request, replies

    def drop(self, request: int, *, cancel: bool) -> None:
        """Forget a request and, where ``cancel`` is set, tell the child to stop working on it."""
        with self._lock:
            self._queues.pop(request, None)
        if cancel:
            self._send({"op": "cancel", "id": request})

    def stop(self) -> None:
        """End the process at once and reap it."""
        self.ended, self.ready = True, False
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self._close_input()

    def _close_input(self) -> None:
        """Close the pipe to the child, which may be gone already."""
        assert self._process.stdin is not None
        with self._lock, contextlib.suppress(OSError):
            self._process.stdin.close()

    def _send(self, message: dict[str, Any]) -> bool:
        """Write one line to the child and return whether that worked."""
        assert self._process.stdin is not None
        try:
            with self._lock:
                self._process.stdin.write((json.dumps(message) + "\n").encode())
                self._process.stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def _read(self) -> None:
        """Hand the child's replies to their queues until it ends, then tell every open request."""
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                self._seen = time.monotonic()
                try:
                    reply = json.loads(line)
                except ValueError:
                    continue  # a killed child leaves half a line, and its end is still to be told
                self._dispatch(reply)
        self._process.wait()
        self._finish()

    def _watch(self) -> None:
        """Wait for the process itself: its end of the pipe may live on in a process that inherited it."""
        self._process.wait()
        self._reader.join(DRAIN_SECONDS)
        self._finish()

    def _finish(self) -> None:
        """Tell everybody, once, that the process is gone."""
        if not self._over.acquire(blocking=False):
            return
        self._close_input()
        self.ended = True
        self.ready = False
        self.settled.set()
        with self._lock:
            waiting, self._queues = list(self._queues.values()), {}
        for replies in waiting:
            replies.put({"type": "gone"})
        if self.seconds:
            self._on_loss()

    def _dispatch(self, reply: Reply) -> None:
        """Take one reply: the child's state, or a request's."""
        if reply["type"] == "ready":
            self.seconds = {"load": reply["load"], "warm": reply["warm"]}
            self.ready = True
            self.settled.set()
        elif reply["type"] == "broken":
            self.broken = reply["text"]
        elif "id" in reply:
            with self._lock:
                replies = self._queues.get(reply["id"])
            if replies is not None:
                replies.put(reply)

    def _read_errors(self) -> None:
        """Keep the last lines of standard error."""
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            for line in stderr:
                self._errors.append(line.decode(errors="replace").strip()[:300])
