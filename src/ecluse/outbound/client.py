"""Requests to addresses that strangers name: each name is looked up here, and only what may be reached is connected to.

The address that was checked is the one connected to, so a name that changes meanwhile gains nothing. No redirect is
followed, no proxy used, and no more of an answer read than was asked for.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httpcore

from ecluse.errors import EcluseError
from ecluse.outbound.addresses import PORTS, AddressRefusedError, Reach, check_url, may_reach

CONNECTIONS_MAX: Final = 256
IDLE_MAX: Final = 64
IDLE_S: Final = 15.0
ANSWER_BYTES_MAX: Final = 64 << 10
ADDRESSES_MAX: Final = 4
"""Addresses of one name that are tried."""


class OutboundError(EcluseError):
    """A request failed: no connection, no answer in time, or one that is none. reason: which, in our words."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the request failed: {reason}")


class Answer(NamedTuple):
    """An answer. body: as far as it was read. whole: all of it."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects only where it may."""

    def __init__(self, reach: Reach) -> None:
        self._reach, self._backend = reach, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), timeout)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise httpcore.ConnectError(f"no address of that name ({type(error).__name__})") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not all(may_reach(address, self._reach) for address in addresses):
            raise AddressRefusedError("its name leads to an address that is not public")
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses[:ADDRESSES_MAX]:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class Outbound:
    """Makes requests within ``reach``. certificates: a file of authorities to trust, instead of the system's.

    ports: of public addresses that are spoken to; None: any.
    """

    def __init__(self, reach: Reach, certificates: str | None = None, ports: Collection[int] | None = PORTS) -> None:
        self.reach, self._ports = reach, ports
        context = ssl.create_default_context(cafile=certificates)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=CONNECTIONS_MAX,
            max_keepalive_connections=IDLE_MAX,
            keepalive_expiry=IDLE_S,
            network_backend=_Guarded(reach),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float,
    ) -> AsyncIterator[httpcore.Response]:
        """Make one request; the block may read the answer's parts, all within ``timeout_s`` seconds.

        Raises AddressRefusedError, OutboundError.
        """
        target = check_url(url, self.reach, self._ports)
        host = urlsplit(url).netloc
        sent = {"host": host, "user-agent": "ecluse", "accept": "*/*", **(headers or {})}
        waits = {"connect": timeout_s, "read": timeout_s, "write": timeout_s, "pool": timeout_s}
        origin = httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.target.encode()
        )
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._pool.stream(
                    method, origin, headers=list(sent.items()), content=content, extensions={"timeout": waits}
                ) as response,
            ):
                yield response
        except TimeoutError:
            raise OutboundError("it took too long") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise OutboundError(type(error).__name__) from None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float,
        bytes_max: int = ANSWER_BYTES_MAX,
    ) -> Answer:
        """Make one request and read its answer, at most ``bytes_max`` of it.

        Raises AddressRefusedError, OutboundError.
        """
        async with self.stream(method, url, headers=headers, content=content, timeout_s=timeout_s) as response:
            parts, size, whole = [], 0, True
            async for part in response.aiter_stream():
                parts.append(part)
                size += len(part)
                if size > bytes_max:
                    whole = False
                    break
            named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, named, b"".join(parts)[:bytes_max], whole)
