"""The module in a real Synapse, with a real gate behind it and real clients before it."""

from __future__ import annotations

import asyncio

from nio import ErrorResponse, RoomGetEventResponse

from tests.servers.matrix.conftest import Guarded
from tests.servers.matrix.talking import Person, all_of, named, people

STRANGERS = 200
FOLLOWERS = 300


def decisions(guarded: Guarded, kind: str, outcome: str) -> float:
    return guarded.synapse.metrics().get(f'ecluse_synapse_decisions_total{{kind="{kind}",outcome="{outcome}"}}', 0.0)


def notice(error: object) -> str:
    assert isinstance(error, ErrorResponse), error
    return str(error.message)


async def test_ordinary_conversations_of_twenty_people_pass_untouched(guarded: Guarded) -> None:
    refused = decisions(guarded, "send", "refuse") + decisions(guarded, "create_group", "refuse")
    async with people(guarded.synapse, *(f"friend{i}" for i in range(20))) as friends:
        host = friends[0]
        room = await host.meet(*(one.name for one in friends[1:]))
        assert isinstance(room, str)
        await all_of(one.join(room) for one in friends[1:])
        for turn in range(3):
            said = await all_of(one.say(room, f"{one.name} says {turn}") for one in friends)
            assert [one for one in said if not isinstance(one, str)] == []
        await all_of(talk(*pair) for pair in zip(friends[::2], friends[1::2], strict=True))
        await react(host, room, said[0])
    assert decisions(guarded, "send", "refuse") + decisions(guarded, "create_group", "refuse") == refused
    assert guarded.synapse.metrics()["ecluse_synapse_faults_total"] == 0


async def talk(one: Person, other: Person) -> None:
    """Two people write to each other, answer by answer."""
    room = await one.meet(other.name)
    assert isinstance(room, str), room
    await other.join(room)
    for turn in range(4):
        assert isinstance(await one.say(room, f"question {turn}"), str)
        assert isinstance(await other.say(room, f"answer {turn}"), str)


async def react(one: Person, room: str, event: object) -> None:
    """Reactions and edits are no sends."""
    for n, (kind, content) in enumerate(
        [
            ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "👍"}}),
            (
                "m.room.message",
                {"msgtype": "m.text", "body": "*", "m.relates_to": {"rel_type": "m.replace", "event_id": event}},
            ),
        ]
    ):
        assert isinstance(await one.send(room, kind, content, f"quiet{n}"), str)


FRESH_STRANGERS = 25
"""What the starter terms allow an account on its first day; a minute's limit may stop it sooner."""


async def test_an_account_that_invites_and_messages_strangers_is_stopped(guarded: Guarded) -> None:
    async with people(guarded.synapse, "spammer") as (spammer,):
        rooms, reached, errors = 0, 0, []
        for n in range(STRANGERS):
            room = await spammer.meet(f"stranger{n}")
            said = await spammer.say(room, "Buy now") if isinstance(room, str) else room
            rooms += isinstance(room, str)
            reached += isinstance(said, str)
            errors += [said] if isinstance(said, ErrorResponse) else []
        joined = (await spammer.call("GET", "joined_rooms")).json()["joined_rooms"]
        by_hand = await spammer.call("POST", "createRoom", {"invite": [named("another")], "is_direct": True})
    assert 5 < reached <= rooms <= FRESH_STRANGERS
    assert len(joined) == rooms, "a refused contact leaves no empty room behind"
    assert {error.status_code for error in errors} == {"M_FORBIDDEN"}
    texts = {notice(error).partition(" of an account ")[0] for error in errors}
    assert texts <= {"This was not sent. In the first hour", "This was not sent. On the first day"}
    said = by_hand.json()
    assert (by_hand.status_code, said["errcode"]) == (403, "M_FORBIDDEN")
    assert set(said["ecluse.rules"]) <= {"fresh-burst", "fresh-strangers"}
    assert said["retry_after_ms"] > 0


