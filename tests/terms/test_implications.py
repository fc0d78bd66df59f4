"""The tables of what signals imply of one another are held to what a gate measures."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.events import Event, Kind, to_columns
from ecluse.gate import Gate
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.terms import COMPARISONS, KINDS_JUDGED, Condition, parse_terms
from ecluse.terms.implications import GREATEST, IMPLICATIONS, base_of, conclude, span_on
from tests.model import strategies

OPEN = parse_terms("{id: open, version: 1, title: All passes, rules: []}")
SOME = settings(suppress_health_check=list(HealthCheck), max_examples=60)


def rows_of(events):
    """The signals of the events that a gate judges, shape (n, N_SIGNALS), by kind."""
    gate = Gate(OPEN, secret=b"a secret of the tests", memory_bytes=1 << 24)
    verdicts = gate.decide(to_columns(events), signals=True)
    judged = ~(verdicts.late | verdicts.repeated)
    kinds = np.array([Kind.of(event.kind) for event in events])
    return {
        kind: verdicts.signals[judged & (kinds == kind)] for kind in KINDS_JUDGED if (judged & (kinds == kind)).any()
    }


def values(rows, signal):
    return rows[:, SIGNAL_COLUMNS[signal]]


def check(events):
    for kind, rows in rows_of(events).items():
        for signal in SIGNALS:
            span, measured = span_on(signal.name, kind), values(rows, signal.name)
            known = measured[~np.isnan(measured)]
            assert len(known) == 0 or (span is not None and (span.low <= known).all() and (known <= span.high).all())
        for one in IMPLICATIONS:
            if kind in one.kinds:
                less, greater = values(rows, one.less), values(rows, one.greater)
                assert (np.isnan(less) == np.isnan(greater)).all(), (kind, one)
                assert (np.isnan(less) | (np.minimum(less, one.up_to) <= greater)).all(), (kind, one)


@SOME
@given(strategies.events(huge=False))
def test_what_signals_imply_is_so(events):
    check(events)


@SOME
@given(strategies.events(steps=strategies.SHORT_STEPS, huge=False))
def test_what_signals_imply_is_so_of_what_follows_closely(events):
    check(events)


@settings(SOME, max_examples=15)
@given(strategies.events())
def test_what_signals_imply_is_so_of_huge_fan_outs(events):
    check(events)


def test_it_is_so_past_every_bound():
    """Ledgers with more peers than are counted, and a meter whose buckets are full."""
    at = strategies.START
    crowds = [
        Event(
            kind=kind,
            at=1_000 * (at + n // 4),
            sender="ada",
            recipients=[f"crowd{i}" for i in range(1_024 * n, 1_024 * (n + 1))],
            **({"group": f"group{n}"} if kind == "add_to_group" else {}),
        )
        for n in range(80)
        for kind in ("send", "add_to_group")
    ]
    check(crowds)
    rows = rows_of(crowds)
    assert values(rows[Kind.SEND], "strangers.1h")[-1] == GREATEST["strangers"]
    assert values(rows[Kind.ADD_TO_GROUP], "group_additions.1h")[-1] == 65_535
    assert values(rows[Kind.ADD_TO_GROUP], "group_additions.1m")[-1] > 65_535


def numbers(signal):
    base = base_of(signal)
    if base in ("reply_ratio", "peer_wrote_within"):
        return st.sampled_from([0.0, 0.2, 0.5, 1.0])
    return st.sampled_from([0.0, 1.0, 2.0, 3.0, 6.0, 30.0])


CONDITIONS = st.sampled_from([signal.name for signal in SIGNALS]).flatmap(
    lambda name: st.builds(Condition, st.just(name), st.sampled_from(COMPARISONS), numbers(name))
)


def hold(conditions, rows):
    return np.all([condition.holds(values(rows, condition.signal)) for condition in conditions], axis=0)


@SOME
@given(strategies.events(huge=False), st.lists(st.lists(CONDITIONS, min_size=1, max_size=3), min_size=20, max_size=20))
def test_what_is_concluded_of_conditions_is_so_where_they_hold(events, many):
    """Conditions that hold are never called impossible, and what they are said to imply holds as well."""
    for kind, rows in rows_of(events).items():
        for conditions in many:
            found = rows[hold(conditions, rows)]
            if len(found):
                knowledge = conclude(conditions, kind)
                assert knowledge is not None
                for other in (condition for others in many for condition in others):
                    assert not knowledge.implies(other) or hold([other], found).all(), (conditions, other, kind)


@pytest.mark.parametrize(
    ("conditions", "implied"),
    [
        (["strangers.1h > 50"], "strangers.24h > 50"),
        (["strangers.1h > 50"], "recipients.30d >= 51"),
        (["strangers.1h > 50"], "unanswered_messages.1h > 50"),
        (["recipients.24h < 20"], "new_contacts.1m <= 19"),
        (["recipients_of_this_send > 5"], "reach.1m > 5"),
        (["peer_wrote_within.1h >= 1"], "peer_wrote_within.30d >= 1"),
        (["reply_ratio.1h >= 0"], "recipients.24h > 0"),
        (["messages.1m >= 0"], "messages.30d >= 1"),
        (["reports.24h > 70000"], "reports.30d > 65534"),
    ],
)
def test_what_follows(conditions, implied):
    assert conclude(map(condition, conditions), Kind.SEND).implies(condition(implied))


@pytest.mark.parametrize(
    ("conditions", "not_implied"),
    [
        (["strangers.24h > 50"], "strangers.1h > 50"),
        (["reports.24h > 70000"], "reports.30d > 65535"),
        (["strangers.1h > 50"], "reply_ratio.1m >= 0"),
        (["messages.1h > 5"], "account_age >= 0"),
        (["reply_ratio.1h > 0.5"], "reply_ratio.24h > 0.1"),
    ],
)
def test_what_does_not_follow(conditions, not_implied):
    assert not conclude(map(condition, conditions), Kind.SEND).implies(condition(not_implied))


@pytest.mark.parametrize(
    ("conditions", "kind"),
    [
        (["strangers.1h > 50", "strangers.1h < 20"], Kind.SEND),
        (["strangers.1h > 50", "strangers.1h < 51"], Kind.SEND),
        (["strangers.1h > 50", "recipients.24h <= 50"], Kind.FORWARD),
        (["recipients_of_this_send > 5", "group_additions.30d < 5"], Kind.ADD_TO_GROUP),
        (["peer_wrote_within.1h > 0"], Kind.CREATE_GROUP),
        (["forward_hops > 0"], Kind.SEND),
        (["strangers.1m == 1", "strangers.1m != 1"], Kind.SEND),
        (["reply_ratio.1h > 1"], Kind.SEND),
        (["messages.1h < 1"], Kind.SEND),
    ],
)
def test_what_cannot_be(conditions, kind):
    assert conclude(map(condition, conditions), kind) is None


def condition(text):
    signal, comparison, number = text.split()
    return Condition(signal, comparison, float(number))
