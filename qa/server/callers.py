"""Who asks, and what they may: by a token, by a trusted reverse proxy's word, or by sitting at this machine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from qa.server.serving import Network, Serving, listed


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``name`` is for limits and the log, and tells no secret."""

    name: str
    writes: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """What of a request tells who asks: the address it came from and its headers, by lower-case names."""

    address: str
    headers: Mapping[str, str]


class Callers:
    """Tells who asks."""

    def __init__(self, serving: Serving, *, read_only: bool = False) -> None:
        """Read the settings once."""
        self._guarded, self._read_only = serving.guarded, read_only
        self._networks = serving.networks
        self._header = serving.identity_header.lower()
        self._writers = frozenset(listed(serving.writers))
        marked = [(token, True) for token in serving.tokens] + [(token, False) for token in serving.read_tokens]
        self._tokens = [(_digest(token), writes) for token, writes in marked]

    @property
    def guarded(self) -> bool:
        """Whether callers have to say who they are."""
        return self._guarded

    def of(self, asking: Asking) -> Caller | None:
        """Return who asks, None where that is not known and has to be."""
        if not self._guarded:
            return Caller(f"address {self.address(asking)}", writes=not self._read_only)
        return self._by_token(asking.headers.get("authorization", "")) or self._by_proxy(asking)

    def address(self, asking: Asking) -> str:
        """Return the address of the client: a trusted proxy's word for it, else where the connection comes from."""
        forwarded = asking.headers.get("x-forwarded-for", "")
        if not forwarded or not self._believed(asking.address):
            return asking.address
        for hop in reversed(listed(forwarded)):  # the last one that is no proxy of ours was written by one of ours
            if not self._believed(hop):
                return hop[:60]
        return asking.address

    def _by_token(self, authorization: str) -> Caller | None:
        token = _token_in(authorization)
        if not token:
            return None
        digest, found = _digest(token), None
        for known, writes in self._tokens:  # all of them, so that time tells nothing
            if hmac.compare_digest(known, digest):
                found = Caller(f"token {digest.hex()[:8]}", writes=writes and not self._read_only)
        return found

    def _by_proxy(self, asking: Asking) -> Caller | None:
        name = asking.headers.get(self._header, "").strip() if self._header else ""
        if not name or not self._believed(asking.address):
            return None
        return Caller(f"identity {name[:80]}", writes=name in self._writers and not self._read_only)

    def _believed(self, address: str) -> bool:
        return _within(address, self._networks)


def _within(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        given = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(given, "ipv4_mapped", None)
    return any((mapped or given) in network for network in networks)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _token_in(authorization: str) -> str:
    """Return the token of a bearer or, for browsers that ask for a password, of a basic authorization."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given.strip(), validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, ValueError):
            return ""
    return ""
