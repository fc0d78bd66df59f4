"""A log in Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ecluse.replay.files import Raw, unreadable
from ecluse.replay.fit import Naming

BATCH_ROWS: Final = 1 << 15


class ParquetLog:
    """One file of a log in Parquet."""

    def __init__(self, path: Path, naming: Naming) -> None:
        self.name, self.bytes_read = str(path), 0
        try:
            self._bytes = path.stat().st_size
            self._file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(path, error) from None
        self._path = path
        self._field_of = naming.fields_of(self._file.schema_arrow.names, self.name)

    def batches(self) -> Iterator[Raw]:
        """The file's rows in their order."""
        read, rows = 0, max(1, self._file.metadata.num_rows)
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=list(self._field_of)):
                read += batch.num_rows
                self.bytes_read = self._bytes * read // rows
                yield Raw(batch, self._field_of)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self._path, error) from None

    def where(self, row: int) -> str:
        """The number of the row, from 0."""
        return f"{self.name} row {row}"
