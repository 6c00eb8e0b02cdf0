"""A model server with a fixed speed, for load tests and drills: python eval/fake_model.py PORT [TOKENS_PER_SECOND].

It speaks as much of the OpenAI API as Dateline uses, and answers with the first words of the last extract: what it says
does not matter here, how long it takes does.
"""

from __future__ import annotations

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Answers chat completions, streamed or not."""

    protocol_version = "HTTP/1.1"
    rate = 20.0

    def do_POST(self) -> None:
        """Answer one request."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        words = self.words(asked)
        if not asked.get("stream"):
            time.sleep(1 / self.rate)
            top = [{"token": "Yes", "logprob": -0.1, "bytes": None}, {"token": "No", "logprob": -2.4, "bytes": None}]
            logprobs = {"content": [{"token": "Yes", "logprob": -0.1, "bytes": None, "top_logprobs": top}]}
            message = {"role": "assistant", "content": words[0]}
            self.reply({"choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": logprobs}]})
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        try:
            for word in words[: int(asked.get("max_tokens") or 24)]:
                time.sleep(1 / self.rate)
                self.chunk({"delta": {"content": word + " "}, "index": 0, "finish_reason": None})
            self.chunk({"delta": {}, "index": 0, "finish_reason": "stop"})
            self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True

    @staticmethod
    def words(asked: dict[str, Any]) -> list[str]:
        """Return the words of the reply."""
        found = re.findall(r"[\w'-]+", asked["messages"][-1]["content"])
        return found[20:32] or ["nothing"]

    def chunk(self, choice: dict[str, Any]) -> None:
        """Write one event."""
        body = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
        self.wfile.flush()

    def reply(self, more: dict[str, Any]) -> None:
        """Write a whole reply."""
        body = json.dumps({"id": "x", "object": "chat.completion", "created": 0, "model": "fake", **more}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Handler.rate = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
