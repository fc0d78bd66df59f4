"""Two homeservers that federate: what users of one that has no gate send to the other is judged there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from nio import ErrorResponse, RoomMessagesResponse, RoomMessageText

from tests.servers.matrix.certificates import write_certificates
from tests.servers.matrix.conftest import Installed
from tests.servers.matrix.synapse import Synapse, federating, running_synapse
from tests.servers.matrix.talking import Person, people
from tests.service.running import Running, free_port, running

TERMS = """
id: federation
version: "1"
title: For those elsewhere, too
rules:
  - id: five-a-minute
    clause: You may say five things in a minute.
    when: [messages.1m > 5]
    then: refuse
  - id: three-strangers
    clause: You may write to three strangers an hour.
    when: [strangers.1h > 3]
    then: refuse
"""
UNLIMITED = {"window_size": 1_000, "sleep_limit": 100_000, "sleep_delay": 1, "reject_limit": 100_000, "concurrent": 50}


class Federation(NamedTuple):
    """Two homeservers: one behind a gate, and one elsewhere that has none."""

    here: Synapse
    elsewhere: Synapse
    gate: Running


@pytest.fixture(scope="module")
def federation(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    folder = tmp_path_factory.mktemp("federation")
    (folder / "data").mkdir()
    (folder / "data" / "terms.yaml").write_text(TERMS)
    certificates = write_certificates(folder)
    socket = folder / "gate.sock"
    module = {"socket": str(socket), "timeout_ms": 20_000, "wait_max_s": 60}
    with ExitStack() as stack:
        gate = stack.enter_context(running(folder / "data", "--socket", str(socket)))
        here, elsewhere = (
            stack.enter_context(
                running_synapse(
                    *installed,
                    folder / name,
                    settings,
                    rc_federation=UNLIMITED,
                    **federating(free_port(), *certificates),
                )
            )
            for name, settings in (("here", module), ("elsewhere", None))
        )
        yield Federation(here, elsewhere, gate)


async def read(person: Person, room: str) -> list[str]:
    """The messages of a room, as somebody's client shows them."""
    got = await person.client.room_messages(room, limit=100)
    assert isinstance(got, RoomMessagesResponse), got
    return [event.body for event in got.chunk if isinstance(event, RoomMessageText)][::-1]


async def open_room(host: Person, guest: Person) -> str:
    """A public room with somebody of each server in it."""
    made = await host.call("POST", "createRoom", {"preset": "public_chat"})
    room = str(made.json()["room_id"])
    via = host.id.partition(":")[2]
    joined = await guest.call("POST", f"join/{room}", {}, params={"server_name": via})
    assert joined.status_code == 200, joined.text
    return room


def judged(federation: Federation, outcome: str) -> float:
    name = f'ecluse_synapse_decisions_total{{kind="send",outcome="{outcome}"}}'
    return federation.here.metrics().get(name, 0.0)


async def test_mass_messages_from_elsewhere_are_soft_failed_and_others_are_not(federation: Federation) -> None:
    async with people(federation.here, "reader") as (reader,), people(federation.elsewhere, "mass", "kind") as two:
        mass, kind = two
        room = await open_room(reader, mass)
        via = reader.id.partition(":")[2]
        assert (await kind.call("POST", f"join/{room}", {}, params={"server_name": via})).status_code == 200
        said = [await mass.say(room, f"Buy now {n}") for n in range(12)]
        assert [one for one in said if isinstance(one, ErrorResponse)] == [], "their server has no gate"
        assert isinstance(await kind.say(room, "Good morning"), str)
        async with asyncio.timeout(300):
            while "Good morning" not in await read(reader, room):
                await asyncio.sleep(0.1)
        here, there = await read(reader, room), await read(mass, room)
    assert here == [f"Buy now {n}" for n in range(5)] + ["Good morning"]
    assert len(there) == 13
    assert judged(federation, "refuse") == 7
    assert federation.here.metrics()["ecluse_synapse_faults_total"] == 0


async def test_who_invites_strangers_here_from_elsewhere_is_stopped_and_told(federation: Federation) -> None:
    names = [f"stranger{n}" for n in range(6)]
    async with people(federation.here, *names) as strangers, people(federation.elsewhere, "seller") as (seller,):
        said = []
        for one in strangers:
            made = await seller.call("POST", "createRoom", {"preset": "private_chat"})
            said.append(await seller.call("POST", f"rooms/{made.json()['room_id']}/invite", {"user_id": one.id}))
    assert [one.status_code for one in said] == [200] * 3 + [403] * 3
    assert said[3].json()["error"].startswith("This was not sent. You may write to three strangers an hour.")


async def test_the_history_of_a_room_that_somebody_joins_is_of_its_own_time(federation: Federation) -> None:
    """Else all of it would have been said in the second in which it is fetched, and its authors would be stopped."""
    async with people(federation.here, "late") as (late,), people(federation.elsewhere, "writer") as (writer,):
        made = await writer.call("POST", "createRoom", {"preset": "public_chat"})
        room = str(made.json()["room_id"])
        event = await writer.say(room, "long ago")
        sent_ms = (await writer.call("GET", f"rooms/{room}/event/{event}")).json()["origin_server_ts"]
        await asyncio.sleep(2.5)
        via = writer.id.partition(":")[2]
        assert (await late.call("POST", f"join/{room}", {}, params={"server_name": via})).status_code == 200
        async with asyncio.timeout(300):
            while await read(late, room) != ["long ago"]:
                await asyncio.sleep(0.1)
    with federation.gate.http("read") as http:
        account = http.get(f"/v1/accounts/{writer.id}", params={"at": "latest"}).json()
    assert account["last_send_s"] == sent_ms // 1000, account
