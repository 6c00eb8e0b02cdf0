"""Drafting: what the model is asked about the extracts. Nothing here is shown before the check."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa import dates, extracts, sentences
from qa.extracts import Extract
from qa.llm import Message, Model, Usage
from qa.llm.special import neutralise
from qa.prompts import Prompt
from qa.questions import Query

PHRASE_TOKENS = 24
"""A longer phrase is a sentence, and only finds the sentence it was taken from; each token costs some 80 ms."""

LONG_PHRASE = 6
"""Words of the longest phrase that is taken as it is; behind a longer one the answer alone is asked for. On the tune
halves that takes the F1 of such phrases from .1 to .3 on news and from .5 to .7 on SQuAD 2 (eval/LOG.md)."""

PROSE_TOKENS = 110
STANDALONE_TOKENS = 60

_QUOTES = "\"'“”‘’ \n"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model made of the extracts: its short phrase, and how sure it is that they state the answer.

    ``brief`` is the answer alone, asked for where the phrase is a sentence, else "". ``answerable`` is P(yes) in 0…1,
    ``least`` the probability of the least sure token of the phrase or, where it is asked for, of the answer alone; both
    None where the backend cannot tell.
    """

    phrase: str
    brief: str = field(kw_only=True, default="")
    answerable: float | None = field(kw_only=True)
    least: float | None = field(kw_only=True, default=None)


class Drafter:
    """Asks one model about one question's extracts, one plain thing at a time, on a shared beginning."""

    def __init__(
        self,
        model: Model,
        prompts: Mapping[str, Prompt],
        query: Query,
        chosen: Sequence[Extract],
        *,
        usage: Usage | None = None,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self.usage = usage or Usage()
        laid_out = extracts.layout(chosen)
        self._shared = prompts["evidence"].render(
            today=dates.spoken(query.as_of.isoformat()[:10]),
            fence=extracts.fence(laid_out),
            extracts=laid_out,
            question=neutralise(query.text),
        )

    def _messages(self, task: str) -> list[Message]:
        return [
            Message("system", self._prompts["system"].render()),
            Message("user", f"{self._shared}\n{self._prompts[task].render()}"),
        ]

    @property
    def tokens(self) -> dict[str, int]:
        """The tokens read and written so far."""
        return {"prompt": self.usage.prompt, "reply": self.usage.reply}

    def draft(self) -> Draft:
        """Return the model's short phrase and its doubt."""
        phrase = self._short("phrase")
        brief = self._short("brief") if len(phrase.split()) > LONG_PHRASE else ""
        least = self.usage.least
        return Draft(phrase, brief=brief, answerable=self._model.yes(self._messages("answerable")), least=least)

    def _short(self, task: str) -> str:
        self.usage.least = None
        words = self._model.stream(self._messages(task), max_tokens=PHRASE_TOKENS, stop=("\n",), usage=self.usage)
        return tidy("".join(words))

    def prose(self) -> Iterator[str]:
        """Yield the words of the drafted sentences as they come; closing it cancels the model's work."""
        yield from self._model.stream(self._messages("prose"), max_tokens=PROSE_TOKENS, usage=self.usage)


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
