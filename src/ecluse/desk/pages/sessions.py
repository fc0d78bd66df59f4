"""Sessions: signed cookies by which an agent who has shown a password is known.

A cookie is signed with a key made of the agent's hashed password and the secrets of their businesses' apps: nothing new
has to be kept secret, sessions survive a restart, and whoever changes a password ends them all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from typing import Final

from ecluse.desk.agents import Agent
from ecluse.desk.desk import Desk

COOKIE: Final = "ecluse_desk"
LASTS_S: Final = 12 * 3_600
"""Seconds until an agent has to show their password again."""
COOKIE_CHARACTERS_MAX: Final = 1_000
ENDED_MAX: Final = 100_000
"""Sessions that were ended before their time and are remembered; the oldest go."""


class Sessions:
    """Gives out cookies and reads them. Any number of threads may use it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ended: dict[str, None] = {}
        self._lock = threading.Lock()

    def begin(self, agent: Agent, now_s: int) -> str:
        """A cookie for who has just shown a password."""
        head = f"{_text(agent.name.encode())}.{now_s + LASTS_S}.{secrets.token_urlsafe(12)}"
        return f"{head}.{self._sign(agent, head)}"

    def read(self, cookie: str | None, now_s: int) -> Agent | None:
        """Whose cookie it is; None: nobody's, or not any more."""
        if cookie is None or len(cookie) > COOKIE_CHARACTERS_MAX or not cookie.isascii():
            return None
        head, _, signature = cookie.rpartition(".")
        parts = head.split(".")
        if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 12:
            return None
        try:
            agent = self._desk.agents.get(_bytes(parts[0]).decode())
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return None
        if agent is None or not hmac.compare_digest(signature, self._sign(agent, head)):
            return None
        return agent if int(parts[1]) > now_s and head not in self._ended else None

    def end(self, cookie: str | None, now_s: int) -> None:
        """Let a cookie be worth nothing from now on, until this process ends."""
        if cookie is None or self.read(cookie, now_s) is None:
            return
        with self._lock:
            self._ended[cookie.rpartition(".")[0]] = None
            if len(self._ended) > ENDED_MAX:
                self._ended.pop(next(iter(self._ended)))

    def _sign(self, agent: Agent, head: str) -> str:
        theirs = sorted(set(agent.businesses) & set(self._desk.config.businesses))
        apps = [self._desk.config.business(business).app_secret.read() for business in theirs]
        key = hashlib.sha256("\n".join(("ecluse desk session", agent.password, *apps)).encode()).digest()
        return _text(hmac.digest(key, head.encode(), "sha256"))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
