"""Feeds each parser at random for a time: `python eval/fuzz.py --seconds 600`, or `make fuzz`.

What breaks one is printed and appended to a file, to be mended with a test and moved to `tests/fuzz/corpus.jsonl`.
`--engine atheris` lets libFuzzer choose the bytes by what they cover, where it is installed (it is no dependency).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fuzz.fuzzing import TARGETS, Target, keep  # noqa: E402

ROUND = 50
"""Inputs between two looks at the clock."""

SLOW = 5.0
"""Processor seconds for one input of a few thousand characters that count as a fault."""

QUIET = settings(
    max_examples=ROUND,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
    print_blob=False,
)


class Slow(Exception):
    """An input took too long."""


def run(target: Target, seconds: float, first: int, found: Path) -> dict[str, Any]:
    """Feed one parser until its time is over or it has broken; return what there is to tell."""
    until, spent, number = _processor() + seconds, _Spent(target), first
    broke = ""
    while _processor() < until and not broke:
        check = seed(number)(QUIET(given(target.given)(lambda value: spent.check(value))))
        try:
            check()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            broke = f"{type(error).__name__}: {str(error)[:300]}"
            keep(target, spent.last, broke, found)
        number += 1
    return {"target": target.name, "tried": spent.tried, "slowest": round(spent.slowest, 3), "broke": broke}


def _processor() -> float:
    """Return the processor seconds of this process and those that it waited for: what a busy machine gave us."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


class _Spent:
    """Feeds one parser and counts."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.last: Any = None
        self.tried = 0
        self.slowest = 0.0

    def check(self, value: Any) -> None:
        self.last, self.tried = value, self.tried + 1
        began = time.process_time()
        self._target.holds(value)
        spent = time.process_time() - began
        self.slowest = max(self.slowest, spent)
        if spent > SLOW:
            raise Slow(f"{spent:.1f} s")


def run_atheris(target: Target, seconds: float, found: Path) -> None:
    """Feed one parser with libFuzzer; it ends the process itself."""
    import atheris  # type: ignore[import-not-found]

    last: list[Any] = []

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(target.given)
    def check(value: Any) -> None:
        last[:] = [value]
        target.holds(value)

    def once(data: bytes) -> None:
        try:
            check.hypothesis.fuzz_one_input(data)
        except Exception as error:
            keep(target, last[0] if last else None, f"{type(error).__name__}: {str(error)[:300]}", found)
            raise

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", "-max_len=4096", "-verbosity=0"], once)
    atheris.Fuzz()


def main() -> int:
    """Feed the chosen parsers one after the other; the exit code tells whether one broke."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--seconds", type=float, default=600, help="of processor time, for each parser")
    ask.add_argument("--target", action="append", choices=[target.name for target in TARGETS])
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--found", type=Path, default=ROOT / "eval" / "runs" / "fuzz.jsonl")
    ask.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    chosen = ask.parse_args()
    chosen.found.parent.mkdir(parents=True, exist_ok=True)
    broken = 0
    for target in TARGETS:
        if chosen.target and target.name not in chosen.target:
            continue
        if chosen.engine == "atheris":
            run_atheris(target, chosen.seconds, chosen.found)
        told = run(target, chosen.seconds, chosen.seed, chosen.found)
        print(json.dumps(told, ensure_ascii=False), flush=True)  # noqa: T201
        broken += bool(told["broke"])
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
