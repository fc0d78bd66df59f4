"""The compiled gate says what the naive model says, of every event that hypothesis thinks of."""

from itertools import pairwise

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.events import to_columns
from tests.model import strategies
from tests.model.comparison import Both, compiled
from tests.model.gate import ModelGate, peers_of
from tests.model.signals import NAMES

SOME = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
FEW = settings(SOME, max_examples=25)


def put(both, events, data):
    """Put events to both gates in batches of any sizes."""
    for start, end in pairwise(data.draw(strategies.cuts(len(events)))):
        both.decide(events[start:end])
    both.check_ledgers()


@SOME
@given(strategies.rules(), strategies.events(huge=False), st.data())
def test_both_gates_say_the_same(rules, events, data):
    put(Both(rules), events, data)


@SOME
@given(strategies.rules(), strategies.events(steps=strategies.SHORT_STEPS, huge=False), st.data())
def test_both_gates_say_the_same_of_what_follows_closely(rules, events, data):
    put(Both(rules), events, data)


@FEW
@given(strategies.rules(), strategies.events(), st.data())
def test_both_gates_say_the_same_of_huge_fan_outs(rules, events, data):
    put(Both(rules), events, data)


@FEW
@given(strategies.rules(), strategies.events(), st.data())
def test_verdicts_do_not_depend_on_how_a_log_is_cut(rules, events, data):
    whole, cut, one_by_one = compiled(rules), compiled(rules), compiled(rules)
    expected = list(whole.decide(to_columns(events)))
    edges = data.draw(strategies.cuts(len(events)))
    assert [verdict for start, end in pairwise(edges) for verdict in cut.decide(events[start:end])] == expected
    assert [one_by_one.decide_one(event) for event in events] == expected


@FEW
@given(strategies.rules(), strategies.events())
def test_a_refused_event_changes_nothing_but_the_attempts(rules, events):
    rules = [rule for rule in rules if not any(c.signal.startswith("refused_attempts") for c in rule.when)]
    events = sorted(events, key=lambda event: event.at)  # a refused event moves time on, and so decides what is late
    events = [msgspec.structs.replace(event, registered_at=None, sender_kind=None) for event in events]
    gate, spared = ModelGate(rules), ModelGate(rules)
    names = [name for name in NAMES if not name.startswith("refused_attempts")]
    for event in events:
        verdict = gate.decide(event, names)
        if verdict.outcome != "refuse" and not nobody_left(event, verdict):
            assert repr(spared.decide(event, names)) == repr(verdict)


def nobody_left(event, verdict):
    return verdict.outcome == "drop_strangers" and len(verdict.dropped) == len(peers_of(event))
