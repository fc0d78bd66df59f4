"""The line door as its page says it is: over a real socket, with a real gate behind it."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ecluse.service.line_connection import KEY_LINE_BYTES_MAX, UNDER_WAY_MAX
from ecluse.service.line_door import CONNECTIONS_MAX, UNKNOWN_MAX, bind_socket
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from tests.service.running import Running, free_port, now_ms, running, send

LINE_MAX = 64 << 10


class Lines:
    """A plain connection to the line door."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file = connection.makefile("rb")

    def write(self, *documents: Any) -> None:
        self.connection.sendall(b"".join(json.dumps(document).encode() + b"\n" for document in documents))

    def read(self) -> Any:
        line = self._file.readline()
        return json.loads(line) if line else None

    def ask(self, document: Any) -> Any:
        self.write(document)
        return self.read()

    def close(self) -> None:
        self._file.close()
        self.connection.close()


class Doors:
    """A gate with both line doors."""

    def __init__(self, gate: Running, path: Path, port: int) -> None:
        self.gate, self.path, self.port = gate, path, port

    @contextmanager
    def unix(self) -> Iterator[Lines]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(str(self.path))
            lines = Lines(connection)
            try:
                yield lines
            finally:
                lines.close()

    @contextmanager
    def tcp(self, key: str | None = None) -> Iterator[Lines]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            lines = Lines(connection)
            try:
                if key is not None:
                    assert "scopes" in lines.ask({"id": 0, "key": key})
                yield lines
            finally:
                lines.close()


@contextmanager
def doors_of(folder: Path, *options: str) -> Iterator[Doors]:
    port = free_port()
    where = ("--socket", str(folder / "gate.sock"), "--lines", f"127.0.0.1:{port}")
    with running(folder / "data", *where, *options) as gate:
        yield Doors(gate, folder / "gate.sock", port)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with doors_of(
        tmp_path_factory.mktemp("lines"), "--body-max", "64 KiB", "--events-max", "1000", "--body-seconds", "1"
    ) as doors:
        yield doors


def test_a_decision_is_that_of_http(doors: Doors) -> None:
    with doors.unix() as lines:
        for n, peer in enumerate("abc"):
            assert lines.ask({"id": n, "decide": send("same-l", peer, id=f"l{n}")})["verdict"]["outcome"] == "pass"
            doors.gate.post(send("same-h", peer, id=f"h{n}"))
        over_lines = lines.ask({"id": 3, "decide": send("same-l", "d")})
    over_http = doors.gate.post(send("same-h", "d")).json()
    assert over_http["outcome"] == "refuse"
    for moving in (over_http, over_lines["verdict"]):
        assert 3590 <= moving.pop("retry_after") <= 3600
        moving["rules"][0].pop("notice")
    assert over_lines == {"id": 3, "verdict": over_http}


def test_several_events_and_observations(doors: Doors) -> None:
    with doors.unix() as lines:
        two = lines.ask({"id": 1, "decide": [send("many", "a", id="x"), send("many", "b", id="y")]})
        assert [verdict["event"] for verdict in two["verdicts"]] == ["x", "y"]
        assert lines.ask({"id": 2, "decide": []}) == {"id": 2, "verdicts": []}
        by_a, by_b = ({"kind": "report", "at": now_ms(), "sender": who, "subject": "many"} for who in ("a", "b"))
        assert lines.ask({"id": 3, "observe": by_a}) == {"id": 3, "taken": 1}
        assert lines.ask({"id": 4, "observe": [by_a, by_b]}) == {"id": 4, "taken": 2}
    with doors.gate.http("read") as http:
        signals = http.get("/v1/accounts/many").json()["signals"]
    assert {s["signal"]: s["value"] for s in signals}["reports.24h"] == 2.0  # each reporter counts once


