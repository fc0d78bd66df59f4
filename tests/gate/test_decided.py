"""Deciding once: an event asked again gets its first verdict, for 24 hours, in bounded memory."""

import msgspec
import numpy as np
import pytest

from ecluse.gate import Gate
from tests.gate.making import DAY, MEMORY_BYTES, SECRET, T, crowd, gate, one_to_one, rule, send, terms

FEW = rule("refuse", "recipients.24h > 1")
COUNTED = rule("label", "messages.30d >= 0", label="counted")


def count(gate, account="ada"):
    return gate.account(account).signals["messages.24h"]


def test_within_a_batch():
    small = gate(FEW)
    verdicts = small.decide([send(T, "bob", id="1"), send(T, "bob", id="1"), send(T + 9, "bob", id="1")])
    assert verdicts.repeated.tolist() == [False, True, True]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert count(small) == 1


def test_across_batches_and_one_by_one():
    small = gate(FEW)
    first = small.decide([send(T, "bob", id="1"), send(T, "cem", id="2")])
    again = small.decide([send(T + 5, "cem", id="2"), send(T + 5, "bob", id="1")])
    assert again.repeated.tolist() == [True, True]
    assert list(again) == list(first)[::-1]
    assert [small.decide_one(send(T + 9, name, id=id)) for name, id in (("bob", "1"), ("cem", "2"))] == list(first)
    assert count(small) == 1
    assert small.account("ada").signals["refused_attempts.24h"] == 1


def test_a_refusal_is_repeated_even_when_waiting_would_have_helped():
    small = gate(rule("refuse", "recipients.1m > 1"))
    small.decide([send(T, "bob")])
    refused = small.decide_one(send(T, "cem", id="1"))
    assert (refused.outcome, refused.retry_after) == ("refuse", 60)
    assert small.decide_one(send(T + 60, "cem", id="1")) == refused
    assert small.decide_one(send(T + 60, "cem", id="2")).outcome == "pass"


@pytest.mark.parametrize(("later", "repeated"), [(DAY - 1, True), (DAY, False), (-DAY, True), (30 * DAY, False)])
def test_for_24_hours(later, repeated):
    small = gate()
    small.decide([send(T, "bob", id="1")])
    assert small.decide([send(T + later, "bob", id="1")]).repeated.tolist() == [repeated]
    assert small.decide([send(T + later, "bob", id="1")]).repeated.tolist() == [True]


def test_24_hours_begin_with_the_first_asking():
    small = gate()
    events = [send(T + hours * 3_600, "bob", id="1") for hours in (0, 12, 23, 24, 36, 47, 48)]
    assert small.decide(events).repeated.tolist() == [False, True, True, False, True, True, False]


ANOTHER = [{"sender": "eve"}, {"recipients": ["cem"]}, {"recipients": ["bob", "cem"]}, {"kind": "forward"}, {"id": "2"}]


@pytest.mark.parametrize("fields", ANOTHER)
def test_the_same_id_of_another_event_is_another_event(fields):
    small, event = gate(), send(T, "bob", id="1")
    assert small.decide([event, msgspec.structs.replace(event, **fields)]).repeated.tolist() == [False, False]


def test_events_without_an_id_are_decided_each_time():
    small = gate()
    assert small.decide([send(T, "bob")] * 3).repeated.tolist() == [False] * 3
    assert count(small) == 3


def test_the_dropped_are_named_again():
    small = gate(rule("drop_strangers", "strangers.1h > 0"))
    small.observe([send(T, "ada", sender="bob"), send(T, "ada", sender="dan")])
    event = send(T, "cem", "bob", "eve", "dan", id="1")
    first = small.decide_one(event)
    assert (first.outcome, first.dropped) == ("drop_strangers", ["cem", "eve"])
    assert small.decide_one(event) == small.decide([event])[0] == first


