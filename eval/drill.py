"""A drill: while questions run, the model, and the disk's free space, go and come back.

python eval/drill.py [--seconds N] [--index PATH]. Every question has to be answered, or refused in words, within its
deadline; the state has to show what is wrong; afterwards everything is as before. Exit status 1 where it is not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import served

DEADLINE = 20.0
PATIENCE = 10.0
QUESTIONS = (
    "when do the Istanbul talks start",
    "how many people were killed in the Halden mine",
    "who leads the inquiry into the ferry",
    "what did Lavrov say about the talks",
    "who won the football match",
)


@dataclass(slots=True)
class Outcome:
    """What became of the questions of one act."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)
    modes: set[str] = field(default_factory=set)

    def took(self, seconds: float) -> None:
        """Note how long a question took; one beyond its deadline is a fault."""
        self.slowest = max(self.slowest, seconds)
        if seconds > DEADLINE + PATIENCE + 15:
            self.faults.append(f"a question took {seconds:.1f} s")

    def judge(self, response: httpx.Response) -> None:
        """Note an answer, or a refusal in words; anything else is a fault."""
        try:
            body = response.json()
        except ValueError:
            self.faults.append(f"{response.status_code} without words")
            return
        if response.status_code == 200:
            self.modes.add(body["mode"])
            self.answers[f"{body['mode']} {body['status']}"] += 1
            for citation in body["citations"]:
                if not citation["quote"]:
                    self.faults.append("a citation without words")
        elif response.status_code in (429, 503) and body.get("detail") and response.headers.get("retry-after"):
            self.answers[f"refused {response.status_code}"] += 1
        else:
            self.faults.append(f"{response.status_code}: {body}")


async def ask(http: httpx.AsyncClient, outcome: Outcome, until: float, first: int) -> None:
    """Ask one question after the other."""
    number = first
    while time.monotonic() < until:
        body = {"question": QUESTIONS[number % len(QUESTIONS)], "as_of": "2024-06-01"}
        number, began = number + 1, time.monotonic()
        try:
            outcome.judge(await http.post("/api/v1/ask", json=body))
        except httpx.HTTPError as error:
            outcome.faults.append(f"no response: {type(error).__name__}")
        outcome.took(time.monotonic() - began)


async def act(process: served.Process, name: str, seconds: float, expected: set[str]) -> list[str]:
    """Let four people ask for a while; print what they got and return what is wrong."""
    outcome = Outcome()
    async with served.client(process) as http:
        until = time.monotonic() + seconds
        await asyncio.gather(*(ask(http, outcome, until, first) for first in range(4)))
        ready = (await http.get("/ready")).json()
    if not outcome.modes & expected:
        outcome.faults.append(f"no answer in one of the modes {sorted(expected)}")
    told = {"act": name, "answers": dict(outcome.answers), "slowest": round(outcome.slowest, 2), "state": ready}
    sys.stdout.write(json.dumps({**told, "faults": outcome.faults[:5]}) + "\n")
    return [f"{name}: {fault}" for fault in outcome.faults]


async def fill(process: served.Process) -> list[str]:
    """Take articles in while nothing can be written: it fails in words, and afterwards it works."""
    wrong = []
    text = "The bridge over the Tarn opens on 4 May 2024. " * 4000
    article = {"title": "Bridge", "text": text, "published": "2024-04-20"}
    pid = process.running.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    async with served.client(process) as http:
        for full in (True, False):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (16_384, before[1]) if full else before)
            job = (await http.post("/api/v1/jobs", json={"articles": [article]})).json()
            while not job["ended"]:
                await asyncio.sleep(0.1)
                job = (await http.get(f"/api/v1/jobs/{job['id']}")).json()
            if full != (job["state"] == "failed"):
                wrong.append(f"a job with {'a full' if full else 'free'} disk ended as {job}")
            told = {"act": "disk full" if full else "disk free", "job": job["state"], "said": job["error"]}
            sys.stdout.write(json.dumps(told) + "\n")
            wrong += await act(process, f"asking, disk {'full' if full else 'free'}", 3, {"model", "extractive"})
    return wrong


async def drill(index: Path, seconds: float) -> list[str]:
    """Return everything that went wrong."""
    wrong: list[str] = []
    with served.model_server() as model:
        port = int(model.address.rsplit(":", 1)[1].split("/")[0])
        llm: dict[str, Any] = {"llm": "openai", "llm_url": model.address, "llm_model": "fake", "llm_timeout": DEADLINE}
        limits: dict[str, Any] = {"rate": 0, "deadline": DEADLINE, "patience": PATIENCE, "grace": 5}
        with served.service(index, "--no-page", **llm, **limits) as process:
            await served.warm(process)
            wrong += await act(process, "all well", seconds, {"model"})
            model.running.send_signal(signal.SIGSTOP)
            wrong += await act(process, "the model hangs", seconds, {"extractive"})
            model.running.send_signal(signal.SIGCONT)
            model.running.kill()
            model.running.wait()
            wrong += await act(process, "the model is gone", seconds, {"extractive"})
            with served.model_server(port):
                await asyncio.sleep(16)  # the breaker's pause
                wrong += await act(process, "the model is back", seconds, {"model"})
            wrong += await fill(process)
            status = process.end()
            if status != 0:
                wrong.append(f"the service ended with status {status}: {list(process.lines)[-3:]}")
    return wrong


def main() -> int:
    """Run the drill on a copy of an index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--seconds", type=float, default=20, help="of each act")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-drill-") as folder:
        copy = Path(folder) / "index"
        shutil.copytree(given.index, copy)
        wrong = asyncio.run(drill(copy, given.seconds))
    sys.stdout.write("\n".join(wrong or ["nothing went wrong"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
