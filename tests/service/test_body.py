import json
import socket
import time
from collections.abc import Iterator

from tests.service.running import Running, send


def connect(gate: Running, head: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", gate.port), timeout=30)
    key = gate.keys["decide"]
    lines = f"POST /v1/decisions HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {key}\r\n"
    connection.sendall(f"{lines}Content-Type: application/json\r\n{head}\r\n\r\n".encode())
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
