"""Files between a messenger and the exchange: what a person sends is handed in, what a business sends is taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from ecluse.business import limits
from ecluse.business.codes import ApiError
from ecluse.business.media import media_type
from ecluse.errors import InputError
from ecluse.partners import tier_of
from ecluse.service.access import Access
from ecluse.service.business.call import Answer, Call, reply
from ecluse.service.business.messages import UPLOAD_S
from ecluse.service.problems import ProblemError
from ecluse.service.rsgi import Transport
from ecluse.stores.keys import Scope

if TYPE_CHECKING:
    from ecluse.service.business.door import BusinessDoor

FILES: Final = "/v1/messenger/media"


async def messenger_file(door: BusinessDoor, access: Access, call: Call) -> Answer:
    """``POST ?to=NUMBER`` hands in a file, its type in the header; ``GET ?id=M`` takes one. Raises ProblemError."""
    access.require(call.header("authorization"), Scope.DECIDE, call.now_s)
    try:
        if call.head.method == "GET":
            media = await door.exchange.media.find(call.query.get("id", ""), call.now_s)
            return Answer(b"", media.type, door.exchange.media.path(media.id))
        if call.head.method != "POST":
            raise ProblemError("method-not-allowed", headers={"allow": "GET, POST"})
        number = door.hearing.number(call.query.get("to", ""))
        partner = door.directory.partner_of(number)
        name, _ = media_type(call.header("content-type"))
        async with door.upload_place(partner.id), asyncio.timeout(UPLOAD_S):
            media = await door.exchange.media.keep(
                _parts(call.transport),
                lambda: name,
                partner_id=partner.id,
                number_id=number.id,
                room=tier_of(partner.status, partner.sort).media_bytes,
                now_s=call.now_s,
                kept_s=limits.RECEIVED_MEDIA_KEPT_S,
            )
    except InputError as error:
        raise ProblemError.of_input(error) from None
    except TimeoutError:
        raise ProblemError("body-too-slow") from None
    except ApiError as error:
        code = {2: "starting", 131016: "busy", 100: "not-found"}.get(error.code, "invalid")
        raise ProblemError(code, error.details) from None
    return reply({"id": media.id})


async def _parts(transport: Transport) -> AsyncIterator[bytes]:
    async for part in transport:
        if not part:
            return
        yield part
