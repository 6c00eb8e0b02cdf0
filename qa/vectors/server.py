"""A Chroma server: each build is a collection of its own, and a small file of the index says which one is in use."""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qa.errors import InputError
from qa.settings import Settings
from qa.vectors.asking import DEADLINE, Unhealthy, Unreachable, timed
from qa.vectors.collection import Built, Collection
from qa.vectors.files import point
from qa.vectors.folder import SERVED

_PATIENCE = 5.0
"""Seconds for a connection and for one question: the exact scan answers in a tenth of one."""

_EXAMPLE = "an address such as http://127.0.0.1:8000, or unset it for Chroma in the index's own folder"


@dataclass(frozen=True, slots=True)
class Server:
    """Where a Chroma server is, and what it wants to see."""

    url: str
    token: str = field(kw_only=True, default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Server | None:
        """Return the server that the settings name, or None where they name none.

        Raises:
            InputError: its address is none.
        """
        url = settings.chroma_url.strip().rstrip("/")
        if not url:
            return None
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            parts, usable = urlsplit(""), False
        if not usable or parts.query or parts.fragment:
            raise InputError(f"DATELINE_CHROMA_URL is {settings.chroma_url!r}: set {_EXAMPLE}")
        if parts.username or parts.password:
            raise InputError(
                f"DATELINE_CHROMA_URL holds a password for {parts.hostname!r}: set it as DATELINE_CHROMA_TOKEN instead"
            )
        return cls(url, token=settings.chroma_token.get_secret_value())

    @property
    def headers(self) -> dict[str, str]:
        """What proves who asks: to a proxy before the server, and to Chroma Cloud."""
        return {"Authorization": f"Bearer {self.token}", "X-Chroma-Token": self.token} if self.token else {}


@dataclass(frozen=True, slots=True)
class _Note:
    """What the index knows of a server: the collection in use, and those that are to be deleted."""

    url: str = ""
    collection: str = field(kw_only=True, default="")
    last: int = field(kw_only=True, default=0)
    count: int = field(kw_only=True, default=0)
    asides: tuple[str, ...] = field(kw_only=True, default=())


class Collections:
    """The collections of one index on a server. No other collection there is listed or touched."""

    copies = False
    batch = 1_000
    """A server refuses bodies above some size; a thousand vectors are a few megabytes."""

    def __init__(self, root: Path, server: Server) -> None:
        """Ask nothing yet. ``root`` is the index's folder for Chroma, where the note is kept."""
        self._root = root
        self._server = server

    @property
    def exists(self) -> bool:
        """Whether one was ever built on this server."""
        return bool(self._read().collection)

    def told(self) -> Built:
        """Return what the collection in use was built from.

        Raises:
            Unhealthy: there is none.
        """
        note = self._read()
        if not note.collection:
            raise Unhealthy(f"nothing was built on the server {self._server.url!r} yet")
        return Built(note.last, count=note.count)

    def open(self) -> tuple[Collection, Built]:
        """Connect to the collection in use.

        Raises:
            Unreachable: the server does not answer, or is none.
            Unhealthy: the collection is not there.
        """
        # Asked first: a server that is away is no reason to build anew.
        _known(self._server)
        built, name = self.told(), self._read().collection
        return self._connected(name), built

    def begin(self, used: Collection | None) -> Collection:
        """Make a new collection, noting its name first so that a kill leaves nothing behind for good.

        Raises:
            Unreachable: the server does not answer.
        """
        name = f"dateline-{uuid.uuid4().hex}"
        note = self._read()
        self._write(replace(note, asides=(*note.asides, name)))
        return self._connected(name, make=True)

    def finish(self, made: Collection, built: Built) -> Collection:
        """Return it as it is: the server keeps its files."""
        return made

    def use(self, made: Collection, built: Built) -> None:
        """Note a collection as the one in use, and the one before as to be deleted."""
        note = self._read()
        asides = {*note.asides, note.collection} - {made.name, ""}
        self._write(
            _Note(self._server.url, collection=made.name, last=built.last, count=built.count, asides=(*sorted(asides),))
        )

    def abandon(self, made: Collection) -> None:
        """Delete what a build that failed has made, now or with the next sweep."""
        with contextlib.suppress(Unhealthy):
            self.sweep(made)
        made.close()

    def sweep(self, used: Collection) -> None:
        """Delete what earlier builds have left, by the connection of ``used``."""
        note = self._read()
        left = [name for name in note.asides if not _deleted(used.client, name)]
        if len(left) < len(note.asides):
            self._write(replace(note, asides=tuple(left)))

    def _read(self) -> _Note:
        note = _noted(self._root)
        return note if note.url == self._server.url else _Note(self._server.url)

    def _write(self, note: _Note) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            point(self._root / SERVED, json.dumps(asdict(note), indent=2) + "\n")
        except OSError as error:
            raise Unhealthy(f"{type(error).__name__}: {error}") from error

    def _connected(self, name: str, *, make: bool = False) -> Collection:
        tenant, database = _known(self._server)
        client, close = _client(self._server, tenant, database)
        try:
            there = make or timed(lambda: _there(client, name), DEADLINE)
        except Unhealthy:
            close()
            raise
        if not there:
            close()
            raise Unhealthy(f"the server {self._server.url!r} has no collection {name!r} any more")
        return Collection(name, client, close=close, deadline=_PATIENCE, title=name)


def discard(root: Path) -> None:
    """Delete what an index's folder for Chroma holds. A server's collection is deleted when it is asked next."""
    note = _noted(root)
    shutil.rmtree(root, ignore_errors=True)
    if note.url:
        root.mkdir(parents=True, exist_ok=True)
        names = {*note.asides, note.collection} - {""}
        point(root / SERVED, json.dumps(asdict(_Note(note.url, asides=(*sorted(names),))), indent=2) + "\n")


def _noted(root: Path) -> _Note:
    """Return the note of an index; an empty one where there is none that can be read."""
    try:
        known: Mapping[str, Any] = json.loads((root / SERVED).read_text(encoding="utf-8"))
        last, count, asides = int(known["last"]), int(known["count"]), tuple(map(str, known["asides"]))
        return _Note(str(known["url"]), collection=str(known["collection"]), last=last, count=count, asides=asides)
    except (OSError, ValueError, KeyError, TypeError):
        return _Note()


def _known(server: Server) -> tuple[str, str]:
    """Return the tenant and the database that the server gives to who asks.

    Raises:
        Unreachable: it does not answer, refuses, or is no Chroma server.
    """
    import httpx

    where = f"{server.url}/api/v2/auth/identity"
    try:
        reply = httpx.get(where, headers=server.headers, timeout=_PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unreachable(
            f"the Chroma server {server.url!r} does not answer ({error or type(error).__name__}):"
            " start it, or check DATELINE_CHROMA_URL"
        ) from error
    if reply.status_code in (401, 403):
        raise Unreachable(
            f"the Chroma server {server.url!r} refuses ({reply.status_code}): check DATELINE_CHROMA_TOKEN"
        )
    try:
        told = reply.json() if reply.status_code == 200 else {}
        tenant, databases = str(told["tenant"]), [str(name) for name in told["databases"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreachable(
            f"what answers at {server.url!r} is no Chroma server of version 1"
            f" (status {reply.status_code} for {where!r}): check DATELINE_CHROMA_URL"
        ) from error
    database = databases[0] if len(databases) == 1 and databases[0] != "*" else "default_database"
    return tenant if tenant != "*" else "default_tenant", database


def _client(server: Server, tenant: str, database: str) -> tuple[Any, Callable[[], None]]:
    """Return a client, and what closes it with its connections, which its own ``close`` leaves open."""
    import chromadb
    from chromadb.api import ServerAPI
    from chromadb.config import Settings as ChromaSettings

    def connect() -> Any:
        return chromadb.HttpClient(
            host=server.url,
            headers=server.headers,
            tenant=tenant,
            database=database,
            settings=ChromaSettings(anonymized_telemetry=False),
        )

    client: Any = timed(connect, DEADLINE)
    # Each of the two has connections of its own.
    sessions = [each._system.instance(ServerAPI)._session for each in (client, client._admin_client)]
    for session in sessions:
        session.timeout = 10 * DEADLINE  # a call that nobody waits for any more ends too

    def close() -> None:
        client.close()
        for session in sessions:
            session.close()

    return client, close


def _there(client: Any, name: str) -> bool:
    from chromadb.errors import NotFoundError

    try:
        client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return False
    return True


def _deleted(client: Any, name: str) -> bool:
    """Delete a collection; return whether it is gone."""
    from chromadb.errors import NotFoundError

    def delete() -> None:
        with contextlib.suppress(NotFoundError):
            client.delete_collection(name)

    try:
        timed(delete, DEADLINE)
    except Unhealthy:
        return False
    return True
