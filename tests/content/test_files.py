import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecluse.content import cluster_file
from ecluse.content.files import read_texts
from ecluse.errors import InputError
from tests.content.making import OFFER, OTHER

TEXTS = [OFFER, OTHER, OFFER.upper(), "", "with, comma\nand line"]


@pytest.fixture
def table():
    return pa.table({"text": TEXTS, "n": range(len(TEXTS))})


def csv_of(texts, sign):
    return sign.join(["n", "text"]) + "\n" + "".join(f'{n}{sign}"{text}"\n' for n, text in enumerate(texts))


def test_a_file_of_any_kind_is_read(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text(csv_of(TEXTS, ","))
    (tmp_path / "a.tsv").write_text(csv_of(TEXTS, "\t"))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(csv_of(TEXTS, ",").encode()))
    for path in sorted(tmp_path.iterdir()):
        assert read_texts(path, "text").to_pylist() == TEXTS


def test_clusters_are_written_row_by_row(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    told = []
    out = tmp_path / "clusters.parquet"
    clusters = cluster_file(tmp_path / "a.parquet", "text", out=out, watch=lambda done, of: told.append((done, of)))
    assert pq.read_table(out).to_pydict() == {"row": [0, 1, 2, 3, 4], "cluster": [0, -1, 0, -1, -1]}
    assert (clusters.labels.tolist(), clusters.sizes.tolist(), clusters.grouped) == ([0, -1, 0, -1, -1], [2], 2)
    assert told == [(5, 5)]


@pytest.mark.parametrize(
    ("name", "content", "column", "message"),
    [
        ("a.csv", b"n,text\n1,a\n", "body", "column: 'body' is not one of n, text"),
        ("a.txt", b"text\na\n", "text", "file: .* is not one of .csv"),
        ("a.parquet", b"no parquet", "text", "file: .* is not a file that can be read"),
        ("a.csv", b"n,text\n1\n", "text", "file: .* is not a file that can be read"),
        ("a.csv", None, "text", "file: .* is not a file that can be read"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, name, content, column, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        cluster_file(tmp_path / name, column)


def test_numbers_are_no_texts(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"column: 'n' is not a column of text, which int64 is not"):
        cluster_file(tmp_path / "a.parquet", "n")


def test_a_place_that_can_not_be_written_is_named(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"out: .* is not a file that can be written"):
        cluster_file(tmp_path / "a.parquet", "text", out=tmp_path / "nowhere" / "b.parquet")
