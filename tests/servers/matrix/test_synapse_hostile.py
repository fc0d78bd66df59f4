"""What somebody tries who knows the module: each of these once let messages through unjudged."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from nio import ErrorResponse

from tests.servers.matrix.conftest import Guarded, Installed
from tests.servers.matrix.talking import people
from tests.service.running import now_ms


def judged(guarded: Guarded) -> float:
    """How many messages the gate has judged."""
    return sum(v for name, v in guarded.synapse.metrics().items() if 'decisions_total{kind="send"' in name)


async def test_a_language_that_is_none_does_not_spare_anybody(guarded: Guarded) -> None:
    """A lone surrogate can't be put to the gate; it may stand in account data."""
    async with people(guarded.synapse, "tongueless") as (tongueless,):
        url = f"{guarded.synapse.url}/_matrix/client/v3/user/{tongueless.id}/account_data/ecluse.language"
        headers = {"authorization": f"Bearer {tongueless.token}", "content-type": "application/json"}
        assert httpx.put(url, content=rb'{"language": "\ud800"}', headers=headers, timeout=60).status_code == 200
        before = judged(guarded)
        assert isinstance(await tongueless.meet("somebody"), str)
        assert judged(guarded) == before + 1
        assert guarded.synapse.metrics()["ecluse_synapse_faults_total"] == 0


@pytest.mark.parametrize("relation", ["m.annotation", "m.replace"])
async def test_a_message_that_says_it_is_something_else_is_one(guarded: Guarded, relation: str) -> None:
    """Clients show a "reaction" that is a message, and some the "edit" of what somebody else wrote."""
    names = [f"{relation[2:]}{n}" for n in range(2)]
    async with people(guarded.synapse, *names) as (one, other):
        room = await one.meet(other.name)
        assert isinstance(room, str)
        await other.join(room)
        event = await one.say(room, "hello")
        assert isinstance(event, str)
        before = judged(guarded)
        for n in range(3):
            mark = {"rel_type": relation, "event_id": event, "key": str(n)}
            assert isinstance(await other.say(room, "Buy now", **{"m.relates_to": mark}), str)
        assert judged(guarded) == before + 3
        if relation == "m.replace":
            mark = {"rel_type": relation, "event_id": event}
            assert isinstance(await one.say(room, "* hello!", **{"m.relates_to": mark}), str)
            assert judged(guarded) == before + 3, "one's own may be changed"


async def test_a_message_that_is_sent_as_state_is_one(guarded: Guarded) -> None:
    async with people(guarded.synapse, "stately") as (stately,):
        room = await stately.meet()
        before = judged(guarded)
        body = {"msgtype": "m.text", "body": "Buy now"}
        said = await stately.call("PUT", f"rooms/{room}/state/m.room.message/1", body)
        assert (said.status_code, judged(guarded)) == (200, before + 1)


async def test_a_transaction_that_has_waited_lets_one_message_through(guarded: Guarded) -> None:
    async with people(guarded.synapse, "patient") as (patient,):
        room, another = await patient.meet(), await patient.meet()
        assert not isinstance(another, ErrorResponse)
        body = {"msgtype": "m.text", "body": "note"}
        said = [await patient.call("PUT", f"rooms/{room}/send/m.room.message/{n}", body) for n in range(10)]
        waits = [n for n, one in enumerate(said) if one.status_code == 429]
        assert waits
        before = judged(guarded)
        again = await patient.call("PUT", f"rooms/{room}/send/m.room.message/{waits[0]}", body)
        assert (again.status_code, judged(guarded)) == (429, before), "it waits, and is not asked about again"
        await patient.call("PUT", f"rooms/{another}/send/m.room.message/{waits[0]}", body)
        await patient.call("PUT", f"rooms/{room}/send/m.room.message/{waits[0]}", body | {"body": "Buy now"})
        assert judged(guarded) == before + 2


TELL = """
import json, sys
from twisted.internet import reactor
from twisted.internet.defer import ensureDeferred
from ecluse.adapters.synapse.link import Link
from ecluse.adapters.synapse.metrics import LOST
from ecluse.adapters.synapse.settings import parse_settings
from ecluse.adapters.synapse.telling import Telling

async def tell():
    told = await Telling(None, 10).observe(link, json.load(sys.stdin))
    print(json.dumps([told, LOST._value.get()]))

def ask():
    if not link.is_up:
        return reactor.callLater(0.05, ask)
    ensureDeferred(tell()).addErrback(print).addBoth(lambda _: reactor.stop())

link = Link(reactor, parse_settings({"socket": sys.argv[1], "timeout_ms": 60000}), lambda: None)
reactor.callWhenRunning(link.open)
reactor.callWhenRunning(ask)
reactor.run()
"""


def tell(installed: Installed, socket: Path, events: list[dict[str, Any]]) -> list[float]:
    """Tell a gate of events, in Synapse's Python, as the module does. Returns how many it took, how many are lost."""
    command = [str(installed.python), "-c", TELL, str(socket)]
    done = subprocess.run(
        command, input=json.dumps(events), capture_output=True, text=True, env={"PYTHONPATH": str(installed.site)}
    )
    said: list[float] = json.loads(done.stdout)
    return said


def test_one_event_that_the_gate_turns_down_costs_no_other(guarded: Guarded, installed: Installed) -> None:
    report = {"kind": "report", "at": now_ms(), "sender": "@told:hs1.test", "subject": "@toldof:hs1.test"}
    events = [report | {"id": f"told-{n}"} for n in range(12)]
    events[3] |= {"subject": ""}
    events[11] |= {"at": 5}
    assert tell(installed, guarded.socket, events) == [10, 2]


def test_more_than_a_line_holds_is_told_in_several(guarded: Guarded, installed: Installed) -> None:
    """A flood of reports between two looks."""
    report = {"kind": "report", "at": now_ms(), "sender": "@flood:hs1.test", "subject": "@floodof:hs1.test"}
    assert tell(installed, guarded.socket, [report | {"id": f"flood-{n}"} for n in range(5_000)]) == [5_000, 0]
