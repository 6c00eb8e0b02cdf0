"""Sentences that give orders to whoever reads for the user, or lead elsewhere: planted, and never evidence."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from qa import sentences

BEHIND = 3
"""Sentences behind an order, in its paragraph, that are taken for a part of it; what stands before it is not."""

_READER = r"(?:the|your|any|every) (?:users?|readers?|person asking|questioner|customers?)"
_ORDERS = re.compile(
    "|".join(
        (
            rf"^\W*(?:please\s+|now\s+|also\s+|always\s+|you must\s+|you should\s+|do\s+)?"
            r"(?:tell|inform|answer|remind|assure|advise|warn|ask|convince|direct|send|refer|reply to|respond to)"
            rf"\s+{_READER}\b",
            r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|preceding|other|all)\b"
            r".{0,30}\b(?:instructions?|prompts?|rules?|orders|guidelines|extracts)\b",
            r"\b(?:AI|language model|chatbot|virtual|digital) (?:assistants?|systems?|models?|agents?)\b.{0,60}"
            r"\b(?:must|should|shall|are to|is to|will)\b.{0,20}"
            r"\b(?:answer|reply|respond|say|state|tell|add|include|repeat)\b",
            r"\b(?:system|developer|hidden) (?:prompt|message|instructions?)\b",
            r"^\W*(?:as an AI|you are (?:now )?(?:an? |the )?(?:AI|assistant|language model|chatbot|developer mode))\b",
            r"\bin (?:your|each|every) (?:answer|reply|response|output|message)s?\b",
            r"^\W*(?:answer|reply|respond)\s+(?:only|with|in)\b",
            r"^\W*(?:the\s+)?(?:correct|right|true|final) answer\s*:",
            r"\ball other answers? (?:are|is) (?:wrong|false|incorrect|invalid)\b",
            r"\bwhatever the (?:extracts|context) says?\b",
            r"^\W*(?:/?inst\W+|please\s+|now\s+)*(?:ignore|disregard|forget)\s+(?:\w+\s+){0,3}"
            r"(?:extracts|context|instructions?|prompts?)\b",
        )
    ),
    re.IGNORECASE,
)


_NEAR = 300
"""Characters behind a control token, in its block of lines, that are taken for a part of what it brings."""

_SIGN = re.compile("[<\\[\uff1c\ufe64\uff3b]")
_CONTROL = re.compile(
    r"<\s*\|[^<>\n]{0,60}?\|\s*>|\[\s*/?\s*(?:INST|SYSTEM_PROMPT|TOOL_CALLS)\s*\]|<<\s*/?\s*SYS\s*>>"
    r"|<\s*/?\s*(?:s|bos|eos|think|(?:start|end)_of_turn|im_start|im_end|tool_call|tool_response)\s*>",
    re.IGNORECASE,
)
"""Control tokens of chat models: no article has one by chance. :mod:`qa.llm.special` breaks these and many more."""

_ADDRESS = re.compile(r"\b(?:https?|ftp|file)://\S|\bjavascript:\S|\bwww\.\w", re.IGNORECASE)
"""An address inside a sentence is no cited source's: a reader must not be led there by an answer."""


def is_order(sentence: str) -> bool:
    """Return whether a sentence orders whoever answers to say or do something; a report of an order does not."""
    return bool(_ORDERS.search(sentence))


def within(body: str, start: int, end: int) -> bool:
    """Return whether ``body[start:end]`` is planted: an order or what stands behind it, a control token, an address."""
    if _ADDRESS.search(body, start, end) or _is_foreign(body, start, end):
        return True
    first, behind = body.rfind("\n", 0, start) + 1, body.find("\n", end)
    paragraph = body[first : behind if behind >= 0 else len(body)]
    return any(low <= start - first < high for low, high in _planted(paragraph))


def _is_foreign(body: str, start: int, end: int) -> bool:
    """Whether a control token stands in a sentence, or shortly before it in its block of lines."""
    block = body[max(body.rfind("\n\n", 0, start), start - _NEAR, 0) : end]
    return bool(_SIGN.search(block) and _CONTROL.search(unicodedata.normalize("NFKC", block)))


@lru_cache(maxsize=512)
def _planted(paragraph: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a paragraph that orders and the sentences behind them take up."""
    spans = sentences.split(paragraph)
    return tuple(
        (span.start, spans[min(place + BEHIND, len(spans) - 1)].end)
        for place, span in enumerate(spans)
        if is_order(paragraph[span.start : span.end])
    )
