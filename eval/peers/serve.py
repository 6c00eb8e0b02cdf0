"""Dateline's local model behind an OpenAI-compatible loopback endpoint, for peers: the same file in the same engine.

The model's own chat template, its default system message included, as any model server applies it; the text goes
through unchanged, temperature 0. ``python eval/peers/serve.py --port 0`` prints the address on its first line.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qa.llm.catalogue import DEFAULT
from qa.llm.child import Child
from qa.llm.store import locate
from qa.settings import Settings

SYSTEM = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
"""What Qwen2.5's template puts in front of a conversation that has no system message."""
MAX_TOKENS = 512
PATIENCE = 600.0
"""Seconds for one reply: this machine may be shared."""


def prompt_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return the prompt that Qwen2.5's chat template makes of messages without tools."""
    turns = [(held["role"], _text(held["content"])) for held in messages]
    if not turns or turns[0][0] != "system":
        turns.insert(0, ("system", SYSTEM))
    return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turns) + "<|im_start|>assistant\n"


def _text(content: Any) -> str:
    """Return the text of a message: a string, or a list of parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


class Served:
    """One model, and how a request to it is answered."""

    def __init__(self, name: str) -> None:
        """Start the model of this name in a process of its own and wait for it."""
        self.name = name
        self._child = Child(locate(name, Settings().cache))
        if not self._child.settled.wait(PATIENCE) or not self._child.ready:
            raise SystemExit(f"the model {name!r} does not start: {self._child.why()}")

    def reply(self, request: Mapping[str, Any], counts: dict[str, int]) -> Iterator[str]:
        """Yield the reply in pieces; ``counts`` gets the tokens read and written."""
        limit = request.get("max_completion_tokens") or request.get("max_tokens") or MAX_TOKENS
        stop = request.get("stop") or []
        stop = [stop] if isinstance(stop, str) else stop
        number, replies = self._child.open(
            "stream", prompt=prompt_of(request["messages"]), max_tokens=int(limit), stop=stop
        )
        finished = False
        try:
            while True:
                held = replies.get(timeout=PATIENCE)
                if held["type"] == "read":
                    counts["prompt_tokens"] = held["tokens"]
                elif held["type"] == "text":
                    yield held["text"]
                elif held["type"] == "done":
                    counts["completion_tokens"] = held["tokens"]
                    finished = True
                    return
                elif held["type"] in ("failed", "gone"):
                    finished = held["type"] == "failed"
                    raise RuntimeError(held.get("text", "the model ended"))
        finally:
            self._child.drop(number, cancel=not finished)


def handler(served: Served) -> type[BaseHTTPRequestHandler]:
    """Return the class that answers requests."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            """Answer ``/v1/models``."""
            self._send({"object": "list", "data": [{"id": served.name, "object": "model", "owned_by": "local"}]})

        def do_POST(self) -> None:
            """Answer ``/v1/chat/completions``, streamed or whole."""
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            counts: dict[str, int] = {"prompt_tokens": 0, "completion_tokens": 0}
            if request.get("stream"):
                self._stream(request, counts)
                return
            try:
                text = "".join(served.reply(request, counts))
            except RuntimeError as error:
                self._send({"error": {"message": str(error), "type": "invalid_request_error"}}, status=400)
                return
            message = {"role": "assistant", "content": text}
            self._send(_body("chat.completion", {"index": 0, "message": message, "finish_reason": "stop"}, counts))

        def _stream(self, request: Mapping[str, Any], counts: dict[str, int]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            kind = "chat.completion.chunk"
            try:
                for piece in served.reply(request, counts):
                    delta = {"role": "assistant", "content": piece}
                    self._event(_body(kind, {"index": 0, "delta": delta, "finish_reason": None}))
                self._event(_body(kind, {"index": 0, "delta": {}, "finish_reason": "stop"}))
                if (request.get("stream_options") or {}).get("include_usage"):
                    self._event({**_body(kind, {}, counts), "choices": []})
            except RuntimeError as error:
                self._event({"error": {"message": str(error), "type": "invalid_request_error"}})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, held: Mapping[str, Any]) -> None:
            self.wfile.write(b"data: " + json.dumps(held).encode() + b"\n\n")
            self.wfile.flush()

        def _send(self, held: Mapping[str, Any], *, status: int = 200) -> None:
            body = json.dumps(held).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _body(kind: str, choice: Mapping[str, Any], counts: Mapping[str, int] | None = None) -> dict[str, Any]:
        held = {"id": "local", "object": kind, "created": int(time.time()), "model": served.name, "choices": [choice]}
        if counts is not None:
            held["usage"] = {**counts, "total_tokens": sum(counts.values())}
        return held

    return Handler


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=Settings().llm_model or DEFAULT)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", options.port), handler(Served(options.model)))
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}/v1\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
