"""Logs: recorded events from files in CSV, JSON Lines or Parquet, as one stream of batches in the order given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa

from ecluse.errors import InputError
from ecluse.replay.csv_log import CsvLog
from ecluse.replay.files import GZIP, LogFile
from ecluse.replay.fit import FLAT, Naming, fit
from ecluse.replay.json_log import JsonLog
from ecluse.replay.parquet_log import ParquetLog
from ecluse.replay.times import AtUnit

BATCH_ROWS: Final = 1 << 15
"""Rows of a batch, at most: what bounds the memory that a log takes."""

FORMATS: Final[dict[str, type[LogFile]]] = {
    ".csv": CsvLog,
    ".tsv": CsvLog,
    ".json": JsonLog,
    ".jsonl": JsonLog,
    ".ndjson": JsonLog,
    ".parquet": ParquetLog,
    ".pq": ParquetLog,
}
"""How a file is read, by the end of its name; all but Parquet may also end in ``.gz``."""

_EVENT: Final = "event "


class LogBatch(NamedTuple):
    """Some events of one file. events: not yet checked. raw: as the file has them."""

    events: pa.RecordBatch
    raw: pa.RecordBatch
    field_of: dict[str, str]
    first_row: int
    file: LogFile

    def locate(self, error: InputError) -> InputError:
        """The error of a door that knows this batch alone, in the words of the file: its place, column and value."""
        return _locate(error, self.raw, self.field_of, self.first_row, self.file)

    def part(self, start: int, stop: int) -> LogBatch:
        """Rows from start up to stop, as a batch of their own."""
        rows = stop - start
        events, raw = self.events.slice(start, rows), self.raw.slice(start, rows)
        return LogBatch(events, raw, self.field_of, self.first_row + start, self.file)


class Logs:
    """Several files as one log, in the order given.

    unit: of numeric times; None = told by their size. Raises InputError for a file that can't be read, ColumnsError.
    """

    def __init__(self, paths: Sequence[Path], naming: Naming | None = None, unit: AtUnit | None = None) -> None:
        self._unit = unit
        self.files = [_format(path)(path, naming or Naming()) for path in paths]
        self.bytes_total = sum(path.stat().st_size for path in paths)

    @property
    def bytes_read(self) -> int:
        """Bytes of all files that have been read."""
        return sum(file.bytes_read for file in self.files)

    def __iter__(self) -> Iterator[LogBatch]:
        for file in self.files:
            first_row = 0
            for whole, field_of in file.batches():
                for start in range(0, whole.num_rows, BATCH_ROWS):
                    raw = whole.slice(start, BATCH_ROWS)
                    try:
                        events = fit(raw, field_of, self._unit)
                    except InputError as error:
                        raise _locate(error, raw, field_of, first_row, file) from None
                    yield LogBatch(events, raw, field_of, first_row, file)
                    first_row += raw.num_rows


def _format(path: Path) -> type[LogFile]:
    suffixes = path.suffixes
    if suffixes and suffixes[-1].lower() == GZIP:
        suffix = suffixes[-2].lower() if len(suffixes) > 1 else ""
        reader = FORMATS.get(suffix) if suffix not in (".parquet", ".pq") else None
    else:
        reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        raise InputError("log", path.name, f"a name that ends in {', '.join(FORMATS)}; the texts also with {GZIP}")
    return reader


def _locate(
    error: InputError, raw: pa.RecordBatch, field_of: dict[str, str], first_row: int, file: LogFile
) -> InputError:
    column = next(
        (c for c, name in field_of.items() if error.field in (name, "recipients" if name == FLAT else name)), None
    )
    if error.where is None or not error.where.startswith(_EVENT):
        return InputError(column or error.field, _Shown(error.value), error.expected, file.name)
    row = int(error.where.removeprefix(_EVENT))
    value: Any = None if column is None else raw.column(column)[row].as_py()
    return InputError(column or error.field, value, error.expected, file.where(first_row + row))


class _Shown(str):
    """A value that another error has made fit to be shown."""

    def __repr__(self) -> str:
        return str(self)
