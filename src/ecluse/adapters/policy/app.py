"""The routes of a policy server, as plain RSGI: its keys, the signing of events, and events of its rooms."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Sequence
from typing import Any, Final

import structlog
from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

from ecluse.adapters.policy.bodies import Bodies, BodyError
from ecluse.adapters.policy.events import event_id, event_signature, has_its_hash
from ecluse.adapters.policy.federation import VERSIONS, Federation, FederationError
from ecluse.adapters.policy.judging import Judge
from ecluse.adapters.policy.keys import POLICY_KEY_ID, SERVER_KEY_ID
from ecluse.adapters.policy.rooms import Rooms, RoomsFullError

SIGN: Final = ("/_matrix/policy/v1/sign", "/_matrix/policy/unstable/org.matrix.msc4284/sign")
KEYS: Final = "/_matrix/key/v2/server"
SEND: Final = "/_matrix/federation/v1/send/"
INVITE: Final = "/_matrix/federation/v2/invite/"
VERSION: Final = "/_matrix/federation/v1/version"

PDU_MAX: Final = 128 << 10
"""The longest event, with room for its signatures."""

TRANSACTION_MAX: Final = 8 << 20
"""The longest transaction: 50 events and 100 notices."""

UNSIGNED: Final = "The request is not signed by a server whose keys can be had."

log = structlog.get_logger(__name__)


class RefusalError(Exception):
    """An answer that is no. fields: what stands there besides code and text."""

    def __init__(self, status: int, code: str, text: str, **fields: Any) -> None:
        self.status, self.body = status, {"errcode": code, "error": text, **fields}
        super().__init__(code)


class PolicyApp:
    """Answers homeservers. accept: servers whose invitations to rooms are accepted; ``*`` for all."""

    def __init__(self, federation: Federation, rooms: Rooms, judge: Judge, accept: Sequence[str]) -> None:
        self._federation, self._rooms, self._judge, self._accept = federation, rooms, judge, frozenset(accept)
        self._bodies = {PDU_MAX: Bodies(), TRANSACTION_MAX: Bodies()}  # so that the long ones do not take all the room
        self._joining: set[asyncio.Future[None]] = set()

    def __rsgi__(self, scope: Any, transport: Any) -> Awaitable[None]:
        """Answer one request."""
        return self._answer(scope, transport)

    async def _answer(self, scope: Any, transport: Any) -> None:
        try:
            status, said = 200, await self._route(scope, transport)
        except RefusalError as refusal:
            status, said = refusal.status, refusal.body
        except (ProtocolClosed, ProtocolError):
            return  # who asked has gone
        except Exception as error:
            log.error("failed", error=type(error).__qualname__)
            status, said = 500, {"errcode": "M_UNKNOWN", "error": "The policy server failed."}
        transport.response_bytes(status, [("content-type", "application/json")], json.dumps(said).encode())

    async def _route(self, scope: Any, transport: Any) -> Any:
        match scope.method, scope.path:
            case "GET", path if path.rstrip("/") == KEYS:
                return self._federation.own_keys()
            case "GET", path if path == VERSION:
                return {"server": {"name": "Ecluse policy server", "version": "1"}}
            case "POST", path if path in SIGN:
                origin, pdu = await self._signed_body(scope, transport, PDU_MAX)
                return await self._sign(origin, pdu)
            case "PUT", path if path.startswith(SEND):
                origin, sent = await self._signed_body(scope, transport, TRANSACTION_MAX)
                return self._take(origin, sent)
            case "PUT", path if path.startswith(INVITE):
                origin, asked = await self._signed_body(scope, transport, PDU_MAX)
                return self._invited(origin, asked)
        raise RefusalError(404, "M_UNRECOGNIZED", "Unrecognized request")

    async def _signed_body(self, scope: Any, transport: Any, bytes_max: int) -> tuple[str, dict[str, Any]]:
        """The body of a request and the server that signed it. Raises RefusalError.

        Whose keys can't be had is not read from: only servers may fill the memory for bodies.
        """
        header, bodies = scope.headers.get("authorization") or "", self._bodies[bytes_max]
        path = scope.path + (f"?{scope.query_string}" if scope.query_string else "")
        if not await self._federation.has_key_of(header):
            raise RefusalError(401, "M_UNAUTHORIZED", UNSIGNED)
        try:
            body = await bodies.read(transport, scope.headers.get("content-length"), bytes_max)
        except BodyError as error:
            raise RefusalError(error.status, error.code, error.text) from None
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            raise RefusalError(400, "M_NOT_JSON", "The body is no JSON.") from None
        finally:
            bodies.let_go(body)
        if not isinstance(content, dict):
            raise RefusalError(400, "M_BAD_JSON", "The body is no object.")
        origin = await self._federation.is_from(header, scope.method, path, content)
        if origin is None:
            raise RefusalError(401, "M_UNAUTHORIZED", UNSIGNED)
        return origin, content

    async def _sign(self, origin: str, pdu: dict[str, Any]) -> Any:
        """Sign an event, or say why not. Never 429: homeservers make a 500 of it."""
        room = self._rooms.get(str(pdu.get("room_id")))
        if room is None:
            raise RefusalError(404, "M_NOT_FOUND", "This policy server is not in that room.")
        try:
            if not has_its_hash(pdu):
                raise RefusalError(400, "M_BAD_JSON", "The event is not what its hash says.")
            if not await self._federation.is_by_its_sender(pdu, room.version, origin):
                raise RefusalError(403, "M_FORBIDDEN", "The event is not signed by its sender's server.")
            name = event_id(pdu, room.version)
            said = await self._judge.judge(name, pdu, room)
            if said.allowed:
                sign = event_signature(pdu, room.version, self._federation.keys.policy)
                return {self._federation.name: {POLICY_KEY_ID: sign}}
        except (TypeError, ValueError, RecursionError):
            raise RefusalError(400, "M_BAD_JSON", "That is no event.") from None
        fields: dict[str, Any] = {} if said.retry_ms is None else {"retry_after_ms": said.retry_ms}
        if said.rules:
            fields["ecluse.rules"] = list(said.rules)
        raise RefusalError(400, "M_FORBIDDEN", said.text, **fields)

    def _take(self, origin: str, sent: dict[str, Any]) -> Any:
        """Take events that homeservers send to everyone in a room: who is there changes by them.

        A server is believed of its own users alone.
        """
        pdus = sent.get("pdus")
        for pdu in pdus if isinstance(pdus, list) else []:
            member = isinstance(pdu, dict) and pdu.get("type") == "m.room.member"
            if member and str(pdu.get("state_key")).partition(":")[2] == origin:
                self._rooms.saw(pdu)
        return {"pdus": {}}

    def _invited(self, origin: str, asked: dict[str, Any]) -> Any:
        """Accept an invitation of a server that is listened to, and join the room through it. Raises RefusalError."""
        event, version = asked.get("event"), asked.get("room_version")
        if not isinstance(event, dict) or version not in VERSIONS:
            raise RefusalError(
                400, "M_INCOMPATIBLE_ROOM_VERSION", "That room version is not known.", room_version=version
            )
        if event.get("state_key") != self._federation.user_id or not isinstance(event.get("room_id"), str):
            raise RefusalError(404, "M_NOT_FOUND", "There is no such user here.")
        if origin not in self._accept and "*" not in self._accept:
            raise RefusalError(403, "M_FORBIDDEN", "Invitations of that server are not accepted.")
        sign = event_signature(event, version, self._federation.keys.server)
        had = event.get("signatures")
        signatures = had if isinstance(had, dict) else {}
        task = asyncio.ensure_future(self._join(event["room_id"], origin))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)
        return {"event": {**event, "signatures": {**signatures, self._federation.name: {SERVER_KEY_ID: sign}}}}

    async def _join(self, room_id: str, via: str) -> None:
        """Join a room; a moment after the invitation was answered, so that the other server has taken it."""
        for wait_s in (0.5, 2, 10):
            await asyncio.sleep(wait_s)
            try:
                version, members = await self._federation.join(room_id, via)
                self._rooms.joined(room_id, version, via, members)
            except (FederationError, RoomsFullError) as error:
                log.warning("could not join", reason=str(error))
            else:
                log.info("joined", rooms=len(self._rooms))
                return
