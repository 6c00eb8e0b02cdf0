"""Drafting: what the model is asked about the extracts. Nothing here is shown before the check."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence

from qa import dates, extracts, sentences
from qa.extracts import Extract
from qa.llm import Message, Model, Usage
from qa.llm.special import neutralise
from qa.prompts import Prompt
from qa.questions import Query

PROSE_TOKENS = 110
STANDALONE_TOKENS = 60

_QUOTES = "\"'“”‘’ \n"


class Drafter:
    """Asks one model for sentences on one question's extracts."""

    def __init__(
        self,
        model: Model,
        prompts: Mapping[str, Prompt],
        query: Query,
        chosen: Sequence[Extract],
    ) -> None:
        self._model = model
        self.usage = Usage()
        laid_out = extracts.layout(chosen)
        shared = prompts["evidence"].render(
            today=dates.spoken(query.as_of.isoformat()[:10]),
            fence=extracts.fence(laid_out),
            extracts=laid_out,
            question=neutralise(query.text),
        )
        self._messages = [
            Message("system", prompts["system"].render()),
            Message("user", f"{shared}\n{prompts['prose'].render()}"),
        ]

    @property
    def tokens(self) -> dict[str, int]:
        """The tokens read and written so far."""
        return {"prompt": self.usage.prompt, "reply": self.usage.reply}

    def prose(self) -> Iterator[str]:
        """Yield the words of the drafted sentences as they come; closing it cancels the model's work."""
        yield from self._model.stream(self._messages, max_tokens=PROSE_TOKENS, usage=self.usage)


def sentences_of(words: Iterator[str]) -> Iterator[str]:
    """Yield whole sentences out of a stream of words, each as soon as the next one has begun."""
    text = ""
    try:
        for word in words:
            text += word
            spans = sentences.split(text)
            if len(spans) > 1:
                yield text[spans[0].start : spans[0].end]
                text = text[spans[1].start :]
        for span in sentences.split(text):
            yield text[span.start : span.end]
    finally:
        if isinstance(words, Generator):
            words.close()


def tidy(phrase: str) -> str:
    """Return a model's phrase without what small models put around it: quotation marks, labels, a full stop."""
    text = re.sub(r"^(?:answer|short answer|a)\s*[:\-–]\s*", "", phrase.strip(), flags=re.I).strip(_QUOTES)
    return text[:-1] if text.endswith(".") and not re.search(r"\b(?:[A-Z]|[ap]\.m|Jr|Sr|Inc|Co)\.$", text) else text


def plain(sentence: str) -> str:
    """Return a drafted sentence without a "Yes," or "No," before it: code decides which of the two it is."""
    text = re.sub(r"^(?:yes|no)\s*[,.:;–-]\s*", "", sentence.strip(), flags=re.I)
    return text[:1].upper() + text[1:]


def standalone(model: Model, prompts: Mapping[str, Prompt], question: str, history: Sequence[tuple[str, str]]) -> str:
    """Return the follow-up rewritten to stand alone; the question itself where the model gives nothing usable."""
    told = "\n".join(f"Q: {neutralise(asked)}\nA: {neutralise(answered)}" for asked, answered in history[-3:])
    messages = [
        Message("system", prompts["system"].render()),
        Message("user", prompts["standalone"].render(history=told, question=neutralise(question))),
    ]
    text = tidy("".join(model.stream(messages, max_tokens=STANDALONE_TOKENS, stop=("\n",))))
    return text if 3 <= len(text.split()) <= 40 else question