def test_who_asks_in_brief_is_told_how_many_pass_and_all_of_what_does_not(doors: Doors) -> None:
    def asked(*peers: str, **fields: Any) -> list[dict[str, Any]]:
        return [send("brief", peer, **fields) for peer in peers]

    with doors.unix() as lines:
        assert lines.ask({"id": 1, "brief": True, "decide": []}) == {"id": 1, "passed": 0}
        assert lines.ask({"id": 2, "brief": True, "decide": asked("a")[0]}) == {"id": 2, "passed": 1}
        text = "Are you coming tonight?"
        assert lines.ask({"id": 3, "brief": True, "decide": asked("a", "b", text=text)}) == {"id": 3, "passed": 2}
        whole = lines.ask({"id": 4, "brief": False, "decide": asked("a")})
        assert [verdict["outcome"] for verdict in whole["verdicts"]] == ["pass"]
        passed, again, stopped = lines.ask({"id": 5, "brief": True, "decide": asked("c", "b", "d")})["verdicts"]
        assert (passed, again, stopped["outcome"]) == (None, None, "refuse")
        assert stopped["rules"][0]["rule"] == "three-strangers"
        one = lines.ask({"id": 6, "brief": True, "decide": asked("e")[0]})["verdict"]
        assert one["outcome"] == "refuse"
        labelled = {**asked("a")[0], "kind": "forward", "hops": 1}
        told = lines.ask({"id": 7, "brief": True, "decide": [labelled, *asked("a")]})["verdicts"]
        assert (told[0]["labels"], told[1]) == (["forwarded"], None)


def test_brief_goes_with_decide_alone(doors: Doors) -> None:
    report = {"kind": "report", "at": now_ms(), "sender": "a", "subject": "b"}
    with doors.unix() as lines:
        for n, line in enumerate(({"observe": report, "brief": True}, {"decide": send("a", "b"), "brief": 1})):
            answer = lines.ask({"id": n, **line})
            problem = answer["problem"]
            assert (answer["id"], problem["field"], problem["expected"]) == (
                n,
                "brief",
                "true or false, beside `decide`",
            )


