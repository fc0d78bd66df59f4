"""Events made in code are held to what JSON is held to: a struct takes whatever it is given."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from ecluse.errors import InputError
from ecluse.events import Kind, check_event
from tests.events.making import T, event, events

TIME = "RFC 3339 or epoch milliseconds, from 2000 to 2099"
RECIPIENTS = "1 to 1024 ids of 1 to 255 characters"
ID = "an id of 1 to 255 characters"
X80 = "x" * 79 + "…"
KINDS = "one of send, forward, register, create_group, add_to_group, report, block, import_contacts"

WRONG = [
    ({"kind": "shout"}, f"kind: 'shout' is not {KINDS}"),
    ({"kind": Kind.FORWARD}, f"kind: 1 is not {KINDS}"),
    ({"kind": ["send"]}, f"kind: ['send'] is not {KINDS}"),
    ({"at": 1_575_676_800}, f"at: 1575676800 is not {TIME}"),
    ({"at": -1}, f"at: -1 is not {TIME}"),
    ({"at": 2**64}, f"at: 18446744073709551616 is not {TIME}"),
    ({"at": 1e12}, f"at: 1000000000000.0 is not {TIME}"),
    ({"at": None}, f"at: None is not {TIME}"),
    ({"at": "2019-12-07"}, f"at: '2019-12-07' is not {TIME}"),
    ({"at": datetime(2019, 12, 7)}, f"at: datetime.datetime(2019, 12, 7, 0, 0) is not {TIME}"),
    ({"at": datetime(1999, 12, 31, tzinfo=UTC)}, f"at: '1999-12-31T00:00:00+00:00' is not {TIME}"),
    ({"registered_at": 1_575_676_800}, f"registered_at: 1575676800 is not {TIME}"),
    ({"registered_at": datetime(2100, 1, 1, tzinfo=UTC)}, f"registered_at: '2100-01-01T00:00:00+00:00' is not {TIME}"),
    ({"sender": ""}, f"sender: '' is not {ID}"),
    ({"sender": 5}, f"sender: 5 is not {ID}"),
    ({"sender": None}, f"sender: None is not {ID}"),
    ({"sender": b"ada"}, f"sender: b'ada' is not {ID}"),
    ({"sender": "x" * 256}, f"sender: '{X80} is not {ID}"),
    ({"id": ""}, f"id: '' is not {ID}"),
    ({"id": "x" * 256}, f"id: '{X80} is not {ID}"),
    ({"group": ""}, f"group: '' is not {ID}"),
    ({"subject": 7}, f"subject: 7 is not {ID}"),
    ({"recipients": []}, f"recipients: [] is not {RECIPIENTS}"),
    ({"recipients": "bob"}, f"recipients: 'bob' is not {RECIPIENTS}"),
    ({"recipients": [""]}, f"recipients: '' is not {RECIPIENTS}"),
    ({"recipients": ["bob", 3, "eve"]}, f"recipients: 3 is not {RECIPIENTS}"),
    ({"recipients": ["bob", "x" * 256]}, f"recipients: '{X80} is not {RECIPIENTS}"),
    (
        {"recipients": ["b"] * 1_025},
        "recipients: ['b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b',… "
        f"is not {RECIPIENTS}",
    ),
    ({"recipients": None}, f"recipients: None is not {RECIPIENTS}, or a group"),
    ({"kind": "add_to_group", "recipients": None}, f"recipients: None is not {RECIPIENTS}"),
    ({"kind": "report"}, "subject: None is not the id of the account that the report is about"),
    ({"members": 0}, "members: 0 is not a whole number from 1 to 10000000"),
    ({"members": True}, "members: True is not a whole number from 1 to 10000000"),
    ({"hops": -1}, "hops: -1 is not a whole number from 0 to 1000000"),
    ({"hops": 1.0}, "hops: 1.0 is not a whole number from 0 to 1000000"),
    ({"fingerprint": -1}, "fingerprint: -1 is not a whole number of 64 bits"),
    ({"fingerprint": 2**64}, "fingerprint: 18446744073709551616 is not a whole number of 64 bits"),
    ({"chat": "dm"}, "chat: 'dm' is not one of direct, group, broadcast"),
    ({"sender_kind": "bot"}, "sender_kind: 'bot' is not one of personal, business, client"),
    ({"text": "x" * 65_537}, f"text: '{X80} is not a text of up to 65536 characters"),
    ({"origin": ""}, f"origin: '' is not {ID}"),
    ({"tool": ""}, f"tool: '' is not {ID}"),
    ({"provider": ""}, f"provider: '' is not {ID}"),
    ({"network": ""}, f"network: '' is not {ID}"),
    ({"region": ""}, "region: '' is not an ISO 3166 code such as BR or BR-SP"),
    ({"region": "DE\n"}, "region: 'DE\\n' is not an ISO 3166 code such as BR or BR-SP"),
    ({"region": "Brazil"}, "region: 'Brazil' is not an ISO 3166 code such as BR or BR-SP"),
    ({"language": {}}, f"language: {{}} is not {ID}"),
]


@pytest.mark.parametrize(("fields", "message"), WRONG)
def test_a_wrong_event_is_told_what_is_wrong(fields, message):
    with pytest.raises(InputError) as raised:
        check_event(event(**fields), "event 7")
    assert str(raised.value) == f"event 7: {message}"


@given(events())
def test_a_right_event_is_right(made):
    check_event(made)


def test_the_longest_of_everything_is_right():
    check_event(event(recipients=["x" * 255] * 1_024, id="é" * 255, at=T, members=10_000_000, hops=1_000_000))
