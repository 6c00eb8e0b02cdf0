"""Load on the service, in six shapes: python eval/load.py [SHAPE …] [--scale S] [--index PATH] [--model real].

A  searches, a ramp to 20 a second and then 10 a second       B  people who chat: 1, 2, 4, 8
C  a spike: 30 people within a second                         D  two who chat while 2 000 articles are taken in
E  half of what it can do, for long                           F  half of the clients leave early

Each prints one JSON line. A, C, E and F take a model server with a fixed speed, so that our code is measured and not a
model; B and D take it too unless ``--model real`` names the default model. ``--scale 1`` is the full length, the
default a tenth of it. Generator and service share the machine, whose load average is printed with the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import served

QUESTIONS = (
    "when do the Istanbul talks start",
    "how many people were killed in the Halden mine",
    "who leads the inquiry into the ferry",
    "what did Lavrov say about the talks",
    "who won the football match",
    "when will the ferry return",
)
AS_OF = "2024-06-01"
STREAM = {"accept": "text/event-stream"}


@dataclass(slots=True)
class Seen:
    """What a shape saw: seconds of what was served and of what was refused, first sentences, and every end."""

    served: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, Any]:
        """Return counts, and milliseconds at p50, p95, p99."""
        told: dict[str, Any] = {"n": sum(self.ends.values()), "ends": dict(self.ends)}
        for name, values in (("ms", self.served), ("refused_ms", self.refused), ("first_sentence_ms", self.first)):
            if values:
                told[name] = {f"p{at}": round(1000 * percentile(values, at)) for at in (50, 95, 99)}
        return told


def percentile(values: list[float], at: int) -> float:
    """Return a percentile by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * at / 100))]


async def search(http: httpx.AsyncClient, seen: Seen) -> None:
    """Search once."""
    began = time.perf_counter()
    try:
        response = await http.get("/api/v1/search", params={"q": random.choice(QUESTIONS), "as_of": AS_OF})
    except httpx.HTTPError as error:
        seen.ends[type(error).__name__] += 1
        return
    seen.ends[str(response.status_code)] += 1
    (seen.served if response.status_code == 200 else seen.refused).append(time.perf_counter() - began)


async def chat(http: httpx.AsyncClient, seen: Seen, *, leaves: bool = False) -> None:
    """Ask one question and read its stream to the end, or leave at its first event."""
    began = time.perf_counter()
    body = {"question": random.choice(QUESTIONS), "as_of": AS_OF}
    try:
        async with http.stream("POST", "/api/v1/ask", json=body, headers=STREAM) as response:
            if response.status_code != 200:
                seen.ends[str(response.status_code)] += 1
                seen.refused.append(time.perf_counter() - began)
                return
            kind, first = "", True
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                    if leaves:
                        seen.ends["left"] += 1
                        return
                    if first and kind in ("sentence", "answer"):
                        seen.first.append(time.perf_counter() - began)
                        first = False
                elif line.startswith("data: ") and kind in ("answer", "problem"):
                    told = json.loads(line.removeprefix("data: "))
                    seen.ends[told.get("mode") or f"problem {told['status']}"] += 1
        (seen.served if kind == "answer" else seen.refused).append(time.perf_counter() - began)
    except httpx.HTTPError as error:
        seen.ends[type(error).__name__] += 1


async def at_rate(rate: Callable[[float], float], seconds: float, once: Callable[[], Awaitable[None]]) -> None:
    """Begin ``once`` so often a second, whatever became of those before (an open loop)."""
    began, at, running = time.perf_counter(), 0.0, set()
    while at < seconds:
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        task = asyncio.ensure_future(once())
        running.add(task)
        task.add_done_callback(running.discard)
        at += 1 / rate(at)
    await asyncio.gather(*running)


