"""A log in CSV with a header (``.tsv``: with tabs). Empty values are nulls; in ``recipients`` ids lie between ``;``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import csv as arrow_csv

from ecluse.errors import InputError
from ecluse.replay.files import Raw, opened
from ecluse.replay.fit import Naming

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

BLOCK_BYTES: Final = 1 << 20

_UNDECODED = re.compile(r"CSV column #(?P<column>\d+): Row #(?P<row>\d+): ")
_HEADER_ROWS: Final = 1


class CsvLog:
    """One file of a log in CSV."""

    def __init__(self, path: Path, naming: Naming) -> None:
        self.name, self.bytes_read = str(path), 0
        self._path = path
        self._delimiter = "\t" if ".tsv" in path.suffixes else ","
        self._columns = self._header()
        self._field_of = naming.fields_of(self._columns, self.name)

    @contextmanager
    def _reader(self) -> Iterator[CsvReader]:
        """The file through Python's own reader, which knows lines."""
        with opened(self._path) as file, TextIOWrapper(file.stream, "utf-8-sig", "replace", newline="") as text:
            yield csv.reader(text, delimiter=self._delimiter)

    def _header(self) -> list[str]:
        try:
            with self._reader() as reader:
                header = next(reader, None)
        except csv.Error as error:
            raise InputError("header", str(error), "a row of names", self.name) from None
        if not header:
            raise InputError("header", None, "a row of names", self.name)
        return header

    def batches(self) -> Iterator[Raw]:
        """The file's rows in their order; every value is text or null."""
        ragged: list[arrow_csv.InvalidRow] = []

        def stop_at(row: arrow_csv.InvalidRow) -> str:
            ragged.append(row)
            return "error"

        with opened(self._path) as file:
            try:
                reader = arrow_csv.open_csv(
                    file.stream,
                    read_options=arrow_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
                    parse_options=arrow_csv.ParseOptions(
                        delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=stop_at
                    ),
                    convert_options=arrow_csv.ConvertOptions(
                        include_columns=list(self._field_of),
                        column_types=dict.fromkeys(self._columns, pa.string()),
                        null_values=[""],
                        strings_can_be_null=True,
                    ),
                )
                for rows in reader:
                    self.bytes_read = file.bytes_read
                    yield Raw(rows, self._field_of)
                self.bytes_read = file.bytes_read
            except pa.ArrowInvalid as error:
                raise self._explain(error, ragged) from None

    def _explain(self, error: pa.ArrowInvalid, ragged: list[arrow_csv.InvalidRow]) -> InputError:
        if ragged:
            row = ragged[0]
            values = f"{row.expected_columns} values: {', '.join(self._columns)}"
            return InputError("row", row.text, values, self.where(row.number - _HEADER_ROWS - 1))
        if undecoded := _UNDECODED.search(str(error)):
            column = self._columns[int(undecoded["column"])]
            where = self.where(int(undecoded["row"]) - _HEADER_ROWS - 1)
            return InputError(column, "bytes", "text in UTF-8", where)
        return InputError("log", str(error).splitlines()[0], "CSV", self.name)

    def where(self, row: int) -> str:
        """The line that row ``row`` begins on: found by reading the file again, as rows may have several lines."""
        begins = 1
        try:
            with self._reader() as reader:
                left = row + _HEADER_ROWS
                for values in reader:
                    if values and left == 0:
                        return f"{self.name} line {begins}"
                    left -= bool(values)
                    begins = reader.line_num + 1
        except csv.Error:
            pass  # a value longer than Python's reader takes: then the number of the row has to do
        return f"{self.name} row {row}"
