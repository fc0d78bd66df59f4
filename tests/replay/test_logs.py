import gzip
import json
from contextlib import chdir

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecluse.errors import InputError
from ecluse.events import SCHEMA, conform
from ecluse.replay import ColumnsError, Logs, Naming
from ecluse.replay.logs import BATCH_ROWS
from ecluse.replay.times import AtUnit

AT = 1_575_676_800_000
EDGES = Naming({"sender": "src", "recipient": "dst", "at": "time"})
FLAT = "sender,recipient,at\nada,bob,1575676800\nbob,ada,1575676801\n"
TWO = [("ada", ["bob"], AT), ("bob", ["ada"], AT + 1000)]


def write(path, content):
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def read(*paths, naming=None, unit=None):
    """All events of a log, checked as the gate's door does."""
    batches = []
    for batch in Logs(paths, naming, unit):
        try:
            batches.append(conform(batch.events))
        except InputError as error:
            raise batch.locate(error) from None
    return pa.Table.from_batches(batches, SCHEMA)


def sends(table):
    table = table.set_column(table.schema.get_field_index("at"), "at", table["at"].cast(pa.int64()))
    return [(row["sender"], row["recipients"], row["at"]) for row in table.to_pylist()]


def fault(*paths, **options):
    """What is said of logs, the first of which is ``LOG``. They are read by short names: errors shorten long ones."""
    folder = paths[0].parent
    with chdir(folder), pytest.raises((InputError, ColumnsError)) as caught:
        read(*(path.relative_to(folder) for path in paths), **options)
    return str(caught.value).replace(paths[0].name, "LOG")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", FLAT),
        ("a.csv", "\ufeff" + FLAT),
        ("a.csv.gz", FLAT),
        ("a.CSV", FLAT.replace("\n", "\r\n")),
        ("a.tsv", FLAT.replace(",", "\t")),
        ("a.csv", 'kind,at,sender,recipients\n,2019-12-07T00:00:00Z,ada,bob\n\nsend,1575676801000,"bob",ada\n'),
        ("a.jsonl", '{"sender": "ada", "recipient": "bob", "at": 1575676800}\n\n'
                    '{"sender": "bob", "recipient": "ada", "at": "2019-12-07T00:00:01Z", "kind": "send"}'),
        ("a.ndjson.gz", '\ufeff{"sender": "ada", "recipients": ["bob"], "at": 1575676800}\r\n'
                        '{"sender": "bob", "recipients": ["ada"], "at": 1575676801}\r\n'),
    ],
)  # fmt: skip
def test_texts_are_read(tmp_path, name, content):
    if 'recipient"' in content and 'recipients"' in content:
        assert "either recipient or recipients" in fault(write(tmp_path / name, content))
        return
    table = read(write(tmp_path / name, content))
    assert (sends(table), table["kind"].to_pylist()) == (TWO, ["send", "send"])


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"sender": ["ada", "bob"], "recipient": ["bob", "ada"], "at": [AT, AT + 1000]}),
        pa.table({"sender": pa.array(["ada", "bob"]).dictionary_encode(), "recipients": [["bob"], ["ada"]],
                  "at": pa.array([AT * 1000, (AT + 1000) * 1000], pa.timestamp("us"))}),
        pa.table({"sender": ["ada", "bob"], "at": [1_575_676_800.0, 1_575_676_801.0],
                  "recipients": pa.array([["bob"], ["ada"]], pa.large_list(pa.large_string()))}),
    ],
)  # fmt: skip
def test_parquet_is_read(tmp_path, table):
    pq.write_table(table, tmp_path / "a.parquet")
    assert sends(read(tmp_path / "a.parquet")) == TWO


def test_ids_may_be_whole_numbers_and_columns_have_other_names(tmp_path):
    edges = write(tmp_path / "a.csv", "src,dst,time\n1,2,1575676800\n")
    pq.write_table(pa.table({"src": [1], "dst": [[2, 3]], "time": [AT]}), tmp_path / "a.parquet")
    lines = write(
        tmp_path / "a.jsonl", '{"src": 1, "dst": 2, "time": 1575676800}\n{"src": "x", "dst": 2, "time": "1575676800"}\n'
    )
    assert sends(read(edges, naming=EDGES)) == [("1", ["2"], AT)]
    assert sends(read(lines, naming=EDGES)) == [("1", ["2"], AT), ("x", ["2"], AT)]
    several = Naming({"sender": "src", "recipients": "dst", "at": "time"})
    assert sends(read(tmp_path / "a.parquet", naming=several)) == [("1", ["2", "3"], AT)]
    mixed = write(tmp_path / "b.jsonl", '{"src": 1, "dst": [2, "y"], "time": 1575676800}\n')
    assert sends(read(mixed, naming=several)) == [("1", ["2", "y"], AT)]


