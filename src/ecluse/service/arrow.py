"""Arrow streams from strangers: looked through before they are read, and checked to the last byte before they are used.

What could grow beyond its own size is refused: compressed buffers, dictionaries, views, nesting, extension types.
"""

from __future__ import annotations

import struct
from typing import Final

import pyarrow as pa

from ecluse.errors import InputError
from ecluse.events import SCHEMA
from ecluse.service.problems import ProblemError

METADATA_BYTES_MAX: Final = 64 << 10
"""Bytes of one message's metadata; a schema of events has about 2,000."""

COLUMNS_MAX: Final = len(SCHEMA)

RECORD_BATCHES_MAX: Final = 64
"""Record batches in one stream."""

_HEADER: Final = 2
"""Field of Arrow's Message that holds the header (format/Message.fbs)."""

_COMPRESSION: Final = 3
"""Field of Arrow's RecordBatch that names a compression."""

_STRINGS = (pa.types.is_string, pa.types.is_large_string)
_PLAIN = (*_STRINGS, pa.types.is_integer, pa.types.is_timestamp, pa.types.is_null, pa.types.is_floating)


def read_stream(body: bytes, events_max: int) -> pa.Table:
    """Read a stream of events, sound as Arrow; what it says is the gate's to check. Raises ProblemError, InputError."""
    try:
        _look_through(pa.py_buffer(body), events_max)
        with pa.ipc.open_stream(pa.py_buffer(body)) as reader:
            batches = list(reader)
            for batch in batches:
                batch.validate(full=True)
            return pa.Table.from_batches(batches, reader.schema)
    except (pa.ArrowException, OSError, EOFError, ValueError, OverflowError, struct.error) as error:
        raise _malformed(str(error)) from None


def write_stream(batch: pa.RecordBatch) -> bytes:
    """One batch as a stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def ids_of(events: pa.Table) -> pa.Array:
    """The ids of checked events; nulls where there are none."""
    if "id" not in events.schema.names:
        return pa.nulls(events.num_rows, pa.string())
    return events.column("id").cast(pa.string()).combine_chunks()


def _look_through(body: pa.Buffer, events_max: int) -> None:
    """Look at every message of a stream, without making anything of it."""
    source = pa.BufferReader(body)
    message = pa.ipc.read_message(source)
    if message.type != "schema":
        raise _malformed(f"it begins with a {message.type}")
    _check_metadata(message)
    _check_schema(pa.ipc.read_schema(message))
    batches, rows = 0, 0
    while source.tell() < body.size:
        try:
            message = pa.ipc.read_message(source)
        except EOFError:  # the mark that ends a stream
            break
        if message.type != "record batch":
            raise _malformed(f"it holds a {message.type}")
        batches += 1
        if batches > RECORD_BATCHES_MAX:
            raise InputError("body", f"over {RECORD_BATCHES_MAX} record batches", "fewer, longer record batches")
        rows += _check_batch(message)
        if rows > events_max:
            raise ProblemError("too-many-events", f"over {events_max}", members={"expected": f"up to {events_max}"})


def _check_metadata(message: pa.ipc.Message) -> None:
    if message.metadata.size > METADATA_BYTES_MAX:
        raise InputError("body", f"{message.metadata.size} bytes of metadata", f"up to {METADATA_BYTES_MAX}")


def _check_schema(schema: pa.Schema) -> None:
    if len(schema) > COLUMNS_MAX:
        raise InputError("columns", len(schema), f"up to {COLUMNS_MAX} columns: {', '.join(SCHEMA.names)}")
    for name, field in zip(schema.names, schema, strict=True):  # names that are no text raise UnicodeDecodeError
        if not _is_plain(field.type):
            name = name if name in SCHEMA.names else "columns"
            raise InputError(name, f"a column of {field.type}", "plain: text, numbers, timestamps, or a list of text")


def _is_plain(kind: pa.DataType) -> bool:
    if isinstance(kind, pa.BaseExtensionType):
        return False
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        item = kind.value_type
        return any(is_kind(item) for is_kind in (*_STRINGS, pa.types.is_null))
    return any(is_kind(kind) for is_kind in _PLAIN)


def _check_batch(message: pa.ipc.Message) -> int:
    """See that a record batch is not compressed. Returns its rows."""
    _check_metadata(message)
    metadata = message.metadata.to_pybytes()
    (root,) = struct.unpack_from("<I", metadata, 0)
    slot = _slot(metadata, root, _HEADER)
    if slot is None:
        raise _malformed("a record batch lacks its header")
    header = slot + struct.unpack_from("<I", metadata, slot)[0]
    if _slot(metadata, header, _COMPRESSION) is not None:
        raise ProblemError("compressed", "Arrow's buffers are compressed")
    rows = _slot(metadata, header, 0)
    return 0 if rows is None else max(0, struct.unpack_from("<q", metadata, rows)[0])


def _slot(data: bytes, table: int, field: int) -> int | None:
    """Where a field of a FlatBuffers table lies; None if the table lacks it. Raises struct.error."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    if vtable < 0:
        raise struct.error("a table of fields before the buffer")
    (size,) = struct.unpack_from("<H", data, vtable)
    entry = 4 + 2 * field
    if entry + 2 > size:
        return None
    (offset,) = struct.unpack_from("<H", data, vtable + entry)
    return table + offset if offset else None


def _malformed(what: str) -> InputError:
    first = (what.splitlines() or [""])[0]
    return InputError("body", first, "an Arrow IPC stream of events")
