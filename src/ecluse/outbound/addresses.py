"""Which addresses may be reached: public ones by TLS, and others only where a setting says so.

A stranger's URL could otherwise make the service speak to what only it can reach (server-side request forgery).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from enum import Enum
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ecluse.errors import EcluseError

URL_CHARACTERS_MAX: Final = 2_000
PORTS: Final = (443, 8443)
"""Ports of public addresses that are spoken to."""

_TRANSLATED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv6 addresses that stand for IPv4 ones, which no flag tells."""


class Reach(Enum):
    """How far requests go."""

    PUBLIC = "public"
    """Only to public addresses, by https, at the ports of ``PORTS``."""
    LOOPBACK = "loopback"
    """There, and to this machine itself, by http too and at any port: for trying things out."""
    ANYWHERE = "anywhere"
    """To any address, by http too and at any port: in a network of one's own."""


class AddressRefusedError(EcluseError):
    """A URL that may not be spoken to. reason: why, in words."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the address may not be reached: {reason}")


class Target(NamedTuple):
    """Where a URL leads. target: path and query."""

    scheme: str
    host: str
    port: int
    target: str


def is_public(address: str) -> bool:
    """Whether an IP address is reachable from everywhere, whatever it is wrapped in.

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "2002:7f00:1::")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None or any(ip in network for network in _TRANSLATED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def may_reach(address: str, reach: Reach) -> bool:
    """Whether an IP address may be connected to."""
    return reach is Reach.ANYWHERE or is_public(address) or (reach is Reach.LOOPBACK and is_loopback(address))


def check_url(url: str, reach: Reach, ports: Collection[int] | None = PORTS) -> Target:
    """Take a URL apart and refuse what can be refused before its name is looked up. Raises AddressRefusedError.

    ports: of public addresses that are spoken to; None: any.
    """
    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or any(letter <= " " for letter in url):
        raise AddressRefusedError(f"it is not a URL of at most {URL_CHARACTERS_MAX} plain characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefusedError("it is not a URL") from None
    host = parts.hostname
    if not host or parts.scheme not in ("http", "https"):
        raise AddressRefusedError("it is not an https URL with a host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefusedError("it has a user or password in it")
    free = reach is Reach.ANYWHERE or (reach is Reach.LOOPBACK and _names_loopback(host))
    port = port or (443 if parts.scheme == "https" else 80)
    if not free:
        if parts.scheme != "https":
            raise AddressRefusedError("it is not https")
        if ports is not None and port not in ports:
            raise AddressRefusedError(f"its port is none of {', '.join(map(str, ports))}")
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            literal = None
        if literal is not None and not is_public(host):
            raise AddressRefusedError("it is not a public address")
        if literal is None and "." not in host:
            raise AddressRefusedError("its host is no full name")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, target)


def _names_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return is_loopback(host)
    except ValueError:
        return False
