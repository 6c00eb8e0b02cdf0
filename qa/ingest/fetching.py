"""Fetches one address from the network: to public hosts only, within a size and a time, nothing inflated unbounded.

The guard sits where the connection is made: the name is resolved once, every resulting IP address must be public, and
the connection goes to an address that was checked. A redirect is a new connection and so checked again. Proxies and
credentials of the environment are not used (``trust_env``), cookies are not kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpcore
import httpx

from qa import VERSION
from qa.ingest.addresses import Refused, target
from qa.ingest.connecting import Deadline, Guarded, Resolve, Transport, system_resolve

if TYPE_CHECKING:
    import ssl

_AGENT = f"Dateline/{VERSION} (news archive)"
_ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json;q=0.9,*/*;q=0.5"
)
_CODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_PASSING = frozenset({408, 425, 429})


class Unfetched(ValueError):
    """The address gave nothing that can be read; the message says why. ``final``: trying again would not help."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        """Keep the message."""
        super().__init__(message)
        self.final = final


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost. ``size`` counts decoded bytes; ``seconds`` covers all redirects together."""

    size: int = 5_000_000
    seconds: float = 20.0
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. ``url`` is where the last redirect led; ``data`` is empty where nothing changed (304)."""

    url: str
    data: bytes = field(kw_only=True, default=b"")
    content_type: str = field(kw_only=True, default="")
    charset: str = field(kw_only=True, default="")
    language: str = field(kw_only=True, default="")
    etag: str = field(kw_only=True, default="")
    last_modified: str = field(kw_only=True, default="")
    unchanged: bool = field(kw_only=True, default=False)


class Fetcher:
    """Fetches addresses one at a time. Nothing is kept between two of them."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        private: bool = False,
        resolve: Resolve | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Keep the limits.

        Args:
            limits: what one fetch may cost.
            private: whether addresses of one's own machine and network may be fetched too.
            resolve: turns names into IP addresses; the system does it for None.
            stopped: asked about once a second; a fetch ends when it says yes.
        """
        self._limits = limits or Limits()
        self._private = private
        self._resolve = resolve or system_resolve
        self._stopped = stopped
        self._tls: ssl.SSLContext | None = None

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Return what an address gives, after at most ``Limits.redirects`` redirects.

        Args:
            url: an http or https address.
            etag: the entity tag of the copy that is known, for a conditional request (RFC 9110, section 13).
            last_modified: the ``Last-Modified`` of that copy.

        Raises:
            Unfetched: it is refused, cannot be reached, answers with an error, is too large, or takes too long.
        """
        deadline = Deadline(self._limits.seconds, self._stopped)
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {"User-Agent": _AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **_set(known)}
        where = url
        try:
            backend = Guarded(deadline, resolve=self._resolve, private=self._private)
            with httpx.Client(transport=Transport(backend, self._context), trust_env=False, timeout=None) as client:
                for _ in range(self._limits.redirects + 1):
                    target(where, private=self._private)
                    with client.stream("GET", where, headers=headers, follow_redirects=False) as response:
                        if response.status_code not in _REDIRECTS:
                            return self._taken(response, url)
                        where = urljoin(where, response.headers.get("location", ""))
        except Refused as error:
            raise Unfetched(str(error), final=True) from None
        except TimeoutError as error:
            raise Unfetched(f"{url!r}: {error}") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.ConnectError, OSError, UnicodeError) as error:
            raise Unfetched(f"{url!r} cannot be fetched: {str(error) or type(error).__name__}") from None
        raise Unfetched(f"{url!r} redirects more than {self._limits.redirects} times, at last to {where!r}")

    @property
    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        return self._tls

    def _taken(self, response: httpx.Response, url: str) -> Fetched:
        status, head = response.status_code, response.headers
        if status == 304:
            return Fetched(str(response.url), unchanged=True)
        if status in _GONE:
            raise Unfetched(f"{url!r} is not there (HTTP {status}): check the address", final=True)
        if status != 200:
            final = 400 <= status < 500 and status not in _PASSING
            raise Unfetched(
                f"{url!r} answers with HTTP {status}: try again later, or save the page and give its file", final=final
            )
        kind, _, parameters = head.get("content-type", "").partition(";")
        return Fetched(
            str(response.url),
            data=b"".join(self._decoded(response, url)),
            content_type=kind.strip().lower(),
            charset=_charset(parameters),
            language=head.get("content-language", "").partition(",")[0].strip()[:35],
            etag=head.get("etag", "")[:500],
            last_modified=head.get("last-modified", "")[:100],
        )

    def _decoded(self, response: httpx.Response, url: str) -> Iterator[bytes]:
        """Yield the decoded body, never holding more than the limit and one step of it.

        httpx would inflate a whole chunk at once, whatever comes out; this stops inside a chunk.
        """
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in _CODINGS:
            raise Unfetched(f"{url!r} is sent as {coding!r}, which was not asked for")
        inflate = zlib.decompressobj(47) if _CODINGS[coding] else None  # 47: gzip or zlib, told by its header
        left, most = self._limits.size, self._limits.size
        for chunk in response.iter_raw():
            pieces = [chunk] if inflate is None else self._inflated(inflate, chunk, left, url)
            for piece in pieces:
                left -= len(piece)
                if left < 0:
                    raise Unfetched(f"{url!r} is larger than {most:,} bytes: save it and give the file")
                yield piece
        if inflate is not None and not inflate.eof:
            raise Unfetched(f"{url!r} ends in the middle of its compressed data")

    def _inflated(self, inflate: zlib._Decompress, chunk: bytes, left: int, url: str) -> list[bytes]:
        try:
            return [inflate.decompress(chunk, left + 1)]
        except zlib.error as error:
            raise Unfetched(f"{url!r} says it is compressed, and is not: {error}") from None


def _set(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value}


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40]
    return ""
