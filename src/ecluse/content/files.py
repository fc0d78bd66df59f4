"""The texts of a file, clustered: for analysts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv

from ecluse.content.clustering import ALONE, cluster
from ecluse.content.fingerprint import SHINGLE
from ecluse.errors import InputError

FORMATS: Final = ".csv, .tsv (or .gz), .parquet"


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
    (-1 = alone). watch: called with the texts done and all of them. alike, shingle: as in ``cluster``. The column is
    read into memory. Raises InputError.
    """
    texts = read_texts(path, column)
    n = len(texts)
    labels = cluster(texts, alike=alike, shingle=shingle, watch=None if watch is None else lambda done: watch(done, n))
    if out is not None:
        table = pa.table({"row": np.arange(n), "cluster": labels})
        try:
            pq.write_table(table, out)
        except OSError as error:
            raise InputError("out", str(out), f"a file that can be written ({error.strerror})") from None
    return Clusters(labels, np.bincount(labels[labels != ALONE]))


def read_texts(path: Path, column: str) -> pa.ChunkedArray:
    """One column of a CSV or Parquet file, as text; empty values of a CSV are empty texts. Raises InputError."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    try:
        if suffixes[-1:] == [".parquet"]:
            names = pq.read_schema(path).names
            _check(column, names, path)
            texts = pq.read_table(path, columns=[column]).column(0)
        elif suffixes and suffixes[-2 if suffixes[-1] == ".gz" else -1] in (".csv", ".tsv"):
            texts = _read_csv(path, column, "\t" if ".tsv" in suffixes else ",")
        else:
            raise InputError("file", str(path), f"one of {FORMATS}")
    except (OSError, pa.ArrowException) as error:
        raise InputError("file", str(path), f"a file that can be read ({str(error).splitlines()[0]})") from None
    if not (
        pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type) or pa.types.is_dictionary(texts.type)
    ):
        raise InputError("column", column, f"a column of text, which {texts.type} is not", str(path))
    return texts


def _read_csv(path: Path, column: str, delimiter: str) -> pa.ChunkedArray:
    parse = arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    with pa.input_stream(path) as stream:
        reader = arrow_csv.open_csv(stream, parse_options=parse)
        _check(column, reader.schema.names, path)
    convert = arrow_csv.ConvertOptions(include_columns=[column], column_types={column: pa.string()}, null_values=[])
    with pa.input_stream(path) as stream:
        return arrow_csv.read_csv(stream, parse_options=parse, convert_options=convert).column(0)


def _check(column: str, names: list[str], path: Path) -> None:
    if column not in names:
        raise InputError("column", column, f"one of {', '.join(names)}", str(path))
