"""Stock LlamaIndex behind FastAPI: python eval/peers/serve_llamaindex.py JOB, in the environment of that peer.

The job is a folder as in ``common``. One path, ``POST /ask``, streams JSON lines: pieces of the answer as the engine
yields them, last its sources. It prints its address on its first line and serves until standard input ends.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import uvicorn
from common import Document, lines
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from peer_llamaindex import Peer, sources_of
from pydantic import BaseModel


class Asked(BaseModel):
    """A question; ``day`` is the last day of publication, as a number."""

    question: str
    day: int | None = None


def application(peer: Peer) -> FastAPI:
    """Return the application."""
    api = FastAPI()

    @api.post("/ask")
    def ask(asked: Asked) -> StreamingResponse:
        """Answer from the index."""

        def written() -> Iterator[str]:
            response = peer.query(asked.question, asked.day)
            for piece in response.response_gen:
                if piece:
                    yield json.dumps({"piece": piece}) + "\n"
            yield json.dumps({"sources": [asdict(source) for source in sources_of(response)]}) + "\n"

        return StreamingResponse(written(), media_type="application/jsonl")

    return api


def main() -> None:
    """Index the job's documents, and serve."""
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    peer = Peer(job)
    peer.build([Document(**held) for held in lines(folder / "documents.jsonl")], Path(job["index"]))
    server = uvicorn.Server(uvicorn.Config(application(peer), log_level="warning"))
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{bound.getsockname()[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
