"""The compiled gate says what the naive model says, of every event that hypothesis thinks of."""

import csv
from collections import Counter
from itertools import islice, pairwise

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ecluse.events import Event, to_columns
from tests.model import strategies
from tests.model.comparison import Both, compiled
from tests.model.gate import SENDS, ModelGate, peers_of
from tests.model.signals import NAMES
from tests.model.terms import Condition, Rule

SOME = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
FEW = settings(SOME, max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # too large to shrink


RULES = [
    Rule("strangers", (Condition("strangers.1h", ">", 4.0),), "refuse"),
    Rule("contacts", (Condition("new_contacts.24h", ">", 8.0),), "delay"),
    Rule("unanswered", (Condition("unanswered_messages.24h", ">", 20.0),), "refuse"),
    Rule("haste", (Condition("messages.1m", ">", 4.0),), "delay"),
    Rule("clockwork", (Condition("gap_regularity.1h", "<", 0.6),), "refuse"),
    Rule("answer", (Condition("peer_wrote_within.24h", "==", 1.0),), "label", label="answer"),
]
FORWARDS = [
    Rule("chats-hour", (Condition("forward_chats.1h", ">", 2.0), Condition("forward_hops", ">", 0.0)), "refuse"),
    Rule("chats-day", (Condition("forward_chats.24h", ">", 4.0),), "refuse"),
    Rule("chats-month", (Condition("forward_chats.30d", ">=", 6.0),), "delay"),
    Rule("reach", (Condition("reach_of_this_send", ">", 8.0), Condition("forward_chats.1m", ">", 1.0)), "delay"),
]


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


@SOME
@given(strategies.placed_rules(), strategies.events(huge=False), st.data())
def test_both_gates_say_the_same_in_scopes_transitions_and_modes(rules, events, data):
    put(Both(rules), events, data)


@SOME
@given(strategies.placed_rules(), strategies.events(steps=strategies.SHORT_STEPS, huge=False), st.data())
def test_both_gates_say_the_same_in_scopes_of_what_follows_closely(rules, events, data):
    put(Both(rules), events, data)


@SOME
@given(strategies.rules(), strategies.sends(), st.data())
def test_both_gates_say_the_same_of_the_first_sends_and_of_all_that_follow(rules, sends, data):
    put(Both(rules), sends, data)


@SOME
@given(strategies.rules(), strategies.forwards(), st.data())
def test_both_gates_say_the_same_of_one_message_forwarded_again_and_again(rules, forwards, data):
    put(Both([*FORWARDS, *rules]), forwards, data)


@FEW
@given(strategies.rules(), strategies.events(), st.data())
def test_both_gates_say_the_same_of_huge_fan_outs(rules, events, data):
    put(Both(rules), events, data)


def test_both_gates_say_the_same_of_a_real_log(shared_data):
    with (shared_data / "college-messages.csv").open() as log:
        messages = list(islice(csv.DictReader(log), 4_000))
    events = [
        Event(kind="send", at=1_000 * int(message["at"]), sender=message["sender"], recipients=[message["recipient"]])
        for message in messages
    ]
    both = Both(RULES)
    outcomes = Counter(verdict.outcome for verdict in both.decide(events))
    both.check_ledgers()
    assert set(outcomes) == {"pass", "label", "delay", "refuse"}


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
    """Whether a send reached nobody; a group is made, whoever is in it."""
    return event.kind in SENDS and verdict.outcome == "drop_strangers" and len(verdict.dropped) == len(peers_of(event))
