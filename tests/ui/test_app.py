"""The served page from outside: where it binds, what it does not open, and that it needs nobody else."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request

import pytest
from fake_news import FakeNews

from qa.errors import InputError
from qa.ui.app import launch


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), {}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.com", ""])
def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(InputError, match="not a loopback address"):
        launch(FakeNews(), host=host, port=0)


def test_port_in_use_is_an_error_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=str(port)):
            launch(FakeNews(), port=port)


def test_no_endpoint_is_offered(served: tuple[FakeNews, str]) -> None:
    status, told, _ = get(f"{served[1]}gradio_api/info")
    assert status == 200
    assert json.loads(told) == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_other_sites_may_not_read_the_page(served: tuple[FakeNews, str]) -> None:
    _, _, headers = get(f"{served[1]}config", Origin="https://evil.example")
    assert "access-control-allow-origin" not in headers


def test_other_name_for_this_machine_is_refused(served: tuple[FakeNews, str]) -> None:
    status, _, _ = get(served[1], Host="evil.example")
    assert status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 200),
        ({"Origin": "own", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
    ids=["another site", "a sandbox", "another port", "without origin", "no page", "the page itself"],
)
def test_only_the_page_itself_may_send_commands(
    served: tuple[FakeNews, str], headers: dict[str, str], status: int
) -> None:
    address = served[1]
    sent = {name: address.rstrip("/") if value == "own" else value for name, value in headers.items()}
    # An empty question, with as many inputs as the page's own: too few would end in the server's log as a fault.
    body = json.dumps({"data": ["", "", "", ""], "fn_index": 0, "session_hash": "abc"}).encode()
    request = urllib.request.Request(f"{address}gradio_api/queue/join", data=body, headers=sent)
    request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            got = answer.status
    except urllib.error.HTTPError as error:
        with error:
            got = error.code
    assert got == status


@pytest.mark.parametrize("path", ["/etc/passwd", "pyproject.toml", "../pyproject.toml"])
def test_no_file_is_served(served: tuple[FakeNews, str], path: str) -> None:
    status, _, _ = get(f"{served[1]}gradio_api/file={path}")
    assert status in (403, 404)


def test_page_names_no_font_or_script_host(served: tuple[FakeNews, str]) -> None:
    status, page, _ = get(served[1])
    assert status == 200
    for host in (b"fonts.googleapis", b"fonts.gstatic", b"cdnjs", b"jsdelivr", b"unpkg"):
        assert host not in page
    config = json.loads(get(f"{served[1]}config")[1])
    assert config["analytics_enabled"] is False
    assert not config.get("show_error")
    assert config["connect_heartbeat"] is False, "an open page must not hold a connection"
