import struct

import numpy as np
import pyarrow as pa
import pytest

from ecluse.errors import InputError
from ecluse.events import SCHEMA, Event, to_columns
from ecluse.service.arrow import METADATA_BYTES_MAX, ids_of, read_stream, write_stream
from ecluse.service.problems import ProblemError

AT = 1_575_676_800_000


def events(n: int = 3) -> pa.RecordBatch:
    return to_columns([Event(kind="send", at=AT, sender=f"a{i}", recipients=["bob"], id=f"m{i}") for i in range(n)])


def stream(*batches: pa.RecordBatch, schema: pa.Schema | None = None, options: pa.ipc.IpcWriteOptions = None) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema or batches[0].schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def test_what_is_written_is_read() -> None:
    table = read_stream(write_stream(events()), 10)
    assert table.combine_chunks().to_batches() == [events()]


def test_several_record_batches_are_one() -> None:
    assert read_stream(stream(events(2), events(3)), 10).num_rows == 5


def test_a_stream_without_record_batches_is_empty() -> None:
    assert read_stream(stream(schema=SCHEMA), 10).num_rows == 0


def test_ids_are_nulls_where_there_are_none() -> None:
    table = read_stream(stream(events(2).drop_columns(["id"])), 10)
    assert ids_of(table).to_pylist() == [None, None]
    assert ids_of(read_stream(stream(events(2)), 10)).to_pylist() == ["m0", "m1"]


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_compressed_buffers_are_refused(compression: str) -> None:
    body = stream(events(500), options=pa.ipc.IpcWriteOptions(compression=compression))
    with pytest.raises(ProblemError) as refused:
        read_stream(body, 1000)
    assert refused.value.code == "compressed"


def test_too_many_rows_are_refused_before_they_are_read() -> None:
    with pytest.raises(ProblemError) as refused:
        read_stream(stream(events(2), events(2)), 3)
    assert refused.value.code == "too-many-events"


def test_rows_without_bytes_are_counted_too() -> None:
    body = stream(pa.record_batch({"kind": pa.nulls(1 << 24)}))
    with pytest.raises(ProblemError) as refused:
        read_stream(body, 1000)
    assert refused.value.code == "too-many-events"


def dictionary() -> bytes:
    return stream(pa.record_batch({"sender": pa.array(["ada", "bob"]).dictionary_encode()}))


def nested() -> bytes:
    return stream(pa.record_batch({"recipients": pa.array([[["a"]]])}))


def views() -> bytes:
    return stream(pa.record_batch({"sender": pa.array(["ada"], pa.string_view())}))


def extension() -> bytes:
    return stream(pa.record_batch({"sender": pa.ExtensionArray.from_storage(pa.json_(), pa.array(["1"]))}))


def many_columns() -> bytes:
    return stream(pa.record_batch({f"c{i}": [1] for i in range(len(SCHEMA) + 1)}))


def wide_metadata() -> bytes:
    return stream(events().replace_schema_metadata({"x": "y" * METADATA_BYTES_MAX}))


def many_batches() -> bytes:
    return stream(*[events(1)] * 65)


def a_file() -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, SCHEMA) as writer:
        writer.write_batch(events())
    return sink.getvalue().to_pybytes()


def a_tensor() -> bytes:
    sink = pa.BufferOutputStream()
    pa.ipc.write_tensor(pa.Tensor.from_numpy(np.zeros(4)), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (dictionary, "sender"),
        (nested, "recipients"),
        (views, "sender"),
        (extension, "sender"),
        (many_columns, "columns"),
        (wide_metadata, "body"),
        (many_batches, "body"),
        (a_file, "body"),
        (a_tensor, "body"),
        (lambda: b"", "body"),
        (lambda: b"\xff\xff\xff\xff\x00\x00\x00\x00", "body"),
        (lambda: b"{}", "body"),
        (lambda: write_stream(events())[:-60], "body"),
    ],
)
def test_what_is_no_stream_of_events(make: object, field: str) -> None:
    with pytest.raises(InputError) as refused:
        read_stream(make(), 1000)  # type: ignore[operator]
    assert refused.value.field == field


def test_offsets_that_lead_out_of_the_buffer_are_refused() -> None:
    body = bytearray(write_stream(events(3).select(["sender"])))
    place = body.rindex(struct.pack("<4i", 0, 2, 4, 6))
    body[place : place + 16] = struct.pack("<4i", 0, 2, 4, 1 << 30)
    with pytest.raises(InputError) as refused:
        read_stream(bytes(body), 10)
    assert refused.value.field == "body"
