"""Which addresses may be fetched: http and https on the public internet, decided on the resolved IP address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")
_SHARED = ipaddress.IPv4Network("100.64.0.0/10")
_LONGEST = 2000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(ValueError):
    """An address that is not fetched; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an address that matter for the connection."""

    scheme: str
    host: str = field(kw_only=True)
    port: int = field(kw_only=True)


def target(url: str, *, private: bool = False) -> Target:
    """Return where an address leads, before its name is resolved.

    Args:
        url: the address.
        private: whether ports other than 80 and 443 are open, and addresses of one's own network.

    Raises:
        Refused: it is no http or https address, carries a user name, names no host or a closed port.
    """
    if len(url) > _LONGEST:
        raise Refused(f"{url[:60]!r}… is {len(url):,} characters long: {_LONGEST:,} are the limit of an address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"{url!r} is no address: {error}") from None
    if parts.scheme not in _PORTS:
        raise Refused(f"{url!r} is not fetched: only http:// and https:// are")
    if parts.username is not None or parts.password is not None:
        raise Refused(f"an address with a user name or password is not fetched: {parts.hostname!r}")
    if not parts.hostname or any(letter.isspace() or ord(letter) < 32 or letter in "\\%" for letter in parts.netloc):
        raise Refused(f"{url!r} names no host")
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values() and not private:
        raise Refused(f"port {port} of {parts.hostname!r} is not fetched: only 80 and 443 are")
    return Target(parts.scheme, host=parts.hostname, port=port)


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet, in whatever form it is wrapped.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, Teredo, NAT64) is as public as that one.
    """
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    return all(_is_global(each) for each in _inside(address))


def _is_global(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address) and address in _SHARED:
        return False
    return address.is_global and not address.is_multicast


def _inside(address: Address) -> list[Address]:
    """Return the address itself, or the IPv4 addresses that it stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return [*address.teredo]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if address in _NAT64_LOCAL or int(address) >> 32 == 0:  # ::a.b.c.d, deprecated, and :: and ::1
        return [ipaddress.IPv4Address("127.0.0.1")]
    return [address]
