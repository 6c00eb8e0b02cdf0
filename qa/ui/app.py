"""Serves the chat page on a loopback address."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from qa.errors import InputError
from qa.ui.desk import Desk
from qa.ui.face import News
from qa.ui.layout import page_options
from qa.ui.origin import OwnPagesOnly
from qa.ui.page import build

__all__ = ["Page", "build", "launch", "open_page", "page_options", "serve"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is being served."""

    url: str
    blocks: Any

    def wait(self) -> None:
        """Block until interrupted, then close."""
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Stop serving."""
        self.blocks.close(verbose=False)


def launch(news: News, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False) -> str:
    """Serve the page in a background thread and return its address; port 0 takes a free one.

    Raises:
        InputError: the host is not a loopback address, or the port cannot be used.
    """
    return open_page(news, host=host, port=port, open_browser=open_browser).url


def serve(
    news: News, *, host: str = "127.0.0.1", port: int = 7860, desk: Desk | None = None, say: Callable[[str], None]
) -> None:
    """Serve the page until interrupted; its address goes to ``say``.

    Args:
        news: the archive.
        host: a loopback address.
        port: 0 takes a free one.
        desk: keeps the conversations; without one they are forgotten at the end.
        say: told the address.

    Raises:
        InputError: the host is not a loopback address, or the port cannot be used.
    """
    page = open_page(news, host=host, port=port, desk=desk)
    say(f"The chat page is open at {page.url} (Ctrl-C ends it)")
    page.wait()


def open_page(
    news: News, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False, desk: Desk | None = None
) -> Page:
    """Serve the page in a background thread and return a handle that waits or closes.

    Raises:
        InputError: the host is not a loopback address, or the port cannot be used.
    """
    address = _loopback(host)
    chosen = _port(address, port)

    async def start() -> Page:
        page = build(news, desk)
        _, url, _ = page.launch(
            server_name=address,
            server_port=chosen,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            show_error=False,
            allowed_paths=[],
            max_file_size="5mb",
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            run_history=False,
            state_session_capacity=500,
            app_kwargs={"middleware": _own_pages_only(address)},
            **page_options(),
        )
        return Page(str(url), page)

    # In a loop of its own: outside a running one Gradio makes an event loop for each of its locks, sets it as the
    # caller's and never closes it.
    with _local_requests_direct(), ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, start()).result()


def _loopback(host: str) -> str:
    """Return the loopback address of ``host``; refuse anything that other machines could reach."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InputError(
            f"The chat page only serves this machine: host {host!r} is not a loopback address. Use `--host 127.0.0.1`."
        )
    return address


def _own_pages_only(address: str) -> list[Any]:
    """Return the middleware that refuses other sites' pages, and other names for this machine (DNS rebinding)."""
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    if ":" in address:  # The middleware cannot read an IPv6 host; browsers do not rebind to ::1.
        return [Middleware(OwnPagesOnly)]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=[address, "localhost"]), Middleware(OwnPagesOnly)]


def _port(address: str, port: int) -> int:
    """Return ``port``, or a free one for 0; refuse one that is taken, before Gradio builds anything around it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself will: a port that another page has just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            raise InputError(
                f"Port {port!r} of {address!r} cannot be used ({error}): give another, such as 0."
            ) from error
        return int(probe.getsockname()[1])


@contextmanager
def _local_requests_direct() -> Iterator[None]:
    """Keep Gradio's own start-up request to the page away from a proxy named in the environment."""
    before = {name: os.environ.get(name) for name in ("NO_PROXY", "no_proxy")}
    for name, value in before.items():
        os.environ[name] = ",".join(part for part in (value, "127.0.0.1,localhost,::1") if part)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
