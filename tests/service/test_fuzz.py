"""Whatever is sent to the door: an answer that OpenAPI names, never a crash, and no more memory than there was."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ecluse.events import SCHEMA, Event, to_columns
from tests.service.running import Running, now_ms, running, send
from tests.service.test_openapi import OPERATIONS

GROWTH_BYTES_MAX = 96 << 20
"""How much the gate may grow by everything here: its ledgers, bodies, and what the allocator keeps."""

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gate of its own, which must be alive, small and stop well after all of it."""
    with running(tmp_path_factory.mktemp("fuzzed") / "data", "--no-auth", "--body-max", "1 MiB") as gate:
        gate.post([send("ada", f"p{i}") for i in range(1000)])
        before = gate.memory_bytes() if Path("/proc").is_dir() else 0
        yield gate
        assert gate.post(send("alive", "bob")).status_code == 200
        if before:
            assert gate.memory_bytes() - before < GROWTH_BYTES_MAX


@pytest.fixture(scope="module")
def http(fuzzed: Running) -> Iterator[httpx.Client]:
    with fuzzed.http() as client:
        yield client


@pytest.mark.parametrize("mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
def test_everything_that_openapi_names(fuzzed: Running, mode: schemathesis.GenerationMode) -> None:
    document = schemathesis.openapi.from_url(f"{fuzzed.url}/openapi.json")
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) == len(OPERATIONS)
    for operation in operations:

        @settings(quick, max_examples=25)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        with contextlib.suppress(Unsatisfiable):  # a route that takes nothing can't be asked wrongly
            ask()


def taken(http: httpx.Client, media: str, body: bytes, path: str = "/v1/decisions") -> httpx.Response:
    answer = http.post(path, content=body, headers={"content-type": media})
    assert answer.status_code in (200, 204, 400, 413, 415, 422), answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == f"urn:ecluse:problem:{answer.json()['code']}"
    return answer


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
some_events = st.fixed_dictionaries(
    {"kind": st.sampled_from(["send", "forward", "register", "report", "add_to_group", "x"]) | values},
    optional={
        "at": st.integers(now_ms() - 100_000, now_ms() + 100_000) | values,
        "sender": st.text(max_size=300) | values,
        "recipients": st.lists(st.text(max_size=5), max_size=4) | values,
        "group": st.text(max_size=5) | values,
        "members": st.integers() | values,
        "hops": st.integers() | values,
        "fingerprint": st.integers(0, 1 << 65) | values,
        "registered_at": st.datetimes().map(lambda at: at.isoformat() + "Z") | values,
        "subject": st.text(max_size=5) | values,
        "id": st.text(max_size=5) | values,
        "text": st.text() | values,
    },
)


def lines(documents: list[Any]) -> bytes:
    return b"\n".join(json.dumps(document).encode("utf-8", "surrogatepass") for document in documents)


@quick
@given(documents=st.lists(some_events | values, max_size=5))
def test_lines(http: httpx.Client, documents: list[Any]) -> None:
    answer = taken(http, "application/x-ndjson", lines(documents))
    if answer.status_code == 200:
        assert len(answer.text.splitlines()) == len(documents)


