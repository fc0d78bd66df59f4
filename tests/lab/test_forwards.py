import dataclasses

import numpy as np

from ecluse.events import Kind
from ecluse.lab.conversations import Messages
from ecluse.lab.forwards import CHATS_MAX, blocked_strangers, written
from ecluse.lab.habits import MESSENGER
from ecluse.lab.rhythm import Clock

CLOCK = Clock.of((1.0,) * 24, 1, 0)


def test_forwards_go_to_a_few_whom_the_sender_has_written_to_and_to_each_once():
    rng = np.random.default_rng(1)
    messages = Messages(rng.integers(0, 20, 5_000), rng.integers(20, 60, 5_000), np.sort(rng.random(5_000)) * 86_400)
    habits = dataclasses.replace(MESSENGER, forward_share=0.5, forward_more=0.6)
    events = written(messages, 60, habits, CLOCK, rng)
    forwards = events.kind == Kind.FORWARD
    assert 0.45 < forwards.mean() < 0.55
    assert (events.hops[forwards] >= 1).all()
    assert (events.hops[~forwards] == -1).all()
    assert (events.counts[~forwards] == 1).all()
    assert events.counts.max() == CHATS_MAX
    known: dict[int, set[int]] = {}
    peers = np.split(events.peers, np.cumsum(events.counts)[:-1])
    for sender, own, to in zip(events.sender.tolist(), messages.recipient.tolist(), peers, strict=True):
        earlier = known.setdefault(sender, set())
        earlier.add(own)
        assert to[0] == own
        assert len(set(to.tolist())) == len(to)
        assert set(to.tolist()) <= earlier


def test_some_block_the_stranger_whom_they_never_answer():
    unanswered = np.array([True, False, True])
    events = blocked_strangers(
        unanswered, np.array([10, 20, 30]), np.array([1, 2, 3]), np.array([4, 5, 6]), 1.0, np.random.default_rng(1)
    )
    assert events.sender.tolist() == [4, 6]
    assert events.subject.tolist() == [1, 3]
    assert (events.at_ms >= [10, 30]).all()
