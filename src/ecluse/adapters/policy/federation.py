"""Speaking to other homeservers: requests signed by ``X-Matrix``, their keys, and joining a room.

Source: the Matrix specification, server-server API, "Authentication" and "Joining Rooms". A server is looked for at its
name and port (8448 unless it says another): delegation by ``.well-known`` is read, SRV records are not. Which server
is asked for its keys, strangers say: so only addresses within the settings' ``reach`` are connected to.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from time import time
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from ecluse.adapters.policy.events import complete, decoded, is_signed, redact, signature
from ecluse.adapters.policy.keys import SERVER_KEY_ID, Keys, public_text
from ecluse.adapters.policy.settings import SERVER_NAME, PolicySettings
from ecluse.errors import EcluseError
from ecluse.outbound import AddressRefusedError, Outbound, OutboundError, Reach

PORT: Final = 8448
KEYS_KEPT: Final = 10_000
KEYS_S: Final = 3_600
"""Seconds for which another server's keys are known."""

MISSING_S: Final = 60
"""Seconds for which a server whose keys could not be had is not asked again."""

VERSIONS: Final = [str(number) for number in range(4, 13)]
"""Room versions that can be joined."""

HEADER_MAX: Final = 2_048
"""Characters of a header that says who asks."""

FETCHES_MAX: Final = 64
"""Servers whose keys are asked for at once; the next wait."""

_PART: Final = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))')


class _Bounds(NamedTuple):
    """How long an answer may take, in seconds, and how many bytes it may have."""

    seconds: float
    bytes_max: int


OF_KEYS: Final = _Bounds(10.0, 256 << 10)
"""Strangers name the servers that are asked for these."""

OF_ROOMS: Final = _Bounds(180.0, 64 << 20)
"""The state of a large room is long."""


class _Claim(NamedTuple):
    """Who says to have signed a request, and with which key."""

    origin: str
    key_id: str
    sig: str


class FederationError(EcluseError):
    """Another server did not do what was asked."""


