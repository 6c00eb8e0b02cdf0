"""Every remote model, through LlamaIndex: one OpenAI-compatible client, with deadlines and retries of our own."""

from __future__ import annotations

import contextlib
import math
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.errors import InputError, ModelUnavailable
from qa.llm.base import Message, Usage
from qa.llm.special import neutralise
from qa.settings import Settings

if TYPE_CHECKING:
    import httpx
    from llama_index.core.llms import LLM

RETRIES = 2
_RETRIED = frozenset({408, 429})
_RETRIED_NAMES = frozenset({"APIConnectionError", "APITimeoutError", "TransportError"})
"""Names, since each SDK has its own classes; httpx's all derive from ``TransportError``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a remote model is given."""

    connect: float = 3.0
    first_token: float = 15.0
    between_tokens: float = 10.0
    total: float = 120.0
    pause: float = 0.5
    """Before the first retry; doubled for the second, jittered, and overruled by Retry-After."""


class _Refused(ModelUnavailable):
    """The endpoint does not take the request as it is."""


@dataclass(frozen=True, slots=True)
class _End:
    """The last item of a pumped stream: the error that ended it, if one did."""

    error: BaseException | None


class RemoteModel:
    """A model behind an endpoint.

    Args:
        connect: makes the LlamaIndex LLM over the given HTTP client; the SDK's own retries must be off.
        name: the model's name.
        where: what errors call the endpoint.
        limits: the deadlines.
        logprobs: whether the endpoint may return token probabilities.
    """

    def __init__(
        self,
        connect: Callable[[httpx.Client], LLM],
        *,
        name: str,
        where: str,
        limits: Limits | None = None,
        logprobs: bool = True,
    ) -> None:
        self.name = name
        self._connect = connect
        self._where = where
        self._limits = limits or Limits()
        self._logprobs = logprobs

    @property
    def ready(self) -> bool:
        """Always: nothing is loaded here."""
        return True

    def wait(self, timeout: float | None = None) -> bool:
        """Return True at once."""
        return True

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces; closing the iterator closes the connection.

        Raises:
            ModelUnavailable: refused, failed or too slow. Only calls that wrote nothing yet are tried again.
        """
        options: dict[str, Any] = {"max_tokens": max_tokens}
        if stop:
            options["stop"] = list(stop)

        def pieces(llm: LLM) -> Iterator[str]:
            for part in llm.stream_chat(_chat(messages), **options):
                if part.delta:
                    yield part.delta

        silent = True
        for piece in self._served(pieces):
            silent = False
            yield piece
        if silent:  # an outage that looks like a reply, such as a proxy's page, must not pass for one
            raise ModelUnavailable(f"{self._where} sent an empty reply; check DATELINE_LLM_URL")

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes) / (P(Yes) + P(No)) from the endpoint's log probabilities, or None where it returns none.

        Raises:
            ModelUnavailable: refused, failed or too slow.
        """
        if not self._logprobs:
            return None

        def once(llm: LLM) -> Iterator[Any]:
            yield llm.chat(_chat(messages), max_tokens=1, logprobs=True, top_logprobs=10)

        try:
            response = next(iter(self._served(once)))
        except _Refused:
            return None  # the endpoint does not know the option
        return _yes_share(getattr(response, "raw", None))

    def close(self) -> None:
        """Nothing is held between calls."""

    def _served(self, call: Callable[[LLM], Iterator[Any]]) -> Iterator[Any]:
        """Yield what ``call`` yields, trying again while nothing came and the error is one that passes."""
        until = time.monotonic() + self._limits.total
        for attempt in range(RETRIES + 1):
            came = False
            try:
                for item in self._pumped(call, until):
                    came = True
                    yield item
                return
            except ModelUnavailable:
                raise
            except Exception as error:  # the edge: every SDK has error types of its own
                pause = _pause(error, attempt, self._limits.pause)
                if came or attempt == RETRIES or pause is None or time.monotonic() + pause > until:
                    raise self._translated(error) from error
                time.sleep(pause)

    def _pumped(self, call: Callable[[LLM], Iterator[Any]], until: float) -> Iterator[Any]:
        """Run ``call`` in a thread and yield its items within the deadlines; the connection is closed at the end."""
        import httpx

        limits = self._limits
        client = httpx.Client(timeout=httpx.Timeout(limits.first_token, connect=limits.connect))
        llm = self._connect(client)  # before the clock runs: the first one imports the client's library
        items: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def pump() -> None:
            try:
                for item in call(llm):
                    items.put(item)
                items.put(_End(None))
            except Exception as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
                items.put(_End(error))

        threading.Thread(target=pump, name="dateline-remote", daemon=True).start()
        patience = limits.first_token + limits.connect
        try:
            while True:
                try:
                    item = items.get(timeout=max(0.0, min(patience, until - time.monotonic())))
                except queue.Empty:
                    raise ModelUnavailable(f"{self._where} did not answer in time; check DATELINE_LLM_URL") from None
                if isinstance(item, _End):
                    if item.error is not None:
                        raise item.error
                    return
                patience = limits.between_tokens
                yield item
        finally:
            with contextlib.suppress(Exception):
                client.close()

    def _translated(self, error: BaseException) -> Exception:
        """Return the error of ours that an SDK's error means."""
        code = getattr(error, "status_code", None)
        said = " ".join(str(error).split())[:200]
        if code == 400:
            return _Refused(f"{self._where} refused the request: {said}")
        if code in (401, 403):
            return ModelUnavailable(f"{self._where} refused the key ({code}); set DATELINE_LLM_KEY")
        if code == 404:
            return ModelUnavailable(f"{self._where} does not know the model {self.name!r}; set DATELINE_LLM_MODEL")
        return ModelUnavailable(f"{self._where} failed: {type(error).__name__}: {said}")


