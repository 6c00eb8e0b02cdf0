"""The same index with a Chroma server: the server is real, on loopback, and goes and comes back."""

from __future__ import annotations

import gc
import http.server
import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from http import HTTPStatus
from pathlib import Path

import numpy as np
import pytest

from qa.encoders import HashEncoder
from qa.errors import InputError
from qa.index import Index, dense
from qa.ingest import Read
from qa.settings import Settings
from qa.vectors import Chroma, Server, Unhealthy, Unreachable, discard
from tests.chroma_server import ChromaServer, free_port

Make = Callable[..., Read]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("server") / "data").start()
    yield running
    running.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ChromaServer]:
    """One that the test may stop."""
    running = ChromaServer(tmp_path / "server").start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_connection_stays_open() -> Iterator[None]:
    yield
    gc.collect()  # a socket left open warns here, and a warning is an error


def opened(folder: Path, url: str, **options: bool) -> Index:
    settings = Settings(chroma_url=url, chroma_token="hidden")
    return Index.open(folder, settings=settings, encoder=HashEncoder(), create=True, **options)


def bridges(article: Make, count: int, first: int = 0) -> list[Read]:
    return [article(f"Bridge {n} of Lindholm is open.", 1 + n % 28) for n in range(first, first + count)]


def nearest(index: Index, text: str) -> list[str]:
    vector = index.encoder.encode_queries([text])[0]
    return [found.passage_id for found in index.dense(vector, 10, before=None)]


def all_find_themselves(index: Index) -> None:
    for each in index.all_articles():
        vector = index.encoder.encode_passages([f"{each.published:%-d} March 2022\n{each.body}"])
        assert index.dense(vector, 1, before=None)[0].passage_id.startswith(each.id)


def test_sixty_alike_are_taken_in_asked_for_and_deleted(folder: Path, article: Make, server: ChromaServer) -> None:
    with opened(folder, server.url) as index:
        index.add(bridges(article, 60))
        all_find_themselves(index)
        assert (index.info().dense, index.info().notes, index.outage) == ("chroma", (), "")
        gone = next(iter(index.all_articles()))
        assert index.remove(gone.id)
        assert not any(name.startswith(gone.id) for name in nearest(index, gone.body))
        held = set(index._meaning()._chroma.ids())  # type: ignore[union-attr]
        assert len(held) == 59
        assert not any(name.startswith(gone.id) for name in held)
    assert not any(path.is_dir() for path in (folder / "chroma").iterdir()), "no vector is kept in the folder"
    with opened(folder, server.url) as index:
        all_find_themselves(index)
        assert (index.info().dense, index.info().notes) == ("chroma", ())


def test_what_is_new_is_built_aside_and_the_old_collection_goes(
    folder: Path, article: Make, server: ChromaServer
) -> None:
    before = server.names()
    with opened(folder, server.url) as index:
        index.add(bridges(article, 20))
        first = server.names() - before
        index.add(bridges(article, 20, first=20))
        second = server.names() - before
        all_find_themselves(index)
    assert (len(first), len(second)) == (1, 1)
    assert first != second
    assert json.loads((folder / "chroma" / "server.json").read_text())["collection"] == second.pop()


