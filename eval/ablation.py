"""What each stage of answering is worth: the same questions with one stage left out at a time.

    DATELINE_BENCH=… python eval/ablation.py --row 2022gold --runs FOLDER

Every request to the model is kept in a file, so a stage behind the drafts is measured on the very drafts of the whole
pipeline, in seconds; one before them has the model read other extracts. A stage is left out by replacing the function
that is it. Runs are kept and gone on with as those of ``qa eval run`` are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from qa import refusal, retrieve, shorts, support
from qa.compose import Carrying
from qa.encoders import Encoder
from qa.encoders import load as load_encoder
from qa.evaluation import adapters, compare, outcomes, suite
from qa.evaluation.opening import Opener
from qa.evaluation.progress import Bar
from qa.evaluation.runner import Choice, Half
from qa.llm import Message, Model, Usage
from qa.llm.around import Lasting
from qa.settings import Settings

SHOWN = ("contained", "f1", "refusal_recall", "wrongly_refused", "conflict_shown", "false_conflict", "citation_recall")
"""The metrics that the table shows, where a row has them."""


class Kept(Lasting):
    """A model whose replies are kept in a file, by the very request."""

    def __init__(self, model: Model, file: Path) -> None:
        """Go on with what ``file`` has."""
        super().__init__(model)
        self._file = file
        self._known: dict[str, Any] = {}
        if file.exists():
            held = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
            self._known = {one["key"]: one["reply"] for one in held}

    def _reply(self, what: str, messages: Sequence[Message], ask: Callable[[], Any]) -> Any:
        told = json.dumps([self.name, what, [[message.role, message.text] for message in messages]])
        key = hashlib.sha256(told.encode()).hexdigest()
        if key not in self._known:
            self._known[key] = ask()
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({"key": key, "reply": self._known[key]}) + "\n")
        return self._known[key]

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield what the model says or once said, in one piece."""
        whole, used = super().stream, Usage()

        def said() -> list[Any]:
            text = "".join(whole(messages, max_tokens=max_tokens, stop=stop, usage=used))
            return [text, used.least]

        text, least = self._reply(f"stream {max_tokens} {stop}", messages, said)
        if usage is not None:
            usage.least = least
        yield text

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return what the model says or once said."""
        whole = super().yes
        held: float | None = self._reply("yes", messages, lambda: whole(messages))
        return held


@dataclass(frozen=True, slots=True)
class Variant:
    """A pipeline that lacks one stage: the replaced functions, and the settings that differ."""

    name: str
    patches: tuple[tuple[str, Any], ...] = field(kw_only=True, default=())
    settings: Mapping[str, Any] = field(kw_only=True, default_factory=dict)
    extractive: bool = field(kw_only=True, default=False)


def _unchecked(text: str, chosen: Sequence[Any]) -> tuple[str, list[Carrying], support.Support]:
    """Let a drafted sentence pass as it is, citing the first extract: what a prompt that asks for sources does."""
    first = chosen[0]
    return text, [Carrying(first.evidence, start=first.start, end=first.end)], support.Support("supported", 1.0)


def _as_phrased(_query: Any, phrase: str, extract: Any) -> shorts.Short:
    return shorts.Short(phrase)


def _without_margin(signals: refusal.Signals) -> float:
    """Weigh what is known without how sure the reader is."""
    return _WEIGHED(replace(signals, margin=None))


_WEIGHED = refusal.probability


def _fused_by(share: float) -> Callable[..., list[retrieve.Fused]]:
    """Return fusion with another share of the cosine: 1 by meaning, 0 by words."""
    whole = retrieve.fuse
    return lambda rankings, cosines, **given: whole(rankings, cosines, dense_share=share)


VARIANTS = (
    Variant("everything"),
    Variant("without the model", extractive=True),
    Variant("without recency", settings={"recency": 0.0}),
    Variant("by meaning alone", patches=(("qa.retrieve.fuse", _fused_by(1.0)),)),
    Variant("by words alone", patches=(("qa.retrieve.fuse", _fused_by(0.0)),)),
    Variant("half the extracts", patches=(("qa.answer.EVIDENCE_TOKENS", 200),)),
    Variant("four passages", settings={"passages": 4}),
    Variant("without the reader's margin", patches=(("qa.refusal.probability", _without_margin),)),
    Variant("without refusing", patches=(("qa.refusal.shows", lambda *given: True),)),
    Variant("without false premises", patches=(("qa.premises.denied", lambda query, chosen: None),)),
    Variant("without speakers looked up", patches=(("qa.said.asked", lambda text: None),)),
    Variant("without updates and conflicts", patches=(
        ("qa.claims.read", lambda query, found: None), ("qa.claims.disputed", lambda *given: None),
        ("qa.apart.disputed", lambda *given: None),
    )),
    Variant("without articles held against each other", patches=(("qa.apart.disputed", lambda *given: None),)),
    Variant("without the latest first", patches=(("qa.claims.latest", lambda read: None),)),
    Variant("without code's short answer", patches=(("qa.shorts.short", _as_phrased),)),
    Variant("without other stories cited", patches=(("qa.checking.elsewhere", lambda text, extract, chosen: []),)),
    Variant("the model's prose always", patches=(("qa.reading.speaks_for_itself", lambda extract: False),)),
    Variant("the model's prose always, unchecked", patches=(
        ("qa.reading.speaks_for_itself", lambda extract: False), ("qa.checking.checked", _unchecked),
    )),
)  # fmt: skip


@contextmanager
def left_out(variant: Variant) -> Iterator[None]:
    """Replace what the variant lacks, and put it back."""
    begun = [patch("qa.extracts._SECRET", b"ablation")]  # the marker is in each prompt: with its own, no process reuses
    begun += [patch(target, value) for target, value in variant.patches]
    for one in begun:
        one.start()
    try:
        yield
    finally:
        for one in begun:
            one.stop()


ROWS: Mapping[str, Callable[[], adapters.Row]] = {
    "2022gold": lambda: adapters.realtimeqa_answer("2022gold", "quick"),
    "2023s": lambda: adapters.realtimeqa_answer("2023s", "quick"),
    "squad2": lambda: adapters.squad2_answer("quick"),
    "rgb": lambda: adapters.rgb_system("quick"),
}
"""The rows, each of *quick* size: the 40 questions of lowest sha256."""


@dataclass(frozen=True, slots=True)
class Laboratory:
    """What every variant is measured with: settings, one encoder, one model, and the folder of runs and replies."""

    settings: Settings
    encoder: Encoder
    model: Model
    runs: Path
    half: Half | None

    def measured(self, name: str, variant: Variant, bar: Bar) -> Path:
        """Ask a row's questions of a pipeline without one stage and return the file of the run."""
        row = adapters.narrowed(ROWS[name](), self.half)
        assert isinstance(row, adapters.AskRow)
        opener = _Opener(
            self.settings.model_copy(update=dict(variant.settings)), self.encoder, extractive=variant.extractive
        )
        opener.lent = self.model
        folder = self.runs / variant.name.replace(" ", "-").replace(",", "")
        bench = suite.bench_of(folder, opener, choice=Choice(quick=True, half=self.half), progress=bar)
        with left_out(variant):
            return suite.asking(row, bench)