def _chat(messages: Sequence[Message]) -> list[Any]:
    """Return LlamaIndex messages whose text cannot speak as another role."""
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role=message.role, content=neutralise(message.text)) for message in messages]


def _pause(error: BaseException, attempt: int, base: float) -> float | None:
    """Return the seconds to wait before trying again, or None where trying again is no use."""
    code = getattr(error, "status_code", None)
    names = {kind.__name__ for kind in type(error).__mro__}
    passing = code in _RETRIED or code >= 500 if isinstance(code, int) else bool(names & _RETRIED_NAMES)
    if not passing:
        return None
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    with contextlib.suppress(ValueError):
        return max(0.0, float(headers.get("retry-after", "")))
    return float(base * 2**attempt * random.uniform(0.5, 1.5))


def _yes_share(raw: Any) -> float | None:
    """Return P(Yes) / (P(Yes) + P(No)) from an OpenAI chat completion, or None without log probabilities."""
    try:
        top = raw.choices[0].logprobs.content[0].top_logprobs
    except (AttributeError, IndexError, TypeError):
        return None
    mass = {"yes": 0.0, "no": 0.0}
    for candidate in top:
        word = candidate.token.strip().lower()
        if word in mass:
            mass[word] += math.exp(candidate.logprob)
    total = sum(mass.values())
    return mass["yes"] / total if total > 0 else None


def prepare() -> None:
    """Import what the first call needs, which takes seconds that no question should pay."""
    import httpx  # noqa: F401
    import llama_index.llms.openai_like  # noqa: F401


def openai_model(settings: Settings, *, limits: Limits | None = None) -> RemoteModel:
    """Return the model at the OpenAI-compatible endpoint of the settings.

    Raises:
        InputError: the address or the model's name is empty.
    """
    for value, variable in ((settings.llm_url, "DATELINE_LLM_URL"), (settings.llm_model, "DATELINE_LLM_MODEL")):
        if not value:
            raise InputError(f"{variable} is {value!r}; DATELINE_LLM=openai needs an address and a model name")

    def connect(client: httpx.Client) -> LLM:
        from llama_index.llms.openai_like import OpenAILike

        llm: LLM = OpenAILike(
            model=settings.llm_model,
            api_base=settings.llm_url,
            api_key=settings.llm_key.get_secret_value() or "none",
            is_chat_model=True,
            temperature=0.0,
            max_retries=0,
            http_client=client,
            timeout=settings.llm_timeout,
        )
        return llm

    return RemoteModel(
        connect,
        name=settings.llm_model,
        where=f"the model server at {settings.llm_url!r}",
        limits=limits or Limits(total=settings.llm_timeout),
    )
