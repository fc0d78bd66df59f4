import ast
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from ecluse import gate as gates
from ecluse import wire
from ecluse.client import EVENTS_MAX, AsyncClient, Client, RefusedError, UnreachableError
from ecluse.events import Event
from tests.service.conftest import running_gate as running_gate
from tests.service.running import TERMS, Running, free_port, now_ms


def event(sender: str, recipient: str = "bob", event_id: str | None = None, at: int | None = None) -> Event:
    return Event(kind="send", at=at or now_ms(), sender=sender, recipients=[recipient], id=event_id)


def test_one_event_has_one_verdict(running_gate: Running) -> None:
    with Client(running_gate.url, key=running_gate.keys["decide"]) as gate:
        assert gate.decide(event("client", event_id="m1")) == wire.Verdict("m1", "pass", terms="test@1")


def test_many_events_have_as_many_in_their_order(running_gate: Running) -> None:
    n = EVENTS_MAX + 2
    with Client(running_gate.url, key=running_gate.keys["decide"], timeout_s=30) as gate:
        verdicts = gate.decide([event(f"many-{i}", event_id=f"m{i}") for i in range(n)])
        assert gate.decide([]) == []
    assert [one.event for one in verdicts] == [f"m{i}" for i in range(n)]


def test_a_refusal_is_typed(running_gate: Running) -> None:
    at = now_ms()
    with Client(running_gate.url, key=running_gate.keys["decide"]) as gate:
        refused = gate.decide([event("typed", f"p{i}", at=at) for i in range(4)])[3]
    assert refused.outcome == "refuse"
    assert refused.rules[0].measures == [wire.Measure("strangers.1h", 4.0, ">", 3.0)]
    assert refused.retry_after == 3600
    assert not refused.unjudged


def test_observations_accounts_and_terms(running_gate: Running) -> None:
    with Client(running_gate.url, key=running_gate.keys["observe"]) as gate:
        assert gate.observe([event("watched/ü?"), event("watched/ü?", "eve")])
        assert gate.observe(event("watched/ü?", "kim"))
    with Client(running_gate.url, key=running_gate.keys["read"]) as gate:
        account = gate.account("watched/ü?", at="latest")
        assert (account.account, len(account.rows)) == ("watched/ü?", 3)
        assert gate.terms().in_force.source == TERMS


async def test_the_same_for_asyncio(running_gate: Running) -> None:
    async with AsyncClient(running_gate.url, key=running_gate.keys["decide"]) as gate:
        assert (await gate.decide(event("async", event_id="m1"))).event == "m1"
        assert [one.event for one in await gate.decide([event("async", event_id="m2")])] == ["m2"]
    async with AsyncClient(running_gate.url, key=running_gate.keys["observe"]) as gate:
        assert await gate.observe(event("async", "eve"))
    async with AsyncClient(running_gate.url, key=running_gate.keys["read"]) as gate:
        assert len((await gate.account("async", at="latest")).rows) == 2
        assert (await gate.terms()).in_force.id == "test"


@pytest.mark.parametrize("on_failure", ["open", "closed", "raise"])
def test_a_wrong_request_always_raises(running_gate: Running, on_failure: Literal["open", "closed", "raise"]) -> None:
    wrong = event("wrong", at=now_ms() + 3_600_000)
    with Client(running_gate.url, key=running_gate.keys["decide"], on_failure=on_failure) as gate:
        with pytest.raises(RefusedError) as refused:
            gate.decide(wrong)
        assert (refused.value.status, refused.value.code, refused.value.field) == (422, "invalid", "at")
        with pytest.raises(RefusedError, match=r"^403 scope-missing: the key lacks the scope read$"):
            gate.terms()
    with Client(running_gate.url, on_failure=on_failure) as gate, pytest.raises(RefusedError, match="key-missing"):
        gate.decide(event("wrong"))


def say(answer: bytes) -> Callable[[socket.socket], None]:
    """A server that says this, whatever it is asked."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return serve


def say_nothing(connection: socket.socket) -> None:
    connection.recv(65536)
    threading.Event().wait(1.0)


FAILURES = {
    "silence": say_nothing,
    "hanging up": say(b""),
    "503": say(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}"),
    "429": say(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"),
    "no verdicts": say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
    "no JSON": say(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ht>"),
    "no HTTP": say(b"220 mail.example ESMTP\r\n\r\n"),
}


@pytest.fixture(params=[*FAILURES, "nobody"])
def failing_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where something listens that is no gate, or nothing does."""
    if request.param == "nobody":
        yield f"http://127.0.0.1:{free_port()}"
        return
    stopped = threading.Event()

    def serve(listening: socket.socket) -> None:
        while not stopped.is_set():
            connection, _ = listening.accept()
            with connection:
                if not stopped.is_set():
                    FAILURES[request.param](connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        stopped.set()
        socket.create_connection(listening.getsockname()).close()
        thread.join()


def test_open_lets_pass_and_says_so(failing_url: str) -> None:
    with Client(failing_url, timeout_s=0.2, on_failure="open") as gate:
        assert gate.decide(event("a", event_id="m1")) == wire.Verdict("m1", "pass", unjudged=True)
        assert gate.decide([event("a")]) == [wire.Verdict(None, "pass", unjudged=True)]


def test_closed_refuses_and_says_when_to_ask_again(failing_url: str) -> None:
    with Client(failing_url, timeout_s=0.2, on_failure="closed", retry_s=7) as gate:
        assert gate.decide(event("a")) == wire.Verdict(None, "refuse", retry_after=7, unjudged=True)


async def test_raise_raises(failing_url: str) -> None:
    with Client(failing_url, timeout_s=0.2) as gate, pytest.raises(UnreachableError):
        gate.decide(event("a"))
    async with AsyncClient(failing_url, timeout_s=0.2) as gate:
        with pytest.raises(UnreachableError):
            await gate.decide(event("a"))


async def test_asyncio_fails_as_it_is_told_to(failing_url: str) -> None:
    async with AsyncClient(failing_url, timeout_s=0.2, on_failure="open") as gate:
        assert (await gate.decide(event("a"))).unjudged


def test_observations_that_were_not_taken_say_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for on_failure in ("open", "closed"):
        with Client(url, on_failure=on_failure) as gate:  # type: ignore[arg-type]
            assert not gate.observe(event("a"))
    with Client(url) as gate, pytest.raises(UnreachableError):
        gate.observe(event("a"))
    with Client(url, on_failure="open") as gate, pytest.raises(UnreachableError):
        gate.account("a")


@pytest.mark.parametrize("name", ["Verdict", "SpokenRule", "Measure"])
def test_a_verdict_on_the_wire_is_the_gates(name: str) -> None:
    given = {field.name: field.type for field in msgspec.structs.fields(getattr(gates, name))}
    taken = {field.name: field.type for field in msgspec.structs.fields(getattr(wire, name))}
    assert list(given) == [field for field in taken if field != "unjudged"]


def test_the_client_needs_neither_a_compiler_nor_a_server() -> None:
    source = ast.parse(Path(wire.__file__).with_name("client.py").read_text())
    imports = [node for node in ast.walk(source) if isinstance(node, ast.ImportFrom) and node.module]
    ours = {str(node.module): {name.name for name in node.names} for node in imports if "ecluse" in str(node.module)}
    assert ours == {
        "ecluse.errors": {"EcluseError"},
        "ecluse.events": {"Event"},
        "ecluse.wire": {
            *("Account", "Campaign", "CampaignSummary", "Reason", "Rehearsal"),
            *("TermsAct", "TermsProposal", "TermsState", "Verdict"),
        },
    }
