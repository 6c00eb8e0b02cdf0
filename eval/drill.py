"""A drill: while questions run, the model, the Chroma server and the disk's free space go and come back.

python eval/drill.py [--seconds N] [--index PATH]. Every question has to be answered, or refused in words, within its
deadline; the state has to show what is wrong; articles taken in meanwhile are there afterwards, and each passage of the
archive is found by its words and by its own vector. Exit status 1 where it is not so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import served

from qa.encoders import Encoder, load
from qa.index import Index
from qa.settings import Settings

QUESTIONS = (
    "when do the Istanbul talks start",
    "how many people were killed in the Halden mine",
    "who leads the inquiry into the ferry",
    "what did Lavrov say about the talks",
    "who won the football match",
)
LINGER = 240.0
"""Seconds that an act goes on beyond its time until what has to be seen was seen: a slow machine is no fault."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the drill takes place. ``command`` starts a service in place of ``qa serve``; ``slack`` is how many seconds
    a client may need beyond the deadline to hear of it.
    """

    index: Path
    seconds: float = field(kw_only=True)
    questions: Sequence[str] = field(kw_only=True, default=QUESTIONS)
    as_of: str = field(kw_only=True, default="2026-11-23")
    """A day that leaves most of the archive: where a filter leaves little, the vectors' server is not asked."""
    command: Sequence[str] = field(kw_only=True, default=())
    deadline: float = field(kw_only=True, default=20.0)
    slack: float = field(kw_only=True, default=2.0)
    rate: float = field(kw_only=True, default=20.0)
    """Tokens a second of the model."""
    say: Callable[[dict[str, Any]], None] = field(
        kw_only=True,
        default=lambda told: print(json.dumps(told), flush=True),  # noqa: T201
    )


@dataclass(slots=True)
class Outcome:
    """What became of the questions of one act."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)
    modes: set[str] = field(default_factory=set)

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
            if not all(citation["quote"] for citation in body["citations"]):
                self.faults.append("a citation without words")
        elif response.status_code in (429, 503, 504) and body.get("detail") and response.headers.get("retry-after"):
            self.answers[f"refused {response.status_code}"] += 1
        else:
            self.faults.append(f"{response.status_code}: {body}")


class Drill:
    """One service, and those who ask it."""

    def __init__(self, ground: Ground, process: served.Process, kept: ExitStack) -> None:
        """Ask the service of ``process``; what is started again is ended with ``kept``."""
        self._ground, self._process, self._kept = ground, process, kept
        self.wrong: list[str] = []

    async def act(self, name: str, modes: set[str], vectors: str = "") -> None:
        """Let four people ask for a while, and until an answer of the wanted mode and the wanted state were seen.

        ``vectors`` is how passages have to be found by meaning in the end; no matter which for "".
        """
        outcome, began = Outcome(), time.monotonic()
        until, last = began + self._ground.seconds, began + self._ground.seconds + LINGER
        seen = False
        async with served.client(self._process) as http:
            while time.monotonic() < (last if not seen else until):
                await asyncio.gather(*(self._ask(http, outcome, place) for place in range(4)))
                info = (await http.get("/api/v1/info")).json()
                seen = bool(outcome.modes & modes) and info["dense"].startswith(vectors)
            ready = (await http.get("/ready")).json()
        if not seen:
            outcome.faults.append(f"not seen: an answer in one of the modes {sorted(modes)}, vectors from {vectors!r}")
        shown = {"mode": ready.get("mode"), "model": ready.get("model")}
        shown |= {"vectors": info["dense"], "told": ready.get("vectors")}
        told = {"act": name, "answers": dict(outcome.answers), "slowest": round(outcome.slowest, 2), "state": shown}
        told |= {"seconds": round(time.monotonic() - began, 1), "load": os.getloadavg()[0]}
        self._ground.say({**told, "faults": outcome.faults[:5]})
        self.wrong += [f"{name}: {fault}" for fault in outcome.faults]

    async def _ask(self, http: httpx.AsyncClient, outcome: Outcome, place: int) -> None:
        questions = self._ground.questions
        number = (sum(outcome.answers.values()) + place) % len(questions)
        began = time.monotonic()
        try:
            body = {"question": questions[number], "as_of": self._ground.as_of}
            outcome.judge(await http.post("/api/v1/ask", json=body))
        except httpx.HTTPError as error:
            outcome.faults.append(f"no response: {type(error).__name__}")
        took = time.monotonic() - began
        outcome.slowest = max(outcome.slowest, took)
        if took > self._ground.deadline + self._ground.slack:
            outcome.faults.append(f"a question took {took:.1f} s")

    async def take_in(self, name: str, article: dict[str, Any], *, fails: bool = False) -> None:
        """Take an article in, and see whether that fails in words or not at all."""
        async with served.client(self._process) as http:
            job = (await http.post("/api/v1/jobs", json={"articles": [article]})).json()
            while not job["ended"]:
                await asyncio.sleep(0.1)
                job = (await http.get(f"/api/v1/jobs/{job['id']}")).json()
        self._ground.say({"act": name, "job": job["state"], "said": job["error"]})
        if fails != (job["state"] == "failed" and bool(job["error"])):
            self.wrong.append(f"{name}: the job ended as {job}")

    async def model_goes(self, model: served.Process) -> None:
        """The model hangs, ends, and is there again."""
        port = int(model.address.rsplit(":", 1)[1].split("/")[0])
        model.running.send_signal(signal.SIGSTOP)
        await self.act("the model hangs", {"extractive"})
        model.running.kill()
        model.running.wait()
        await self.act("the model is gone", {"extractive"})
        self._kept.enter_context(served.model_server(port, self._ground.rate))
        await self.act("the model is back", {"model"})

    async def chroma_goes(self, chroma: served.Process, folder: Path) -> None:
        """The Chroma server hangs, ends while articles come in, and is there again."""
        chroma.running.send_signal(signal.SIGSTOP)
        await self.act("Chroma hangs", {"model", "extractive"}, "exact")
        chroma.running.kill()
        chroma.running.wait()
        await self.take_in("taking in without Chroma", _article("Pier"))
        await self.act("Chroma is gone", {"model", "extractive"}, "exact")
        self._kept.enter_context(served.chroma_server(folder, int(chroma.address.rsplit(":", 1)[1])))
        await self.act("Chroma is back", {"model", "extractive"}, "chroma")

    async def disk_fills(self) -> None:
        """No file may grow, and then it may: taking in fails in words, then it works; asking goes on."""
        pid = self._process.running.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        for full in (True, False):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (16_384, before[1]) if full else before)
            state = "full" if full else "free"
            await self.take_in(f"taking in, disk {state}", _article("Bridge"), fails=full)
            await self.act(f"asking, disk {state}", {"model", "extractive"}, "chroma")


def _article(what: str) -> dict[str, Any]:
    """Return an article of some thirty passages that have little in common."""
    words = "harbour council budget ferry bridge mine vote minister storm strike court school hospital rail".split()
    drawn = random.Random(what)
    said = (f"{' '.join(drawn.choices(words, k=9))} {drawn.randrange(10_000)}" for _ in range(300))
    text = " ".join(f"{what} report {number}: {words}." for number, words in enumerate(said))
    return {"title": what, "text": text, "published": "2024-04-20"}


async def drill(ground: Ground, folder: Path) -> list[str]:
    """Run every act and return what went wrong; ``folder`` is for the Chroma server's files."""
    with ExitStack() as kept:
        model = kept.enter_context(served.model_server(rate=ground.rate))
        chroma = kept.enter_context(served.chroma_server(folder / "vectors"))
        llm = {"llm": "openai", "llm_url": model.address, "llm_model": "fake", "llm_timeout": ground.deadline}
        limits = {"rate": 0, "deadline": ground.deadline, "patience": ground.deadline / 2, "grace": 5}
        settings: dict[str, Any] = {**llm, **limits, "chroma_url": chroma.address}
        with served.service(ground.index, "--no-page", command=ground.command, **settings) as process:
            await served.warm(process)
            acts = Drill(ground, process, kept)
            await acts.act("all well", {"model"}, "chroma")
            await acts.chroma_goes(chroma, folder / "vectors")
            await acts.disk_fills()
            await acts.model_goes(model)
            status = process.end()
        if status != 0:
            acts.wrong.append(f"the service ended with status {status}: {list(process.lines)[-3:]}")
    return acts.wrong


