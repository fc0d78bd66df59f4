"""A log in JSON Lines: one object a line. Empty lines are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import pyarrow as pa

from ecluse.errors import InputError
from ecluse.replay.files import Raw, opened
from ecluse.replay.fit import Naming

BLOCK_BYTES: Final = 1 << 22
LINE_BYTES_MAX: Final = 1 << 24
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_decoder: Final = msgspec.json.Decoder(dict[str, Any])
_NOT_DECODED: Final = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)

Line = dict[str, Any]


class JsonLog:
    """One file of a log in JSON Lines."""

    def __init__(self, path: Path, naming: Naming) -> None:
        self.name, self.bytes_read = str(path), 0
        self._path, self._naming = path, naming
        with opened(path):
            pass

    def batches(self) -> Iterator[Raw]:
        """The file's rows in their order; each piece has the columns that its lines have."""
        first = 0
        with opened(self._path) as file:
            for block in self._blocks(file.stream):
                lines = self._decode(block, first)
                self.bytes_read = file.bytes_read
                if lines:
                    yield self._columns(lines, first)
                first += len(lines)

    def _blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The file in pieces of whole lines."""
        rest = b""
        begun = False
        while data := stream.read(BLOCK_BYTES):
            if not begun:
                data, begun = data.removeprefix(BYTE_ORDER_MARK), True
            end = data.rfind(b"\n") + 1
            if end == 0:
                rest += data
                if len(rest) > LINE_BYTES_MAX:
                    raise InputError("line", rest[:40].decode("utf-8", "replace"), "at most 16 MiB", self.name)
                continue
            yield rest + data[:end]
            rest = data[end:]
        if rest:
            yield rest

    def _decode(self, block: bytes, first: int) -> list[Line]:
        try:
            return _decoder.decode_lines(block)
        except _NOT_DECODED:
            for row, line in enumerate(_lines(block), start=first):
                try:
                    _decoder.decode(line)
                except _NOT_DECODED as error:
                    shown = line[:60].decode("utf-8", "replace")
                    raise InputError("line", shown, f"an object in JSON ({error})", self.where(row)) from None
            raise

    def _columns(self, lines: list[Line], first: int) -> Raw:
        """Lines as columns. A field that none of them has is a column of nulls, as it may be in other lines."""
        expected = {self._naming.column_of(name) for name in ("sender", "at", *self._naming.columns)}
        field_of = self._naming.fields_of(sorted(expected.union(*lines)), self.name)
        try:
            rows = pa.RecordBatch.from_struct_array(pa.array(lines))
            for column in field_of:
                if column not in rows.schema.names:
                    rows = rows.append_column(column, pa.nulls(len(lines)))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
            rows = pa.RecordBatch.from_pydict({c: self._as_text(c, field_of[c], lines, first) for c in field_of})
        return Raw(rows, field_of)

    def _as_text(self, column: str, name: str, lines: list[Line], first: int) -> pa.Array:
        """A column of several types (ids as numbers and as text, say), as CSV would have it."""
        read, kind, should_be = _AS_LIST if name == "recipients" else _AS_WORD
        texts: list[Any] = []
        for row, line in enumerate(lines, start=first):
            value = line.get(column)
            try:
                texts.append(read(value))
            except (TypeError, UnicodeEncodeError):
                raise InputError(column, value, should_be, self.where(row)) from None
        return pa.array(texts, kind)

    def where(self, row: int) -> str:
        """The line that row ``row`` stands on: found by reading the file again, as lines may be empty."""
        with opened(self._path) as file:
            numbers = (number for number, line in enumerate(file.stream, start=1) if line.strip())
            return f"{self.name} line {next(islice(numbers, row, None), 0)}"


def _lines(block: bytes) -> list[bytes]:
    return [line for line in block.split(b"\n") if line.strip()]


def _words(value: Any) -> list[str | None] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise TypeError
    return [_word(item) for item in value]


def _word(value: Any) -> str | None:
    """A value as CSV would have it. Raises TypeError, UnicodeEncodeError."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, bool | list | dict):
        raise TypeError
    return value if value is None or isinstance(value, str) else repr(value)


_AS_WORD: Final = (_word, pa.string(), "a text or a number")
_AS_LIST: Final = (_words, pa.list_(pa.string()), "a list of ids")
