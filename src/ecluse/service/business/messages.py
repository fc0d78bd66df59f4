"""Messages, files, blocks and conversations of a number."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from ecluse.business import limits
from ecluse.business.codes import ApiError, invalid, no_node
from ecluse.business.directory import Number
from ecluse.business.hearing import block_users
from ecluse.business.mediastore import Media
from ecluse.business.window import expires_s, is_open
from ecluse.partners import tier_of
from ecluse.records.tables import BusinessBlock, BusinessConversation
from ecluse.service.business.call import SUCCESS, Answer, Call, reply
from ecluse.service.business.paging import page_of, paged
from ecluse.service.business.uploads import Upload

if TYPE_CHECKING:
    from ecluse.service.business.door import BusinessDoor

UPLOAD_S: Final = 300.0
"""Seconds for an upload to arrive."""


async def send(door: BusinessDoor, call: Call) -> Answer:
    """``POST P/messages``: send a message, or mark one as read."""
    number = door.directory.number(call.who, call.ids["number"])
    body = await call.body()
    if door.exchange.writer.is_full:
        raise ApiError(131016, "More messages wait than can be written.")
    key = call.header("idempotency-key")
    return Answer(await door.sending.take(call.who, number, body, key, call.now_ms))


async def upload(door: BusinessDoor, call: Call) -> Answer:
    """``POST P/media``: keep a file."""
    number = door.directory.number(call.who, call.ids["number"])
    partner = door.directory.partner_of(number)
    form = Upload(call.transport, call.header("content-type"))
    async with door.upload_place(partner.id):
        try:
            async with asyncio.timeout(UPLOAD_S):
                media = await door.exchange.media.keep(
                    form.file(),
                    form.type_of,
                    partner_id=partner.id,
                    number_id=number.id,
                    room=tier_of(partner.status, partner.sort).media_bytes,
                    now_s=call.now_s,
                    kept_s=limits.MEDIA_KEPT_S,
                )
        except TimeoutError:
            raise ApiError(131053, f"The file had not arrived after {UPLOAD_S:g} seconds.") from None
    return reply({"id": media.id})


async def own_media(door: BusinessDoor, call: Call, media_id: str) -> Media:
    """A file of the caller's. Raises ApiError 100/33."""
    media = await door.exchange.media.find(media_id, call.now_s)
    if call.who.app_only or not door.directory.owns(call.who, media.partner_id):
        raise no_node(media_id)
    number_id = call.query.get("phone_number_id")
    if number_id and number_id != media.number_id:
        raise no_node(media_id)
    return media


def media_form(door: BusinessDoor, media: Media, now_s: int) -> dict[str, Any]:
    """A file as it is shown, with where it can be fetched for five minutes."""
    until_s = now_s + limits.MEDIA_URL_S
    signature = door.exchange.secrets.media_signature(media.id, until_s)
    return {
        "messaging_product": "whatsapp",
        "url": f"{door.base_url}/media/{media.id}?until={until_s}&signature={signature}",
        "mime_type": media.type,
        "sha256": media.digest,
        "file_size": media.size,
        "id": media.id,
    }


async def delete_media(door: BusinessDoor, call: Call) -> Answer:
    """``DELETE M``: throw a file away."""
    await door.exchange.media.delete(await own_media(door, call, call.ids["node"]))
    return SUCCESS


async def download(door: BusinessDoor, call: Call) -> Answer:
    """``GET media/M``: the bytes of a file, to whoever has an address that is in force; it needs no token."""
    media_id, until, signature = call.ids["media"], call.query.get("until", ""), call.query.get("signature", "")
    in_force = until.isascii() and until.isdigit() and call.now_s < int(until[:12])
    secrets = door.exchange.secrets
    if not in_force or not secrets.same(secrets.media_signature(media_id, int(until[:12])), signature):
        raise no_node(media_id)
    media = await door.exchange.media.find(media_id, call.now_s)
    return Answer(b"", media.type, door.exchange.media.path(media.id))


