"""When to ask again, exactly: a second earlier the answer is the same, at that second it is milder."""

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ecluse.content.memory import CONTENT_BYTES_MIN
from ecluse.gate import Gate
from ecluse.terms import Outcome, parse_terms
from tests.gate.making import DAY, HOUR, MEMORY_BYTES, MINUTE, SECRET, T, crowd, gate, rule, send
from tests.model import strategies
from tests.model.terms import to_yaml

ANSWERED = [send(T + i, "ada", sender=name) for i, name in enumerate(["bob", "cem"])]

CASES = {
    "the oldest of three goes": (
        [rule("refuse", "recipients.1h > 3")],
        [send(T, "bob"), send(T + 10, "cem"), send(T + 20, "dan")],
        send(T + 100, "eve"),
        HOUR - 100,
    ),
    "the very second": (
        [rule("refuse", "strangers.1m >= 2")],
        [send(T, "bob")],
        send(T, "cem"),
        MINUTE,
    ),
    "the longer window": (
        [rule("refuse", "recipients.1m > 1"), rule("refuse", "recipients.24h > 1")],
        [send(T, "bob")],
        send(T + 1, "cem"),
        DAY - 1,
    ),
    "the first of two conditions to give way": (
        [rule("refuse", "recipients.1h > 1", "recipients.24h > 1")],
        [send(T, "bob")],
        send(T + 1, "cem"),
        HOUR - 1,
    ),
    "too many at once": ([rule("refuse", "recipients.1m > 3")], [], send(T, *crowd(4)), None),
    "too young": (
        [rule("refuse", "account_age < 1d")],
        [],
        send(T, "bob", registered_at=1_000 * (T - HOUR)),
        DAY - HOUR,
    ),
    "too old": ([rule("refuse", "account_age >= 1d")], [], send(T, "bob", registered_at=1_000 * (T - DAY)), None),
    "a bucket of the meter": ([rule("refuse", "messages.1m > 1")], [send(T, "bob")], send(T + 1, "bob"), 59),
    "a pass that is in force": (
        [rule("pass", "peer_wrote_within.1h >= 1"), rule("refuse", "recipients.24h > 2")],
        [*ANSWERED, send(T + 5, "dan", "eve")],
        send(T + 5, "fay"),
        DAY,
    ),
    "answers that are long past": (
        [rule("refuse", "peer_wrote_within.1h > 0")],
        ANSWERED,
        send(T + 5, "bob", "cem"),
        HOUR - 4,
    ),
    "hops do not change": ([rule("refuse", "forward_hops > 3")], [], send(T, "bob", kind="forward", hops=4), None),
    "a delay": ([rule("delay", "recipients.1h > 1")], [send(T, "bob")], send(T + 5, "cem"), HOUR - 5),
    "a delay that becomes a refusal": (
        [rule("delay", "recipients.1h > 1"), rule("refuse", "account_age > 60")],
        [send(T, "bob")],
        send(T + 5, "cem", registered_at=1_000 * T),
        None,
    ),
    "attempts that are too many": (
        [rule("refuse", "refused_attempts.1m >= 1"), rule("refuse", "recipients.1m > 3")],
        [send(T, *crowd(4))],
        send(T + 1, "bob"),
        MINUTE - 1,
    ),
    "groups created": (
        [rule("refuse", "groups_created.1m > 1")],
        [send(T, kind="create_group")],
        send(T + 5, kind="create_group"),
        MINUTE - 5,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_how_long_to_wait(name):
    rules, before, event, expected = CASES[name]
    small = gate(*rules)
    small.decide(before)
    verdict = small.decide_one(event)
    assert verdict.outcome in ("refuse", "delay")
    assert verdict.retry_after == expected


def test_the_third_oldest_says_when():
    small = gate(rule("refuse", "recipients.1h > 5"))
    small.decide([send(T + 7 * i, name) for i, name in enumerate(crowd(5))])
    assert small.decide_one(send(T + 60, *crowd(3, 100))).retry_after == 7 * 2 + HOUR - 60


def test_whoever_keeps_trying_is_not_locked_out():
    small = gate(rule("refuse", "recipients.1h > 1"))
    small.decide([send(T, "bob")])
    for second in range(T + 1, T + HOUR, 97):
        assert small.decide_one(send(second, "cem")).retry_after == T + HOUR - second
    assert small.decide_one(send(T + HOUR, "cem")).outcome == "pass"


def again(gate, state, event, second):
    """What is said of an event at another second, by a gate that remembers ``state``."""
    other = Gate.restore(gate.versions, SECRET, state, MEMORY_BYTES, CONTENT_BYTES_MIN)
    later = msgspec.structs.replace(event, at=1_000 * second, id=None)
    return Outcome.of(other.decide_one(later).outcome)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(strategies.rules(), strategies.events(max_size=8, huge=False), st.data())
def test_a_second_earlier_is_too_early(rules, events, data):
    terms = parse_terms(to_yaml(list(rules)))
    judging = Gate(terms, secret=SECRET, memory_bytes=MEMORY_BYTES, content_memory_bytes=CONTENT_BYTES_MIN)
    stopped = 0
    for event in events:
        before = judging.state()
        verdicts = judging.decide([event])
        outcome, wait = Outcome(int(verdicts.outcome[0])), int(verdicts.retry_after[0])
        if outcome not in (Outcome.REFUSE, Outcome.DELAY) or verdicts.repeated[0]:
            continue
        stopped += 1
        # a refused event has left an attempt behind; a delayed one is kept, and is asked about as it was
        state = judging.state() if outcome == Outcome.REFUSE else before
        now = judging.account(event.sender).at_s
        if wait > 0:
            assert again(judging, state, event, now + wait) < outcome
            early = {1, wait - 1, data.draw(st.integers(1, wait))} - {0, wait}
        else:
            early = {1, MINUTE, HOUR, DAY, 30 * DAY, 400 * DAY, data.draw(st.integers(1, 401 * DAY))}
        for seconds in early:
            assert again(judging, state, event, now + seconds) >= outcome
    assume(stopped)