def test_a_late_verdict_is_repeated_as_late():
    small = gate(COUNTED)
    small.decide([send(T, "bob")])
    late = small.decide_one(send(T - 61, "bob", id="1"))
    assert (late.outcome, late.late, late.rules) == ("pass", True, [])
    assert small.decide_one(send(T, "bob", id="1")) == late


def test_a_repeated_verdict_has_no_signals():
    small = gate()
    signals = small.decide([send(T, "bob", id="1")] * 2, signals=True).signals
    assert not np.isnan(signals[0]).all()
    assert np.isnan(signals[1]).all()


def test_the_oldest_are_forgotten_first():
    small = gate()
    names = [f"s{i}" for i in range(40_000)]
    batch = one_to_one(names, ["bob"] * len(names), T + np.arange(len(names)) // 10, ids=names)
    before = {name: array.nbytes for name, array in small.state().items() if name.startswith("decided")}
    assert not small.decide(batch).repeated.any()
    after = {name: array.nbytes for name, array in small.state().items() if name.startswith("decided")}
    assert after == before
    newest = small.decide(batch.slice(len(names) - 500)).repeated
    assert newest.all()
    assert not small.decide(batch.slice(0, 500)).repeated.any()


def test_what_is_repeated_is_what_was_said_however_little_is_remembered():
    small = gate(COUNTED, rule("label", "recipients.30d > 500", "strangers.30d > 0", label="many"))
    events = [send(T + i, *crowd(1 + i % 3, i), id=str(i)) for i in range(6_000)]
    first = list(small.decide(events))
    asked = events[::-7]
    again = small.decide(asked)
    repeated = again.repeated.tolist()
    assert repeated[0]
    assert not repeated[-1]
    said = {verdict.event: verdict for verdict in first}
    for was_repeated, verdict in zip(repeated, again, strict=True):
        if was_repeated:
            assert verdict == said[verdict.event]


def test_a_verdict_keeps_the_terms_that_it_rests_on():
    small = gate(COUNTED)
    first = small.decide_one(send(T, "bob", id="1"))
    small.use(terms(FEW, version="2"))
    again = small.decide([send(T, "bob", id="1"), send(T, "bob", id="2")])
    assert again[0] == first
    assert (
        [verdict.terms for verdict in again] == again.to_arrow().column("terms").to_pylist() == ["small@1", "small@2"]
    )
    assert again.to_arrow().column("rules").to_pylist() == [["label-0"], []]
    assert again.to_arrow().column("labels").to_pylist() == [["counted"], []]


def test_long_reasons_are_repeated_under_short_terms():
    rules = [rule("label", *["messages.30d >= 0"] * 4, label=f"label-{i}") for i in range(200)]
    small = gate(*rules, rule("drop_strangers", "strangers.1h > 0"))
    small.observe([send(T, "ada", sender="bob")])
    event = send(T, "bob", *crowd(1_023), id="1")
    first = small.decide_one(event)
    assert (len(first.rules), len(first.dropped)) == (201, 1_023)
    small.use(terms(version="2"))
    assert small.decide_one(event) == first
    assert list(small.decide([event, send(T, "bob"), event])) == [first, small.decide([send(T, "bob")])[0], first]


def test_terms_long_gone_are_forgotten_with_their_verdicts():
    small = gate(COUNTED)
    small.decide_one(send(T, "bob", id="1"))
    for version in range(2, 60):
        small.use(terms(COUNTED, version=str(version)))
        small.decide_one(send(T, "bob", id=f"v{version}"))
    assert small.decide_one(send(T, "bob", id="1")).terms == "small@59"
    assert small.decide_one(send(T, "bob", id="v58")).terms == "small@58"


def test_a_restored_gate_remembers():
    small = gate(FEW, COUNTED)
    events = [send(T + i, "bob", id=str(i)) for i in range(50)]
    first = list(small.decide(events))
    small.use(terms(FEW, version="2"))
    other = Gate.restore(small.versions, SECRET, small.state(), MEMORY_BYTES * 2)
    again = other.decide(events)
    assert again.repeated.all()
    assert list(again) == first
