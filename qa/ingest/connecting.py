"""Connections to public addresses only, within a deadline: what ``fetching`` gives to httpx in place of its own.

The name is resolved once, every resulting IP address is checked, and the connection goes to an address that was
checked, so that a name that answers differently the second time (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import httpcore
import httpx

from qa.ingest.addresses import Refused, is_public

if TYPE_CHECKING:
    import ssl

Resolve = Callable[[str, int], list[str]]
"""A host name and a port to IP addresses; raises OSError where there are none."""

_BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
_STEP = 5.0
"""Seconds for one step of a connection: to connect, to agree on keys, to send the request."""


def system_resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Deadline:
    """When a fetch must be over."""

    def __init__(self, seconds: float, stopped: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._stopped = stopped

    def left(self) -> float:
        """Return the seconds that are left, at most one: so often is asked whether to stop.

        Raises:
            TimeoutError: none are, or the fetch is to stop.
        """
        if self._stopped():
            raise TimeoutError("stopped")
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"took longer than {self._seconds:g} seconds")
        return min(left, 1.0)

    def step(self) -> float:
        """Return the seconds for one step of a connection; raises as :meth:`left`."""
        self.left()
        return min(_STEP, max(self._end - time.monotonic(), 0.1))


class Guarded(httpcore.NetworkBackend):
    """Makes connections, to public addresses only and within the deadline."""

    def __init__(self, deadline: Deadline, *, resolve: Resolve, private: bool) -> None:
        self._deadline = deadline
        self._resolve = resolve
        self._private = private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve a host, check every address of it, and connect to the first that answers."""
        addresses = self._addresses(host, port)
        closed = [each for each in addresses if not self._private and not is_public(each)]
        if closed or not addresses:
            raise Refused(
                f"{host!r} leads to {', '.join(closed) or 'nowhere'}, which is not on the public internet:"
                " it is not fetched unless DATELINE_FETCH_PRIVATE=true"
            )
        for each in addresses[:4]:
            try:
                stream = self._plain.connect_tcp(
                    each, port, timeout=self._deadline.step(), socket_options=socket_options
                )
                return _Bounded(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                self._deadline.left()
                last = error
        raise httpcore.ConnectError(str(last) or "no connection")

    def _addresses(self, host: str, port: int) -> list[str]:
        """Return a host's addresses. The system's resolver knows no time limit, so it is waited for from outside."""
        found: list[str] = []
        failed: list[OSError | UnicodeError] = []

        def look() -> None:
            try:
                found.extend(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                failed.append(error)

        thread = threading.Thread(target=look, name="dateline-resolve", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(self._deadline.left())
        if failed:
            raise httpcore.ConnectError(f"the name {host!r} is not known: {failed[0]}")
        return found


class _Bounded(httpcore.NetworkStream):
    """A connection that ends with the deadline, however slowly bytes come."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            try:
                return self._stream.read(max_bytes, timeout=self._deadline.left())
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.step())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.step())
        return _Bounded(secure, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """httpx over a connection pool of our own, which is where httpcore lets a network backend in."""

    def __init__(self, backend: httpcore.NetworkBackend, context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=backend, max_keepalive_connections=0, retries=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, its body not yet read."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        address = request.url
        try:
            got = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(
                        scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except _BROKEN as error:
            raise httpx.TransportError(str(error) or type(error).__name__) from error
        assert isinstance(got.stream, Iterable)
        return httpx.Response(got.status, headers=got.headers, stream=_Stream(got.stream), extensions=got.extensions)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except _BROKEN as error:
            raise httpx.TransportError(str(error) or type(error).__name__) from error

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()
