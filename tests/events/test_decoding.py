"""Decoding JSON: one line a wrong body, with what is said of it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.events import Event, decode_event, decode_events, decode_lines
from tests.events.making import T, body, event, events, raw

FIELDS = "a field of an event: " + ", ".join(Event.__struct_fields__)
TIME = "RFC 3339 or epoch milliseconds, from 2000 to 2099"
KINDS = "one of send, forward, register, create_group, add_to_group, report, block, import_contacts"
RECIPIENTS = "1 to 1024 ids of 1 to 255 characters"
ID = "an id of 1 to 255 characters"
MEMBERS = "a whole number from 1 to 10000000"
HOPS = "a whole number from 0 to 1000000"
X80 = "x" * 79 + "…"

WRONG = {
    "a field too many": (raw(b"recipient", b'"bob"'), f"recipient: 'bob' is not {FIELDS}"),
    "a long field too many": (raw(b"f" * 9_000, b"1"), f"{'f' * 80}…: 1 is not {FIELDS}"),
    "a field that is spelled otherwise": (raw(b"Sender", b'"ada"'), f"Sender: 'ada' is not {FIELDS}"),
    "a field without a name": (raw(b"", b"1"), f": 1 is not {FIELDS}"),
    "a field that quotes": (raw(b"a`b", b"1"), f"a`b: 1 is not {FIELDS}"),
    "nothing": (b"{}", f"kind: None is not given: {KINDS}"),
    "no kind": (body(kind=None), f"kind: None is not given: {KINDS}"),
    "no time": (body(at=None), f"at: None is not given: {TIME}"),
    "no sender": (body(sender=None), f"sender: None is not given: {ID}"),
    "a kind that is none": (raw(b"kind", b'"shout"'), f"kind: 'shout' is not {KINDS}"),
    "a kind in capitals": (raw(b"kind", b'"SEND"'), f"kind: 'SEND' is not {KINDS}"),
    "a kind as a number": (raw(b"kind", b"0"), f"kind: 0 is not {KINDS}"),
    "a chat that is none": (raw(b"chat", b'"dm"'), "chat: 'dm' is not one of direct, group, broadcast"),
    "an account kind that is none": (
        raw(b"sender_kind", b'"bot"'),
        "sender_kind: 'bot' is not one of personal, business, client",
    ),
    "seconds for milliseconds": (raw(b"at", b"1575676800"), f"at: 1575676800 is not {TIME}"),
    "microseconds for milliseconds": (raw(b"at", b"1575676800000000"), f"at: 1575676800000000 is not {TIME}"),
    "the last millisecond of 1999": (raw(b"at", b"946684799999"), f"at: 946684799999 is not {TIME}"),
    "the first millisecond of 2100": (raw(b"at", b"4102444800000"), f"at: 4102444800000 is not {TIME}"),
    "the last second of 1999": (
        raw(b"at", b'"1999-12-31T23:59:59Z"'),
        f"at: '1999-12-31T23:59:59+00:00' is not {TIME}",
    ),
    "the first second of 2100": (
        raw(b"at", b'"2100-01-01T00:00:00Z"'),
        f"at: '2100-01-01T00:00:00+00:00' is not {TIME}",
    ),
    "before all time": (
        raw(b"at", b'"0001-01-01T00:00:00+14:00"'),
        f"at: '0001-01-01T00:00:00+14:00' is not {TIME}",
    ),
    "after all time": (
        raw(b"registered_at", b'"9999-12-31T23:59:59-14:00"'),
        f"registered_at: '9999-12-31T23:59:59-14:00' is not {TIME}",
    ),
    "registered in seconds": (raw(b"registered_at", b"1575676800"), f"registered_at: 1575676800 is not {TIME}"),
    "a time without a zone": (raw(b"at", b'"2019-12-07T00:00:00"'), f"at: '2019-12-07T00:00:00' is not {TIME}"),
    "a date": (raw(b"at", b'"2019-12-07"'), f"at: '2019-12-07' is not {TIME}"),
    "a leap second": (raw(b"at", b'"2016-12-31T23:59:60Z"'), f"at: '2016-12-31T23:59:60Z' is not {TIME}"),
    "a time that is a float": (raw(b"at", b"1575676800000.0"), f"at: 1575676800000.0 is not {TIME}"),
    "a time with an exponent": (raw(b"at", b"1e12"), f"at: 1000000000000.0 is not {TIME}"),
    "a time that is true": (raw(b"at", b"true"), f"at: True is not {TIME}"),
    "a time that is null": (raw(b"at", b"null"), f"at: None is not {TIME}"),
    "a time of 2**64": (raw(b"at", b"18446744073709551616"), f"at: 18446744073709551616 is not {TIME}"),
    "nobody": (raw(b"recipients", b"[]"), f"recipients: [] is not {RECIPIENTS}"),
    "one recipient without brackets": (raw(b"recipients", b'"bob"'), f"recipients: 'bob' is not {RECIPIENTS}"),
    "a number among recipients": (raw(b"recipients", b'["bob",3,"eve"]'), f"recipients: 3 is not {RECIPIENTS}"),
    "null among recipients": (raw(b"recipients", b'["bob",null]'), f"recipients: None is not {RECIPIENTS}"),
    "an empty id among recipients": (raw(b"recipients", b'["bob",""]'), f"recipients: '' is not {RECIPIENTS}"),
    "a list among recipients": (raw(b"recipients", b'["bob",["eve"]]'), f"recipients: ['eve'] is not {RECIPIENTS}"),
    "a long id among recipients": (
        body(recipients=["bob", "x" * 256]),
        f"recipients: '{X80} is not {RECIPIENTS}",
    ),
    "1,025 recipients": (
        body(recipients=["x"] * 1_025),
        "recipients: ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x',… "
        f"is not {RECIPIENTS}",
    ),
    "an empty sender": (raw(b"sender", b'""'), f"sender: '' is not {ID}"),
    "a sender that is a number": (raw(b"sender", b"5"), f"sender: 5 is not {ID}"),
    "a sender that is an object": (raw(b"sender", b'{"id":5}'), f"sender: {{'id': 5}} is not {ID}"),
    "a long sender": (body(sender="x" * 256), f"sender: '{X80} is not {ID}"),
    "a long id": (body(id="x" * 256), f"id: '{X80} is not {ID}"),
    "a long id beyond ASCII": (body(group="é" * 256), "group: '" + r"\xe9" * 19 + r"\xe… is not " + ID),
    "a long text": (body(text="x" * 65_537), f"text: '{X80} is not a text of up to 65536 characters"),
    "no members": (raw(b"members", b"0"), f"members: 0 is not {MEMBERS}"),
    "too many members": (raw(b"members", b"10000001"), f"members: 10000001 is not {MEMBERS}"),
    "half a member": (raw(b"members", b"1.5"), f"members: 1.5 is not {MEMBERS}"),
    "members of 2**64": (raw(b"members", b"18446744073709551616"), f"members: 18446744073709551616 is not {MEMBERS}"),
    "hops below zero": (raw(b"hops", b"-1"), f"hops: -1 is not {HOPS}"),
    "a fingerprint of 2**64": (
        raw(b"fingerprint", b"18446744073709551616"),
        "fingerprint: 18446744073709551616 is not a whole number of 64 bits",
    ),
    "a fingerprint below zero": (raw(b"fingerprint", b"-1"), "fingerprint: -1 is not a whole number of 64 bits"),
    "a send to nobody": (body(recipients=None), f"recipients: None is not {RECIPIENTS}, or a group"),
    "a forward to nobody": (body(kind="forward", recipients=None), f"recipients: None is not {RECIPIENTS}, or a group"),
    "nobody added": (body(kind="add_to_group", recipients=None), f"recipients: None is not {RECIPIENTS}"),
    "a report of nobody": (body(kind="report"), "subject: None is not the id of the account that the report is about"),
    "a block of nobody": (body(kind="block"), "subject: None is not the id of the account that the block is about"),
    "a number": (b"3", "body: 3 is not an event: a JSON object (Expected `object`, got `int`)"),
    "null": (b"null", "body: None is not an event: a JSON object (Expected `object`, got `null`)"),
    "a list": (b"[]", "body: [] is not an event: a JSON object (Expected `object`, got `array`)"),
}

BROKEN = {
    "nothing at all": (b"", "Input data was truncated"),
    "half an event": (b'{"kind":"send"', "Input data was truncated"),
    "two events": (body() + body(), "JSON is malformed: trailing characters (byte 71)"),
    "NUL after it": (body() + b"\0", "JSON is malformed: trailing characters (byte 71)"),
    "NUL within a text": (raw(b"text", b'"a\0b"'), "JSON is malformed: invalid character (byte 79)"),
    "a byte order mark": (b"\xef\xbb\xbf" + body(), "JSON is malformed: invalid character (byte 0)"),
    "NaN": (raw(b"at", b"NaN"), "JSON is malformed: invalid character (byte 75)"),
    "infinity": (raw(b"at", b"-Infinity"), "JSON is malformed: invalid character (byte 76)"),
    "1e400": (raw(b"at", b"1e400"), "Number out of range"),
    "5,000 digits": (raw(b"fingerprint", b"1" + b"0" * 5_000), "Integer value out of range"),
    "half a surrogate pair, the second": (
        raw(b"text", rb'"\udc00 and more"'),
        "JSON is malformed: invalid utf-16 surrogate pair (byte 84)",
    ),
    "half a surrogate pair, the first": (
        raw(b"text", rb'"\ud800 and more"'),
        "JSON is malformed: unexpected end of escaped utf-16 surrogate pair (byte 84)",
    ),
    "two first halves": (
        raw(b"text", rb'"\ud800\ud800"'),
        "JSON is malformed: invalid utf-16 surrogate pair (byte 90)",
    ),
    "half a surrogate pair as bytes": (
        raw(b"text", b'"\xed\xa0\x80"'),
        "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
    ),
    "no UTF-8": (raw(b"sender", b'"\xff"'), "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
}

DEEP = {
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a deep text": raw(b"text", b"[" * 100_000),
    "a deep field too many": raw(b"foo", b"[" * 50_000 + b"]" * 50_000),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_event_is_told_what_is_wrong(name):
    given, message = WRONG[name]
    for decode, where in ((decode_event, ""), (decode_lines, "line 1: ")):
        with pytest.raises(InputError) as raised:
            decode(given)
        assert str(raised.value) == where + message


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_told_what_is_broken(name):
    given, reason = BROKEN[name]
    with pytest.raises(InputError) as raised:
        decode_event(given)
    assert (raised.value.field, raised.value.expected) == ("body", f"JSON in UTF-8 ({reason})")


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_refused(name):
    for decode in (decode_event, decode_events, decode_lines):
        with pytest.raises(InputError) as raised:
            decode(DEEP[name])
        assert (raised.value.field, raised.value.expected) == ("body", "JSON without deep nesting")


LISTS = {
    "a field too many": (b"[%b,%b]" % (body(), raw(b"foo", b"1")), f"event 1: foo: 1 is not {FIELDS}"),
    "no event": (
        b"[%b,3]" % body(),
        "event 1: body: 3 is not an event: a JSON object (Expected `object`, got `int`)",
    ),
    "a list within": (
        b"[[]]",
        "event 0: body: [] is not an event: a JSON object (Expected `object`, got `array`)",
    ),
    "a number among recipients": (
        b"[%b,%b]" % (body(), body(recipients=["a", 5])),
        f"event 1: recipients: 5 is not {RECIPIENTS}",
    ),
    "a long id in the last of many": (
        b"[%b,%b]" % (b",".join([body()] * 300), body(id="x" * 256)),
        f"event 300: id: '{X80} is not {ID}",
    ),
    "a send to nobody": (
        b"[%b,%b]" % (body(), body(recipients=None)),
        f"event 1: recipients: None is not {RECIPIENTS}, or a group",
    ),
    "2**64": (
        b"[%b,%b]" % (body(), raw(b"fingerprint", b"18446744073709551616")),
        "event 1: fingerprint: 18446744073709551616 is not a whole number of 64 bits",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_event_of_a_list_that_is_wrong_is_named(name):
    given, message = LISTS[name]
    with pytest.raises(InputError) as raised:
        decode_events(given)
    assert str(raised.value) == message


LINES = {
    "after an empty line": (b"%b\n\n%b" % (body(), raw(b"foo", b"1")), f"line 3: foo: 1 is not {FIELDS}"),
    "after a carriage return": (b"%b\r\n%b" % (body(), body(id="")), f"line 2: id: '' is not {ID}"),
    "over two lines": (
        b'%b\n{"kind":\n"send"}' % body(),
        "line 2: body: '{\"kind\":' is not JSON in UTF-8 (Input data was truncated)",
    ),
    "a list": (
        b"%b\n[%b]" % (body(), body(kind="block", recipients=None, subject="eve")),
        "line 2: body: [{'kind': 'block', 'at': 1575676800000, 'sender': 'ada', 'subject': 'eve'}] "
        "is not an event: a JSON object (Expected `object`, got `array`)",
    ),
    "no UTF-8": (
        b"\n\n\xff\n",
        r"line 3: body: '\ufffd' is not JSON in UTF-8 (JSON is malformed: invalid character (byte 0))",
    ),
    "a report of nobody": (
        b"%b\n%b\n" % (body(), body(kind="report")),
        "line 2: subject: None is not the id of the account that the report is about",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_the_line_that_is_wrong_is_named(name):
    given, message = LINES[name]
    with pytest.raises(InputError) as raised:
        decode_lines(given)
    assert str(raised.value) == message


def test_the_longest_of_everything_is_taken():
    longest = event(
        id="😀" * 255,
        recipients=["x" * 255] * 1_024,
        members=10_000_000,
        text="é" * 65_536,
        fingerprint=2**64 - 1,
        hops=1_000_000,
    )
    assert decode_event(msgspec.json.encode(longest)) == longest


def test_an_escaped_nul_is_a_character():
    assert decode_event(raw(b"sender", rb'"a\u0000b"')).sender == "a\0b"


def test_of_a_field_given_twice_the_last_counts():
    assert decode_event(raw(b"sender", b'"eve"')).sender == "eve"


@pytest.mark.parametrize("given", [b"[]", b" [ ] ", b"\t\r\n[]"])
def test_an_empty_list_has_no_events(given):
    assert decode_events(given) == []


@pytest.mark.parametrize("given", [b"", b"\n", b" \n\r\n\t"])
def test_empty_lines_have_no_events(given):
    assert decode_lines(given) == []


def test_one_event_is_a_list_of_one():
    assert decode_events(b"\n " + body()) == [event()]


@given(st.lists(events(), max_size=4))
def test_what_was_encoded_is_decoded(made):
    encoded = [msgspec.json.encode(one) for one in made]
    assert decode_events(b"[" + b",".join(encoded) + b"]") == made
    assert decode_lines(b"\n".join(encoded)) == made


def refusal(decode, given):
    """What is said if ``given`` is refused; None if it is taken."""
    try:
        decode(given)
    except InputError as error:
        return error
    return None


@given(st.binary(max_size=200))
def test_bytes_are_events_or_refused(given):
    for decode in (decode_event, decode_events, decode_lines):
        assert len(str(refusal(decode, given))) < 1_000


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*Event.__struct_fields__, "foo"]), json))
def test_any_values_are_events_or_refused_by_a_fields_name(fields):
    error = refusal(decode_event, msgspec.json.encode({"kind": "send", "at": T, "sender": "ada"} | fields))
    if error is not None:
        assert error.field in {*fields, "recipients", "subject", "body"}
        assert len(str(error)) < 1_000
