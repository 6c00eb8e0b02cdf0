"""A run on a tiny network: it learns, keeps a checkpoint, and goes on as if it had not been cut."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from training import run as running
from training.rows import Row
from training.run import Plan, Run

ROWS = [
    Row(
        f"what is number {number % 7}",
        passage=f"Number {number % 7} is red. The rest is blue.",
        answers=((12, 15),) if number % 3 else (),
        relevant=bool(number % 3),
        verdict=number % 3 if number % 2 else None,
        source="test",
    )
    for number in range(1300)
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, encoder_folder: str) -> str:
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = AutoTokenizer.from_pretrained(encoder_folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("rank", [pytest.param(0, id="weights"), pytest.param(4, id="low-rank products")])
def test_a_run_that_was_cut_ends_as_one_that_was_not(tiny: str, tmp_path: Path, rank: int) -> None:
    plan = Plan(tiny, rate=1e-3, longest=64, rank=rank)
    homes = [tmp_path / "whole", tmp_path / "cut"]
    for home in homes:
        home.mkdir()
    whole = Run(plan, homes[0], "cpu")
    whole.network.eval()  # no dropout: its random numbers are not kept in a checkpoint
    running.train(whole, ROWS)
    cut = Run(plan, homes[1], "cpu")
    cut.network.eval()
    step = Run.step

    class Cut(Exception):
        pass

    def stopping(self: Run, batch, share: float):
        if self.done >= 640:
            raise Cut
        return step(self, batch, share)

    kept = running.CHECKPOINT_SECONDS
    try:
        running.CHECKPOINT_SECONDS = -1
        Run.step = stopping
        with pytest.raises(Cut):
            running.train(cut, ROWS)
    finally:
        running.CHECKPOINT_SECONDS, Run.step = kept, step
    again = Run(plan, homes[1], "cpu")
    again.network.eval()
    again.resume()
    assert again.done == 640
    running.train(again, ROWS)
    # Beside low-rank products bfloat16 rounds as the order of sums has it, where the processor computes in it.
    for name, value in whole.network.state_dict().items():
        assert torch.allclose(value, again.network.state_dict()[name], atol=1e-5 if not rank else 2e-2), name
    assert (homes[0] / "checkpoint.pt").is_file()


def test_a_checkpoint_of_another_plan_is_refused(tiny: str, tmp_path: Path) -> None:
    Run(Plan(tiny, seed=1), tmp_path, "cpu").save()
    with pytest.raises(SystemExit, match="another plan"):
        Run(Plan(tiny, seed=2), tmp_path, "cpu").resume()


def test_token_embeddings_stay_and_are_not_written(tiny: str, tmp_path: Path) -> None:
    run = Run(Plan(tiny, rate=1e-3, longest=64), tmp_path, "cpu")
    before = run.network.encoder.embeddings.word_embeddings.weight.clone()
    running.train(run, ROWS[:64])
    assert torch.equal(before, run.network.encoder.embeddings.word_embeddings.weight)
    running._write(run, tmp_path)
    from safetensors.torch import load_file

    written = load_file(tmp_path / "reader.safetensors")
    assert not any(name.startswith("encoder.embeddings.") for name in written)
    assert {"span.weight", "verdict.weight"} <= set(written)


def test_low_rank_training_leaves_the_weights_of_the_base_and_lower_layers_as_they_are(
    tiny: str, tmp_path: Path
) -> None:
    run = Run(Plan(tiny, rate=1e-2, longest=64, rank=4, top_layers=1), tmp_path, "cpu")
    before = {name: value.clone() for name, value in run.network.state_dict().items()}
    running.train(run, ROWS[:700])
    changed = {name for name, value in run.network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed <= set(run.network.trained())
    assert any(name.endswith(".up") for name in changed)
    assert all(not name.startswith("encoder.encoder.layer.0.") for name in changed)


def test_a_run_can_begin_with_the_weights_of_another(tiny: str, tmp_path: Path) -> None:
    first = Run(Plan(tiny, rate=1e-3, longest=64), tmp_path, "cpu")
    running.train(first, ROWS[:64])
    running._write(first, tmp_path)
    second = Run(Plan(tiny, start=str(tmp_path / "reader.safetensors")), tmp_path, "cpu")
    for name, value in first.network.trained().items():
        assert torch.allclose(value, second.network.trained()[name], atol=1e-3), name
