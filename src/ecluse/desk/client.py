"""A client of the Cloud API, for one number: messages, read marks, typing, and files that people sent.

It asks once; who retries is ``working``. It works with our business API and with Meta's: only address and token differ.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec

from ecluse.desk.failures import ApiRefusedError, UnansweredError, UnreachableApiError, failure_of
from ecluse.desk.parts import Part

TIMEOUT_S: Final = 30.0
CONNECTIONS_MAX: Final = 32
ANSWER_BYTES_MAX: Final = 1 << 20
MEDIA_BYTES_MAX: Final = 100 << 20
PHONE_CHARACTERS_MAX: Final = 20
MEDIA_HOSTS: Final = ("lookaside.fbsbx.com",)
"""Hosts besides the API's own that are shown the token, for they give files to nobody else."""


class Media(NamedTuple):
    """A file that a person sent. type: as the API calls it."""

    type: str
    body: bytes


class _Sent(msgspec.Struct):
    id: str


class _Answer(msgspec.Struct):
    messages: list[_Sent]


class _Node(msgspec.Struct):
    url: str
    mime_type: str = "application/octet-stream"
    file_size: int | str | None = None


class CloudClient:
    """Asks an API. api: its address, with the version. idempotent: it knows ``Idempotency-Key``.

    Every call raises ApiRefusedError (or one of its kinds), UnreachableApiError, UnansweredError.
    """

    def __init__(self, api: str, number_id: str, token: str, *, idempotent: bool) -> None:
        self._number, self._idempotent, self._api = number_id, idempotent, api
        limits = httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, limits=limits, follow_redirects=False, trust_env=False)
        self._headers = {"authorization": f"Bearer {token}"}

    def __repr__(self) -> str:
        return f"CloudClient({self._api!r}, {self._number!r})"

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def send(self, to: str, part: Part, *, key: str, reply_to: str | None = None) -> str:
        """Send a message; its id at the API. key: the same twice is one message, if the API knows that.

        to: a phone number, or the id that the API knows a person by.
        """
        phone = to.isascii() and to.isdigit() and len(to) <= PHONE_CHARACTERS_MAX
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **({"to": to} if phone or "." not in to else {"recipient": to}),
            "type": part.type,
            part.type: part.content,
            "biz_opaque_callback_data": key,
        }
        if reply_to is not None:
            body["context"] = {"message_id": reply_to}
        headers = {"idempotency-key": key} if self._idempotent else {}
        answer = await self._post(body, headers)
        try:
            return msgspec.json.decode(answer, type=_Answer).messages[0].id
        except (msgspec.DecodeError, UnicodeDecodeError, IndexError):
            raise UnansweredError("the API took a message and gave no id of it") from None

    async def mark_read(self, wamid: str, *, typing: bool = False) -> None:
        """Show a person that their message was read, and that somebody writes."""
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self._post(body, {})

    async def media(self, media_id: str) -> Media:
        """A file that a person sent, by the id that its message has. At most MEDIA_BYTES_MAX."""
        if not media_id.isascii() or not media_id.replace("_", "").replace("-", "").isalnum():
            raise ApiRefusedError(400, None, "this is no id of a file")
        answer = await self._get(f"{self._api}/{media_id}", self._headers, ANSWER_BYTES_MAX)
        try:
            node = msgspec.json.decode(answer, type=_Node)
            theirs, ours = urlsplit(str(httpx.URL(node.url))), urlsplit(self._api)
        except (msgspec.DecodeError, ValueError, httpx.InvalidURL):
            raise ApiRefusedError(200, None, "the API does not say where the file is") from None
        same = (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc)
        if not same and theirs.scheme != "https":
            raise ApiRefusedError(200, None, "the address of the file is none that is fetched")
        shown = self._headers if same or theirs.hostname in MEDIA_HOSTS else {}
        return Media(node.mime_type, await self._get(node.url, shown, MEDIA_BYTES_MAX))

    async def _post(self, body: dict[str, Any], headers: dict[str, str]) -> bytes:
        url = f"{self._api}/{self._number}/messages"
        headers = {**self._headers, **headers, "content-type": "application/json"}
        return await self._ask(
            self._http.build_request("POST", url, content=msgspec.json.encode(body), headers=headers)
        )

    async def _get(self, url: str, headers: dict[str, str], bytes_max: int) -> bytes:
        return await self._ask(self._http.build_request("GET", url, headers=headers), bytes_max)

    async def _ask(self, request: httpx.Request, bytes_max: int = ANSWER_BYTES_MAX) -> bytes:
        try:
            response = await self._http.send(request, stream=True)
            try:
                parts, size = [], 0
                async for part in response.aiter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > bytes_max:
                        raise ApiRefusedError(response.status_code, None, f"the answer has over {bytes_max} bytes")
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise UnreachableApiError(f"the API cannot be reached: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            raise UnansweredError(f"the API gave no answer: {type(error).__name__}") from None
        if not response.is_success:
            raise failure_of(response.status_code, b"".join(parts), response.headers.get("retry-after"))
        return b"".join(parts)