async def test_a_newsletter_is_stopped(guarded: Guarded) -> None:
    """Followers are no strangers: each has written first. What they do not do is answer."""
    async with people(guarded.synapse, "newsletter") as (newsletter,):
        rooms = await all_of(follow(guarded, newsletter, f"follower{n}") for n in range(FOLLOWERS))
        said = [await newsletter.say(room, f"Today's news, {n}") for n, room in enumerate(rooms)]
    got = sum(isinstance(one, str) for one in said)
    assert 5 < got <= 100
    refused = [one for one in said if not isinstance(one, str)]
    assert {notice(one).split(".")[1] for one in refused} & STOPPED


STOPPED = {
    " You may send at most 60 messages in a minute; what is more is delivered a little later",
    " You may not write to more than 100 people in a day of whom hardly any answers",
    " In the first hour of an account you may not send more than 15 messages in a minute to people who do not answer",
}
"""Which of these comes first is a matter of how quick the machine is."""


async def follow(guarded: Guarded, newsletter: Person, name: str) -> str:
    """Somebody subscribes: writes "start", as newsletters ask for."""
    async with people(guarded.synapse, name) as (follower,):
        room = await follower.meet(newsletter.name)
        assert isinstance(room, str), room
        await newsletter.join(room)
        assert isinstance(await follower.say(room, "start"), str)
    return room


async def test_forwards_are_limited_and_say_what_they_are(guarded: Guarded) -> None:
    async with people(guarded.synapse, "origin", *(f"hop{i}" for i in range(7))) as (origin, *hops):
        room = await origin.meet(*(one.name for one in hops))
        assert isinstance(room, str)
        await all_of(one.join(room) for one in hops)
        event = await origin.say(room, "Have you heard?")
        for one in hops[:6]:
            event = await one.say(room, "Have you heard?", **{"m.forwarded": {"event_id": event, "room_id": room}})
            assert isinstance(event, str), event
        got = await hops[0].client.room_get_event(room, event)
        assert isinstance(got, RoomGetEventResponse), got
        assert got.event.source["unsigned"]["ecluse.labels"] == ["forwarded_many_times"]
        chats = [await hops[6].meet(f"chat{n}a", f"chat{n}b") for n in range(7)]
        said = [await hops[6].say(c, "Have you heard?", **{"m.forwarded": {"event_id": event}}) for c in chats]  # type: ignore[arg-type]
    assert [isinstance(one, str) for one in said] == [True] * 5 + [False] * 2
    assert notice(said[5]).startswith("This was not sent. You may forward to at most five chats in an hour.")


async def test_what_is_refused_when_it_is_about_to_be_stored_is_not_stored(guarded: Guarded) -> None:
    async with people(guarded.synapse, "late") as (late,):
        rooms = [await late.meet(f"late{n}a", f"late{n}b") for n in range(6)]
        assert isinstance(await late.say(rooms[0], "seen to come by"), str)  # type: ignore[arg-type]
        metrics, forward = guarded.synapse.metrics(), {"msgtype": "m.text", "body": "Psst", "m.forwarded": {}}
        assert metrics["ecluse_synapse_waits_late"] == 1
        refused = decisions(guarded, "forward", "refuse")
        said = [
            await late.call("PUT", f"rooms/{one}/send/m.room.message/late{n}", forward) for n, one in enumerate(rooms)
        ]
        again = await late.call("PUT", f"rooms/{rooms[5]}/send/m.room.message/late5", forward)
        stored = (await late.call("GET", f"rooms/{rooms[5]}/messages?dir=b&limit=20")).json()["chunk"]
        plain = await late.say(rooms[5], "goes through")  # type: ignore[arg-type]
    assert [one.status_code for one in [*said, again]] == [200] * 5 + [403] * 2
    body = said[5].json()
    assert (body["errcode"], body["ecluse.rules"]) == ("M_FORBIDDEN", ["forward-chats"])
    assert body["error"].startswith("This was not sent. You may forward to at most five chats in an hour.")
    assert body["retry_after_ms"] > 0
    assert decisions(guarded, "forward", "refuse") == refused + 2
    assert "m.room.message" not in {one["type"] for one in stored}
    assert isinstance(plain, str)
    after = guarded.synapse.metrics()
    assert (after["ecluse_synapse_waits_late"], after["ecluse_synapse_faults_total"]) == (1, 0)


