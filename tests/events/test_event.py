"""The fields of an event, its times, and what may be left out."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given

from ecluse.events import Event, decode_event, milliseconds
from tests.events.making import T, body, moments

TIMES = [
    (T, T),
    ("2019-12-07T00:00:00Z", T),
    ("2019-12-07T00:00:00.001Z", T + 1),
    ("2019-12-07T00:00:00.999999Z", T + 999),
    ("2019-12-07T05:30:00+05:30", T),
    ("2019-12-06t16:00:00-08:00", T),
    ("2000-01-01T00:00:00Z", 946_684_800_000),
    ("2099-12-31T23:59:59.999999Z", 4_102_444_799_999),
]


@pytest.mark.parametrize(("time", "expected"), TIMES)
def test_times_are_epoch_milliseconds_or_rfc_3339(time, expected):
    event = decode_event(body(at=time, registered_at=time))
    assert (milliseconds(event.at), milliseconds(event.registered_at)) == (expected, expected)


@given(moments())
def test_milliseconds_are_exact_and_rounded_down(moment):
    whole = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds(moment))
    assert timedelta(0) <= moment - whole < timedelta(milliseconds=1)
    assert milliseconds(moment.astimezone(timezone(timedelta(hours=9)))) == milliseconds(moment)


def test_all_but_three_fields_may_be_missing():
    registered = decode_event(body(kind="register", recipients=None))
    assert registered == Event(kind="register", at=T, sender="ada")
    nothing = {name: None for name in Event.__struct_fields__ if name not in ("kind", "at", "sender")}
    assert {name: getattr(registered, name) for name in nothing} == nothing


def test_null_is_the_same_as_missing():
    given = msgspec.json.encode({"kind": "register", "at": T, "sender": "ada", "recipients": None, "members": None})
    assert decode_event(given) == Event(kind="register", at=T, sender="ada")


def test_what_is_missing_is_not_written():
    assert msgspec.json.encode(Event(kind="register", at=T, sender="ada")) == (
        b'{"kind":"register","at":1575676800000,"sender":"ada"}'
    )
