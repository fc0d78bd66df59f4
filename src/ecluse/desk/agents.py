"""Agents: people who answer at the desk. Their passwords are kept as scrypt makes them, and guessing is slow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, NamedTuple

from ecluse.errors import EcluseError, InputError

PASSWORD_CHARACTERS_MIN: Final = 10
PASSWORD_CHARACTERS_MAX: Final = 200
TRIES_MAX: Final = 10
"""Wrong passwords for one name within TRIES_S."""
TRIES_S: Final = 300
NAMES_MAX: Final = 10_000
"""Names whose tries are remembered; the oldest go."""

_N, _R, _P = 1 << 15, 8, 1
_MEMORY: Final = 1 << 26
_PREFIX: Final = "scrypt"


class Agent(NamedTuple):
    """Somebody who answers at the desk. businesses: those whose inboxes they see. password: hashed."""

    name: str
    password: str
    businesses: tuple[str, ...]


class TooManyTriesError(EcluseError):
    """A name's password was wrong too often. retry_after_s: seconds until it may be tried again."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many wrong passwords: try again in {retry_after_s} seconds")


def hash_password(password: str) -> str:
    """What is kept of a password: ``scrypt:n:r:p:salt:hash``. Raises InputError."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        expected = f"of {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters"
        raise InputError("password", "a value that is not shown", expected)
    salt = secrets.token_bytes(16)
    return ":".join((_PREFIX, str(_N), str(_R), str(_P), _text(salt), _text(_scrypt(password, salt, _N, _R, _P))))


def check_hash(field: str, kept: str) -> str:
    """Check what is kept of a password. Raises InputError."""
    parts = kept.split(":")
    try:
        good = parts[0] == _PREFIX and len(parts) == 6 and len(_bytes(parts[4])) >= 16 and len(_bytes(parts[5])) == 32
        n, r, p = (int(part) for part in parts[1:4])
        good = good and 1 << 14 <= n <= 1 << 15 and n & (n - 1) == 0 and (r, p) == (8, 1)
    except (ValueError, IndexError):
        good = False
    if not good:
        raise InputError(field, "a value that is not shown", "what `ecluse desk agent add` makes of a password")
    return kept


def is_password(password: str, kept: str) -> bool:
    """Whether this is the password. Cost: about 80 ms, and 32 MiB, on purpose."""
    _, n, r, p, salt, digest = kept.split(":")
    found = _scrypt(password[:PASSWORD_CHARACTERS_MAX], _bytes(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, _bytes(digest))


class Agents:
    """All agents of a desk. Any number of threads may use it."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self._agents = {agent.name: agent for agent in agents}
        self._tries: OrderedDict[str, list[int]] = OrderedDict()
        self._lock = threading.Lock()
        self._nobody = hash_password(secrets.token_hex(16))

    def check(self, name: str, password: str, *, now_s: int) -> Agent | None:
        """Who has this name and password; None: nobody, and it takes as long. Raises TooManyTriesError."""
        with self._lock:
            tries = [at_s for at_s in self._tries.get(name, ()) if at_s > now_s - TRIES_S]
            if len(tries) >= TRIES_MAX:
                raise TooManyTriesError(tries[0] + TRIES_S - now_s)
            self._tries[name] = [*tries, now_s]
            self._tries.move_to_end(name)
            if len(self._tries) > NAMES_MAX:
                self._tries.popitem(last=False)
        agent = self._agents.get(name)
        right = is_password(password, agent.password if agent else self._nobody)
        if agent is None or not right:
            return None
        with self._lock:
            self._tries.pop(name, None)
        return agent

    def get(self, name: str) -> Agent | None:
        """The agent of a name; for who has shown a password already."""
        return self._agents.get(name)

    def of(self, business: str) -> tuple[str, ...]:
        """The names of those who answer for a business."""
        return tuple(sorted(agent.name for agent in self._agents.values() if business in agent.businesses))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    text = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
