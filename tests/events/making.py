"""Events, whole and hardly: what the tests of events start from, and what hypothesis thinks of."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
from hypothesis import strategies as st

from ecluse.events import AccountKind, Chat, Event, Kind
from ecluse.events.regions import REGION

T = 1_575_676_800_000
"""2019-12-07T00:00:00Z in epoch milliseconds."""


def event(**fields):
    """An event made in code: a send of ada's to bob, but for ``fields``."""
    return Event(**{"kind": "send", "at": T, "sender": "ada", "recipients": ["bob"]} | fields)


def body(**fields):
    """The same as JSON; a field that is None is left out."""
    given = {"kind": "send", "at": T, "sender": "ada", "recipients": ["bob"]} | fields
    return msgspec.json.encode({name: value for name, value in given.items() if value is not None})


def raw(field, value):
    """An event as JSON of which one field is put in as it is written."""
    return b'{"kind":"send","at":1575676800000,"sender":"ada","recipients":["bob"],"%b":%b}' % (field, value)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
ids = st.one_of(st.sampled_from(["ada", "bob", "cem", "é", "a\0b", "😀" * 255]), texts)
milliseconds = st.integers(946_684_800_000, 4_102_444_799_999)


@st.composite
def moments(draw):
    """Times as datetimes of any zone and microsecond."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=draw(milliseconds))
    moment += timedelta(microseconds=draw(st.integers(0, 999)))
    return moment.astimezone(timezone(timedelta(minutes=draw(st.integers(-720, 720)))))


times = st.one_of(milliseconds, moments())


def perhaps(values):
    return st.one_of(st.none(), values)


regions = st.from_regex(REGION, fullmatch=True)


@st.composite
def events(draw):
    """An event of any kind, with what its kind needs and any of the rest."""
    kind = draw(st.sampled_from(Kind.words()))
    recipients = st.lists(ids, min_size=1, max_size=5)
    group = draw(perhaps(ids))
    needs_recipients = kind == "add_to_group" or (kind in ("send", "forward") and group is None)
    return Event(
        kind=kind,
        at=draw(times),
        sender=draw(ids),
        id=draw(perhaps(ids)),
        recipients=draw(recipients if needs_recipients else perhaps(recipients)),
        chat=draw(perhaps(st.sampled_from(Chat.words()))),
        group=group,
        members=draw(perhaps(st.one_of(st.integers(1, 3), st.integers(16_000, 10_000_000)))),
        text=draw(perhaps(st.one_of(st.just(""), texts))),
        fingerprint=draw(perhaps(st.integers(0, 2**64 - 1))),
        hops=draw(perhaps(st.one_of(st.integers(0, 3), st.integers(250, 1_000_000)))),
        origin=draw(perhaps(ids)),
        sender_kind=draw(perhaps(st.sampled_from(AccountKind.words()))),
        registered_at=draw(perhaps(times)),
        subject=draw(ids if kind in ("report", "block") else perhaps(ids)),
        region=draw(perhaps(regions)),
        **{name: draw(perhaps(ids)) for name in ("tool", "provider", "network", "device", "language")},
    )
