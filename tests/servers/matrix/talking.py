"""People who talk over a real Synapse, with matrix-nio as their client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
from nio import (
    AsyncClient,
    AsyncClientConfig,
    ErrorResponse,
    JoinResponse,
    RoomCreateResponse,
    RoomPreset,
    RoomSendResponse,
)

from tests.servers.matrix.synapse import SERVER, Synapse

T = TypeVar("T")
AT_ONCE = 8


def named(name: str) -> str:
    """A user's id."""
    return f"@{name}:{SERVER}"


class Person:
    """Somebody with a client."""

    def __init__(self, synapse: Synapse, name: str, token: str) -> None:
        self.name, self.id, self.token, self._url = name, f"@{name}:{synapse.name}", token, synapse.url
        self.client = AsyncClient(synapse.url, self.id, config=AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0))
        self.client.restore_login(self.id, "DEVICE", token)
        self._sent = 0

    async def meet(self, *others: str, **more: Any) -> str | ErrorResponse:
        """Make a room and invite others to it. Returns its id."""
        preset = RoomPreset.trusted_private_chat if len(others) == 1 else RoomPreset.private_chat
        more = {"is_direct": len(others) == 1, "preset": preset} | more
        made = await self.client.room_create(invite=[named(one) for one in others], **more)
        return made.room_id if isinstance(made, RoomCreateResponse) else made

    async def join(self, room: str) -> None:
        """Join a room; it must be let."""
        joined = await self.client.join(room)
        assert isinstance(joined, JoinResponse), joined

    async def say(self, room: str, text: str, **content: Any) -> str | ErrorResponse:
        """Say something. Returns the event's id."""
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, **content})

    async def send(self, room: str, kind: str, content: dict[str, Any], txn: str | None = None) -> str | ErrorResponse:
        """Send an event. Returns its id."""
        self._sent += 1
        sent = await self.client.room_send(room, kind, content, tx_id=txn or f"t{self._sent}")
        return sent.event_id if isinstance(sent, RoomSendResponse) else sent

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Call Synapse's API by hand."""
        async with httpx.AsyncClient(base_url=self._url, timeout=120) as http:
            return await http.request(
                method,
                f"/_matrix/client/v3/{path}",
                json=body,
                headers={"authorization": f"Bearer {self.token}"},
                **more,
            )


@asynccontextmanager
async def people(synapse: Synapse, *names: str) -> AsyncIterator[list[Person]]:
    """New accounts with a client each, for the length of the block."""
    tokens = await all_of(asyncio.to_thread(synapse.register, name) for name in names)
    some = [Person(synapse, name, token) for name, token in zip(names, tokens, strict=True)]
    try:
        yield some
    finally:
        for one in some:
            await one.client.close()


async def all_of(doing: Iterable[Awaitable[T]]) -> list[T]:
    """Do all of it, a few at once; what they give, in their order."""
    few = asyncio.Semaphore(AT_ONCE)

    async def one(awaited: Awaitable[T]) -> T:
        async with few:
            return await awaited

    return list(await asyncio.gather(*(one(awaited) for awaited in doing)))
