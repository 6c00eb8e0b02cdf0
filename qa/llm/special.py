"""Breaks the control tokens of chat models in untrusted text.

A tokenizer turns ``<|im_end|>`` inside an article into the real control token, so that the article could end its own
turn and speak as the system (llama.cpp #24382; OpenVINO's tokenizers do the same). Forms that become such a token only
after Unicode normalisation (NFKC) or after format characters are dropped are broken too, since some step on the way
to a remote model may do either.
"""

from __future__ import annotations

import re
import unicodedata

_NAMES = (
    r"s|bos|eos|pad|unk|mask|sep|cls|think|thinking|thought|tool_call|tool_calls|tool_response|tools|"
    r"start_of_turn|end_of_turn|start_of_image|end_of_image|start_function_\w+|end_function_\w+|"
    r"file_sep|fim_\w+|repo_name|reponame|filename|gh_stars|endoftext|unused\d+|extra_id_\d+|reserved_\w+|"
    r"0x[0-9a-f]{2}|system|user|assistant|human|im_start|im_end|start_header_id|end_header_id|eot_id|eom_id"
)
_BRACKETED = (
    r"INST|SYS|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|TOOL_CONTENT|gMASK|sMASK|sop|eop|"
    r"CLS|SEP|MASK|PAD|UNK|BOS|EOS|IMG|IMG_BREAK|IMG_END|PREFIX|MIDDLE|SUFFIX|THINK"
)
_CONTROL = re.compile(
    rf"<\s*\|[^<>\n]{{0,60}}?\|\s*>|<\s*/?\s*(?:{_NAMES})\s*/?\s*>|<<\s*/?\s*SYS\s*>>|\[\s*/?\s*(?:{_BRACKETED})\s*\]",
    re.IGNORECASE,
)
_BLANK = "\u034f\u115f\u1160\u3164\uffa0"
_HARMLESS = str.maketrans({"<": "‹", ">": "›", "|": "¦", "[": "(", "]": ")"})
"""Look-alikes that no tokenizer joins to a control token and that NFKC leaves alone."""


def _invisible(char: str) -> bool:
    """Return whether ``char`` is a format character or another one that shows nothing."""
    return unicodedata.category(char) == "Cf" or char in _BLANK or "\ufe00" <= char <= "\ufe0f"


def _folded(text: str) -> tuple[str, list[int]]:
    """Return ``text`` NFKC-folded without invisible characters, and for each folded character its source offset."""
    chars: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        if _invisible(char):
            continue
        for folded in char if char.isascii() else unicodedata.normalize("NFKC", char):
            chars.append(folded)
            offsets.append(index)
    return "".join(chars), offsets


def neutralise(text: str) -> str:
    """Return ``text`` with every control token of a chat model made harmless, and otherwise unchanged.

    The brackets and bars of a token become look-alikes (``<|im_end|>`` → ``‹¦im_end¦›``), so that a reader still sees
    what stood there. The result is a fixed point.
    """
    while True:
        folded, offsets = _folded(text)
        matches = list(_CONTROL.finditer(folded))
        if not matches:
            return text
        pieces: list[str] = []
        done = 0
        for match in matches:
            start, end = offsets[match.start()], offsets[match.end() - 1] + 1
            pieces += [text[done:start], match.group().translate(_HARMLESS)]
            done = max(done, end)
        text = "".join(pieces) + text[done:]