def test_several_files_are_one_log_in_the_order_given(tmp_path):
    first = write(tmp_path / "1.jsonl", '{"sender": "ada", "recipients": ["bob"], "at": 1575676800}')
    second = write(tmp_path / "2.csv", "sender,recipient,at\nbob,ada,1575676801\n")
    assert sends(read(first, second)) == TWO
    assert sends(read(second, first)) == TWO[::-1]


def test_every_field_comes_through(tmp_path):
    event = {
        "id": "e1", "kind": "forward", "at": "2019-12-07T00:00:00Z", "sender": "ada", "recipients": ["bob", "cyd"],
        "chat": "broadcast", "group": "g", "members": 12, "text": "hello, you\nthere", "fingerprint": 2**64 - 1,
        "hops": 3, "origin": "o", "sender_kind": "business", "registered_at": 1_500_000_000, "tool": "t",
        "provider": "p", "network": "n", "device": "d", "region": "FR", "language": "fr", "subject": "s",
    }  # fmt: skip
    lines = write(tmp_path / "a.jsonl", json.dumps(event))
    quoted = [f'"{";".join(v) if isinstance(v, list) else v}"' for v in event.values()]
    table = write(tmp_path / "a.csv", ",".join(event) + "\n" + ",".join(quoted) + "\n")
    rows = read(lines, table).cast(SCHEMA).to_pylist()
    at, registered = rows[0].pop("at"), rows[0].pop("registered_at")
    assert (at.timestamp(), registered.timestamp()) == (AT / 1000, 1_500_000_000)
    assert rows[0].pop("forward_token") is None
    assert rows[0] == {name: value for name, value in event.items() if name not in ("at", "registered_at")}
    assert rows[1] == rows[0] | {"at": at, "registered_at": registered, "forward_token": None}


def test_a_log_is_read_in_batches_and_says_how_far(tmp_path):
    rows = 2 * BATCH_ROWS + 5
    log = write(tmp_path / "a.csv", "sender,recipient,at\n" + "ada,bob,1575676800\n" * rows)
    logs = Logs([log])
    seen = [(batch.first_row, batch.events.num_rows, logs.bytes_read) for batch in logs]
    assert [first for first, _, _ in seen] == [sum(n for _, n, _ in seen[:i]) for i in range(len(seen))]
    assert (sum(n for _, n, _ in seen), max(n for _, n, _ in seen) <= BATCH_ROWS) == (rows, True)
    assert seen[0][2] > 0
    assert logs.bytes_read == logs.bytes_total == log.stat().st_size


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "sender,recipient,at\n"), ("a.jsonl", ""), ("b.jsonl", "\n \n")]
)
def test_a_log_may_be_empty(tmp_path, name, content):
    assert read(write(tmp_path / name, content)).num_rows == 0


