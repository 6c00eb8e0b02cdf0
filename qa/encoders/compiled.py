"""An encoder as OpenVINO runs it: the same float32 network, without torch.

Measured on two cores with the default encoder (96 passages of 150 words, batches of 8): 41 ms of processor time a
passage against torch's 112, and loaded in under 2 s against 7; the smallest cosine between the two is 0.9999999. It is
converted once from the sentence-transformers model, compared with it, and kept in the cache.

A question alone takes 2 to 3 ms in bfloat16 on one core, against 4 to 8 in float32 on two (cosine .99998).
For many passages at once (``Bulk``) the same network runs in bfloat16 where the processor computes in it (AMX,
AVX512-BF16) and one stream a core: 12 to 15 ms a passage on the same machine, cosine to float32 at least .9999.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import uuid
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_BATCH = 8
_BULK = 4
"""Passages a batch of many: as quick as eight (9.6 and 10.0 ms a passage), and a question waits half as long for it."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_LEAST = 0.9999
_LEAST_BULK = 0.9995

# Short and long, several scripts, numbers, an empty text: whatever a difference in tokens or padding would show in.
_PROBES = (
    "When do the talks start?",
    "",
    "Zwölf Menschen wurden am 3. März bei Świętochłowice verletzt, ÇAĞRI İstanbul 北京 Пётр 😀 — “3,400.5%”.",
    "The delegations met in the palace on the Bosphorus and spoke for four hours about the guarantees. " * 40,
)

_log = logging.getLogger(__name__)


