import numpy as np

from ecluse.lab.conversations import TURNS_MAX, Talks, hold_talks, make_talks
from ecluse.lab.habits import COLLEGE, MESSENGER
from ecluse.lab.population import make_people, make_ties
from ecluse.lab.rhythm import Clock

CLOCK = Clock.of(MESSENGER.hours, 30, 1)


def people_of(habits, count=50):
    return make_people(count, habits, CLOCK, np.random.default_rng(3))


def talks_of(turns, count=400):
    numbers = np.arange(count)
    return Talks(numbers % 25, 25 + numbers % 25, numbers * 100.0, np.full(count, turns))


def test_where_nobody_answers_only_the_opener_writes():
    messages = hold_talks(people_of(MESSENGER), talks_of(1), MESSENGER, CLOCK, np.random.default_rng(1))
    assert set(messages.sender) == set(range(25))
    assert set(messages.recipient) == set(range(25, 50))
    assert len(messages.sender) >= 400


def test_turns_go_to_and_fro():
    messages = hold_talks(people_of(MESSENGER), talks_of(4), MESSENGER, CLOCK, np.random.default_rng(1))
    by_opener = (messages.sender < 25).sum()
    assert 0.45 < by_opener / len(messages.sender) < 0.55
    assert len(messages.sender) >= 1_600


def test_nothing_is_written_after_the_log_ends_or_by_those_who_left():
    rng = np.random.default_rng(3)
    people = make_people(300, COLLEGE, CLOCK, rng)
    ties = make_ties(people, COLLEGE, CLOCK, rng)
    talks, answered = make_talks(people, ties, COLLEGE, CLOCK, rng)
    messages = hold_talks(people, talks, COLLEGE, CLOCK, rng)
    assert len(messages.at_s) > 0
    assert messages.at_s.max() < CLOCK.end_s
    assert (messages.sender != messages.recipient).all()
    assert talks.turns.max() <= TURNS_MAX
    assert len(answered) == len(ties.opener)
    at_ease_s = 86_400  # the last turn may have a few more messages
    assert (messages.at_s < people.left_s[messages.sender] + at_ease_s).all()
