"""The writer: all that waits in one transaction, the same on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from ecluse.business.writer import Writer
from ecluse.partners import Counts
from ecluse.records import Records
from ecluse.records.tables import (
    BusinessBlock,
    BusinessConversation,
    BusinessMessage,
    BusinessRequest,
    BusinessWebhook,
    PartnerDay,
)

DAY = 86_400


@pytest.fixture
def records(records_url: str) -> Iterator[Records]:
    with Records(records_url, migrate=True) as kept:
        yield kept


def rows(records: Records, table: Any, *names: str) -> list[tuple[Any, ...]]:
    with records.reading() as session:
        return sorted(tuple(row) for row in session.execute(select(*(getattr(table, name) for name in names))))


def message(number: int) -> dict[str, Any]:
    key = {"number_id": "1", "account": "zoe", "incoming": False, "type": "text", "opaque": None}
    return {"id": f"wamid.{number}", "at_s": number, "status": 0, **key}


def webhook(number: int) -> dict[str, Any]:
    return {"id": number, "lane": 7, "number_id": "1", "body": b"x", "made_s": 1, "attempts": 0, "next_s": 1}


def heard(second: int, name: str = "Zoe") -> dict[str, Any]:
    key = {"number_id": "1", "account": "zoe", "user_id": "FR.1"}
    return {**key, "name": name, "opened_s": second, "heard_s": second, "ended_s": 0}


def test_what_arrives_together_is_written_together(records: Records) -> None:
    async def write() -> None:
        writer = Writer(records)

        async def one(number: int) -> None:
            writer.batch.messages.append(message(number))
            writer.batch.queued[BusinessWebhook].append(webhook(number))
            writer.batch.count("p1", 5, Counts(sent=1))
            await writer.written()

        await asyncio.gather(*(one(number) for number in range(200)))
        writer.batch.standings.append({"key": "wamid.3", "status": 2})
        writer.batch.taken[BusinessWebhook] += [{"key": number} for number in range(199)]
        writer.batch.put_off[BusinessWebhook].append({"key": 199, "attempts": 4, "next_s": 99})
        writer.batch.count("p1", 5, Counts(sent=2, people=1))
        await writer.written()
        await writer.close()

    asyncio.run(write())
    assert len(rows(records, BusinessMessage, "id")) == 200
    assert ("wamid.3", 2) in rows(records, BusinessMessage, "id", "status")
    assert rows(records, BusinessWebhook, "id", "attempts", "next_s") == [(199, 4, 99)]
    assert rows(records, PartnerDay, "partner_id", "day", "sent", "people") == [("p1", 5, 202, 1)]


def test_a_conversation_goes_on_closes_and_opens_anew(records: Records) -> None:
    def after(batches: list[tuple[str, dict[str, Any]]]) -> list[tuple[Any, ...]]:
        async def write() -> None:
            writer = Writer(records)
            for name, row in batches:
                getattr(writer.batch, name).append(row)
                await writer.written()
            await writer.close()

        asyncio.run(write())
        return rows(records, BusinessConversation, "opened_s", "heard_s", "ended_s", "name")

    assert after([("heard", heard(100)), ("heard", heard(100 + DAY - 1, "Zoé"))]) == [(100, 100 + DAY - 1, 0, "Zoé")]
    later = 100 + 2 * DAY
    assert after([("heard", heard(later))]) == [(later, later, 0, "Zoe")]
    ended = {"number": "1", "whom": "zoe", "ended_s": later + 5}
    assert after([("ended", ended)]) == [(later, later, later + 5, "Zoe")]
    assert after([("heard", heard(later + 9))]) == [(later + 9, later + 9, 0, "Zoe")]


def test_blocks_and_requests_twice_are_there_once(records: Records) -> None:
    block = {"number_id": "1", "account": "zoe", "by_user": True, "at_s": 5}
    request = {"number_id": "1", "key": "k", "digest": "0" * 64, "answer": b"one", "at_s": 5}

    async def write() -> None:
        writer = Writer(records)
        writer.batch.blocks += [block, {**block, "by_user": False}]
        writer.batch.requests.append(request)
        await writer.written()
        writer.batch.blocks.append(block)
        writer.batch.requests.append({**request, "answer": b"two"})
        await writer.written()
        writer.batch.unblocks.append({"number": "1", "whom": "zoe", "by": False})
        await writer.written()
        await writer.close()

    asyncio.run(write())
    assert rows(records, BusinessBlock, "account", "by_user") == [("zoe", True)]
    assert rows(records, BusinessRequest, "answer") == [(b"one",)]


def test_what_cannot_be_written_is_said_and_the_next_is_written(records: Records) -> None:
    async def write() -> list[bool]:
        writer = Writer(records)
        came = []
        for row in (message(1), message(1), message(2)):
            writer.batch.messages.append(row)
            try:
                await writer.written()
                came.append(True)
            except Exception:
                came.append(False)
        await writer.close()
        return came

    assert asyncio.run(write()) == [True, False, True]
    assert rows(records, BusinessMessage, "id") == [("wamid.1",), ("wamid.2",)]
