import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecluse.content import cluster_file
from ecluse.content.files import ROW_BYTES_MAX, read_texts
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
        ("a.csv", b"n,text\n1\n", "text", "values: 1 is not 2"),
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
    with pytest.raises(InputError, match=r"out: .* is not a place that can be written to"):
        cluster_file(tmp_path / "a.parquet", "text", out=tmp_path / "nowhere" / "b.parquet")


def test_the_file_that_is_read_is_never_written_over(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    before = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "same.parquet").symlink_to(tmp_path / "a.parquet")
    for out in ("a.parquet", "same.parquet"):
        with pytest.raises(InputError, match=r"out: .* is not another file than the one that is read"):
            cluster_file(tmp_path / "a.parquet", "text", out=tmp_path / out)
    assert (tmp_path / "a.parquet").read_bytes() == before


def test_what_was_there_stays_until_all_is_well(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    out = tmp_path / "clusters.parquet"
    out.write_text("of before")
    with pytest.raises(InputError, match="alike"):
        cluster_file(tmp_path / "a.parquet", "text", out=out, alike=7.0)
    assert out.read_text() == "of before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "clusters.parquet"]


def test_a_row_of_another_length_is_named_and_what_stands_there_is_not(tmp_path):
    (tmp_path / "a.csv").write_text("n,text\n1,a\n2,a secret, with a comma\n")
    with pytest.raises(InputError) as error:
        read_texts(tmp_path / "a.csv", "text")
    assert str(error.value) == f"{tmp_path / 'a.csv'}: row 1: values: 3 is not 2, as many as the header has"


def test_long_messages_are_read_and_rows_have_a_limit(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"n,text\n1,{'x' * 3_000_000}\n2,y\n")
    assert [len(text) for text in read_texts(path, "text").to_pylist()] == [3_000_000, 1]
    path.write_text(f"n,text\n1,{'x' * (4 * ROW_BYTES_MAX)}\n2,y\n")
    with pytest.raises(InputError, match="a CSV whose rows have up to 16 MiB"):
        read_texts(path, "text")


def test_what_is_no_utf_8_is_a_space(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"n,text\n" + b"".join(b"%d,you WON a caf\xe9 for two by the sea\n" % n for n in range(2)))
    assert cluster_file(path, "text").labels.tolist() == [0, 0]
    path.write_bytes("text\nhello\n".encode("utf-16"))
    with pytest.raises(InputError, match=r"a file that can be read|a file whose header is UTF-8|is not one of"):
        read_texts(path, "text")


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), pa.binary(), pa.large_binary()], ids=str)
def test_texts_of_any_type_are_taken(tmp_path, kind):
    texts = pa.array([OFFER, None, OFFER.upper()])
    pq.write_table(pa.table({"text": texts.cast(kind)}), tmp_path / "a.parquet")
    assert cluster_file(tmp_path / "a.parquet", "text").labels.tolist() == [0, -1, 0]


def test_a_column_of_nothing_has_no_clusters(tmp_path):
    pq.write_table(pa.table({"text": pa.nulls(3)}), tmp_path / "a.parquet")
    assert cluster_file(tmp_path / "a.parquet", "text").labels.tolist() == [-1, -1, -1]


def test_one_name_is_of_one_column(tmp_path):
    (tmp_path / "a.csv").write_text("text,text\na,b\n")
    pq.write_table(pa.table([["a"], ["b"]], names=["text", "text"]), tmp_path / "a.parquet")
    for name in ("a.csv", "a.parquet"):
        with pytest.raises(InputError, match="column: 'text' is not the name of one column: several have it"):
            read_texts(tmp_path / name, "text")


def test_names_of_columns_are_shown_in_moderation(tmp_path):
    (tmp_path / "a.csv").write_text(",".join(["\x1b[31m", *map(str, range(40))]) + "\n" + "1," * 40 + "1\n")
    with pytest.raises(InputError) as error:
        read_texts(tmp_path / "a.csv", "text")
    assert "\x1b" not in str(error.value)
    assert str(error.value).endswith("17, 18 and 21 more")