async def test_waiting_helps_where_a_pace_is_kept(guarded: Guarded) -> None:
    """A delay is a 429 with the time to wait; the same message, tried again after that, is delivered."""
    async with people(guarded.synapse, "hasty") as (hasty,):
        room = await hasty.meet()
        assert isinstance(room, str)
        said = [await hasty.say(room, f"note {n}") for n in range(9)]
        assert [isinstance(one, str) for one in said] == [True] * 8 + [False]
        path = f"rooms/{room}/send/m.room.message/again"
        first = await hasty.call("PUT", path, {"msgtype": "m.text", "body": "one more"})
        assert (first.status_code, first.json()["errcode"]) == (429, "M_LIMIT_EXCEEDED")
        wait_ms = first.json()["retry_after_ms"]
        assert 0 < wait_ms <= 60_000
        assert first.headers["retry-after"] == str(-(-wait_ms // 1000))
        second = await hasty.call("PUT", path, {"msgtype": "m.text", "body": "one more"})
        assert (second.status_code, second.json()["error"]) == (429, first.json()["error"])
        assert second.json()["retry_after_ms"] <= wait_ms


async def test_a_refusal_is_in_the_users_language(guarded: Guarded) -> None:
    async with people(guarded.synapse, "ana") as (ana,):
        data = f"user/{ana.id}/account_data/ecluse.language"
        assert (await ana.call("PUT", data, {"language": "pt-BR"})).status_code == 200
        rooms = [await ana.meet(f"pessoa{n}") for n in range(40)]
    refused = [one for one in rooms if isinstance(one, ErrorResponse)]
    assert notice(refused[0]).startswith("Isto não foi enviado.")


async def test_encrypted_messages_are_judged_by_metadata_alone(guarded: Guarded) -> None:
    async with people(guarded.synapse, "veiled", "reader") as (veiled, reader):
        room = await veiled.meet("reader")
        assert isinstance(room, str)
        await reader.join(room)
        before = decisions(guarded, "send", "pass")
        sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "s", "device_id": "DEVICE"}
        event = await veiled.send(room, "m.room.encrypted", sealed)
        assert isinstance(event, str), event
        edit = sealed | {"m.relates_to": {"rel_type": "m.replace", "event_id": event}}
        assert isinstance(await veiled.send(room, "m.room.encrypted", edit), str)
        assert decisions(guarded, "send", "pass") == before + 1
    with guarded.gate.http("read") as http:
        account = http.get(f"/v1/accounts/{named('veiled')}", params={"at": "latest"}).json()
    assert [(row["kind"], row["unanswered"]) for row in account["rows"]] == [("person", 2)]


async def test_an_invitation_to_a_group_and_a_channel_with_its_size(guarded: Guarded) -> None:
    async with people(guarded.synapse, "host", *(f"guest{n}" for n in range(4))) as (host, *guests):
        room = await host.meet("guest0", "guest1")
        assert isinstance(room, str)
        await all_of(one.join(room) for one in guests[:2])
        assert not isinstance(await host.client.room_invite(room, guests[2].id), ErrorResponse)
        await guests[2].join(room)
        assert isinstance(await host.say(room, "welcome"), str)
    with guarded.gate.http("read") as http:
        account = http.get(f"/v1/accounts/{named('host')}", params={"at": "latest"}).json()
    signals = {one["signal"]: one["value"] for one in account["signals"]}
    assert [(row["kind"], row["members"]) for row in account["rows"]] == [("group", 3)]
    assert signals["groups_created.24h"] == 1
    assert signals["group_additions.24h"] == 3


async def test_a_registration_is_judged(guarded: Guarded) -> None:
    before = decisions(guarded, "register", "pass")
    await asyncio.to_thread(guarded.synapse.register, "newcomer")
    assert decisions(guarded, "register", "pass") == before + 1
