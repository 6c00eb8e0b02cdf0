"""How the local engine's memory grows over many different prompts: resident MiB after each fifty.

``python eval/bench_memory.py [--model NAME] [--questions 500]``. Prompts are random words of the sample archive, 150 to
330 of them, as long as those of real questions; each is read, answered with eight tokens, and asked yes or no. The
small model grows as the default one does, in a tenth of the time: the engine keeps things by shape and by token.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

from qa.evaluation.memory import resident
from qa.llm import store
from qa.llm.catalogue import SMALL
from qa.llm.engine import Engine
from qa.settings import Settings

SAMPLE = Path(__file__).parent / "sample"


def words() -> list[str]:
    """Return the words of the sample archive."""
    lines = [line for path in sorted(SAMPLE.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [word for line in lines for word in json.loads(line)["text"].split()]


def grow(engine: Engine, questions: int, seed: int) -> list[tuple[int, int, float]]:
    """Return how many questions were asked, resident MiB, and seconds a question since the last line."""
    rng, stock, found, began = random.Random(seed), words(), [], time.monotonic()
    for number in range(1, questions + 1):
        text = " ".join(rng.choices(stock, k=rng.randint(150, 330)))
        prompt = f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"
        for request, forced in ((2 * number, None), (2 * number + 1, "Yes")):
            engine.submit(request, prompt, max_tokens=8, forced=forced)
            while engine.busy:
                engine.step()
        if number % 50 == 0 or number == 10:
            since = number - (found[-1][0] if found else 0)
            found.append((number, round(resident() or 0), (time.monotonic() - began) / since))
            sys.stdout.write(f"{found[-1][0]:4} questions {found[-1][1]:6} MiB {found[-1][2]:6.2f} s each\n")
            sys.stdout.flush()
            began = time.monotonic()
    return found


def main() -> None:
    """Load the model and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=SMALL, help="a model that is pulled; default: %(default)s")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    engine = Engine(store.locate(options.model, Settings().cache))
    engine.warm_up()
    found = grow(engine, options.questions, options.seed)
    late = [held for number, held, _ in found if number >= 100]
    if late:
        sys.stdout.write(f"from the 100th question to the {found[-1][0]}th: {max(late) - late[0]:+} MiB at most\n")


if __name__ == "__main__":
    main()