class Compiled:
    """A converted encoder. Not safe to use from two threads at once: its owner holds a lock."""

    def __init__(self, folder: Path) -> None:
        """Load what ``convert`` wrote.

        Raises:
            OSError, ValueError, RuntimeError: it cannot be read.
        """
        import openvino
        from tokenizers import Tokenizer

        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self._folder = folder
        self._inputs: list[str] = about["inputs"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(about["longest"]))
        padding = self._tokenizer.padding or {}
        self._tokenizer.enable_padding(
            pad_id=padding.get("pad_id", 0),
            pad_type_id=padding.get("pad_type_id", 0),
            pad_token=padding.get("pad_token", "[PAD]"),
        )
        self._network = openvino.Core().compile_model(
            str(folder / "model.xml"), "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        )
        self._quick: Any = None
        self._quick_tried = False

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one unit row for each text. Small batches of like length waste least on padding."""
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        rows: list[npt.NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(texts)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            found = self._network(self.features([texts[number] for number in batch]))[0]
            for number, row in zip(batch, found, strict=True):
                rows[number] = _unit(row)
        return np.stack(rows).astype(np.float32)

    def encode_one(self, text: str) -> npt.NDArray[np.float32]:
        """Return the unit row of a question, shape (1, dim): in bfloat16 where that is to be had and faithful."""
        if not self._quick_tried:
            self._quick, self._quick_tried = self._compile_quick(), True
        found = (self._quick or self._network)(self.features([text]))[0]
        return _unit(found[0]).reshape(1, -1).astype(np.float32)

    def _compile_quick(self) -> Any:
        """Return the network for one question, or None. One thread: another search goes on beside it."""
        import openvino

        try:
            core = openvino.Core()
            if "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
                return None
            how = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": "1"}
            network = core.compile_model(str(self._folder / "model.xml"), "CPU", how)
            rows = np.stack([_unit(network(self.features([text]))[0][0]) for text in _PROBES])
            cosines = np.sum(rows * self.encode(_PROBES), axis=1)
        except Exception as error:  # noqa: BLE001  # the edge: whatever a processor cannot do, the float32 network can
            _log.info("the encoder has no quick way for a question: %s: %s", type(error).__name__, str(error)[:200])
            return None
        return network if float(cosines.min()) >= _LEAST_BULK else None

    def features(self, texts: Sequence[str]) -> list[npt.NDArray[np.int64]]:
        """Return the network's inputs for some texts, padded to the longest of them."""
        # A batch wakes a pool of threads: a question alone is through before that.
        one = self._tokenizer.encode
        tokens = [one(texts[0])] if len(texts) == 1 else self._tokenizer.encode_batch(list(texts))
        features = {
            "input_ids": np.array([each.ids for each in tokens], np.int64),
            "attention_mask": np.array([each.attention_mask for each in tokens], np.int64),
            "token_type_ids": np.array([each.type_ids for each in tokens], np.int64),
        }
        return [features[name] for name in self._inputs]

    def bulk(self) -> Bulk | None:
        """Return the same encoder for many texts at once, or None (with a note in the log) where it is not faithful."""
        try:
            many = Bulk(self._folder, self)
            cosines = np.sum(many.encode(_PROBES) * self.encode(_PROBES), axis=1)
        except Exception as error:  # noqa: BLE001  # the edge: whatever a processor cannot do, the float32 network can
            _log.info("the encoder has no way for many texts: %s: %s", type(error).__name__, str(error)[:200])
            return None
        if float(cosines.min()) < _LEAST_BULK:
            _log.info("the way for many texts differs (cosine %.5f): not used", float(cosines.min()))
            return None
        return many


class Bulk:
    """The network of a ``Compiled`` for many texts at once: one stream a core, bfloat16 where the processor has it."""

    def __init__(self, folder: Path, one: Compiled) -> None:
        """Compile the network once more.

        Raises:
            RuntimeError: it cannot be.
        """
        import openvino

        core = openvino.Core()
        fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._one = one
        network = core.compile_model(
            str(folder / "model.xml"),
            "CPU",
            {
                "PERFORMANCE_HINT": "THROUGHPUT",
                "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32",
                "NUM_STREAMS": str(cores),
                "INFERENCE_NUM_THREADS": str(cores),
            },
        )
        self._queue = openvino.AsyncInferQueue(network, cores)

    def encode(self, texts: Sequence[str], *, yielding: Callable[[], bool] = lambda: False) -> npt.NDArray[np.float32]:
        """Return one unit row for each text; not safe to use from two threads at once.

        While ``yielding`` says so one core computes and the others are left to who asks.
        """
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        rows: list[npt.NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(texts)

        def keep(request: Any, batch: Sequence[int]) -> None:
            for number, row in zip(batch, request.get_output_tensor(0).data, strict=True):
                rows[number] = _unit(row)

        self._queue.set_callback(keep)
        for start in range(0, len(order), _BULK):
            batch = order[start : start + _BULK]
            if yielding():
                self._queue.wait_all()
            self._queue.start_async(self._one.features([texts[number] for number in batch]), batch)
        self._queue.wait_all()
        return np.stack(rows).astype(np.float32)


def _unit(row: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return row / max(float(np.linalg.norm(row)), 1e-12)


def find(folder: Path) -> Compiled | None:
    """Return the converted encoder in a folder, or None where there is none that can be used."""
    if not (folder / "about.json").is_file():
        return None
    try:
        return Compiled(folder)
    except Exception as error:  # noqa: BLE001  # the edge: whatever is wrong with a copy, the model itself is used
        _log.warning("the converted encoder in %s cannot be used: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None


def convert(model: Any, tokenizer: Path, folder: Path, encode: Callable[[Sequence[str]], Any]) -> Compiled | None:
    """Convert a loaded sentence-transformers model into a folder, and compare it with ``encode``, the model's own way.

    Returns:
        The converted encoder, or None (with a note in the log) where this model cannot be converted faithfully.
    """
    aside = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        aside.mkdir(parents=True)
        _write(model, tokenizer, aside)
        compiled = Compiled(aside)
        cosines = np.sum(compiled.encode(_PROBES) * np.asarray(encode(_PROBES), np.float32), axis=1)
        if float(cosines.min()) < _LEAST:
            _log.info("the converted encoder differs from the model (cosine %.5f): not used", float(cosines.min()))
            return None
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(aside, folder)
        return compiled
    except Exception as error:  # noqa: BLE001  # the edge: a model that cannot be converted is run by torch
        _log.info("the encoder is not converted: %s: %s", type(error).__name__, str(error)[:200])
        return None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(model: Any, tokenizer: Path, folder: Path) -> None:
    """Trace the whole pipeline of a model, pooling with it, and write network, tokenizer and sizes."""
    import openvino
    import torch

    sample = model.preprocess(["A first text.", "A second, longer one."])
    inputs = [name for name in _INPUTS if name in sample]

    class Pipeline(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
        def __init__(self) -> None:
            super().__init__()
            self.model = model  # a part of it: tracing takes weights of anything else for constants, and refuses

        def forward(self, *features: Any) -> Any:
            return self.model(dict(zip(inputs, features, strict=True)))["sentence_embedding"]

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # tracing warns of shapes that it fixes; the comparison shows whether it matters
        network = openvino.convert_model(
            Pipeline().eval(),
            example_input=tuple(sample[name] for name in inputs),
            input=[openvino.PartialShape([-1, -1])] * len(inputs),
        )
        openvino.save_model(network, str(folder / "model.xml"), compress_to_fp16=False)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    about = {"inputs": inputs, "longest": int(model.max_seq_length)}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
