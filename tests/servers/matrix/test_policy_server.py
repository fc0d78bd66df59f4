"""The policy server in a room of a real Synapse that has no module: an event that the gate refuses is not sent."""

from __future__ import annotations

import asyncio
import json
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from nio import ErrorResponse
from typer.testing import CliRunner

from ecluse.cli import app
from tests.servers.matrix.certificates import write_certificates
from tests.servers.matrix.conftest import Installed
from tests.servers.matrix.synapse import Synapse, federating, running_synapse
from tests.servers.matrix.talking import Person, people
from tests.servers.matrix.test_synapse_moderation import until
from tests.service.running import Running, free_port, running

TERMS = """
id: rooms
version: "1"
title: For a public room
rules:
  - id: three-a-minute
    clause: You may say three things in a minute.
    when: [messages.1m > 3]
    then: refuse
"""
COMMAND = "import sys; from ecluse.cli import app; app(sys.argv[1:])"


class Policed(NamedTuple):
    """A Synapse, a policy server and a gate."""

    synapse: Synapse
    gate: Running
    name: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def key(self) -> str:
        """The policy server's public key, as it says at its start."""
        said = [json.loads(line) for line in (self.folder / "output").read_text().splitlines() if line.startswith("{")]
        return str(next(line["policy_key"] for line in said if line["event"] == "ready"))

    @property
    def user(self) -> str:
        return f"@ecluse:{self.name}"


