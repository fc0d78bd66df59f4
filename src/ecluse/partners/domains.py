"""Domains: whether a domain is a partner's own. It puts a word that we chose where only its owner can put it: into a
TXT record of the domain, or into a file under ``/.well-known/``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

TXT_PREFIX: Final = "ecluse-verification="
WELL_KNOWN: Final = "/.well-known/ecluse-verification.txt"
FILE_BYTES_MAX: Final = 4_096
LOOKUP_S: Final = 10.0

Resolver = Callable[[str], Awaitable[list[str]]]
"""Gives the TXT records of a name; none if there are none."""

Fetcher = Callable[[str], Awaitable[str]]
"""Gives the text at a URL; empty if there is none."""


class Method(StrEnum):
    """Where the word is looked for."""

    DNS = "dns"
    FILE = "file"


def challenge(secret: bytes, partner_id: str, domain: str) -> str:
    """The word for a partner and a domain. secret: of the data folder.

    >>> len(challenge(bytes(32), "p1", "example.org"))
    32
    """
    key = hashlib.blake2b(secret, digest_size=32, person=b"ecluse:domain").digest()
    mac = hmac.new(key, f"{partner_id}\x00{domain}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:20]).decode().lower()


async def is_own(domain: str, word: str, method: Method, *, resolve: Resolver, fetch: Fetcher) -> bool:
    """Whether the word is where it should be. Raises what ``resolve`` and ``fetch`` raise."""
    if method is Method.DNS:
        return f"{TXT_PREFIX}{word}" in [record.strip() for record in await resolve(domain)]
    return word in (await fetch(f"https://{domain}{WELL_KNOWN}")).split()
