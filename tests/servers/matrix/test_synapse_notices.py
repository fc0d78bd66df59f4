"""What users of Synapse are told in words: a rule warns, a sanction is laid. Each of it once."""

from __future__ import annotations

import asyncio
from contextlib import closing

from nio import ErrorResponse, JoinedRoomsResponse, RoomMessagesResponse, RoomMessageText

from tests.servers.matrix.conftest import Guarded
from tests.servers.matrix.synapse import SERVER
from tests.servers.matrix.talking import Person, people
from tests.servers.matrix.test_synapse_moderation import post_notice, until
from tests.service.test_sanctions import Desk


async def told(person: Person) -> list[str]:
    """What the server has said to somebody, as their client shows it."""
    there = await person.client.joined_rooms()
    assert isinstance(there, JoinedRoomsResponse), there
    said = []
    for room in there.rooms:
        got = await person.client.room_messages(room, limit=100)
        assert isinstance(got, RoomMessagesResponse), got
        said += [one for one in got.chunk if isinstance(one, RoomMessageText)]
    return [one.body for one in said if one.sender == f"@notices:{SERVER}"]


async def told_in_time(person: Person, times: int) -> list[str]:
    async with asyncio.timeout(300):
        while len(said := await told(person)) < times:
            await asyncio.sleep(0.1)
    return said


def notices(guarded: Guarded, of: str) -> float:
    return guarded.synapse.metrics().get(f'ecluse_synapse_notices_total{{of="{of}"}}', 0.0)


async def test_who_is_warned_is_told_once_and_in_their_language(guarded: Guarded) -> None:
    async with people(guarded.synapse, "builder") as (builder,):
        data = f"user/{builder.id}/account_data/ecluse.language"
        assert (await builder.call("PUT", data, {"language": "fr"})).status_code == 200
        before = notices(guarded, "warning")
        for _ in range(6):
            assert isinstance(await builder.meet(), str), "it is but a warning"
        await until(lambda: notices(guarded, "warning") == before + 1)
        assert isinstance(await builder.meet(), str)
        (said,) = await told_in_time(builder, 1)
        assert "Vous ne pouvez créer plus de quatre salons par heure." in said
        assert notices(guarded, "warning") == before + 1


async def test_who_is_sanctioned_reads_it_and_what_is_refused_says_the_same(guarded: Guarded) -> None:
    with closing(Desk(guarded.gate)) as desk:
        await _limited(guarded, desk)


async def _limited(guarded: Guarded, desk: Desk) -> None:
    async with people(guarded.synapse, "limited") as (limited,):
        laid = await asyncio.to_thread(desk.lay, limited.id, measure="limit", rule="forward-chats")
        assert laid["status"] == "in_force"
        (said,) = await told_in_time(limited, 1)
        assert "You may forward to at most five chats in an hour." in said
        refused = await limited.call("POST", "createRoom", {"invite": ["@stranger:hs1.test"], "is_direct": True})
        body = refused.json()
        assert (refused.status_code, body["errcode"]) == (403, "M_FORBIDDEN")
        assert body["ecluse.sanction"] == laid["sanction"]
        assert "You may forward to at most five chats in an hour." in body["error"]
        assert (await desk_lifts(desk, laid["sanction"]))["status"] == "lifted"
        assert len(await told_in_time(limited, 2)) == 2


async def desk_lifts(desk: Desk, sanction: int) -> dict[str, str]:
    answer = await asyncio.to_thread(desk.ada.post, f"/v1/sanctions/{sanction}/lift", json={"why": "It is enough."})
    said: dict[str, str] = answer.json()
    return said


async def test_who_is_suspended_has_read_why_and_a_notice_that_comes_twice_is_told_once(guarded: Guarded) -> None:
    """A suspended user can't join a room any more, and the gate would not let them."""
    with closing(Desk(guarded.gate)) as desk:
        await _suspended(guarded, desk)


async def _suspended(guarded: Guarded, desk: Desk) -> None:
    async with people(guarded.synapse, "silenced") as (silenced,):
        laid = await asyncio.to_thread(desk.lay, silenced.id, measure="suspension", rule="forward-chats")
        assert laid["status"] == "in_force"
        (said,) = await told_in_time(silenced, 1)
        assert "You may forward to at most five chats in an hour." in said
        words = {"measure": "suspension", "status": "in_force"}
        for _ in range(2):
            answer = await asyncio.to_thread(post_notice, guarded, silenced.id, "sanction", "Again.", **words)
            assert answer.json() == {"applied": True, "told": True}
        assert [one for one in await told(silenced) if one == "Again."] == ["Again."]
        refused = await silenced.call("POST", "createRoom", {})
        assert refused.json()["errcode"] in ("M_USER_SUSPENDED", "M_FORBIDDEN"), "of the gate, which is asked first"
        assert not isinstance(await silenced.client.whoami(), ErrorResponse)


async def test_the_server_itself_is_not_judged(guarded: Guarded) -> None:
    with guarded.gate.http("read") as http:
        account = http.get(f"/v1/accounts/@notices:{SERVER}", params={"at": "latest"}).json()
    assert account.get("rows", []) == []
