"""The texts of a file, clustered: for analysts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv

from ecluse.content.clustering import ALONE, cluster
from ecluse.content.fingerprint import SHINGLE
from ecluse.errors import InputError
from ecluse.placing import placed

FORMATS: Final = ".csv, .tsv (or .gz), .parquet"
ROW_BYTES_MAX: Final = 1 << 24
"""Bytes of a row of a CSV: it is read in pieces of so many, and a row lies in one."""
NAMES_SHOWN: Final = 20
"""Columns named to whoever asks for one that is not there."""
_HEADER_ROWS: Final = 1


class Clusters(NamedTuple):
    """What came of a file. labels: int64, shape (n,), as ``cluster`` gives them. sizes: of each cluster, by number."""

    labels: np.ndarray
    sizes: np.ndarray

    @property
    def grouped(self) -> int:
        """Texts that are in a cluster."""
        return int(self.sizes.sum())


def cluster_file(
    path: Path,
    column: str,
    *,
    out: Path | None = None,
    alike: float | None = None,
    shingle: int = SHINGLE,
    watch: Callable[[int, int], object] | None = None,
) -> Clusters:
    """Cluster the texts in a column of a CSV or Parquet file.

    out: a Parquet file to be written with a row for each text: ``row`` (from 0, in the file's order) and ``cluster``
    (-1 = alone); it may not be the file that is read. watch: called with the texts done and all of them. alike,
    shingle: as in ``cluster``. The column is read into memory. Raises InputError; then nothing is written.
    """
    if out is not None and out.exists() and path.exists() and out.samefile(path):
        raise InputError("out", str(out), "another file than the one that is read")
    texts = read_texts(path, column)
    n = len(texts)
    with nullcontext() if out is None else placed(out, "out") as part:
        done = None if watch is None else lambda done: watch(done, n)
        labels = cluster(texts, alike=alike, shingle=shingle, watch=done)
        if part is not None:
            pq.write_table(pa.table({"row": np.arange(n), "cluster": labels}), part)
    return Clusters(labels, np.bincount(labels[labels != ALONE]))


def read_texts(path: Path, column: str) -> pa.ChunkedArray:
    """One column of a CSV or Parquet file, as text; empty values of a CSV are empty texts.

    What is not UTF-8 stays as it is: to all that follows it is a space. Raises InputError.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    try:
        if suffixes[-1:] == [".parquet"]:
            _check(column, pq.read_schema(path).names, path)
            texts = pq.read_table(path, columns=[column]).column(0)
        elif suffixes and suffixes[-2 if suffixes[-1] == ".gz" else -1] in (".csv", ".tsv"):
            texts = _read_csv(path, column, "\t" if ".tsv" in suffixes else ",")
        else:
            raise InputError("file", str(path), f"one of {FORMATS}")
    except UnicodeDecodeError:
        raise InputError("file", str(path), "a file whose header is UTF-8") from None
    except (OSError, pa.ArrowException) as error:
        raise InputError("file", str(path), f"a file that can be read ({str(error).splitlines()[0]})") from None
    if not _is_text(texts.type):
        raise InputError("column", column, f"a column of text, which {texts.type} is not", str(path))
    return texts


def _is_text(kind: pa.DataType) -> bool:
    """Whether values of a type are taken as texts: strings, bytes, or nothing at all."""
    if pa.types.is_dictionary(kind):
        return kind.value_type in (pa.string(), pa.large_string())
    return kind in (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.null())


def _read_csv(path: Path, column: str, delimiter: str) -> pa.ChunkedArray:
    ragged: list[arrow_csv.InvalidRow] = []

    def stop_at(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    def opened(stream: pa.NativeFile, convert: arrow_csv.ConvertOptions | None) -> arrow_csv.CSVStreamingReader:
        return arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(block_size=ROW_BYTES_MAX, use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=stop_at
            ),
            convert_options=convert,
        )

    convert = arrow_csv.ConvertOptions(
        include_columns=[column], column_types={column: pa.string()}, null_values=[], check_utf8=False
    )
    try:
        with pa.input_stream(path) as stream:
            _check(column, opened(stream, None).schema.names, path)
        with pa.input_stream(path) as stream:
            return opened(stream, convert).read_all().column(0)
    except pa.ArrowInvalid as error:
        if ragged:  # what stands there is a message, and is not shown
            row = f"{path}: row {ragged[0].number - _HEADER_ROWS - 1}"
            values = f"{ragged[0].expected_columns}, as many as the header has"
            raise InputError("values", ragged[0].actual_columns, values, row) from None
        if "straddling" in str(error):
            raise InputError("file", str(path), f"a CSV whose rows have up to {ROW_BYTES_MAX >> 20} MiB") from None
        raise


def _check(column: str, names: list[str], path: Path) -> None:
    if column not in names:
        shown = [name if name.isprintable() else ascii(name) for name in names[:NAMES_SHOWN]]
        more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
        raise InputError("column", column, f"one of {', '.join(shown)}{more}", str(path))
    if names.count(column) > 1:
        raise InputError("column", column, "the name of one column: several have it", str(path))
