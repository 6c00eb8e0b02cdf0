"""Rewrites a GGUF model in OpenVINO's own form: ``python -m qa.llm.convert MODEL.gguf FOLDER``.

Loading the GGUF takes the engine 12–15 s, of which six go into its slow tokenizer builder; the converted model loads in
three. The tokenizer is rebuilt from the GGUF's own vocabulary and must give the same ids as the engine's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from qa.llm import gguf

_CONTROL_TYPES = (3, 4)
"""GGUF token types of control and user-defined tokens."""

_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PROBES = (
    "<|im_start|>user\nWho said it's 2,161,000?<|im_end|>\n<|im_start|>assistant\n",
    "Mr Erdoğan's spokesman said on 29 March: “İstanbul’da görüşmeler” — «переговоры», 谈判 1999–2022.\n\n  In\ttab",
    "don't WE'LL 3.5% $1.2bn www.example.org/a?b=1&c=d  \n\n\n e\u0301 naïve 🙂 <b>x</b>",
)
"""Texts on which both tokenizers must agree: contractions, digits, scripts, spaces, marks, control tokens."""


def _tokenizer(found: dict[str, Any]) -> Any:
    """Return a fast tokenizer with the vocabulary, merges and control tokens of a GGUF file."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words, kinds = found["tokenizer.ggml.tokens"], found["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ")) for merge in found["tokenizer.ggml.merges"]]
    built = Tokenizer(models.BPE(vocab={word: number for number, word in enumerate(words)}, merges=merges))
    before = {
        "qwen2": [pre_tokenizers.Split(Regex(_QWEN2), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)],
        "smollm": [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False, use_regex=True)],
    }
    built.pre_tokenizer = pre_tokenizers.Sequence(before[found["tokenizer.ggml.pre"]])
    built.decoder = decoders.ByteLevel()
    control = [word for word, kind in zip(words, kinds, strict=True) if kind in _CONTROL_TYPES]
    built.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in control])
    end = words[found["tokenizer.ggml.eos_token_id"]]
    fast: Any = PreTrainedTokenizerFast
    return fast(tokenizer_object=built, eos_token=end, clean_up_tokenization_spaces=False)


def _ids(tokenizer: Any, text: str) -> list[int]:
    """Return the ids that an engine tokenizer gives to ``text``."""
    return [int(token) for token in tokenizer.encode(text, add_special_tokens=False).input_ids.data[0]]


def convert(source: Path, target: Path) -> None:
    """Write the model and its tokenizer in OpenVINO's form into the new folder ``target``.

    Raises:
        ValueError: the rebuilt tokenizer does not agree with the engine's own.
    """
    import openvino
    import openvino_genai as genai
    from openvino_tokenizers import convert_tokenizer  # type: ignore[import-untyped,unused-ignore]

    target.mkdir(parents=True)
    link = target / source.name
    if gguf.has_q5_0(source):
        gguf.restate(source, link)
    else:
        link.symlink_to(source.resolve())  # the engine saves beside the path that it is given
    scheduler = genai.SchedulerConfig()
    scheduler.cache_size = 1
    pipeline = genai.ContinuousBatchingPipeline(str(link), scheduler, "CPU", {"enable_save_ov_model": True})
    link.unlink()
    encoder, decoder = convert_tokenizer(_tokenizer(gguf.metadata(source)), with_detokenizer=True)
    openvino.save_model(encoder, target / "openvino_tokenizer.xml")
    openvino.save_model(decoder, target / "openvino_detokenizer.xml")
    own, rebuilt = pipeline.get_tokenizer(), genai.Tokenizer(str(target))
    for probe in PROBES:
        if _ids(own, probe) != _ids(rebuilt, probe):
            raise ValueError(f"the rebuilt tokenizer reads {probe!r} otherwise than the engine's own")
    for name in ("openvino_model.xml", "openvino_model.bin"):
        if not (target / name).is_file():
            raise ValueError(f"the engine did not save {name!r}")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