HEAD = "sender,recipient,at\nada,bob,1575676800\n"
MORE = "at,sender,recipient,{}\n1575676800,a,b,{}\n"
LINE = '{"at": 1575676800, "recipient": "b", '


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + "ada,bob,yesterday\n", " line 3: at: 'yesterday' is not seconds, milliseconds or RFC 3339"),
        (HEAD + "ada,bob,12\n", " line 3: at: '12' is not RFC 3339 or epoch milliseconds, from 2000"),
        (HEAD + "\n,bob,1575676800\n", " line 4: sender: None is not an id of 1 to 255 characters"),
        (HEAD + "ada,,1575676800\n", " line 3: recipient: None is not 1 to 1024 ids"),
        (HEAD + "ada,bob\n", " line 3: row: 'ada,bob' is not 3 values: sender, recipient, at"),
        (HEAD.encode() + b"a,b,1575676800\n\xff,b,1575676800\n", " line 4: sender: 'bytes' is not text in UTF-8"),
        (
            'sender,recipients,at,text\nada,bob,1575676800,"a\nb"\nada,b;;c,1575676801,\n',
            " line 4: recipients: 'b;;c' is not 1 to 1024 ids",
        ),
        (MORE.format("kind", "shout"), " line 2: kind: 'shout' is not one of send"),
        (MORE.format("hops", "x"), " line 2: hops: 'x' is not a whole number from 0"),
        (MORE.format("members", "0"), " line 2: members: '0' is not a whole number from 1"),
        ("", ": header: None is not a row of names"),
        ("sender,sender,at\n", ": columns: ['sender', 'sender', 'at'] is not each column once"),
        ("sender,recipient,recipients,at\n", ": columns: ['sender', 'recipient', 'recipients', 'at'] is not either"),
        ("src,dst,time\n", ": unknown columns 'src', 'dst', 'time'; no column for sender, at; the fields"),
    ],
)
def test_what_is_wrong_in_csv_is_said(tmp_path, content, message):
    assert fault(write(tmp_path / "a.csv", content))[: len(message) + 3] == "LOG" + message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LINE + '"sender": "a"}\n\n{"sender": "a",\n', ' line 3: line: \'{"sender": "a",\' is not an object in JSON'),
        ('\n["a"]\n', " line 2: line: '[\"a\"]' is not an object in JSON"),
        (LINE + '"sender": "a", "x": 1}', ": unknown columns 'x'; the fields"),
        ('\n{"sender": "a", "recipient": "b"}', " line 2: at: None is not RFC 3339"),
        ('{"at": 1575676800, "sender": "a", "recipients": []}', " line 1: recipients: [] is not 1 to 1024 ids"),
        (LINE + '"sender": "a", "hops": 1.5}', " line 1: hops: 1.5 is not a whole"),
        (LINE + '"sender": 1}\n' + LINE + '"sender": 1.5}', " line 2: sender: 1.5 is not text or a whole"),
        (LINE + '"sender": true}', " line 1: sender: True is not an id"),
        (LINE + '"sender": {}}', " line 1: sender: {} is not an id"),
        (LINE + '"sender": "a"}\n' + LINE + '"sender": ["b"]}', " line 2: sender: ['b'] is not an id"),
        (
            LINE + '"sender": 1}\n' + LINE + '"sender": "x"}\n' + LINE + '"sender": true}',
            " line 3: sender: True is not",
        ),
    ],
)
def test_what_is_wrong_in_json_is_said(tmp_path, content, message):
    assert fault(write(tmp_path / "a.jsonl", content))[: len(message) + 3] == "LOG" + message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv.gz", gzip.compress(HEAD.encode() * 99, mtime=0)[:-9], "log: 'LOG' is not a whole gzip file"),
        ("a.jsonl.gz", b"{}", "log: 'LOG' is not a whole gzip file"),
        ("a.parquet", b"PAR1", "log: 'LOG' is not a file that can be read"),
        ("a.txt", b"", "log: 'LOG' is not a name that ends in .csv, .tsv"),
        ("a.parquet.gz", b"", "log: 'LOG' is not a name that ends in .csv, .tsv"),
    ],
)
def test_files_that_are_no_logs(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    assert fault(tmp_path / name)[: len(message)] == message


def test_wrong_values_in_parquet(tmp_path):
    log = tmp_path / "a.parquet"
    pq.write_table(pa.table({"sender": ["a"] * 3, "recipient": [1.0, 2.5, None], "at": [AT] * 3}), log)
    assert fault(log) == "LOG row 1: recipient: 2.5 is not text or a whole number"
    pq.write_table(pa.table({"sender": ["a"] * 3, "recipients": [["b"], ["b"], []], "at": [AT] * 3}), log)
    assert fault(log) == "LOG row 2: recipients: [] is not 1 to 1024 ids of 1 to 255 characters"
    assert fault(tmp_path / "none.csv") == "log: 'LOG' is not a file that can be read (No such file or directory)"


def test_columns_may_be_passed_over(tmp_path):
    log = write(tmp_path / "a.csv", "sender,recipient,at,note,x\nada,bob,1575676800,hi,1\n")
    with pytest.raises(ColumnsError) as caught:
        read(log)
    assert (caught.value.unknown, caught.value.missing) == (("note", "x"), ())
    assert sends(read(log, naming=Naming(ignored=frozenset({"note", "x"})))) == TWO[:1]
    with pytest.raises(InputError, match="map: 'from' is not a field of an event"):
        Naming({"from": "src"})


def test_the_unit_of_times_may_be_told(tmp_path):
    log = write(tmp_path / "a.csv", "sender,recipient,at\nada,bob,1575676800000\n")
    assert sends(read(log, unit=AtUnit.MS)) == TWO[:1]
    assert fault(log, unit=AtUnit.S).startswith("LOG line 2: at: '1575676800000' is not RFC 3339")