def test_many_under_way_have_each_its_own_answer_in_the_order_of_judging(doors: Doors) -> None:
    n = 3 * UNDER_WAY_MAX
    with doors.unix() as lines:
        lines.write(*({"id": 7 * i, "decide": send("crowd", f"p{i}", id=f"m{i}")} for i in range(n)))
        answers = [lines.read() for _ in range(n)]
    assert sorted(answer["id"] for answer in answers) == [7 * i for i in range(n)]
    assert all(answer["verdict"]["event"] == f"m{answer['id'] // 7}" for answer in answers)
    passed = sorted(answer["id"] // 7 for answer in answers if answer["verdict"]["outcome"] == "pass")
    assert passed == [0, 1, 2]


def test_one_lines_fault_is_no_others(doors: Doors) -> None:
    with doors.unix() as lines:
        late = send("fault", "b") | {"at": now_ms() + 3_600_000}
        lines.write(
            {"id": 1, "decide": send("fault", "a")},
            {"id": 2, "decide": late},
            {"id": 3, "decide": {"kind": "send", "at": now_ms(), "sender": "fault"}},
            {"id": 4, "decide": send("fault", "c")},
        )
        answers = {answer["id"]: answer for answer in (lines.read() for _ in range(4))}
    assert [answers[n]["verdict"]["outcome"] for n in (1, 4)] == ["pass", "pass"]
    assert (answers[2]["problem"]["code"], answers[2]["problem"]["field"]) == ("invalid", "at")
    assert (answers[3]["problem"]["field"], answers[3]["problem"]["value"]) == ("recipients", "None")
    with doors.gate.http("decide") as http:
        same = http.post("/v1/decisions", json={"kind": "send", "at": now_ms(), "sender": "fault"}).json()
    assert answers[3]["problem"] == same


@pytest.mark.parametrize(
    ("line", "line_id", "code", "field"),
    [
        (b"{", None, "malformed", "body"),
        (b"\xff\xfe", None, "malformed", "body"),
        (b"[1]", None, "malformed", "body"),
        (b'{"decide":{}}', None, "invalid", "id"),
        (b'{"id":-1,"decide":{}}', None, "invalid", "id"),
        (b'{"id":9007199254740992,"decide":{}}', None, "invalid", "id"),
        (b'{"id":"7","decide":{}}', None, "invalid", "id"),
        (b'{"id":7}', 7, "invalid", "line"),
        (b'{"id":7,"decide":{},"observe":{}}', 7, "invalid", "line"),
        (b'{"id":7,"decide":{},"then":1}', 7, "invalid", "then"),
        (b'{"id":7,"decide":5}', 7, "invalid", "events"),
        (b'{"id":7,"decide":{"kind":"x"}}', 7, "invalid", "kind"),
        (b'{"id":7,"observe":[{"kind":"send","at":1}]}', 7, "invalid", "at"),
        (b'{"id":7,"decide":' + b"[" * 5_000 + b"]" * 5_000 + b"}", None, "malformed", "body"),
        (b'{"id":7,"key":5}', 7, "invalid", "key"),
    ],
)
def test_what_is_wrong_is_said_and_the_connection_stays(
    doors: Doors, line: bytes, line_id: int | None, code: str, field: str
) -> None:
    with doors.unix() as lines:
        lines.connection.sendall(line + b"\r\n\n")
        answer = lines.read()
        assert (answer["id"], answer["problem"]["code"], answer["problem"]["field"]) == (line_id, code, field)
        assert {"value", "expected", "detail"} <= set(answer["problem"])
        assert lines.ask({"id": 8, "decide": []}) == {"id": 8, "verdicts": []}


def test_too_many_events_and_too_long_a_line(doors: Doors) -> None:
    with doors.unix() as lines:
        event = {"kind": "register", "at": now_ms(), "sender": "a"}
        assert lines.ask({"id": 1, "decide": [event] * 1_001})["problem"]["code"] == "too-many-events"
        assert len(lines.ask({"id": 2, "decide": [event] * 1_000})["verdicts"]) == 1_000
    for line in (b"x" * (LINE_MAX + 1) + b"\n", b"x" * 4 * LINE_MAX):
        with doors.unix() as lines:
            lines.write({"id": 3, "decide": send("long", "a")})
            lines.connection.sendall(line)
            answers = [lines.read(), lines.read()]
            assert {answer["id"] for answer in answers} == {3, None}
            assert [a["problem"]["code"] for a in answers if "problem" in a] == ["body-too-large"]
            assert lines.read() is None


def test_a_line_that_does_not_end_is_given_up(doors: Doors) -> None:
    with doors.unix() as lines:
        lines.connection.sendall(b'{"id":1,"dec')
        answer = lines.read()
        assert (answer["id"], answer["problem"]["code"]) == (None, "body-too-slow")
        assert lines.read() is None


def test_a_silent_connection_stays(doors: Doors) -> None:
    with doors.unix() as lines, doors.tcp(doors.gate.keys["decide"]) as also:
        time.sleep(2.0)
        assert lines.ask({"id": 1, "decide": []}) == {"id": 1, "verdicts": []}
        assert also.ask({"id": 1, "decide": []}) == {"id": 1, "verdicts": []}


def test_a_socket_is_for_its_user_and_group(doors: Doors) -> None:
    assert stat.S_IMODE(os.stat(doors.path).st_mode) == 0o660


def test_a_key_allows_over_tcp_what_it_allows_over_http(doors: Doors) -> None:
    with doors.tcp() as lines:
        assert lines.ask({"id": 5, "key": doors.gate.keys["decide"]}) == {"id": 5, "scopes": ["decide"]}
        assert lines.ask({"id": 6, "decide": send("tcp", "a")})["verdict"]["outcome"] == "pass"
        refused = lines.ask({"id": 7, "observe": send("tcp", "a")})["problem"]
        assert (refused["code"], refused["expected"]) == ("scope-missing", "observe")
        assert lines.ask({"id": 8, "decide": []}) == {"id": 8, "verdicts": []}


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"id": 1, "decide": []}, "key-missing"),
        ({"id": 1, "key": "ecl_00000000_" + "a" * 43}, "key-refused"),
        ({"id": 1, "key": ""}, "key-refused"),
        ({"id": 1, "hello": 1}, "invalid"),
        ({"id": 1, "key": "k" * KEY_LINE_BYTES_MAX}, "body-too-large"),
    ],
)
def test_without_a_good_key_nothing_is_open(doors: Doors, first: Any, code: str) -> None:
    with doors.tcp() as lines:
        lines.write(first, {"id": 2, "decide": send("stranger", "a")})
        assert lines.read()["problem"]["code"] == code
        assert lines.read() is None
    with doors.gate.http("read") as http:
        assert not http.get("/v1/accounts/stranger").json()["known"]


def test_who_shows_no_key_is_hung_up_on(doors: Doors) -> None:
    with doors.tcp() as lines:
        assert lines.read()["problem"]["code"] == "key-missing"
        assert lines.read() is None