async def list_blocks(door: BusinessDoor, call: Call) -> Answer:
    """``GET P/block_users``: whom the business blocked."""
    number = door.directory.number(call.who, call.ids["number"])
    limit, after = page_of(call, 10, 100)
    table = BusinessBlock
    query = select(table.account).where(table.number_id == number.id, table.by_user.is_(False), table.account > after)
    query = query.order_by(table.account).limit(limit + 1)
    accounts = list(await door.read(query))
    users = [{"messaging_product": "whatsapp", "input": account, "wa_id": account} for account in accounts[:limit]]
    return reply(paged(door, call, users, [*accounts], limit))


async def block(door: BusinessDoor, call: Call) -> Answer:
    """``POST P/block_users``: block people who wrote in the last 24 hours."""
    return await _block(door, call, block=True)


async def unblock(door: BusinessDoor, call: Call) -> Answer:
    """``DELETE P/block_users``: unblock people."""
    return await _block(door, call, block=False)


async def _block(door: BusinessDoor, call: Call, *, block: bool) -> Answer:
    number = door.directory.number(call.who, call.ids["number"])
    document = await call.document()
    if document.get("messaging_product") != "whatsapp":
        raise ApiError(100, "The parameter messaging_product is required, and must be whatsapp.")
    listed = document.get("block_users")
    if not isinstance(listed, list) or not 0 < len(listed) <= limits.BLOCKS_A_CALL_MAX:
        raise invalid("block_users", f"a list of 1 to {limits.BLOCKS_A_CALL_MAX}")
    inputs = [await _account_of(door, number, entry) for entry in listed]
    accounts = list(dict.fromkeys(account for _, account in inputs if account))
    failed = set(block_users(door.exchange, number, accounts, block=block, now_s=call.now_s))
    await door.exchange.commit()
    done = [{"input": given, "wa_id": account} for given, account in inputs if account and account not in failed]
    error = ApiError(131047, "This person did not write in the last 24 hours.").in_webhook()
    others = [
        {"input": given, "wa_id": account, "errors": [error]}
        for given, account in inputs
        if not account or account in failed
    ]
    result: dict[str, Any] = {"added_users" if block else "removed_users": done}
    if others:
        result["failed_users"] = others
    answer = {"messaging_product": "whatsapp", "block_users": result}
    if others:
        raise ApiError(139100, "failed_users says which, and why.", beside=answer)
    return reply(answer)


async def _account_of(door: BusinessDoor, number: Number, entry: Any) -> tuple[str, str | None]:
    """What was said of a person, and the account."""
    given = entry.get("user") or entry.get("user_id") if isinstance(entry, dict) else None
    if not isinstance(given, str) or not 0 < len(given) <= limits.USER_ID_MAX:
        raise invalid("block_users.user", "an account or a user id")
    if not entry.get("user"):
        return given, await door.exchange.account_of(number, given)
    digits = given.removeprefix("+")
    return given, digits if digits.isdigit() else given


async def conversations(door: BusinessDoor, call: Call) -> Answer:
    """``GET P/conversations``: the conversations that are open, the one that closes last first. (Ours.)"""
    number = door.directory.number(call.who, call.ids["number"])
    limit, after = page_of(call, 25, 1_000)
    table = BusinessConversation
    query = select(table.account, table.user_id, table.name, table.opened_s, table.heard_s, table.ended_s)
    query = query.where(table.number_id == number.id, table.heard_s > call.now_s - limits.WINDOW_S)
    if after:
        heard_s, _, account = after.partition("-")
        if not heard_s.isdigit():
            raise invalid("after", "a cursor of the page before")
        query = query.where(
            (table.heard_s < int(heard_s)) | ((table.heard_s == int(heard_s)) & (table.account > account))
        )
    query = query.order_by(table.heard_s.desc(), table.account).limit(limit + 1)
    rows = await door.read_rows(query)
    forms = [
        {
            "id": door.exchange.secrets.conversation_id(number.id, row.account),
            "wa_id": row.account,
            "user_id": row.user_id,
            "name": row.name,
            "opened": row.opened_s,
            "last_heard": row.heard_s,
            "expires": expires_s(row.heard_s),
            "open": is_open(row.heard_s, call.now_s, row.ended_s),
            "ended_by_user": row.ended_s or None,
        }
        for row in rows[:limit]
    ]
    return reply(paged(door, call, forms, [f"{row.heard_s}-{row.account}" for row in rows], limit))
