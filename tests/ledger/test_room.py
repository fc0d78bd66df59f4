"""Room for one event: what is packed in it is what is packed anywhere, whatever lay there before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.events import ID_CHARACTERS_MAX, RECIPIENTS_MAX
from ecluse.ledger import IdentityKeys
from ecluse.ledger.identify import identify_events
from ecluse.ledger.room import Room, identify_one
from tests.events.making import event, events

KEYS = IdentityKeys.from_secret(b"a secret of the tests")


def assert_same(made, room):
    one, other = identify_one(made, KEYS, room), identify_events([made], KEYS)
    assert one.to_bytes() == other.to_bytes()
    assert one.places.tolist() == other.places.tolist()


@given(st.lists(events(), min_size=1, max_size=5))
def test_one_event_after_another(made):
    room = Room()
    for one in made:
        assert_same(one, room)


def test_the_largest_event_fits():
    room = Room()
    recipients = [f"{place:04}".ljust(ID_CHARACTERS_MAX, "\U0001f6a7") for place in range(RECIPIENTS_MAX)]
    widest = "\U0001f6a7" * ID_CHARACTERS_MAX
    assert_same(event(sender=widest, recipients=recipients, id=widest, subject=widest, group=None), room)
    assert_same(event(recipients=["bob"]), room)


def test_the_id_that_is_no_text_is_named():
    room = Room()
    for recipients in (["a", "b\ud800", "c"], ["b\ud800"]):
        with pytest.raises(UnicodeEncodeError) as refused:
            room.put(event(recipients=recipients))
        assert refused.value.object == "b\ud800"
