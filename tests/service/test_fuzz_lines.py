"""Whatever is sent to the line door: every line one answer, never a crash, and no more memory than there was."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.service.problems import CODES
from tests.service.running import send
from tests.service.test_fuzz import GROWTH_BYTES_MAX, mutated, seeds, some_events, values
from tests.service.test_line_door import Doors, Lines, doors_of

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A gate of its own, which must be alive, small and stop well after all of it."""
    with doors_of(tmp_path_factory.mktemp("fuzzed"), "--body-max", "1 MiB", "--body-seconds", "1") as doors:
        with doors.unix() as lines:
            lines.ask({"id": 0, "decide": [send("ada", f"p{i}") for i in range(1000)]})
        before = doors.gate.memory_bytes() if Path("/proc").is_dir() else 0
        yield doors
        with doors.unix() as lines:
            assert "verdict" in lines.ask({"id": 1, "decide": send("alive", "bob")})
        if before:
            assert doors.gate.memory_bytes() - before < GROWTH_BYTES_MAX


def answers(doors: Doors, body: bytes, *, tcp: bool = False) -> list[Any]:
    """What is said to some bytes until the gate hangs up, each line a verdict or a problem that there is."""
    family, where = (socket.AF_INET, ("127.0.0.1", doors.port)) if tcp else (socket.AF_UNIX, str(doors.path))
    with socket.socket(family) as connection:
        connection.settimeout(30)
        connection.connect(where)
        connection.sendall(body)
        connection.shutdown(socket.SHUT_WR)
        said = [json.loads(line) for line in connection.makefile("rb")]
    for answer in said:
        (what,) = set(answer) - {"id"}
        assert what in ("verdict", "verdicts", "taken", "scopes", "problem"), answer
        if what == "problem":
            assert answer["problem"]["status"] == CODES[answer["problem"]["code"]].status != 500
    return said


some_lines = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(0, 5) | values,
        "decide": some_events | st.lists(some_events, max_size=3) | values,
        "observe": some_events | values,
        "key": st.text(max_size=60) | values,
        "more": values,
    },
)


@quick
@given(documents=st.lists(some_lines | values, max_size=6), tcp=st.booleans())
def test_any_lines(fuzzed: Doors, documents: list[Any], tcp: bool) -> None:
    body = b"".join(json.dumps(one).encode("utf-8", "surrogatepass") + b"\n" for one in documents)
    said = answers(fuzzed, body, tcp=tcp)
    refused = [n for n, answer in enumerate(said) if answer.get("problem", {}).get("code") == "key-refused"]
    if refused:  # a key that opens nothing ends the connection
        assert refused == [len(said) - 1]
    else:
        assert len(said) == (min(1, len(documents)) if tcp else len(documents))


@quick
@given(body=st.binary(max_size=300), tcp=st.booleans())
def test_any_bytes(fuzzed: Doors, body: bytes, tcp: bool) -> None:
    whole = [line for line in body.split(b"\n")[:-1] if line.strip()]
    said = answers(fuzzed, body, tcp=tcp)
    assert len(said) == (min(1, len(whole)) if tcp else len(whole))


@settings(quick, max_examples=400)
@given(seed=seeds)
def test_lines_with_bytes_changed(fuzzed: Doors, seed: int) -> None:
    documents = [
        {"id": 1, "decide": send("ada", "bob", id="m1", text="é")},
        {"id": 2, "observe": [send("ada", "eve"), send("ada", "kim")]},
        {"id": 3, "decide": []},
    ]
    answers(fuzzed, mutated(b"".join(json.dumps(one).encode() + b"\n" for one in documents), random.Random(seed)))


@quick
@given(seed=seeds)
def test_lines_cut_anywhere(fuzzed: Doors, seed: int) -> None:
    """However the bytes are cut into packets, the answers are the same."""
    dice = random.Random(seed)
    body = b"".join(json.dumps({"id": n, "decide": send("cut", "bob")}).encode() + b"\n" for n in range(20))
    places = sorted(dice.randrange(len(body)) for _ in range(dice.randrange(8)))
    with fuzzed.unix() as lines:
        for start, stop in zip([0, *places], [*places, len(body)], strict=True):
            lines.connection.sendall(body[start:stop])
        assert sorted(lines.read()["id"] for _ in range(20)) == list(range(20))


def test_many_short_lines(fuzzed: Doors) -> None:
    """A megabyte of nonsense in two bytes a line: each has its answer, and no more of them wait than may."""
    with fuzzed.unix() as lines:
        lines.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        read = read_all(lines, b"x\n" * 50_000)
    assert read == 50_000


def read_all(lines: Lines, body: bytes) -> int:
    """Send as long as it is taken, read meanwhile, and count the answers."""
    lines.connection.setblocking(False)
    sent, count = 0, 0
    while True:
        try:
            sent += lines.connection.send(body[sent : sent + 65_536]) if sent < len(body) else 0
            if sent == len(body):
                lines.connection.shutdown(socket.SHUT_WR)
                sent += 1
        except BlockingIOError:
            pass
        try:
            said = lines.connection.recv(1 << 20)
            if not said:
                return count
            count += said.count(b"\n")
        except BlockingIOError:
            pass