class Federation:
    """What is asked of other homeservers, in the name of ``settings.name``."""

    def __init__(self, settings: PolicySettings, keys: Keys) -> None:
        self.name, self.user_id, self.keys = settings.name, settings.user_id, keys
        self._http = Outbound(Reach(settings.reach), None if settings.ca is None else str(settings.ca), ports=None)
        self._known: dict[str, tuple[float, dict[str, bytes]]] = {}
        self._fetches = asyncio.Semaphore(FETCHES_MAX)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def request(self, server: str, method: str, path: str, body: Any = None) -> Any:
        """Ask another server. Raises FederationError."""
        if not SERVER_NAME.fullmatch(server):
            raise FederationError(f"{server!r} is no server name")
        said: dict[str, Any] = {"method": method, "uri": path, "origin": self.name, "destination": server}
        if body is not None:
            said["content"] = body
        sig = signature(said, self.keys.server)
        parts = {"origin": self.name, "destination": server, "key": SERVER_KEY_ID, "sig": sig}
        header = "X-Matrix " + ",".join(f'{name}="{value}"' for name, value in parts.items())
        content = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"authorization": header}
        if content is not None:
            headers |= {"content-type": "application/json", "content-length": str(len(content))}
        return await self._ask(method, await self._base(server) + path, OF_ROOMS, headers, content)

    async def _ask(
        self,
        method: str,
        url: str,
        bounds: _Bounds = OF_KEYS,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Any:
        try:
            answer = await self._http.request(
                method, url, headers=headers, content=content, timeout_s=bounds.seconds, bytes_max=bounds.bytes_max
            )
        except (AddressRefusedError, OutboundError) as error:
            raise FederationError(f"{url}: {error.reason}") from error
        if not answer.whole:
            raise FederationError(f"{url}: the answer has more than {bounds.bytes_max} bytes")
        if answer.status != 200:
            raise FederationError(f"{url}: {answer.status} {answer.body[:300].decode('utf-8', 'replace')}")
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise FederationError(f"{url}: no JSON") from error

    async def _base(self, server: str) -> str:
        """Where a server listens."""
        if re.search(r":\d+$", server):
            return f"https://{server}"
        try:
            said = await self._ask("GET", f"https://{server}/.well-known/matrix/server")
            delegated = said.get("m.server") if isinstance(said, dict) else None
        except FederationError:
            delegated = None
        if isinstance(delegated, str) and SERVER_NAME.fullmatch(delegated):
            return f"https://{delegated}" if re.search(r":\d+$", delegated) else f"https://{delegated}:{PORT}"
        return f"https://{server}:{PORT}"

    def own_keys(self) -> dict[str, Any]:
        """What others get who ask for the keys of this server."""
        keys = {
            "server_name": self.name,
            "valid_until_ts": int((time() + 86_400) * 1000),
            "verify_keys": {SERVER_KEY_ID: {"key": public_text(self.keys.server)}},
            "old_verify_keys": {},
        }
        return {**keys, "signatures": {self.name: {SERVER_KEY_ID: signature(keys, self.keys.server)}}}

    async def has_key_of(self, authorization: str) -> bool:
        """Whether a request names a server and a key of it; the signature is not looked at."""
        claim = self._claim(authorization)
        return claim is not None and claim.key_id in await self._keys_of(claim.origin)

    async def is_from(self, authorization: str, method: str, path: str, content: Any) -> str | None:
        """The server that signed a request; None if the header says nothing that is so."""
        claim = self._claim(authorization)
        public = None if claim is None else (await self._keys_of(claim.origin)).get(claim.key_id)
        if claim is None or public is None:
            return None
        said = {"method": method, "origin": claim.origin, "destination": self.name, "content": content}
        good = any(is_signed({**said, "uri": one}, claim.sig, public) for one in _as_sent(path))
        return claim.origin if good else None

    def _claim(self, authorization: str) -> _Claim | None:
        scheme, _, rest = authorization[:HEADER_MAX].partition(" ")
        parts = {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(rest)}
        origin = parts.get("origin", "")
        if scheme.lower() != "x-matrix" or not SERVER_NAME.fullmatch(origin):
            return None
        if parts.get("destination", self.name) != self.name:
            return None
        return _Claim(origin, parts.get("key", ""), parts.get("sig", ""))

    async def is_by_its_sender(self, event: Mapping[str, Any], version: str, origin: str) -> bool:
        """Whether an event is of its sender: that server asks itself, or has signed it."""
        server = str(event.get("sender")).partition(":")[2]
        if server == origin:
            return True
        signatures = event.get("signatures")
        by = signatures.get(server) if isinstance(signatures, Mapping) else None
        if not isinstance(by, Mapping) or not SERVER_NAME.fullmatch(server):
            return False
        keys, left = await self._keys_of(server), redact(event, version)
        left.pop("age_ts", None)
        return any(name in keys and is_signed(left, str(sig), keys[name]) for name, sig in by.items())

    async def _keys_of(self, server: str) -> dict[str, bytes]:
        """The public keys of a server, by their ids; none if it does not say."""
        until, keys = self._known.get(server, (0.0, {}))
        if until > time():
            return keys
        try:
            async with self._fetches:
                said = await self._ask("GET", await self._base(server) + "/_matrix/key/v2/server")
            keys, seconds = _read_keys(server, said), KEYS_S
        except FederationError:
            keys, seconds = {}, MISSING_S
        if len(self._known) >= KEYS_KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[server] = time() + seconds, keys
        return keys

    async def join(self, room_id: str, via: str) -> tuple[str, list[str]]:
        """Join a room through a server in it. Returns the room's version and who is there. Raises FederationError."""
        room, user = quote(room_id, safe=""), quote(self.user_id, safe="")
        query = urlencode([("ver", one) for one in VERSIONS])
        made = await self.request(via, "GET", f"/_matrix/federation/v1/make_join/{room}/{user}?{query}")
        event, version = made.get("event"), made.get("room_version", "1")
        if not isinstance(event, dict) or version not in VERSIONS:
            raise FederationError(f"{via} offers no event of a room version that is known: {version}")
        content = {"membership": "join", "displayname": "Écluse"}
        asked = {"type": "m.room.member", "room_id": room_id, "sender": self.user_id, "state_key": self.user_id}
        now = {"content": content, "origin_server_ts": int(time() * 1000), "origin": self.name}
        kept = {name: event[name] for name in ("auth_events", "prev_events", "depth") if name in event}
        ours = complete({**kept, **asked, **now}, version, self.name, SERVER_KEY_ID, self.keys.server)
        said = await self.request(via, "PUT", f"/_matrix/federation/v2/send_join/{room}/{quote('$join')}", ours)
        return version, [*_members(said.get("state")), self.user_id]


def _as_sent(path: str) -> list[str]:
    """How a path, which is here without percent signs, may have been written; what was signed is one of these."""
    parts, _, query = path.partition("?")
    ways = [parts, *("/".join(quote(one, safe=safe) for one in parts.split("/")) for safe in ("", ":", "!$:", "!$:@"))]
    return [f"{way}?{query}" if query else way for way in dict.fromkeys(ways)]


def _read_keys(server: str, said: Any) -> dict[str, bytes]:
    """The keys in an answer about them, if one of them signed it."""
    if not isinstance(said, Mapping) or said.get("server_name") != server:
        return {}
    keys: dict[str, bytes] = {}
    given, signed_by = said.get("verify_keys"), said.get("signatures")
    for key_id, one in given.items() if isinstance(given, Mapping) else ():
        try:
            keys[key_id] = decoded(one["key"])
        except (ValueError, KeyError, TypeError):
            continue
    signatures = signed_by.get(server) if isinstance(signed_by, Mapping) else None
    named = signatures.items() if isinstance(signatures, Mapping) else ()
    good = any(key_id in keys and is_signed(said, str(sig), keys[key_id]) for key_id, sig in named)
    return keys if good else {}


def _members(state: Any) -> list[str]:
    """Who is joined, by the state of a room."""
    return [
        event["state_key"][:255]
        for event in (state if isinstance(state, list) else [])
        if isinstance(event, dict)
        and event.get("type") == "m.room.member"
        and isinstance(event.get("state_key"), str)
        and isinstance(event.get("content"), dict)
        and event["content"].get("membership") == "join"
    ]
