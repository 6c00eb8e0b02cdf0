from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from http.server import BaseHTTPRequestHandler

import pytest

from qa.ingest.addresses import Refused, is_public, target
from qa.ingest.fetching import Fetched, Fetcher, Limits, Unfetched
from tests.ingest.serving import Page, Site

QUICK = Limits(size=100_000, seconds=20.0)


def fetch(url: str, *, limits: Limits = QUICK, **known: str) -> Fetched:
    return Fetcher(limits=limits, private=True).fetch(url, **known)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True), ("127.0.0.1", False), ("::1", False),
        ("169.254.169.254", False), ("0.0.0.0", False), ("10.0.0.1", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("100.64.0.1", False), ("::ffff:10.0.0.1", False), ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False), ("64:ff9b::5db8:d822", True), ("64:ff9b:1::1", False), ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False), ("fe80::1", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("::", False), ("::7f00:1", False), ("224.0.0.1", False), ("ff02::1", False),
        ("255.255.255.255", False), ("192.0.2.1", False),
    ],
)  # fmt: skip
def test_30_an_address_is_public_however_it_is_wrapped(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "169.254.169.254", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:10.0.0.1]",
     "[64:ff9b::7f00:1]", "localhost", "127.1"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_30_addresses_inside_are_refused(scheme: str, host: str) -> None:
    with pytest.raises(Unfetched, match=r"not on the public internet|name .* is not known"):
        Fetcher(limits=QUICK).fetch(f"{scheme}://{host}/")


@pytest.mark.parametrize(
    ("url", "named"),
    [
        pytest.param("file:///etc/passwd", "http", id="34: file"),
        pytest.param("gopher://example.org/", "http", id="34: gopher"),
        pytest.param("ftp://example.org/a", "http", id="34: ftp"),
        pytest.param("https://user:pass@example.org/", "user name", id="34: user and password"),
        pytest.param("https://user@example.org/", "user name", id="34: user"),
        pytest.param("https://example.org:8080/", "8080", id="closed port"),
        pytest.param("https://example.org:99999/", "no address", id="no port"),
        pytest.param("https:///path", "no host", id="no host"),
        pytest.param("https://exa\tmple\\.org/", "no host", id="host with a backslash"),
        pytest.param("https://example.org/" + "a" * 3000, "3,020 characters", id="too long"),
    ],
)
def test_34_what_is_no_address_of_the_web_is_refused(url: str, named: str) -> None:
    with pytest.raises(Refused, match=named):
        target(url)
    with pytest.raises(Unfetched, match=named):
        Fetcher(limits=QUICK).fetch(url)


def test_a_password_does_not_reach_the_message() -> None:
    with pytest.raises(Unfetched) as refusal:
        Fetcher().fetch("https://me:s3cret@example.org/")
    assert "s3cret" not in str(refusal.value)


def test_a_page_is_fetched_with_what_its_server_says_of_it(site: Site) -> None:
    url = site.page("/a", "Erdoğan", ETag='"1"', Last_Modified="Mon, 28 Mar 2022 10:00:00 GMT", Content_Language="en")
    got = fetch(url)
    assert got.data.decode() == "Erdoğan"
    assert (got.url, got.content_type, got.charset, got.language) == (url, "text/html", "utf-8", "en")
    assert (got.etag, got.last_modified) == ('"1"', "Mon, 28 Mar 2022 10:00:00 GMT")
    assert "Cookie" not in site.headers[0]
    again = fetch(url, etag=got.etag, last_modified=got.last_modified)
    assert again.unchanged
    assert site.headers[1]["If-Modified-Since"] == got.last_modified


def test_the_environments_proxy_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert fetch(site.page("/a", "here")).data == b"here"


def test_31_a_name_is_resolved_once_and_connected_to_what_was_checked(site: Site) -> None:
    answers = [["127.0.0.1"], ["192.0.2.1"]]
    site.page("/a", "here")
    fetcher = Fetcher(limits=QUICK, private=True, resolve=lambda host, port: answers.pop(0))
    got = fetcher.fetch(site.url("/a", host="news.example"))
    assert got.data == b"here"
    assert len(answers) == 1
    assert site.headers[0]["Host"] == f"news.example:{site.port}"


@pytest.mark.parametrize(
    "addresses",
    [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"], ["::ffff:169.254.169.254"], []],
    ids=["31: one of two is inside", "31: inside", "31: metadata, mapped", "31: none"],
)
def test_31_every_address_of_a_name_must_be_public(addresses: list[str]) -> None:
    with pytest.raises(Unfetched, match=r"rebind\.example"):
        Fetcher(limits=QUICK, resolve=lambda host, port: addresses).fetch("http://rebind.example/")


def redirect(to: str) -> Page:
    return Page(status=302, headers={"Location": to})


def test_32_a_redirect_is_followed_and_checked_again(site: Site) -> None:
    site.page("/there", "here")
    site.pages["/a"] = redirect("/b")
    site.pages["/b"] = redirect(site.url("/there"))
    assert fetch(site.url("/a")).url == site.url("/there")


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        pytest.param("file:///etc/passwd", "only http", id="32: to a file"),
        pytest.param("/a", "redirects more than 3 times", id="32: loop"),
        pytest.param("", "redirects more than", id="32: nowhere"),
        pytest.param("http://user:pass@127.0.0.1/", "user name", id="32: to a password"),
        pytest.param("http://[::1", "Invalid", id="32: to no address"),
    ],
)
def test_32_a_redirect_that_leads_elsewhere_is_refused(site: Site, to: str, reason: str) -> None:
    site.pages["/a"] = redirect(to)
    with pytest.raises(Unfetched, match=reason):
        fetch(site.url("/a"))
    assert len(site.asked) <= 4