async def people(number: int, seconds: float, think: float, once: Callable[[], Awaitable[None]]) -> None:
    """Let so many people ask, think and ask again (a closed loop)."""
    until = time.perf_counter() + seconds

    async def one(first: float) -> None:
        await asyncio.sleep(first)
        while time.perf_counter() < until:
            await once()
            await asyncio.sleep(think * random.uniform(0.5, 1.5))

    await asyncio.gather(*(one(think * place / number) for place in range(number)))


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a shape: the service, a client of it, how much of the full length, and its folders."""

    process: served.Process
    http: httpx.AsyncClient
    scale: float
    index: Path
    temporary: Path

    async def state(self) -> dict[str, Any]:
        """Return what the service tells of itself, its memory, threads, open files and what it has on the disk."""
        ready = (await self.http.get("/ready")).json()
        process = self.process
        told = {"mb": round(process.rss), "threads": process.threads, "files": process.files}
        told |= {"index_kb": size(self.index) // 1024, "temporary_files": len(list(self.temporary.rglob("*")))}
        return {**told, "running": ready["running"], "waiting": ready["waiting"], "mode": ready["mode"]}


async def shape_a(run: Run) -> dict[str, Any]:
    """Searches: a ramp from 1 to 20 a second, then 10 a second."""
    ramp, hold = Seen(), Seen()
    length = 300 * run.scale
    await at_rate(lambda at: 1 + 19 * at / length, length, lambda: search(run.http, ramp))
    await at_rate(lambda at: 10, 600 * run.scale, lambda: search(run.http, hold))
    return {"ramp": ramp.figures(), "hold": hold.figures()}


async def shape_b(run: Run) -> dict[str, Any]:
    """People who chat, with 20 s of thought between questions."""
    told = {}
    for number in (1, 2, 4, 8):
        seen = Seen()
        await people(number, 600 * run.scale, 20 * min(1, 5 * run.scale), lambda seen=seen: chat(run.http, seen))
        told[f"{number} people"] = seen.figures()
    return told


async def shape_c(run: Run) -> dict[str, Any]:
    """Thirty people within a second, and how it is a minute later."""
    spike, before, after = Seen(), await run.state(), Seen()
    await asyncio.gather(*(later(place / 30, lambda: chat(run.http, spike)) for place in range(30)))
    await people(1, 60 * min(1, 3 * run.scale), 1, lambda: chat(run.http, after))
    return {"spike": spike.figures(), "after": after.figures(), "state": [before, await run.state()]}


async def shape_d(run: Run) -> dict[str, Any]:
    """Two who chat, at first alone and then while articles are taken in."""
    idle, busy = Seen(), Seen()
    await people(2, 120 * run.scale, 2, lambda: chat(run.http, idle))
    number = int(2000 * min(1, 5 * run.scale))
    chatting = asyncio.ensure_future(people(2, 1e9, 2, lambda: chat(run.http, busy)))
    began = time.perf_counter()
    ends = Counter([await take_in(run.http, range(place, place + JOB)) for place in range(0, number, JOB)])
    took = time.perf_counter() - began
    chatting.cancel()
    await asyncio.gather(chatting, return_exceptions=True)
    figures = {"articles": number, "jobs": dict(ends), "articles_a_second": round(number / took, 2)}
    return {"idle": idle.figures(), "while taking in": busy.figures(), "job": figures}


JOB = 200
"""Articles that are sent at a time."""


async def take_in(http: httpx.AsyncClient, places: range) -> str:
    """Have articles of some 200 words taken in, wait for that, and return how it ended."""
    words = "harbour council budget ferry bridge mine vote minister storm strike court school hospital rail".split()
    articles = [
        {
            "title": f"Report {place}",
            "published": "2024-05-01",
            "text": " ".join(f"{' '.join(random.choices(words, k=12)).capitalize()} {place}." for _ in range(16)),
        }
        for place in places
    ]
    job = (await http.post("/api/v1/jobs", json={"articles": articles})).json()
    while not job["ended"]:
        await asyncio.sleep(0.2)
        job = (await http.get(f"/api/v1/jobs/{job['id']}")).json()
    return str(job["state"])


async def shape_e(run: Run) -> dict[str, Any]:
    """Half of what it can do, for long: memory, open files and threads have to stay."""
    seen, states = Seen(), [await run.state()]
    for _ in range(4):
        await people(1, 300 * run.scale, 1, lambda: chat(run.http, seen))
        states.append(await run.state())
    return {"questions": seen.figures(), "state": states}


async def shape_f(run: Run) -> dict[str, Any]:
    """Half of the clients leave at their first event, three times over: no place, thread or connection stays."""
    seen, states = Seen(), [await run.state()]
    for _ in range(3):
        await people(6, 20 * min(1, 3 * run.scale), 0.5, lambda: chat(run.http, seen, leaves=random.random() < 0.5))
        await asyncio.sleep(12)  # threads that serve requests end after ten seconds without one
        states.append(await run.state())
    return {"questions": seen.figures(), "state": states}


def size(folder: Path) -> int:
    """Return the bytes of the files in a folder."""
    found = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a file that is replaced meanwhile
            found += path.stat().st_size if path.is_file() else 0
    return found


async def later(seconds: float, once: Callable[[], Awaitable[None]]) -> None:
    """Do something in so many seconds."""
    await asyncio.sleep(seconds)
    await once()


SHAPES = {"A": shape_a, "B": shape_b, "C": shape_c, "D": shape_d, "E": shape_e, "F": shape_f}


async def measure(name: str, index: Path, scale: float, *, real: bool) -> dict[str, Any]:
    """Run one shape on a service of its own, on a copy of the index."""
    with tempfile.TemporaryDirectory(prefix="dateline-load-") as folder, served.model_server() as model:
        copy, temporary = Path(folder) / "index", Path(folder) / "temporary"
        shutil.copytree(index, copy)
        temporary.mkdir()
        settings: dict[str, Any] = {"rate": 0}
        if not (real and name in "BD"):
            settings |= {"llm": "openai", "llm_url": model.address, "llm_model": "fake"}
        with served.service(copy, "--no-page", temporary=temporary, **settings) as process:
            async with served.client(process) as http:
                await served.warm(process)
                await warmed(http, real=real and name in "BD")
                began = time.perf_counter()
                told = await SHAPES[name](Run(process, http, scale, copy, temporary))
    head = {"shape": name, "model": "default" if real and name in "BD" else "20 tokens/s", "scale": scale}
    return {**head, "load_average": os.getloadavg()[0], "seconds": round(time.perf_counter() - began), **told}


async def warmed(http: httpx.AsyncClient, *, real: bool) -> None:
    """Wait until the model answers, and ask each question once."""
    for _ in range(600):
        if not real or (await http.get("/ready")).json()["mode"] == "model":
            break
        await asyncio.sleep(0.5)
    for question in QUESTIONS:
        await http.post("/api/v1/ask", json={"question": question, "as_of": AS_OF})


def main() -> None:
    """Run the shapes asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", default=sorted(SHAPES), choices=[*SHAPES, []], metavar="SHAPE")
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--model", choices=["fixed", "real"], default="fixed")
    given = parser.parse_args()
    for name in given.shapes:
        told = asyncio.run(measure(name, given.index, given.scale, real=given.model == "real"))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
