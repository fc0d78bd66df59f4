"""Bodies of requests as they arrive: for a bounded time, and all of them in a bounded memory."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from ecluse.errors import EcluseError

BODIES_MAX: Final = 64 << 20
"""Bytes of all bodies that are under way or being looked at."""

BODY_S: Final = 20.0
"""Seconds for a body to arrive."""


class BodyError(EcluseError):
    """A body that is not taken. status: that of HTTP; never 429, of which homeservers make a 500."""

    def __init__(self, status: int, code: str, text: str) -> None:
        self.status, self.code, self.text = status, code, text
        super().__init__(text)


class Bodies:
    """Reads bodies. bytes_max: of all at once. seconds: for one to arrive."""

    def __init__(self, bytes_max: int = BODIES_MAX, seconds: float = BODY_S) -> None:
        self._bytes_max, self._seconds = bytes_max, seconds
        self.held = 0
        """Bytes that are held now."""

    async def read(self, transport: Any, length: str | None, most: int) -> bytearray:
        """A body to its end; it counts until ``let_go``. length: as its header says. Raises BodyError.

        Counted is what has come, and not what is announced: who announces much and sends nothing holds nobody up.
        """
        if length is None or not length.isdecimal() or len(length) > 12 or int(length) > most:
            raise BodyError(413, "M_TOO_LARGE", f"A body has a length, of at most {most} bytes.")
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                async for part in transport:
                    body += part
                    self.held += len(part)
                    if len(body) > int(length) or self.held > self._bytes_max:
                        break
                    if len(body) == int(length):
                        return body
        except TimeoutError:
            self.let_go(body)
            raise BodyError(408, "M_UNKNOWN", "The body did not arrive in time.") from None
        except BaseException:
            self.let_go(body)
            raise
        is_full = self.held > self._bytes_max
        self.let_go(body)
        if is_full:
            raise BodyError(503, "M_UNKNOWN", "The policy server is busy.")
        raise BodyError(400, "M_NOT_JSON", "The body is not of its length.")

    def let_go(self, body: bytearray) -> None:
        """A body has been looked at."""
        self.held -= len(body)
