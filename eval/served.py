"""A service and a model server as processes of their own, for load tests and drills."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx

HERE = Path(__file__).resolve().parent


@dataclass(slots=True)
class Process:
    """A process, with the last lines that it wrote to standard error."""

    running: subprocess.Popen[str]
    address: str = ""
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=200))

    @property
    def rss(self) -> float:
        """Megabytes of memory in use."""
        status = Path(f"/proc/{self.running.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    @property
    def threads(self) -> int:
        """Threads."""
        return len(os.listdir(f"/proc/{self.running.pid}/task"))

    @property
    def files(self) -> int:
        """Open files and connections."""
        return len(os.listdir(f"/proc/{self.running.pid}/fd"))

    def end(self, sign: int = signal.SIGTERM) -> int:
        """End it and return its exit status."""
        self.running.send_signal(sign)
        return self.running.wait(60)


@contextmanager
def model_server(port: int = 0, rate: float = 20.0) -> Iterator[Process]:
    """Yield a model server."""
    command = [sys.executable, str(HERE / "fake_model.py"), str(port), str(rate)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    process = Process(running, f"http://127.0.0.1:{running.stdout.readline().strip()}/v1")
    try:
        yield process
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


@contextmanager
def chroma_server(folder: Path, port: int = 0) -> Iterator[Process]:
    """Yield ``chroma run`` on a folder, once it answers."""
    port = port or free_port()
    command = [sys.executable, "-c", "from chromadb.cli.cli import app; app()", "run", "--path", str(folder)]
    running = subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(port)], **_SILENT)
    process = Process(running, f"http://127.0.0.1:{port}")
    try:
        until = time.monotonic() + 300
        beat = f"{process.address}/api/v2/heartbeat"
        while running.poll() is None and time.monotonic() < until and not _answers(beat):
            time.sleep(0.1)
        yield process
    finally:
        running.kill()
        running.wait()


_SILENT: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port() -> int:
    """Return a port of loopback that nobody has now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def service(
    index: Path, *options: str, command: Sequence[str] = (), temporary: Path | None = None, **settings: Any
) -> Iterator[Process]:
    """Yield ``qa serve`` on a free port; ``settings`` become DATELINE_ variables.

    ``command`` is one to run instead, which is given the index and says where it serves as ``qa serve`` does;
    ``temporary`` is its folder for temporary files.
    """
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), **_variables(settings)}
    environment |= {"TMPDIR": str(temporary)} if temporary else {}
    usual = [sys.executable, "-m", "qa.cli", "serve", "--port", "0", *options, "--index"]
    command = [*(command or usual), str(index)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=HERE.parent)
    process, up = Process(running), threading.Event()
    assert running.stderr is not None
    threading.Thread(target=_read, args=(process, running.stderr, up), daemon=True).start()
    try:
        if not up.wait(300) or not process.address:
            raise RuntimeError("the service did not start: " + " | ".join(process.lines))
        yield process
    finally:
        if running.poll() is None:
            running.terminate()
            try:
                running.wait(60)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


async def warm(process: Process) -> None:
    """Wait until a service is ready and has answered a first question."""
    async with client(process) as http:
        for _ in range(1200):
            if (await http.get("/ready")).status_code == 200:
                break
            await asyncio.sleep(0.25)
        for _ in range(20):
            body = {"question": "who won the football match"}
            if (await http.post("/api/v1/ask", json=body)).status_code == 200:
                return
    raise RuntimeError("the service did not answer")


def _variables(settings: Mapping[str, Any]) -> dict[str, str]:
    return {f"DATELINE_{name.upper()}": str(value) for name, value in settings.items()}


def _read(process: Process, stream: IO[str], up: threading.Event) -> None:
    with stream:
        for line in stream:
            process.lines.append(line.rstrip())
            if found := re.search(r"Serving at (\S+)", line):
                process.address = found[1]
                up.set()
    up.set()


def client(process: Process, **options: Any) -> httpx.AsyncClient:
    """Return a client of a service."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    return httpx.AsyncClient(base_url=process.address, trust_env=False, timeout=180, limits=limits, **options)