def test_a_revoked_key_opens_nothing_more(doors: Doors) -> None:
    store = KeyStore(doors.gate.data / KEYS)
    made = store.create("short", [Scope.DECIDE], now_s=int(time.time()))
    with doors.tcp(made.token) as lines:
        assert lines.ask({"id": 1, "decide": []}) == {"id": 1, "verdicts": []}
        store.revoke(made.key.id, now_s=int(time.time()))
        time.sleep(1.1)
        assert lines.ask({"id": 2, "decide": []})["problem"]["code"] == "key-refused"
        assert lines.read() is None
    store.close()


def test_strangers_do_not_keep_others_out(doors: Doors) -> None:
    strangers = [socket.create_connection(("127.0.0.1", doors.port)) for _ in range(3 * UNKNOWN_MAX)]
    with doors.tcp(doors.gate.keys["decide"]) as lines:
        assert lines.ask({"id": 1, "decide": []}) == {"id": 1, "verdicts": []}
    for one in strangers:
        one.close()


def test_connections_are_counted_and_bounded(doors: Doors) -> None:
    held = []
    try:
        while True:
            connection = socket.socket(socket.AF_UNIX)
            held.append(connection)
            connection.connect(str(doors.path))
            connection.settimeout(30)
            connection.sendall(b'{"id":1,"decide":[]}\n')
            if b"busy" in connection.recv(1_000):
                break
            assert len(held) <= CONNECTIONS_MAX
        with doors.gate.http("read") as http:
            counted = [line for line in http.get("/metrics").text.splitlines() if "line_connections " in line]
        assert int(float(counted[-1].split()[1])) in (CONNECTIONS_MAX, CONNECTIONS_MAX + 1)
    finally:
        for connection in held:
            connection.close()


def push(connection: socket.socket, data: bytes, bytes_max: int) -> None:
    """Send as long as it is taken."""
    sent = 0
    while sent < bytes_max:
        sent += connection.send(data)


def test_who_does_not_read_is_not_read_from_and_costs_nothing(doors: Doors) -> None:
    before = doors.gate.memory_bytes() if Path("/proc").is_dir() else 0
    with socket.socket(socket.AF_UNIX) as greedy:
        greedy.connect(str(doors.path))
        greedy.settimeout(0.5)
        line = json.dumps({"id": 1, "decide": send("greedy", "a")}).encode() + b"\n"
        with pytest.raises((TimeoutError, ConnectionError)):
            push(greedy, line * 2_000, 64 << 20)
        time.sleep(2.0)
        greedy.settimeout(30)
        with pytest.raises(ConnectionError):
            push(greedy, line * 2_000, 64 << 20)
    if before:
        assert doors.gate.memory_bytes() - before < 48 << 20
    with doors.unix() as lines:
        assert lines.ask({"id": 1, "decide": []}) == {"id": 1, "verdicts": []}


def test_who_hangs_up_is_judged_and_answered_as_far_as_he_reads(doors: Doors) -> None:
    with doors.unix() as lines:
        lines.write({"id": 1, "decide": send("half", "a")})
        lines.connection.shutdown(socket.SHUT_WR)
        assert lines.read()["id"] == 1
        assert lines.read() is None
    with doors.unix() as lines:
        lines.write({"id": 1, "decide": send("gone", "a")})
    with doors.unix() as lines:
        lines.ask({"id": 1, "decide": []})
    with doors.gate.http("read") as http:
        assert http.get("/v1/accounts/gone").json()["known"]


def test_a_gate_that_stops_answers_what_it_has_and_leaves_no_socket(tmp_path: Path) -> None:
    with doors_of(tmp_path, "--no-auth") as doors, doors.tcp() as lines:
        assert lines.ask({"id": 1, "decide": send("a", "b")})["verdict"]["outcome"] == "pass"
        doors.gate.process.terminate()
        assert lines.read() is None
        assert doors.gate.process.wait(30) == 0
    assert not (tmp_path / "gate.sock").exists()


def test_a_socket_left_behind_is_replaced_and_one_in_use_is_not(tmp_path: Path) -> None:
    path = tmp_path / "gate.sock"
    first = bind_socket(path)
    first.close()
    second = bind_socket(path)
    second.listen()
    with pytest.raises(OSError, match="in use by another gate"):
        bind_socket(path)
    second.close()
    path.unlink()
    path.write_text("a letter")
    with pytest.raises(FileExistsError):
        bind_socket(path)
    assert path.read_text() == "a letter"


def test_where_there_can_be_no_socket_the_path_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "no folder" / "gate.sock", tmp_path / ("x" * 200)):
        with pytest.raises(OSError, match=str(path)):
            bind_socket(path)
