import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from ecluse.service.body import WHOLE_BODIES, Bodies
from ecluse.service.problems import ProblemError
from ecluse.service.rsgi import Headers
from tests.service.running import Running, send


def connect(gate: Running, head: str, media: str = "application/json") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", gate.port), timeout=30)
    key = gate.keys["decide"]
    lines = f"POST /v1/decisions HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {key}\r\n"
    connection.sendall(f"{lines}Content-Type: {media}\r\n{head}\r\n\r\n".encode())
    return connection


def answer(connection: socket.socket) -> tuple[int, str]:
    """Status and code of a problem; the gate closes after it."""
    with connection:
        data = b""
        while True:
            try:
                part = connection.recv(65536)
            except ConnectionResetError:
                break
            data += part
            if not part or data.endswith(b"}"):
                break
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["code"]


def test_a_body_that_does_not_come_is_not_waited_for(running_gate: Running) -> None:
    connection = connect(running_gate, "Content-Length: 100")
    assert answer(connection) == (408, "body-too-slow")


def test_a_body_that_trickles_is_not_waited_for(running_gate: Running) -> None:
    connection = connect(running_gate, "Content-Length: 100")
    for _ in range(6):
        connection.sendall(b" ")
        time.sleep(0.1)
    assert answer(connection) == (408, "body-too-slow")


def test_a_length_that_is_too_large_is_refused_unread(running_gate: Running) -> None:
    assert answer(connect(running_gate, f"Content-Length: {1 << 40}")) == (413, "body-too-large")


def test_a_body_of_unknown_length_is_counted_as_it_comes(running_gate: Running) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 65536

    connection = connect(running_gate, "Transfer-Encoding: chunked")
    sent = 0
    try:
        for chunk in endless():
            connection.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            sent += len(chunk)
            assert sent < 64 << 20
    except (BrokenPipeError, ConnectionResetError):
        connection.close()
    assert running_gate.post(send("after-endless", "bob")).status_code == 200


def test_a_chunked_body_is_read_to_its_end(running_gate: Running) -> None:
    body = json.dumps(send("chunked", "bob", text="x" * 60_000)).encode()
    with running_gate.http("decide") as http:
        parts = (body[start : start + 1000] for start in range(0, len(body), 1000))
        answered = http.post("/v1/decisions", content=parts, headers={"content-type": "application/json"})
    assert answered.json()["outcome"] == "pass"


def test_a_caller_that_hangs_up_harms_nobody(running_gate: Running) -> None:
    for _ in range(20):
        connection = connect(running_gate, "Content-Length: 100")
        connection.sendall(b"{")
        connection.close()
    assert running_gate.post(send("after-gone", "bob")).status_code == 200


def chunked(parts: list[bytes], end: bytes) -> bytes:
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts) + end


def lines(sender: str, count: int) -> list[bytes]:
    return [json.dumps(send(sender, f"p{i}")).encode() + b"\n" for i in range(count)]


def broken_off(gate: Running, head: str, body: bytes) -> None:
    """Send lines, then say that no more will come, and wait until the gate has done with it."""
    with connect(gate, head, media="application/x-ndjson") as connection:
        connection.sendall(body)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(65536):
                pass


def test_nothing_of_a_body_that_breaks_off_is_judged(running_gate: Running) -> None:
    parts = lines("broke-off", 3)
    broken_off(running_gate, "Transfer-Encoding: chunked", chunked(parts, b""))
    broken_off(running_gate, "Content-Length: 1000", b"".join(parts))
    broken_off(running_gate, f"Content-Length: {200 << 10}", b"".join(parts))
    with running_gate.http("read") as http:
        assert not http.get("/v1/accounts/broke-off", params={"at": "latest"}).json()["known"]


def test_trailers_are_refused(running_gate: Running) -> None:
    connection = connect(running_gate, "Transfer-Encoding: chunked", media="application/x-ndjson")
    connection.sendall(chunked(lines("trailers", 1), b"0\r\nX-Sum: 1\r\n\r\n"))
    assert answer(connection) == (400, "malformed")


def test_a_length_beside_chunks_is_not_believed(running_gate: Running) -> None:
    body = chunked(lines("two-lengths", 2), b"0\r\n\r\n")
    with connect(running_gate, "Content-Length: 5\r\nTransfer-Encoding: chunked", media="application/x-ndjson") as one:
        one.sendall(body)
        assert one.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_small_and_large_bodies_are_read_alike(running_gate: Running) -> None:
    for size in (1, 100_000, 200_000):
        body = json.dumps(send("sizes", "bob")).encode().ljust(size)
        with running_gate.http("decide") as http:
            answered = http.post("/v1/decisions", content=body, headers={"content-type": "application/json"})
        assert answered.json()["outcome"] == "pass"


class Arriving:
    """A body whose parts arrive one by one, and whose last never does."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = list(parts)

    async def __call__(self) -> bytes:
        return b"".join(self._parts)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        return self._parts.pop(0) if self._parts else await asyncio.Event().wait() or b""

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


async def test_bodies_under_way_fill_the_memory_set_aside_and_no_more() -> None:
    memory = WHOLE_BODIES * 100
    bodies = Bodies(memory, memory, 10)
    large = asyncio.create_task(bodies.read(Arriving(bytes(memory - 150), bytes(100)), None))
    await asyncio.sleep(0)
    assert await bodies.read(Arriving(bytes(50)), 50) == bytes(50)
    for transport, declared in ((Arriving(), 51), (Arriving(bytes(51)), None), (Arriving(bytes(101)), 101)):
        with pytest.raises(ProblemError, match="busy"):
            await bodies.read(transport, declared)
    large.cancel()
    await asyncio.wait([large])
    assert await bodies.read(Arriving(bytes(101)), 101) == bytes(101)