def test_32_a_redirect_inside_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback counts as public here, so that the first step has somewhere to go; the second is checked like it."""
    monkeypatch.setattr("qa.ingest.connecting.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr("qa.ingest.fetching.target", lambda url, private: target(url, private=True))
    names = {"news.example": "127.0.0.1", "metadata.example": "169.254.169.254"}
    fetcher = Fetcher(limits=QUICK, resolve=lambda host, port: [names[host]])
    site.pages["/a"] = redirect("http://metadata.example/latest")
    with pytest.raises(Unfetched, match=r"metadata\.example.*169\.254\.169\.254"):
        fetcher.fetch(site.url("/a", host="news.example"))
    assert site.asked == ["/a"]


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        pytest.param(b"x" * 100_001, {}, "larger than 100,000 bytes", id="too large"),
        pytest.param(gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"}, "larger", id="29: gzip bomb"),
        pytest.param(
            zlib.compress(b"0" * 10_000_000), {"Content-Encoding": "deflate"}, "larger", id="29: deflate bomb"
        ),
        pytest.param(b"x", {"Content-Encoding": "br"}, "'br'", id="29: a coding not asked for"),
        pytest.param(b"x", {"Content-Encoding": "gzip, gzip"}, "'gzip, gzip'", id="29: twice compressed"),
        pytest.param(b"plain", {"Content-Encoding": "gzip"}, "says it is compressed", id="not compressed"),
        pytest.param(gzip.compress(b"whole" * 500)[:40], {"Content-Encoding": "gzip"}, "middle", id="cut short"),
    ],
)
def test_29_bodies_are_bounded(site: Site, body: bytes, headers: dict[str, str], reason: str) -> None:
    site.pages["/a"] = Page(body, headers=headers)
    with pytest.raises(Unfetched, match=reason):
        fetch(site.url("/a"))


def test_29_a_bomb_costs_no_memory(site: Site) -> None:
    site.pages["/a"] = Page(gzip.compress(b"\0" * 200_000_000, 1), headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        with pytest.raises(Unfetched, match="larger"):
            fetch(site.url("/a"), limits=Limits(size=5_000_000))
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_gzip_is_inflated(site: Site) -> None:
    site.pages["/a"] = Page(gzip.compress(b"words " * 1000), headers={"Content-Encoding": "gzip"})
    assert fetch(site.url("/a")).data == b"words " * 1000


@pytest.mark.parametrize("status", [404, 410, 403, 429, 500, 503, 204])
def test_an_error_is_named_with_its_status(site: Site, status: int) -> None:
    site.pages["/a"] = Page(b"no", status=status) if status != 204 else Page(status=status)
    with pytest.raises(Unfetched, match=str(status)):
        fetch(site.url("/a"))


def test_nobody_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unfetched, match=f"127.0.0.1:{port}.*cannot be fetched"):
        fetch(f"http://127.0.0.1:{port}/")


def dribble(first: bytes, then: bytes, pause: float) -> tuple[str, threading.Event, threading.Thread]:
    """Start a server that sends ``first`` and then ``then`` again and again, and return its address."""
    listening, done = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, listening:
            try:
                connection.sendall(first)
                while not done.is_set():
                    connection.sendall(then)
                    done.wait(pause)
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}/", done, thread


@pytest.mark.parametrize(
    ("first", "then", "pause", "reason"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"a", 0.1, "longer than 1 second", id="33: header byte by byte"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"a", 0.1, "longer than 1 second", id="33: body byte by byte"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 65536, 0.0, "larger than|longer than", id="33: endless body"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000, 0.0, "cannot be fetched|longer than", id="33: endless headers"
        ),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", b"x\r\n", 0.1, "cannot be|longer than", id="33: no http at all"),
    ],
)
def test_33_a_hostile_server_is_left_in_time(first: bytes, then: bytes, pause: float, reason: str) -> None:
    url, done, thread = dribble(first, then, pause)
    began = time.monotonic()
    with pytest.raises(Unfetched, match=reason):
        fetch(url, limits=Limits(size=100_000, seconds=1.0))
    assert time.monotonic() - began < 15  # under load; idle it is a second
    done.set()
    thread.join(5)


def test_a_resolver_that_hangs_is_left_in_time() -> None:
    waiting = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        waiting.wait(10)
        return ["93.184.216.34"]

    with pytest.raises(Unfetched, match=r"longer than 0\.5 seconds"):
        Fetcher(limits=Limits(seconds=0.5), resolve=resolve).fetch("http://news.example/")
    waiting.set()


def test_a_fetch_ends_when_it_is_told_to(site: Site) -> None:
    stop = threading.Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        stop.set()
        time.sleep(1.5)

    site.pages["/a"] = hang
    with pytest.raises(Unfetched, match="stopped"):
        Fetcher(private=True, stopped=stop.is_set).fetch(site.url("/a"))