class _Opener(Opener):
    """Opens archives with a model that somebody else closes."""

    lent: Model | None = None

    def model(self) -> Model | None:
        """Return the model that was lent, None for an extractive run."""
        return None if self.extractive else self.lent


def told(name: str, before: Path, after: Path, variant: Variant) -> str:
    """Return one line: what the variant changes, metric by metric, with the change's 95 % interval."""
    found = compare.compare(outcomes.scores_of(before), outcomes.scores_of(after))
    parts = []
    for one in found.differences:
        if one.metric in SHOWN:
            sure = f" ({one.low:+.3f} to {one.high:+.3f}, +{one.gained} −{one.lost})" if before != after else ""
            parts.append(f"{one.metric} {one.after:.3f}{sure} n {one.n}")
    return f"{name} | {variant.name} | " + " | ".join(parts)


def main(given: Sequence[str]) -> None:
    """Ask every row with every variant and print what each costs or brings."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--row", action="append", choices=list(ROWS), help="may be repeated; all for none")
    parser.add_argument("--variant", action="append", help="a variant by part of its name; may be repeated")
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--runs", type=Path, required=True, help="folder for runs and replies, outside the repository")
    asked = parser.parse_args(given)
    asked.runs.mkdir(parents=True, exist_ok=True)
    settings = Settings()
    wanted = [
        variant for variant in VARIANTS if not asked.variant or any(part in variant.name for part in asked.variant)
    ]
    with Bar() as bar, Opener(settings, load_encoder(settings), progress=bar) as opener:
        model = opener.model()
        if model is None:
            parser.error("a model is needed: DATELINE_LLM is 'none'")
        room = Laboratory(settings, opener.encoder, Kept(model, asked.runs / "replies.jsonl"), asked.runs, asked.half)
        for name in asked.row or ROWS:
            whole = room.measured(name, VARIANTS[0], bar)
            for variant in wanted:
                after = whole if variant is VARIANTS[0] else room.measured(name, variant, bar)
                sys.stdout.write(told(name, whole, after, variant) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
