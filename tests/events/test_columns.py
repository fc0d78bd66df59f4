"""Arrow in any shape: made to fit the schema, or refused with the column, the row and the value."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.events import SCHEMA, conform, decode_event, milliseconds, to_columns
from ecluse.events.event import Event
from tests.events.making import T, body, event, events

S = T // 1_000
FIELDS = "a field of an event: " + ", ".join(Event.__struct_fields__)
TIME = "RFC 3339 or epoch milliseconds, from 2000 to 2099"
A_TIME = "a column of timestamp[ms, tz=UTC]"
KINDS = "one of send, forward, register, create_group, add_to_group, report, block, import_contacts"
RECIPIENTS = "1 to 1024 ids of 1 to 255 characters"
ID = "an id of 1 to 255 characters"
MALFORMED = "well-formed Arrow, its text in UTF-8"
X80 = "x" * 79 + "…"


def batch(**columns):
    """Two sends, but for these columns; one that is None is left out."""
    given = {
        "kind": pa.array(["send", "send"]),
        "at": pa.array([T, T + 1]),
        "sender": pa.array(["ada", "bob"]),
        "recipients": pa.array([["x"], ["y", "z"]]),
    } | columns
    given = {name: column for name, column in given.items() if column is not None}
    return pa.RecordBatch.from_arrays(list(given.values()), names=list(given))


def text_of(data, offsets, kind=pa.StringArray, width=np.int32):
    """A column of text from its buffers, whatever they hold."""
    return kind.from_buffers(len(offsets) - 1, pa.py_buffer(np.array(offsets, width)), pa.py_buffer(data))


def lists_of(text, offsets, valid):
    """A column of lists of text; a null one may lie over some."""
    nulls = pa.py_buffer(bytes([valid]))
    offsets = pa.py_buffer(np.array(offsets, np.int32))
    return pa.ListArray.from_buffers(pa.list_(pa.string()), 2, [nulls, offsets], children=[pa.array(text)])


def dictionary(indices, words):
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(words), safe=False)


PLAIN = conform(batch())

SAME = {
    "dictionaries": {
        "kind": dictionary([0, 0], ["send"]),
        "sender": dictionary([1, 0], ["bob", "ada"]),
        "recipients": pa.ListArray.from_arrays([0, 1, 3], dictionary([0, 1, 2], ["x", "y", "z"])),
        "at": dictionary([0, 1], [T, T + 1]),
    },
    "large strings": {
        "sender": pa.array(["ada", "bob"], pa.large_string()),
        "recipients": pa.array([["x"], ["y", "z"]], pa.large_list(pa.large_string())),
    },
    "views": {"sender": pa.array(["ada", "bob"], pa.string_view())},
    "nulls for optional columns": {name: pa.nulls(2) for name in ("id", "members", "registered_at", "group", "text")},
    "small integers": {"members": pa.array([None, None], pa.uint8()), "hops": pa.nulls(2, pa.int64())},
    "timestamp[ms]": {"at": pa.array([T, T + 1], pa.timestamp("ms"))},
    "timestamp[us]": {"at": pa.array([T * 1_000, T * 1_000 + 1_999], pa.timestamp("us"))},
    "timestamp[ns] elsewhere": {"at": pa.array([T * 10**6, T * 10**6 + 10**6], pa.timestamp("ns", "Asia/Kolkata"))},
    "uint64": {"at": pa.array([T, T + 1], pa.uint64())},
    "RFC 3339": {"at": pa.array(["2019-12-07T00:00:00Z", "2019-12-07T05:30:00.001+05:30"])},
    "RFC 3339 to the nanosecond": {
        "at": pa.array(["2019-12-07T00:00:00.000000999Z", "2019-12-07T00:00:00.001Z"], pa.large_string())
    },
    "RFC 3339 in a dictionary": {
        "at": dictionary([1, 0], ["2019-12-07T00:00:00.001999Z", "2019-12-06T16:00:00-08:00"])
    },
}


@pytest.mark.parametrize("name", SAME)
def test_what_means_the_same_is_taken(name):
    assert conform(batch(**SAME[name])) == PLAIN


def test_seconds_are_taken_as_timestamps():
    for zone in (None, "UTC", "America/New_York"):
        taken = conform(batch(at=pa.array([S, S + 1], pa.timestamp("s", zone))))
        assert taken.column("at").cast(pa.int64()).to_pylist() == [T, T + 1_000]


def test_numbers_are_ids_and_lists_may_be_of_one_size():
    taken = conform(batch(sender=pa.array([7, 8]), recipients=pa.array([[1], [2]], pa.list_(pa.uint64(), 1))))
    assert taken.column("sender").to_pylist() == ["7", "8"]
    assert taken.column("recipients").to_pylist() == [["1"], ["2"]]


def test_columns_may_stand_in_any_order():
    given = batch()
    assert conform(given.select(given.schema.names[::-1])) == PLAIN


WRONG = {
    "unknown column": ({"recipient": pa.array(["x", "y"])}, f"recipient: 'a column' is not {FIELDS}"),
    "long unknown column": ({"f" * 9_000: pa.array(["x", "y"])}, f"{'f' * 80}…: 'a column' is not {FIELDS}"),
    "no kind": ({"kind": None}, f"kind: None is not given: {KINDS}"),
    "no at": ({"at": None}, f"at: None is not given: {TIME}"),
    "no sender": ({"sender": None}, f"sender: None is not given: {ID}"),
    "null kind": ({"kind": pa.array(["send", None])}, f"event 1: kind: None is not {KINDS}"),
    "null at": ({"at": pa.array([None, T])}, f"event 0: at: None is not {TIME}"),
    "null sender": ({"sender": pa.array(["ada", None])}, f"event 1: sender: None is not {ID}"),
    "all senders null": ({"sender": pa.nulls(2)}, f"event 0: sender: None is not {ID}"),
    "kind that is none": ({"kind": pa.array(["send", "shout"])}, f"event 1: kind: 'shout' is not {KINDS}"),
    "chat that is none": (
        {"chat": pa.array([None, "dm"])},
        "event 1: chat: 'dm' is not one of direct, group, broadcast",
    ),
    "account kind that is none": (
        {"sender_kind": pa.array(["", None])},
        "event 0: sender_kind: '' is not one of personal, business, client",
    ),
    "seconds for milliseconds": ({"at": pa.array([T, S])}, f"event 1: at: {S} is not {TIME}"),
    "1999": ({"at": pa.array([T, 946_684_799_999])}, f"event 1: at: 946684799999 is not {TIME}"),
    "2100": (
        {"registered_at": pa.array([None, 4_102_444_800], pa.timestamp("s"))},
        f"event 1: registered_at: 4102444800000 is not {TIME}",
    ),
    "RFC 3339 of 2500": (
        {"at": pa.array(["2019-12-07T00:00:00Z", "2500-01-01T00:00:00Z"])},
        f"event 1: at: 16725225600000 is not {TIME}",
    ),
    "seconds that overflow": (
        {"at": pa.array([(2**64 + T) // 1_000, S], pa.timestamp("s"))},
        f"at: 'a column of timestamp[s]' is not {A_TIME} (Casting from timestamp[s, tz=UTC] to "
        "timestamp[ms, tz=UTC] would result in out of bounds timestamp: 18446745649386351)",
    ),
    "uint64 that overflows": (
        {"at": pa.array([2**64 - 1, T], pa.uint64())},
        f"at: 'a column of uint64' is not {A_TIME} (Integer value 18446744073709551615 not in range: 0 to "
        "9223372036854775807)",
    ),
    "no time at all": (
        {"at": pa.array(["2019-12-07T00:00:00Z", "yesterday"])},
        f"at: 'a column of string' is not {A_TIME} (Failed to parse string: 'yesterday' as a scalar of type "
        "timestamp[ns, tz=UTC]: expected a zone offset. If these timestam)",
    ),
    "dates": ({"at": pa.array([18_000, 18_001], pa.date32())}, f"at: 'a column of date32[day]' is not {A_TIME}"),
    "floats": ({"at": pa.array([1.5e12, 1.5e12])}, f"at: 'a column of double' is not {A_TIME}"),
    "half floats": (
        {"members": pa.array([np.float16(1), None], pa.float16())},
        "members: 'a column of halffloat' is not a column of int32",
    ),
    "floats in a dictionary": (
        {"sender": dictionary([0, 1], [1.5, 2.5])},
        "sender: 'a column of double' is not a column of string",
    ),
    "decimals": (
        {"members": pa.array([1, 2], pa.decimal128(5, 1))},
        "members: 'a column of decimal128(5, 1)' is not a column of int32",
    ),
    "truth values": ({"sender": pa.array([True, False])}, "sender: 'a column of bool' is not a column of string"),
    "times as ids": (
        {"sender": pa.array([T, T], pa.timestamp("ms"))},
        "sender: 'a column of timestamp[ms]' is not a column of string",
    ),
    "bytes": ({"sender": pa.array([b"a", b"b"])}, "sender: 'a column of binary' is not a column of string"),
    "lists of senders": (
        {"sender": pa.array([["a"], ["b"]])},
        "sender: 'a column of list' is not a column of string",
    ),
    "objects": (
        {"sender": pa.array([{"id": "a"}, {"id": "b"}])},
        "sender: 'a column of struct' is not a column of string",
    ),
    "one recipient without a list": (
        {"recipients": pa.array(["x", "y"])},
        "recipients: 'a column of string' is not a column of list<item: string>",
    ),
    "lists of floats": (
        {"recipients": pa.array([[1.5], [2.5]])},
        "recipients: 'a column of list' is not a column of list<item: string>",
    ),
    "views of lists": (
        {"recipients": pa.array([["x"], ["y"]], pa.list_view(pa.string()))},
        "recipients: 'a column of list_view' is not a column of list<item: string>",
    ),
    "members of 2**40": (
        {"members": pa.array([1, 2**40])},
        "members: 'a column of int64' is not a column of int32 (Integer value 1099511627776 not in range: "
        "-2147483648 to 2147483647)",
    ),
    "words for members": (
        {"members": pa.array(["1", "many"])},
        "members: 'a column of string' is not a column of int32 (Failed to parse string: 'many' as a scalar of type "
        "int32)",
    ),
    "no members": (
        {"members": pa.array([None, 0])},
        "event 1: members: 0 is not a whole number from 1 to 10000000",
    ),
    "hops below zero": ({"hops": pa.array([-1, 0])}, "event 0: hops: -1 is not a whole number from 0 to 1000000"),
    "a fingerprint below zero": (
        {"fingerprint": pa.array([1, -1])},
        "fingerprint: 'a column of int64' is not a column of uint64 (Integer value -1 not in range: 0 to "
        "9223372036854775807)",
    ),
    "an empty id": ({"id": pa.array([None, ""])}, f"event 1: id: '' is not {ID}"),
    "a long id": ({"group": pa.array(["g", "x" * 256])}, f"event 1: group: '{X80} is not {ID}"),
    "a long text": (
        {"text": pa.array(["x" * 65_537, ""])},
        f"event 0: text: '{X80} is not a text of up to 65536 characters",
    ),
    "nobody": ({"recipients": pa.array([["x"], []])}, f"event 1: recipients: '0 ids' is not {RECIPIENTS}"),
    "1,025 recipients": (
        {"recipients": pa.array([["x"] * 1_025, ["y"]])},
        f"event 0: recipients: '1025 ids' is not {RECIPIENTS}",
    ),
    "null among recipients": (
        {"recipients": pa.array([["x"], ["y", None]])},
        f"event 1: recipients: None is not {RECIPIENTS}",
    ),
    "an empty id among recipients": (
        {"recipients": pa.array([["x", "", "z"], ["y"]])},
        f"event 0: recipients: '' is not {RECIPIENTS}",
    ),
    "a long id after a null that hides two": (
        {"recipients": lists_of(["a", "b", "c", "x" * 256], [0, 2, 4], 0b10), "group": pa.array(["g", None])},
        f"event 1: recipients: '{X80} is not {RECIPIENTS}",
    ),
    "a send to nobody": (
        {"recipients": None, "group": pa.array(["g", None])},
        f"event 1: recipients: None is not {RECIPIENTS}, or a group",
    ),
    "nobody added": (
        {"kind": pa.array(["send", "add_to_group"]), "recipients": pa.array([["x"], None])},
        f"event 1: recipients: None is not {RECIPIENTS}",
    ),
    "a report of nobody": (
        {"kind": pa.array(["report", "block"]), "subject": pa.array([None, "eve"])},
        "event 0: subject: None is not the id of the account it is about",
    ),
    "no UTF-8": (
        {"sender": text_of(b"a\xff", [0, 1, 2])},
        f"sender: 'Invalid UTF8 sequence at string index 1' is not {MALFORMED}",
    ),
    "no UTF-8 in large strings": (
        {"sender": text_of(b"a\xff", [0, 1, 2], pa.LargeStringArray, np.int64)},
        f"sender: 'Invalid UTF8 sequence at string index 1' is not {MALFORMED}",
    ),
    "half a surrogate pair": (
        {"text": text_of(b"a\xed\xa0\x80", [0, 1, 4])},
        f"text: 'Invalid UTF8 sequence at string index 1' is not {MALFORMED}",
    ),
    "a dictionary's index beyond its end": (
        {"sender": dictionary([0, 100], ["ada"])},
        f"sender: 'Dictionary indices invalid: Invalid: Value at position 1 out of bounds: 100 (sh… is not {MALFORMED}",
    ),
    "offsets that go back": (
        {"sender": text_of(b"adabob", [0, 6, 3])},
        f"sender: 'Offset invariant failure: non-monotonic offset at slot 2: 3 < 6' is not {MALFORMED}",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_columns_are_told_what_is_wrong(name):
    columns, message = WRONG[name]
    for shape in (batch(**columns), pa.Table.from_batches([batch(**columns)])):
        with pytest.raises(InputError) as raised:
            conform(shape)
        assert str(raised.value) == message


def test_a_column_given_twice_is_refused():
    given = batch()
    twice = pa.RecordBatch.from_arrays([*given.columns, given.column("at")], names=[*given.schema.names, "at"])
    with pytest.raises(InputError) as raised:
        conform(twice)
    assert str(raised.value) == "columns: ['kind', 'at', 'sender', 'recipients', 'at'] is not each field once"


@pytest.mark.parametrize("table", [batch().slice(0, 0), pa.Table.from_batches([], batch().schema)])
def test_no_events_are_none(table):
    assert conform(table) == pa.RecordBatch.from_pylist([], SCHEMA)


def test_half_a_surrogate_pair_in_code_is_refused():
    for fields in ({"sender": "a\ud800"}, {"recipients": ["bob", "\udc00"]}, {"text": "\ud800"}):
        with pytest.raises(InputError) as raised:
            to_columns([event(), event(**fields)])
        assert (raised.value.field, raised.value.expected) == (*fields, "text without lone surrogates")


some = st.lists(events(), max_size=12)


@given(some)
def test_events_are_the_same_as_columns(made):
    columns = to_columns(made)
    assert conform(columns) == columns
    for row, one in zip(columns.to_pylist(), made, strict=True):
        for name in ("at", "registered_at"):
            row[name] = None if row[name] is None else milliseconds(row[name])
        given = {name: getattr(one, name) for name in Event.__struct_fields__}
        assert row == given | {
            name: None if given[name] is None else milliseconds(given[name]) for name in ("at", "registered_at")
        }


@given(some, st.data())
def test_slices_and_chunks_are_the_same_as_the_whole(made, data):
    columns = to_columns(made)
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(made))] * 2)))
    assert conform(columns.slice(start, stop - start)) == to_columns(made[start:stop])
    chunked = pa.Table.from_batches([columns.slice(0, start), columns.slice(start)])
    assert conform(chunked) == columns
    assert conform(chunked.slice(start, stop - start)) == to_columns(made[start:stop])


def test_json_and_columns_are_the_same():
    assert to_columns([decode_event(body(at="2019-12-07T00:00:00.001Z"))]) == to_columns([event(at=T + 1)])
