import asyncio
import signal
import subprocess
from datetime import UTC, datetime

import pytest

from ecluse.adapters.guard import FAILURES_MAX, Guard
from ecluse.client import RefusedError
from ecluse.events import Event
from tests.service.running import TERMS, free_port, start, wait


def write(sender, recipient, **fields):
    return Event(kind="send", at=datetime.now(UTC), sender=sender, recipients=[recipient], **fields)


async def test_a_wrong_event_raises(gate):
    guard = Guard(gate.url, key=gate.keys["decide"])
    with pytest.raises(RefusedError, match="recipients"):
        await guard.decide(write("ada", ""))
    await guard.close()


async def test_what_passed_unjudged_is_told_once_the_gate_is_back(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    process, port = start(data, "--terms", str(data / "terms.yaml"), "--no-auth")
    url = f"http://127.0.0.1:{port}"
    wait(process, url)
    guard = Guard(url, timeout_s=5, pause_s=0)
    assert (await guard.decide(write("ada", "p-0"))).unjudged is False
    process.kill()
    process.wait()
    verdicts = [await guard.decide(write("ada", f"p-{n}")) for n in range(1, 10)]
    assert {(verdict.outcome, verdict.unjudged) for verdict in verdicts} == {("pass", True)}
    with subprocess.Popen(process.args, stderr=subprocess.PIPE) as again:
        wait(again, url)
        assert (await guard.decide(write("ada", "p-0"))).unjudged is False
        while guard._catching_up is not None:
            await asyncio.sleep(0.01)
        assert (guard.counts.caught_up, guard.counts.lost) == (9, 0)
        assert (await guard.decide(write("ada", "p-10"))).outcome == "refuse"
        await guard.close()
        again.send_signal(signal.SIGTERM)
    assert again.returncode == 0
    process.stderr.close()


async def test_a_gate_that_fails_is_left_alone_for_a_while():
    hanging = []

    async def hang(reader, writer):
        hanging.append(asyncio.current_task())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", port := free_port())
    guard = Guard(f"http://127.0.0.1:{port}", timeout_s=0.5, pause_s=60)
    assert {(await guard.decide(write("ada", f"p-{n}"))).unjudged for n in range(FAILURES_MAX + 20)} == {True}
    assert len(hanging) == FAILURES_MAX
    await guard.close()
    await asyncio.gather(*hanging)
    server.close()


async def test_a_backlog_is_bounded_and_its_losses_are_counted():
    guard = Guard(f"http://127.0.0.1:{free_port()}", backlog_max=3)
    for n in range(5):
        await guard.decide(write("ada", f"p-{n}"))
    assert guard.counts.lost == 2
    await guard.close()
    assert guard.counts.lost == 5