@pytest.fixture(scope="module")
def policed(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Policed]:
    folder = tmp_path_factory.mktemp("policed")
    ca, cert, cert_key = write_certificates(folder)
    (folder / "data").mkdir()
    (folder / "data" / "terms.yaml").write_text(TERMS)
    port, homeserver, socket = free_port(), free_port(), folder / "gate.sock"
    federation = free_port()
    more = federating(federation, ca, cert, cert_key)
    options = ["--name", f"localhost:{port}", "--data", folder / "policy", "--gate", socket, "--port", port]
    options += ["--cert", cert, "--cert-key", cert_key, "--ca", ca, "--accept", f"localhost:{federation}"]
    options += ["--timeout", 20, "--reach", "loopback"]
    with (
        running(folder / "data", "--socket", str(socket)) as gate,
        running_synapse(*installed, folder / "synapse", None, port=homeserver, **more) as synapse,
        open(folder / "output", "wb") as output,
    ):
        command = [sys.executable, "-c", COMMAND, "policy-server", *map(str, options)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            policed = Policed(synapse, gate, f"localhost:{port}", folder, process)
            give_up = time.monotonic() + 300
            while "ready" not in (folder / "output").read_text():
                assert process.poll() is None, (folder / "output").read_text()
                assert time.monotonic() < give_up
                time.sleep(0.1)
            yield policed
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()


async def open_room(policed: Policed, host: Person) -> str:
    """A public room with the policy server in it, which names it."""
    made = await host.call("POST", "createRoom", {"preset": "public_chat"})
    room = str(made.json()["room_id"])
    invited = await host.call("POST", f"rooms/{room}/invite", {"user_id": policed.user})
    assert invited.status_code == 200, invited.text
    await until(lambda: policed.user in joined(policed, host, room))
    policy = {"via": policed.name, "public_keys": {"ed25519": policed.key}}
    assert (await host.call("PUT", f"rooms/{room}/state/m.room.policy/", policy)).status_code == 200
    return room


def joined(policed: Policed, host: Person, room: str) -> set[str]:
    url = f"{policed.synapse.url}/_matrix/client/v3/rooms/{room}/joined_members"
    return set(httpx.get(url, headers={"authorization": f"Bearer {host.token}"}).json()["joined"])


def doctor(policed: Policed, host: Person, room: str) -> tuple[int, str]:
    """What ``ecluse doctor`` says of a room."""
    (policed.folder / "token").write_text(host.token)
    homeserver = ["--homeserver", policed.synapse.url, "--homeserver-name", host.id.partition(":")[2]]
    policy = ["--policy-name", policed.name, "--policy-data", str(policed.folder / "policy")]
    more = ["--ca", str(policed.folder / "ca.pem"), "--gate", str(policed.folder / "gate.sock")]
    asked = ["doctor", *homeserver, "--token-file", str(policed.folder / "token"), "--room", room, *policy, *more]
    result = CliRunner().invoke(app, asked)
    return result.exit_code, result.output


async def test_a_room_is_policed_and_the_doctor_knows_when_it_is_not(policed: Policed) -> None:
    async with people(policed.synapse, "owner") as (owner,):
        made = await owner.call("POST", "createRoom", {"preset": "public_chat"})
        bare = str(made.json()["room_id"])
        assert await doctor_says(policed, owner, bare) == (1, "the room has no m.room.policy: everything passes")
        policy = {"via": policed.name, "public_keys": {"ed25519": policed.key}}
        assert (await owner.call("PUT", f"rooms/{bare}/state/m.room.policy/", policy)).status_code == 200
        assert await doctor_says(policed, owner, bare) == (
            1,
            f"no user of {policed.name} is in the room: everything passes",
        )

        room = await open_room(policed, owner)
        code, said = await asyncio.to_thread(doctor, policed, owner, room)
        assert (code, said.count("good"), said.count("open")) == (0, 6, 0), said

        sent = [await owner.say(room, f"hear {n}") for n in range(5)]
        assert [isinstance(one, str) for one in sent] == [True] * 3 + [False] * 2
        refused = sent[3]
        assert isinstance(refused, ErrorResponse)
        assert refused.status_code == "M_FORBIDDEN"
        assert str(refused.message).startswith("This was not sent. You may say three things in a minute.")
        assert refused.retry_after_ms is not None
        by_hand = await owner.call("PUT", f"rooms/{room}/send/m.room.message/x", {"msgtype": "m.text", "body": "!"})
        assert (by_hand.status_code, by_hand.json()["ecluse.rules"]) == (400, ["three-a-minute"])
        change = {"m.relates_to": {"rel_type": "m.replace", "event_id": sent[0]}}
        assert isinstance(await owner.say(room, "* hear!", **change), str), "one's own may be changed"
        reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": sent[0], "key": "1"}}
        assert isinstance(await owner.say(room, "hear 5", **reaction), ErrorResponse), "clients show it as a message"
        state = await owner.call("PUT", f"rooms/{room}/state/m.room.message/x", {"msgtype": "m.text", "body": "!"})
        assert state.status_code == 400, "sent as state it is a message"
        got = (await owner.call("GET", f"rooms/{room}/event/{sent[0]}")).json()
        assert got["content"]["body"] == "hear 0"


async def doctor_says(policed: Policed, host: Person, room: str) -> tuple[int, str]:
    """The doctor's first finding that is not good."""
    code, said = await asyncio.to_thread(doctor, policed, host, room)
    return code, next((line for line in said.splitlines() if line.startswith("open")), said).removeprefix("open  ")


async def test_strangers_are_told_nothing(policed: Policed) -> None:
    url = f"https://{policed.name}/_matrix/policy/v1/sign"
    verify = ssl.create_default_context(cafile=str(policed.folder / "ca.pem"))
    with httpx.Client(verify=verify, timeout=60) as http:
        assert http.post(url, json={"type": "m.room.message"}).status_code == 401
        assert http.post(url, content=b"[").status_code == 401
        name = policed.synapse.name
        key = next(iter(http.get(f"https://{name}/_matrix/key/v2/server").json()["verify_keys"]))
        claimed = {"authorization": f'X-Matrix origin="{name}",key="{key}",sig="AAAA"'}
        assert http.post(url, json={}, headers=claimed).status_code == 401
        assert http.post(url, content=b"[", headers=claimed).json()["errcode"] == "M_NOT_JSON"
        unread = {"connection": "close", **claimed}  # the server ends a connection of which it left a body unread
        assert http.post(url, content=b"x" * 200_000, headers=unread).status_code == 413
        forged = {"authorization": 'X-Matrix origin="localhost:1",key="ed25519:a",sig="AAAA"'}
        assert http.post(url, json={}, headers=forged).status_code == 401
        assert http.get(f"https://{policed.name}/_matrix/federation/v1/state/x").json()["errcode"] == "M_UNRECOGNIZED"
        keys = http.get(f"https://{policed.name}/_matrix/key/v2/server").json()
    assert keys["server_name"] == policed.name