def mutated(body: bytes, dice: random.Random) -> bytes:
    """A body with some of its bytes changed, cut out, doubled or cut off."""
    data = bytearray(body)
    for _ in range(dice.choice([1, 1, 1, 2, 5])):
        place = dice.randrange(len(data) or 1)
        match dice.choice([0, 0, 1, 2, 2, 3, 4]):
            case 0:
                data[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                data[place : place + 4] = dice.randbytes(4)
            case 2:
                data[place : place + 8] = dice.choice([0, 1, -1, 1 << 31, 1 << 62]).to_bytes(8, "little", signed=True)
            case 3:
                del data[place : place + dice.randrange(16)]
            case 4:
                data[place:place] = data[max(0, place - dice.randrange(64)) : place]
    return bytes(data[: dice.randrange(len(data) + 1)]) if dice.random() < 0.1 else bytes(data)


seeds = st.integers(0, 1 << 32)


@quick
@given(seed=seeds)
def test_lines_with_bytes_changed(http: httpx.Client, seed: int) -> None:
    body = lines([send("ada", "bob", id="m1"), send("ada", "eve", text="é")])
    taken(http, "application/x-ndjson", mutated(body, random.Random(seed)))


@quick
@given(body=st.binary(max_size=200), media=st.sampled_from(["application/json", "application/x-ndjson"]))
def test_any_bytes(http: httpx.Client, body: bytes, media: str) -> None:
    taken(http, media, body)
    taken(http, media, body, "/v1/events")
    taken(http, "application/vnd.apache.arrow.stream", body)


def stream(*batches: pa.RecordBatch, schema: pa.Schema | None = None, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    written = pa.ipc.IpcWriteOptions(**options)
    with pa.ipc.new_stream(sink, schema or batches[0].schema, options=written) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def valid_stream() -> bytes:
    fields = {"id": "m", "registered_at": now_ms(), "text": "é", "fingerprint": 7, "members": 3, "hops": 1}
    events = [
        Event(kind="forward", at=now_ms(), sender=f"a{i}", recipients=["bob", "eve"], **fields)  # type: ignore[arg-type]
        for i in range(20)
    ]
    return stream(to_columns(events), to_columns(events[:3]))


VALID = valid_stream()
ARROW = "application/vnd.apache.arrow.stream"


@settings(quick, max_examples=600)
@given(seed=seeds)
def test_columns_with_bytes_changed(http: httpx.Client, seed: int) -> None:
    taken(http, ARROW, mutated(VALID, random.Random(seed)))


types = st.sampled_from(
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.int8(),
        pa.int64(),
        pa.uint64(),
        pa.float64(),
        pa.bool_(),
        pa.null(),
        pa.date32(),
        pa.timestamp("ns"),
        pa.timestamp("s", "Europe/Paris"),
        pa.duration("s"),
        pa.list_(pa.string()),
        pa.large_list(pa.large_string()),
        pa.list_(pa.int32()),
        pa.list_(pa.list_(pa.string())),
        pa.struct([("a", pa.string())]),
        pa.dictionary(pa.int32(), pa.string()),
        pa.run_end_encoded(pa.int32(), pa.string()),
        pa.map_(pa.string(), pa.string()),
    ]
)
columns = st.dictionaries(st.sampled_from(SCHEMA.names) | st.text(max_size=5), types, max_size=8)


@quick
@given(columns=columns, rows=st.integers(0, 3), compression=st.sampled_from([None, "lz4", "zstd"]))
def test_columns_of_any_type(
    http: httpx.Client, columns: dict[str, pa.DataType], rows: int, compression: str | None
) -> None:
    valid = to_columns([Event(kind="send", at=now_ms(), sender="ada", recipients=["bob"])] * rows)
    arrays = {name: valid.column(name) for name in ("kind", "at", "sender", "recipients")}
    arrays |= {name: pa.nulls(rows, kind) for name, kind in columns.items()}
    names = [name.encode("utf-8", "replace").decode() for name in arrays]
    batch = pa.record_batch(list(arrays.values()), names=names)
    taken(http, ARROW, stream(batch, compression=compression))


def test_what_is_small_and_would_be_large(http: httpx.Client) -> None:
    """Bodies that unpack to more than they are: each is refused, and leaves no memory behind."""
    zeros = pa.record_batch({"text": pa.array(["\0" * 1_000] * 4_000)})
    assert taken(http, ARROW, stream(zeros, compression="zstd")).json()["code"] == "compressed"
    nothing = pa.record_batch({"kind": pa.nulls(1 << 24)})
    assert taken(http, ARROW, stream(nothing)).json()["code"] == "too-many-events"
    for body in (b"[" * 900_000, b"[" + b"[]," * 300_000 + b"[]]", b'{"a":' * 150_000, b"[" + b"0," * 400_000 + b"0]"):
        taken(http, "application/json", body)
    taken(http, "application/x-ndjson", b"\n" * 1_000_000)
    taken(http, "application/x-ndjson", b"{}\n" * 300_000)