def listed(held: Index) -> list[str]:
    """Return the passages of the articles that stand, without those of texts that others took the place of."""
    return [each.id for article in held.all_articles() for each in held.passages_of(article.id)]


def lost(index: Path, encoder: Encoder, settings: Settings, *, articles: int, replaced: int = 0) -> list[str]:
    """Return what is missing in an index that nobody has open: articles, and passages that nothing finds.

    Args:
        index: its folder.
        encoder: the one that built it.
        settings: name the Chroma server, if any.
        articles: how many there have to be.
        replaced: how many passages are of texts that others took the place of.
    """
    with Index.open(index, settings=settings, encoder=encoder) as held:
        found = held.info()
        wrong = [] if found.articles == articles else [f"{found.articles} articles, not {articles}"]
        names = listed(held)
        if not len(names) == len(set(names)) == found.passages - replaced:
            wrong.append(f"{len(set(names))} passages of {len(names)}, not {found.passages - replaced}")
        for name, passage in held.passages(names).items():
            vector = held.vectors([name])[0]
            near = held.dense(vector, 5, before=None)
            if name not in {each.passage_id for each in near} and near[0].score < 0.999:
                wrong.append(f"{name} is not found by its own vector")
            if name not in {each.passage_id for each in held.lexical(passage.text, 50, before=None)}:
                wrong.append(f"{name} is not found by its words")
    return wrong


def main() -> int:
    """Run the drill on a copy of an index, and then look whether anything is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--seconds", type=float, default=20, help="of each act")
    given = parser.parse_args()
    settings = Settings()
    encoder = load(settings)
    with tempfile.TemporaryDirectory(prefix="dateline-drill-") as name:
        folder = Path(name)
        shutil.copytree(given.index, folder / "index")
        with Index.open(folder / "index", settings=settings, encoder=encoder) as held:
            before = held.info()
            replaced = before.passages - len(listed(held))
        wrong = asyncio.run(drill(Ground(folder / "index", seconds=given.seconds), folder))
        with served.chroma_server(folder / "vectors") as chroma:
            kept = settings.model_copy(update={"chroma_url": chroma.address})
            wrong += lost(folder / "index", encoder, kept, articles=before.articles + 2, replaced=replaced)
    sys.stdout.write("\n".join(wrong or ["nothing went wrong, and nothing is lost"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