def test_a_server_that_goes_is_told_and_comes_back(
    folder: Path, article: Make, own: ChromaServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(folder, own.url) as index:
        index.add(bridges(article, 40))
        assert index.info().dense == "chroma"
        own.stop()
        with caplog.at_level(logging.WARNING):
            all_find_themselves(index)
        assert "Chroma is not used" in caplog.text
        assert index.info().dense == "exact"
        [note] = index.info().notes
        assert "exact search instead" in note
        assert own.url in note
        assert "does not answer" in index.outage
        index.add(bridges(article, 4, first=40))
        lost = next(iter(index.all_articles()))
        index.remove(lost.id)
        all_find_themselves(index)
        own.start()
        monkeypatch.setattr(dense, "_AGAIN", 0.0)
        for _ in range(600):
            all_find_themselves(index)
            if index.info().dense == "chroma":
                break
            threading.Event().wait(0.1)
        assert (index.info().dense, index.outage) == ("chroma", "")
        all_find_themselves(index)
        assert not any(name.startswith(lost.id) for name in nearest(index, lost.body))
    with opened(folder, own.url) as index:
        held = set(index._meaning()._chroma.ids()) if nearest(index, "bridge") else set()  # type: ignore[union-attr]
        assert not any(name.startswith(lost.id) for name in held), "what was deleted in an outage goes later"
        all_find_themselves(index)


def test_a_server_that_is_away_from_the_beginning(folder: Path, article: Make) -> None:
    with opened(folder, f"http://127.0.0.1:{free_port()}") as index:
        index.add(bridges(article, 5))
        all_find_themselves(index)
        [note] = index.info().notes
        assert "start it, or check DATELINE_CHROMA_URL" in note
        assert "hidden" not in note
        assert "127.0.0.1" not in index.outage, "a reader need not know where it is"


def test_a_server_that_has_lost_the_collection_gets_it_anew(folder: Path, article: Make, server: ChromaServer) -> None:
    with opened(folder, server.url) as index:
        index.add(bridges(article, 10))
    note = folder / "chroma" / "server.json"
    lost = json.loads(note.read_text()) | {"collection": "dateline-0"}
    note.write_text(json.dumps(lost))
    with opened(folder, server.url) as index:
        all_find_themselves(index)
        assert index.info().dense == "chroma"


def test_another_process_reads_without_the_server(folder: Path, article: Make, server: ChromaServer) -> None:
    with opened(folder, server.url) as index:
        index.add(bridges(article, 10))
        with opened(folder, server.url, read_only=True) as reader:
            all_find_themselves(reader)
            assert reader.info().dense == "exact"


def test_no_other_collection_of_the_server_is_touched(tmp_path: Path, article: Make, server: ChromaServer) -> None:
    with opened(tmp_path / "one", server.url) as one, opened(tmp_path / "two", server.url) as two:
        one.add(bridges(article, 6))
        held = server.names()
        two.add(bridges(article, 6))
        two.add(bridges(article, 6, first=6))
        two.rebuild_vectors()
        assert held <= server.names()
        all_find_themselves(one)
        assert one.info().dense == "chroma"


def rows(count: int) -> list[tuple[int, str, np.ndarray]]:
    made = np.random.default_rng(3).normal(size=(count, 32)).astype(np.float32)
    return [(number + 1, f"p{number}", row / np.linalg.norm(row)) for number, row in enumerate(made)]


def test_a_build_that_fails_leaves_the_one_in_use_and_nothing_behind(tmp_path: Path, server: ChromaServer) -> None:
    before = server.names()
    chroma = Chroma(tmp_path, server=Server(server.url))
    chroma.build(rows(5))
    held = server.names()
    with pytest.raises(Unhealthy):
        chroma.build([(6, "a", np.ones(32, np.float32)), (7, "b", np.ones(8, np.float32))])
    assert chroma.query(rows(5)[0][2], 9)[0] == "p0"
    assert server.names() == held
    chroma.close()
    discard(tmp_path)
    assert not Chroma(tmp_path, server=Server(server.url)).exists
    chroma.build(rows(3))
    assert len(server.names() - before) == 1, "what was discarded is deleted when the server is asked next"
    chroma.close()


def test_what_a_build_that_was_killed_left_is_deleted_at_the_next_opening(tmp_path: Path, server: ChromaServer) -> None:
    before = server.names()
    chroma = Chroma(tmp_path, server=Server(server.url))
    chroma.build(rows(5))
    held = server.names() - before
    half = chroma._place.begin(None)
    half.put([(name, vector) for _, name, vector in rows(2)])
    half.close()
    chroma.close()
    assert len(server.names() - before) == 2
    again = Chroma(tmp_path, server=Server(server.url))
    again.open()
    assert server.names() - before == held
    assert again.query(rows(5)[3][2], 1) == ["p3"]
    again.close()


@pytest.mark.parametrize("note", ["{", "[]", '{"url": 1}'], ids=["half", "no object", "no fields"])
def test_a_damaged_note_is_as_none(tmp_path: Path, server: ChromaServer, note: str) -> None:
    (tmp_path / "server.json").write_text(note)
    chroma = Chroma(tmp_path, server=Server(server.url))
    assert not chroma.exists
    with pytest.raises(Unhealthy, match="nothing was built"):
        chroma.open()
    chroma.close()


class Guard(http.server.BaseHTTPRequestHandler):
    """Stands before a server and lets through who has the token, as a proxy with tokens does."""

    behind = ""

    def _pass(self) -> None:
        if self.headers["Authorization"] != "Bearer hidden":
            self.send_response(HTTPStatus.UNAUTHORIZED)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)) or None
        asked = urllib.request.Request(f"{self.behind}{self.path}", data=body, method=self.command)
        asked.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(asked, timeout=60) as reply:
                code, told = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            with error:
                code, told = error.code, error.read()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_DELETE = do_PUT = _pass

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def guarded(server: ChromaServer) -> Iterator[str]:
    handler = type("Behind", (Guard,), {"behind": server.url})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()
        thread.join(60)


