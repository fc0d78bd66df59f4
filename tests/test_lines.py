import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from ecluse import wire
from ecluse.client import EVENTS_MAX, RefusedError, UnreachableError
from ecluse.events import Event
from ecluse.lines import LineClient
from tests.service.running import free_port, now_ms
from tests.service.test_line_door import Doors, doors_of
from tests.test_client import event


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with doors_of(tmp_path_factory.mktemp("client")) as doors:
        yield doors


async def test_verdicts_and_observations(doors: Doors) -> None:
    async with LineClient(str(doors.path)) as gate:
        assert await gate.decide(event("lines", event_id="m1")) == wire.Verdict("m1", "pass", terms="test@1")
        assert await gate.decide([]) == []
        await gate.ping()
        at = now_ms()
        verdicts = await gate.decide([event("typed", f"p{i}", at=at) for i in range(4)])
        assert [one.outcome for one in verdicts] == ["pass", "pass", "pass", "refuse"]
        assert verdicts[3].rules[0].measures == [wire.Measure("strangers.1h", 4.0, ">", 3.0)]
        assert await gate.observe([event("lines", "eve"), event("lines", "kim")])
        assert await gate.observe(event("lines", "joe"))


async def test_any_number_at_once_over_either_door(doors: Doors) -> None:
    n = 3 * EVENTS_MAX
    for client in (
        LineClient(str(doors.path), timeout_s=60),
        LineClient(f"127.0.0.1:{doors.port}", key=doors.gate.keys["decide"], timeout_s=60),
    ):
        async with client as gate:
            verdicts = await asyncio.gather(*(gate.decide(event(f"s{i}", event_id=f"m{i}")) for i in range(n)))
            assert [one.event for one in verdicts] == [f"m{i}" for i in range(n)]
            many = await gate.decide([event(f"t{i}", event_id=f"m{i}") for i in range(n)])
            assert [one.event for one in many] == [f"m{i}" for i in range(n)]


@pytest.mark.parametrize("on_failure", ["open", "closed", "raise"])
async def test_a_wrong_request_always_raises(doors: Doors, on_failure: Literal["open", "closed", "raise"]) -> None:
    async with LineClient(str(doors.path), on_failure=on_failure) as gate:
        with pytest.raises(RefusedError) as refused:
            await gate.decide(event("wrong", at=now_ms() + 3_600_000))
        assert (refused.value.status, refused.value.code, refused.value.field) == (422, "invalid", "at")
    async with LineClient(f"127.0.0.1:{doors.port}", key="ecl_no", on_failure=on_failure) as gate:
        with pytest.raises(RefusedError, match="key-refused"):
            await gate.decide(event("wrong"))
    async with LineClient(f"127.0.0.1:{doors.port}", key=doors.gate.keys["decide"], on_failure=on_failure) as gate:
        with pytest.raises(RefusedError, match="scope-missing"):
            await gate.observe(event("wrong"))


class Elsewhere(asyncio.Protocol):
    """Something that listens and is no gate: it says ``line`` to whatever it is asked. None: it hangs up."""

    def __init__(self, line: bytes | None) -> None:
        self.line = line

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.line is None:
            self.transport.close()
        else:
            self.transport.write(self.line)


@asynccontextmanager
async def listening(path: str, line: bytes | None) -> AsyncIterator[None]:
    server = await asyncio.get_running_loop().create_unix_server(lambda: Elsewhere(line), path)
    yield
    server.close()
    await asyncio.sleep(0.01)


FAILURES = {
    "silence": b"",
    "hanging up": None,
    "no JSON": b"HTTP/1.1 400 Bad Request\r\n",
    "no verdict": b'{"id":0,"taken":3}\n',
    "busy": b'{"id":null,"problem":{"code":"busy","status":503}}\n',
    "starting": b'{"id":0,"problem":{"code":"starting","status":503}}\n',
    "anything": b'{"id":0,"problem":{}}\n',
}


@pytest.mark.parametrize("failure", [*FAILURES, "nobody"])
async def test_a_gate_that_does_not_judge(failure: str, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    async with AsyncExitStack() as there:
        if failure != "nobody":
            await there.enter_async_context(listening(path, FAILURES[failure]))
        async with LineClient(path, timeout_s=0.2, on_failure="open") as gate:
            assert await gate.decide(event("a", event_id="m1")) == wire.Verdict("m1", "pass", unjudged=True)
        async with LineClient(path, timeout_s=0.2, on_failure="closed", retry_s=7) as gate:
            assert await gate.decide([event("a")]) == [wire.Verdict(None, "refuse", retry_after=7, unjudged=True)]
            assert not await gate.observe(event("a"))
        async with LineClient(path, timeout_s=0.2) as gate:
            with pytest.raises(UnreachableError):
                await gate.decide(event("a"))


async def test_a_gate_that_comes_back_is_found_again(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    async with LineClient(path, timeout_s=20, on_failure="open") as gate:
        assert (await gate.decide(event("a"))).unjudged
        async with listening(path, b'{"id":0,"verdict":{"event":"m","outcome":"pass"}}\n'):
            assert not (await gate.decide(event("a"))).unjudged


async def test_a_key_that_is_not_answered_is_a_failure_in_time(tmp_path: Path) -> None:
    async with LineClient(f"127.0.0.1:{free_port()}", key="ecl_no", timeout_s=0.2) as gate:
        with pytest.raises(UnreachableError):
            await gate.decide(Event(kind="send", at=now_ms(), sender="a", recipients=["b"]))
