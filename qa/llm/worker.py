"""The child process that runs the local engine: ``python -m qa.llm.worker MODEL``.

Speaks JSON lines. In: ``{"op": "stream", "id", "prompt", "max_tokens", "stop"}``, ``{"op": "yes", "id", "prompt"}``,
``{"op": "cancel", "id"}``. Out: ``ready``, ``text``, ``done``, ``yes``, ``failed`` and, twice a second, ``beat``.
It ends when its standard input does, so it never outlives its parent.
"""

from __future__ import annotations

import json
import os
import queue
import struct
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from qa.llm.engine import Engine, Piece

BEAT_SECONDS = 0.5

_YES, _NO = "Yes", "No"


class _Wire:
    """Writes one JSON object a line, from any thread."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def send(self, kind: str, **fields: Any) -> None:
        """Send one message; a parent that is gone ends the process."""
        line = json.dumps({"type": kind, **fields}, ensure_ascii=True)
        try:
            with self._lock:
                self._out.write(line + "\n")
                self._out.flush()
        except (BrokenPipeError, ValueError):
            os._exit(0)

    def beat(self) -> None:
        """Say that the process lives, until it does not."""
        while True:
            time.sleep(BEAT_SECONDS)
            self.send("beat")


class _Worker:
    """Serves the requests of one parent with one engine.

    A yes/no request takes two engine requests, one forced to "Yes" and one to "No", whose probabilities are those of
    the unconstrained next token. They run together where the prompt's beginning is in the prefix cache; otherwise the
    second waits for the first, since a batch of both would read the prompt twice.
    """

    def __init__(self, engine: Engine, wire: _Wire, inbox: queue.SimpleQueue[dict[str, Any]]) -> None:
        self._engine = engine
        self._wire = wire
        self._inbox = inbox
        self._counter = 0
        self._texts: dict[int, int] = {}
        self._words: dict[int, tuple[int, str]] = {}
        self._answers: dict[int, dict[str, float]] = {}
        self._prompts: dict[int, str] = {}

    def run(self) -> None:
        """Serve until the process ends."""
        while True:
            while not self._engine.busy or not self._inbox.empty():
                self._take(self._inbox.get())
            for piece in self._engine.step():
                self._give(piece)

    def _take(self, message: dict[str, Any]) -> None:
        """Start or cancel what the parent asks for."""
        request = int(message["id"])
        if message["op"] == "cancel":
            self._cancel(request)
            return
        try:
            self._start(request, message)
        except (ValueError, RuntimeError) as error:
            self._cancel(request)
            self._wire.send("failed", id=request, text=str(error).strip()[:500])

    def _start(self, request: int, message: dict[str, Any]) -> None:
        """Submit what one message asks for to the engine."""
        prompt = message["prompt"]
        if message["op"] == "yes":
            quick = self._engine.reads_quickly(prompt)
            self._answers[request], self._prompts[request] = {}, prompt
            for word in (_YES, _NO) if quick else (_YES,):
                self._ask(request, word)
            return
        inner = self._new()
        self._texts[inner] = request
        length = self._engine.submit(inner, prompt, max_tokens=message["max_tokens"], stop=message["stop"])
        self._wire.send("read", id=request, tokens=length)

    def _new(self) -> int:
        """Return an engine request id that was not used yet."""
        self._counter += 1
        return self._counter

    def _ask(self, request: int, word: str) -> None:
        """Measure the probability that the reply begins with ``word``."""
        inner = self._new()
        self._words[inner] = (request, word)
        self._engine.submit(inner, self._prompts[request], max_tokens=1, forced=word)

    def _cancel(self, request: int) -> None:
        """Drop every engine request that belongs to ``request``."""
        inner = [key for key, owner in self._texts.items() if owner == request]
        inner += [key for key, (owner, _) in self._words.items() if owner == request]
        for key in inner:
            self._engine.cancel(key)
            self._texts.pop(key, None)
            self._words.pop(key, None)
        self._answers.pop(request, None)
        self._prompts.pop(request, None)

    def _give(self, piece: Piece) -> None:
        """Pass one piece on to the parent."""
        if piece.refused:
            owner = self._words[piece.request][0] if piece.request in self._words else self._texts[piece.request]
            self._cancel(owner)
            self._wire.send("failed", id=owner, text="there is no room for it in the engine's cache")
            return
        if piece.request in self._words:
            self._measure(piece)
            return
        request = self._texts.get(piece.request)
        if request is None:
            return
        if piece.text:
            self._wire.send("text", id=request, text=piece.text)
        if piece.done:
            del self._texts[piece.request]
            self._wire.send("done", id=request, tokens=piece.tokens, least=piece.least)

    def _measure(self, piece: Piece) -> None:
        """Take one of the two probabilities and send their ratio when both are there."""
        request, word = self._words[piece.request]
        if not piece.done:
            return
        del self._words[piece.request]
        found = self._answers[request]
        found[word] = piece.probability or 0.0
        if len(found) == 1 and not any(owner == request for owner, _ in self._words.values()):
            self._ask(request, _NO)
        elif len(found) == 2:
            total = sum(found.values())
            self._wire.send("yes", id=request, value=found[_YES] / total if total > 0 else None)
            del self._answers[request], self._prompts[request]


def _listen(inbox: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Put each line of standard input into ``inbox`` and end the process with it."""
    for line in sys.stdin:
        inbox.put(json.loads(line))
    os._exit(0)


def _require_gguf(path: Path) -> None:
    """Refuse a file that has no GGUF header: the engine's reader would loop on it for ever.

    Raises:
        ValueError: the file is not a GGUF file of version 2 or 3 with tensors.
    """
    if path.is_dir():
        return
    with path.open("rb") as stream:
        head = stream.read(24).ljust(24, b"\0")
    magic, version, tensors, _ = struct.unpack("<4sIQQ", head)
    if magic != b"GGUF" or version not in (2, 3) or tensors == 0:
        raise ValueError(f"{str(path)!r} is not a GGUF model file")


def main() -> None:
    """Load the model named on the command line and serve."""
    # The engine's libraries print to descriptor 1; the protocol gets a descriptor of its own.
    wire = _Wire(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)
    inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inbox,), daemon=True).start()
    threading.Thread(target=wire.beat, daemon=True).start()
    began = time.monotonic()
    try:
        from qa.llm.engine import Engine

        _require_gguf(Path(sys.argv[1]))
        engine = Engine(Path(sys.argv[1]))
        loaded = time.monotonic() - began
        engine.warm_up()
    except Exception as error:  # noqa: BLE001 - the edge: whatever stops the engine is reported to the parent
        wire.send("broken", text=f"{type(error).__name__}: {error}".strip()[:1000])
        os._exit(1)
    wire.send("ready", load=round(loaded, 3), warm=round(time.monotonic() - began - loaded, 3))
    _Worker(engine, wire, inbox).run()


if __name__ == "__main__":
    main()
