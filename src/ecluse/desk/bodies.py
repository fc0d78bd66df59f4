"""Bodies that anybody may send: each of a bounded size, for a bounded time, and all of them in a bounded memory."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from ecluse.errors import EcluseError

BODY_S: Final = 15.0
"""Seconds for one to arrive."""
BODIES_BYTES_MAX: Final = 64 << 20
"""Of all that are under way: only a whole one shows whether it is signed."""


class BodyError(EcluseError):
    """A body that is not taken. status: of HTTP."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(reason)


class Bodies:
    """Reads bodies of up to ``bytes_max`` bytes, from the loop's own thread."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max, self._held_bytes = bytes_max, 0

    async def read(self, request: Request) -> bytes:
        """The body of a request. Raises BodyError."""
        parts, size = [], 0
        try:
            async with asyncio.timeout(BODY_S):
                async for part in request.stream():
                    parts.append(part)
                    size += len(part)
                    self._held_bytes += len(part)
                    if size > self._bytes_max:
                        raise BodyError(413, f"a body has at most {self._bytes_max} bytes here")
                    if self._held_bytes > BODIES_BYTES_MAX:
                        raise BodyError(503, "too many bodies are under way")
        except (TimeoutError, ClientDisconnect):
            raise BodyError(408, "the body did not arrive") from None
        finally:
            self._held_bytes -= size
        return b"".join(parts)
