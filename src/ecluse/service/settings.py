"""The settings of a gate that serves: each has a flag of ``ecluse serve`` and a variable ``ECLUSE_*``."""

from __future__ import annotations

import ipaddress
import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from ecluse.content.memory import CONTENT_BYTES, CONTENT_BYTES_MIN
from ecluse.errors import InputError
from ecluse.events import BATCH_MAX
from ecluse.forwarding import AGE_MAX_S
from ecluse.ledger.arena import MEMORY_BYTES_MAX, MEMORY_BYTES_MIN
from ecluse.rights.retention import Retention

BODY_MAX: Final = 4 << 20
BODIES_MAX: Final = 256 << 20
BODY_SECONDS: Final = 10.0
PORT: Final = 8787
WEBHOOK_SECRET_MIN: Final = 16
HOST: Final = "127.0.0.1"
SOCKET_PATH_BYTES_MAX: Final = 100
"""What every system takes."""
DAY_S: Final = 86_400

NO_MESSENGER: Final = "none"
MESSENGERS: Final = (NO_MESSENGER, "loopback")

_SIZE = re.compile(r"(?P<number>\d{1,15})\s*(?P<unit>|k|m|g|kib|mib|gib)b?", re.IGNORECASE)
_SHIFTS = {"": 0, "k": 10, "m": 20, "g": 30}


class TokenUse(StrEnum):
    """What a gate does with hop tokens."""

    OFF = "off"
    """None is issued, and none is looked at."""
    ACCEPT = "accept"
    """They are issued and looked at; a forward without one counts as the event says."""
    REQUIRE = "require"
    """The same, and a forward without one is at fault."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a gate serves. Sizes in bytes, times in seconds."""

    data: Path
    """The data folder: journal, snapshots, API keys."""
    terms: Path | None = None
    """The terms to judge by; None: those that the folder was last judged by."""
    host: str = HOST
    """Address to listen at."""
    port: int = PORT
    """Port to listen at."""
    socket: Path | None = None
    """A Unix socket for the line door; None: none."""
    lines: str | None = None
    """Address and port of the line door over TCP, such as 127.0.0.1:8788; None: none."""
    memory: int = 1 << 30
    """Memory for ledgers."""
    content_memory: int = CONTENT_BYTES
    """Memory for what is known of contents, link domains, providers and networks; 0: nothing of it is looked at."""
    body_max: int = BODY_MAX
    """Largest body of a request."""
    bodies_max: int = BODIES_MAX
    """Largest sum of the bodies that are under way."""
    body_seconds: float = BODY_SECONDS
    """Longest time for a body to arrive."""
    events_max: int = BATCH_MAX
    """Most events in a request."""
    durable: bool = False
    """Wait for the disk before every answer; otherwise a power cut may take the last second."""
    auth: bool = True
    """Ask for API keys; without, only a loopback address may be listened at."""
    records: str | None = None
    """The records' address, such as postgresql://user@host/database; None: SQLite in the data folder."""
    webhook: str | None = None
    """Where notices are posted to; None: they are fetched."""
    webhook_secret: str | None = None
    """What posts are signed with (HMAC-SHA-256)."""
    forward_tokens: TokenUse = TokenUse.OFF
    """Whether messages get hop tokens, and whether forwards must have one."""
    forward_token_days: int = AGE_MAX_S // DAY_S
    """Days for which a hop token is good."""
    keep: tuple[str, ...] = ()
    """How long records are kept where it is not as long as by default: ``KIND=DAYS`` each."""
    messenger: str = NO_MESSENGER
    """Which messenger the business API brings messages to: ``none`` (the API is off) or ``loopback``."""
    public_url: str | None = None
    """Where clients of the business API reach it, for links to files; None: at the address that it listens at."""
    reach_loopback: bool = False
    """Let webhooks and links of businesses lead to this machine itself, by http: for trying things out."""

    def __post_init__(self) -> None:
        """Raises InputError."""
        if not self.auth and not is_loopback(self.host):
            raise InputError("host", self.host, "a loopback address, as no API keys are asked for")
        address = self.lines_address
        if not self.auth and address is not None and not is_loopback(address[0]):
            raise InputError("lines", self.lines, "a loopback address and a port, as no API keys are asked for")
        if self.socket is not None and not 0 < len(os.fsencode(self.socket)) <= SOCKET_PATH_BYTES_MAX:
            raise InputError("socket", str(self.socket), f"a path of up to {SOCKET_PATH_BYTES_MAX} bytes")
        Retention.of(self.keep)
        if self.webhook is not None and re.fullmatch(r"https?://[^\s/]+(/\S*)?", self.webhook) is None:
            raise InputError("webhook", self.webhook, "a URL")
        if self.webhook is not None and len(self.webhook_secret or "") < WEBHOOK_SECRET_MIN:
            raise InputError("webhook_secret", "", f"a secret of at least {WEBHOOK_SECRET_MIN} characters")
        if self.content_memory and not CONTENT_BYTES_MIN <= self.content_memory <= MEMORY_BYTES_MAX:
            raise InputError(
                "content_memory", self.content_memory, f"0, or from {CONTENT_BYTES_MIN} to {MEMORY_BYTES_MAX}"
            )
        if self.messenger not in MESSENGERS:
            raise InputError("messenger", self.messenger, f"one of {', '.join(MESSENGERS)}")
        if self.public_url is not None and not self.public_url.startswith(("http://", "https://")):
            raise InputError("public_url", self.public_url, "an http or https URL")
        for name, low, high in (
            ("port", 1, 65_535),
            ("memory", MEMORY_BYTES_MIN, MEMORY_BYTES_MAX),
            ("body_max", 1 << 10, 1 << 30),
            ("bodies_max", self.body_max, 1 << 36),
            ("body_seconds", 0.1, 3_600),
            ("events_max", 1, 1 << 20),
            ("forward_token_days", 1, 36_500),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(name, value, f"from {low} to {high}")

    @property
    def lines_address(self) -> tuple[str, int] | None:
        """Address and port of the line door over TCP. Raises InputError."""
        if self.lines is None:
            return None
        host, _, port = self.lines.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65_535:
            raise InputError("lines", self.lines, "an address and a port, such as 127.0.0.1:8788 or [::1]:8788")
        host = host.removeprefix("[").removesuffix("]")
        return ("127.0.0.1" if host == "localhost" else host), int(port)


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own, out of reach for others.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_bytes(text: str) -> int:
    """A size as people write it. Raises InputError.

    >>> parse_bytes("64 MiB"), parse_bytes("4096")
    (67108864, 4096)
    """
    size = _SIZE.fullmatch(text.strip())
    if size is None:
        raise InputError("size", text, "a number of bytes, such as 67108864, 64M or 64 MiB")
    return int(size["number"]) << _SHIFTS[size["unit"].lower().removesuffix("ib")]
