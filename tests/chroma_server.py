"""A Chroma server of one's own on loopback: started, stopped and started again at the same address."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

_RUN = "from chromadb.cli.cli import app; app()"


def free_port() -> int:
    with socket(AF_INET, SOCK_STREAM) as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


class ChromaServer:
    """``chroma run``, from the installed package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> ChromaServer:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        given = ["run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _RUN, *given], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self._process.poll() is None, "the server ended"
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=5):
                    return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def stop(self) -> None:
        """Stop it, and wait until it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def names(self) -> set[str]:
        """The collections that it holds."""
        held = f"{self.url}/api/v2/tenants/default_tenant/databases/default_database/collections?limit=1000"
        with urllib.request.urlopen(held, timeout=60) as reply:
            return {str(each["name"]) for each in json.load(reply)}
