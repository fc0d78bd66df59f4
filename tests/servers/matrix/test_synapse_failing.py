"""The gate is killed, frozen, and comes back: people notice as little as the settings want."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from nio import ErrorResponse

from tests.servers.matrix.conftest import Installed
from tests.servers.matrix.synapse import Synapse, running_synapse
from tests.servers.matrix.talking import named, people
from tests.servers.matrix.test_synapse_moderation import until
from tests.service.running import TERMS, start, wait

MODULE = {
    "timeout_ms": 1_500,
    "failures": 3,
    "on_failure": {"create_group": "closed", "add_to_group": "closed", "register": "closed"},
    "retry_s": 7,
    "language": "fr",
}


class Killable:
    """A gate that can be killed and started again on the same folder."""

    def __init__(self, folder: Path) -> None:
        self._options = ("--terms", str(folder / "terms.yaml"), "--no-auth", "--socket", str(folder / "gate.sock"))
        self._folder = folder
        (folder / "terms.yaml").write_text(TERMS)
        self.start()

    def start(self) -> None:
        self.process, port = start(self._folder / "data", *self._options)
        self.url = f"http://127.0.0.1:{port}"
        wait(self.process, self.url)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def unanswered(self, account: str) -> int:
        rows = httpx.get(f"{self.url}/v1/accounts/{account}", params={"at": "latest"}).json()["rows"]
        return sum(row["unanswered"] for row in rows)


class Shaky(NamedTuple):
    """A Synapse behind a gate that can be killed."""

    synapse: Synapse
    gate: Killable

    def metric(self, name: str) -> float:
        return self.synapse.metrics().get(f"ecluse_synapse_{name}", 0.0)


@pytest.fixture(scope="module")
def shaky(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shaky]:
    folder = tmp_path_factory.mktemp("shaky")
    gate = Killable(folder)
    module = MODULE | {"socket": str(folder / "gate.sock")}
    try:
        with running_synapse(*installed, folder / "synapse", module) as synapse:
            yield Shaky(synapse, gate)
    finally:
        gate.kill()


async def test_a_gate_is_killed_and_comes_back(shaky: Shaky) -> None:
    async with people(shaky.synapse, "ada", "bob") as (ada, bob):
        room = await ada.meet("bob")
        assert isinstance(room, str)
        await bob.join(room)
        assert isinstance(await ada.say(room, "judged"), str)
        known = shaky.gate.unanswered(ada.id)
        shaky.gate.kill()
        await until(lambda: shaky.metric("connected") == 0)

        for n in range(3):
            assert isinstance(await ada.say(room, f"passes unjudged {n}"), str)
        passed = 'unjudged_total{became="passed",kind="send",why="unreachable"}'
        assert (shaky.metric(passed), shaky.metric("backlog_events")) == (3.0, 3.0)

        group = await ada.call("POST", "createRoom", {"invite": [named("bob"), named("eve")]})
        assert (group.status_code, group.json()) == (
            429,
            {
                "errcode": "M_LIMIT_EXCEEDED",
                "error": "Ceci n’a pas pu être vérifié pour l’instant. Réessayez dans 7 secondes.",
                "retry_after_ms": 7_000,
            },
        )
        assert shaky.metric('unjudged_total{became="refused",kind="create_group",why="unreachable"}') == 1.0

        shaky.gate.start()
        await until(lambda: shaky.metric("backlog_events") == 0)
        assert (shaky.metric("caught_up_total"), shaky.metric("lost_total")) == (3.0, 0.0)
        assert shaky.gate.unanswered(ada.id) == known + 3
        assert isinstance(await ada.meet("bob", "eve"), str)
        assert shaky.metric("faults_total") == 0


async def test_a_gate_that_hangs_is_left_alone_after_some_timeouts(shaky: Shaky) -> None:
    async with people(shaky.synapse, "kim", "joe") as (kim, joe):
        room = await kim.meet("joe")
        assert isinstance(room, str), room
        await joe.join(room)
        shaky.gate.process.send_signal(signal.SIGSTOP)
        try:
            for n in range(4):
                assert isinstance(await kim.say(room, f"slow {n}"), str)
            assert shaky.metric("breaker_open") == 1
            passed = 'unjudged_total{became="passed",kind="send",why="timeout"}'
            assert shaky.metric(passed) >= 1
            said = [await kim.say(room, f"quick {n}") for n in range(5)]
            assert not any(isinstance(one, ErrorResponse) for one in said)
            assert shaky.metric('unjudged_total{became="passed",kind="send",why="breaker"}') >= 5
        finally:
            shaky.gate.process.send_signal(signal.SIGCONT)
        await until(lambda: shaky.metric("breaker_open") == 0 and shaky.metric("backlog_events") == 0)
        assert shaky.gate.unanswered(kim.id) == 10, "what had timed out and was judged all the same counts once"
        assert isinstance(await kim.say(room, "judged again"), str)
        assert shaky.gate.unanswered(kim.id) == 11


def test_a_gate_that_hangs_up_at_once_is_left_alone_for_longer_and_longer(installed: Installed, tmp_path: Path) -> None:
    """As one does that takes no key. Each wait is over twice the one before, and on a slow machine longer still."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        module = MODULE | {"lines": f"127.0.0.1:{listener.getsockname()[1]}", "key": "ecl_" + "0" * 52}
        with running_synapse(*installed, tmp_path / "synapse", module):
            came = []
            for _ in range(5):
                connection, _ = listener.accept()
                came.append(time.monotonic())
                connection.close()
    assert came[4] - came[3] > 1.0