def test_a_token_opens_a_server_behind_a_proxy(tmp_path: Path, guarded: str) -> None:
    chroma = Chroma(tmp_path, server=Server(f"{guarded}", token="hidden"))
    chroma.build(rows(5))
    assert chroma.query(rows(5)[2][2], 1) == ["p2"]
    chroma.close()


def test_a_wrong_token_is_told(tmp_path: Path, guarded: str) -> None:
    with pytest.raises(Unreachable, match=r"refuses \(401\): check DATELINE_CHROMA_TOKEN"):
        Chroma(tmp_path, server=Server(guarded, token="other")).build(rows(5))


def test_what_is_no_chroma_server_is_told(tmp_path: Path, server: ChromaServer) -> None:
    with pytest.raises(Unreachable, match=r"is no Chroma server of version 1 \(status 404 .* check DATELINE_CHROMA"):
        Chroma(tmp_path, server=Server(f"{server.url}/elsewhere")).open()


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://127.0.0.1",
        "http://",
        "http://h:99999",
        "http://h/?a=b",
        "http://me:secret@h",
        "http://[::",
    ],
    ids=["no scheme", "another scheme", "no host", "no such port", "a query", "a password", "half an address"],
)
def test_an_address_that_is_none_is_an_error_that_makes_nothing(folder: Path, url: str) -> None:
    with pytest.raises(InputError, match=r"DATELINE_CHROMA_(URL|TOKEN)") as raised:
        opened(folder, url)
    assert "secret" not in str(raised.value)
    assert not folder.exists()


def test_an_answer_during_an_outage_is_an_answer_and_says_so(folder: Path, article: Make) -> None:
    from qa.news import NewsQA

    settings = Settings(chroma_url=f"http://127.0.0.1:{free_port()}", llm="none")
    with opened(folder, settings.chroma_url) as index:
        index.add([article("The bridge of Lindholm was opened on Monday by mayor Ana Ruiz.", 2)])
    with NewsQA.open(folder, settings=settings, encoder=HashEncoder()) as news:
        answer = news.ask("Who opened the bridge of Lindholm?", as_of="2022-03-05")
        assert answer.status == "answered"
        assert answer.citations
        assert [note for note in answer.trace.notes if "vector server" in note]
        assert news.search("bridge of Lindholm", as_of="2022-03-05")[0].article.published == date(2022, 3, 2)


def test_the_doctor_looks_at_the_server_and_mends_what_is_there(folder: Path, article: Make, own: ChromaServer) -> None:
    from qa.upkeep.doctor import examine

    settings = Settings(chroma_url=own.url)

    def vectors(*, repair: bool = False) -> tuple[str, str]:
        checks = examine(folder, settings, repair=repair, encoder=HashEncoder())
        [found] = [each for each in checks if each.part == "vectors"]
        return found.state, found.text

    with opened(folder, own.url) as index:
        index.add(bridges(article, 12))
        chroma = index._meaning()._chroma
        assert chroma is not None
    assert vectors()[0] == "well"
    chroma.open()
    chroma.remove(chroma.ids()[:1])
    chroma.close()
    assert vectors() == ("ill", "1 are missing and 0 are of deleted passages")
    assert vectors(repair=True)[0] == "mended"
    assert len(own.names()) == 1, "the one that was ill is deleted"
    own.stop()
    state, text = vectors(repair=True)
    assert (state, "does not answer" in text) == ("unseen", True)
    own.start()
    assert vectors()[0] == "well"
