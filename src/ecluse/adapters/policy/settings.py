"""The settings of a policy server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from ecluse.errors import InputError
from ecluse.outbound import Reach

SERVER_NAME: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")

REACHES: Final = tuple(reach.value for reach in Reach)


class PolicySettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a policy server serves. Times in seconds."""

    name: str
    """Its server name: what rooms name in ``via``, and homeservers connect to."""
    data: Path
    """Its folder: keys, and the rooms that it is in."""
    gate: str
    """The gate's line door: the path of its socket, or HOST:PORT."""
    key: str | None = None
    """The API key, over TCP; scopes ``decide`` and ``observe``."""
    host: str = "127.0.0.1"
    """Address to listen at."""
    port: int = 8448
    """Port to listen at."""
    cert: Path | None = None
    """The certificate, in PEM; None: something before it speaks TLS."""
    cert_key: Path | None = None
    """Its private key, in PEM."""
    ca: Path | None = None
    """Certificates that homeservers are trusted by, in PEM; None: those of the system."""
    accept: tuple[str, ...] = ()
    """Servers whose invitations to rooms are accepted; ``*`` for all."""
    user: str = "ecluse"
    """The local part of its user."""
    timeout_s: float = 2.0
    """Longest wait for the gate."""
    on_failure: str = "open"
    """What becomes of events that the gate did not judge: ``open`` or ``closed``."""
    reach: str = Reach.PUBLIC.value
    """Where homeservers may be: at ``public`` addresses, there and on this machine (``loopback``), or ``anywhere``."""
    rooms_max: int = 10_000
    """Rooms that it may be in."""

    def __post_init__(self) -> None:
        """Raises InputError."""
        if not SERVER_NAME.fullmatch(self.name) or len(self.name) > 230:
            raise InputError("name", self.name, "a server name, such as policy.example.org or policy.example.org:8448")
        if not re.fullmatch(r"[a-z0-9._=/-]{1,20}", self.user):
            raise InputError("user", self.user, "1 to 20 of a to z, digits and ._=/-")
        if self.on_failure not in ("open", "closed"):
            raise InputError("on_failure", self.on_failure, "open or closed")
        if self.reach not in REACHES:
            raise InputError("reach", self.reach, f"one of {', '.join(REACHES)}")
        if (self.cert is None) != (self.cert_key is None):
            raise InputError("cert_key", str(self.cert_key), "a key file beside the certificate")
        for name, low, high in (("port", 1, 65_535), ("timeout_s", 0.01, 30), ("rooms_max", 1, 1_000_000)):
            if not low <= getattr(self, name) <= high:
                raise InputError(name, getattr(self, name), f"from {low} to {high}")

    @property
    def user_id(self) -> str:
        """Its user, who joins rooms."""
        return f"@{self.user}:{self.name}"
