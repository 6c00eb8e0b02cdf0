"""The settings of the service: one table, each read from ``DATELINE_<NAME>``. Who may, and what is too much."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import InputError

LEAST_TOKEN = 16
"""Characters of a token at least: shorter ones are found by trying."""

MOST_RESERVE = 10.0
"""Seconds. What follows a model takes less than one on an idle machine, and many at a load of 40 (eval/LOG.md)."""

Network = IPv4Network | IPv6Network


class Serving(BaseSettings):
    """What a user may set about the service. Lists are separated by commas."""

    model_config = SettingsConfigDict(env_prefix="DATELINE_", frozen=True, extra="forbid")

    token: SecretStr = Field(default=SecretStr(""), description="tokens that may read and write")
    read_token: SecretStr = Field(default=SecretStr(""), description="tokens that may only ask and read")
    identity_header: str = Field(default="", description="header in which a reverse proxy names who asks")
    proxies: str = Field(default="", description="addresses or networks of the proxies that are believed")
    writers: str = Field(default="", description="identities named by the proxy that may write; the others read")
    hosts: str = Field(default="", description="names under which the service may be addressed")
    rate: int = Field(default=60, ge=0, description="requests that cost work, a minute and caller; 0 for no limit")
    body_limit: int = Field(default=262_144, ge=1024, description="bytes of a request")
    upload_limit: int = Field(default=6_000_000, ge=1024, description="bytes of a request that brings articles")
    passages_limit: int = Field(default=100, ge=1, le=1000, description="passages of one search at most")
    at_once: int = Field(default=2, ge=1, le=64, description="questions that are answered at the same time")
    queue: int = Field(default=16, ge=0, le=1000, description="questions that may wait; one more is refused at once")
    patience: float = Field(default=20.0, gt=0, description="seconds that a question waits for its turn")
    deadline: float = Field(default=60.0, gt=0, description="seconds in which a question is answered or refused")
    grace: float = Field(default=10.0, ge=0, description="seconds that running questions have when the service stops")
    connections: int = Field(default=200, ge=1, description="requests in work at the same time; one more is refused")

    @property
    def guarded(self) -> bool:
        """Whether callers have to say who they are."""
        return bool(self.tokens or self.read_tokens or self.identity_header)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that may read and write."""
        return listed(self.token.get_secret_value())

    @property
    def read_tokens(self) -> tuple[str, ...]:
        """The tokens that may read."""
        return listed(self.read_token.get_secret_value())

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks of the proxies that are believed.

        Raises:
            InputError: one is no address.
        """
        try:
            return tuple(ip_network(one, strict=False) for one in listed(self.proxies))
        except ValueError as error:
            raise InputError(
                f"DATELINE_PROXIES is {self.proxies!r} ({error}): write addresses or networks, such as 10.0.0.0/8"
            ) from None

    @property
    def reserve(self) -> float:
        """Seconds of the deadline that models leave to what follows them."""
        return min(MOST_RESERVE, self.deadline / 4)


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a setting that are separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def checked(serving: Serving, host: str) -> Serving:
    """Return the settings where it is safe to listen on ``host`` with them.

    Raises:
        InputError: others could reach the service and nothing asks who they are, or a setting contradicts another.
    """
    for name, tokens in (("DATELINE_TOKEN", serving.tokens), ("DATELINE_READ_TOKEN", serving.read_tokens)):
        if any(len(token) < LEAST_TOKEN for token in tokens):
            raise InputError(
                f"a token of {name} has fewer than {LEAST_TOKEN} characters: make one with `openssl rand -hex 24`"
            )
    if set(serving.tokens) & set(serving.read_tokens):
        raise InputError("DATELINE_TOKEN and DATELINE_READ_TOKEN name the same token: a reader could write")
    if serving.identity_header and not serving.networks:
        raise InputError(
            f"DATELINE_IDENTITY_HEADER is {serving.identity_header!r}, but no proxy is believed and everybody can send "
            "a header: set DATELINE_PROXIES to the proxy's address, such as 10.0.0.2"
        )
    away = [name for name in listed(serving.hosts) if not is_loopback(name)]
    if not serving.guarded and (away or not is_loopback(host)):
        who = f"host {host!r} is not a loopback address" if not away else f"DATELINE_HOSTS names {away[0]!r}"
        raise InputError(
            f"Everybody could read and change the archive: {who}, and nothing asks who they are. Set DATELINE_TOKEN "
            '(`export DATELINE_TOKEN="$(openssl rand -hex 24)"`) or DATELINE_IDENTITY_HEADER with DATELINE_PROXIES, '
            "or use --host 127.0.0.1."
        )
    return serving
