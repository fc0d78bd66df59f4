import numpy as np
import pytest

from ecluse.lab.habits import COLLEGE, DAY_S, MESSENGER
from ecluse.lab.population import make_people, make_ties
from ecluse.lab.rhythm import Clock

DAYS = 20


@pytest.fixture(params=[MESSENGER, COLLEGE], ids=["messenger", "college"])
def world(request):
    habits = request.param
    clock = Clock.of(habits.hours, DAYS, habits.utc_offset_h)
    rng = np.random.default_rng(3)
    people = make_people(500, habits, clock, rng)
    return people, make_ties(people, habits, clock, rng)


def test_the_next_look_is_the_first_one_at_or_after(world):
    people, _ = world
    person = np.tile(np.arange(500), 20)
    after_s = np.random.default_rng(1).random(len(person)) * DAYS * DAY_S
    look_s = people.next_look(person, after_s)
    assert (look_s >= after_s).all()
    assert (look_s - after_s <= 2 * people.look_every_s[person]).all()
    assert np.array_equal(people.next_look(person, look_s), look_s)
    between_s = (after_s + look_s) / 2
    assert np.array_equal(people.next_look(person, between_s), look_s)


def test_each_pair_is_one_tie_and_nobody_knows_only_himself(world):
    _, ties = world
    pairs = {frozenset(pair) for pair in zip(ties.opener.tolist(), ties.other.tolist(), strict=True)}
    assert len(pairs) == len(ties.opener)
    assert {len(pair) for pair in pairs} == {2}


def test_ties_are_from_before_the_log_or_come_during_the_stay(world):
    people, ties = world
    during = ties.first_s >= 0
    assert np.array_equal(during, ties.closeness == 0)
    assert (ties.first_s[during] >= people.joined_s[ties.opener[during]]).all()
    assert not ties.stranger[~during].any()


def test_contact_lists_are_log_normal():
    clock = Clock.of(MESSENGER.hours, DAYS, 1)
    rng = np.random.default_rng(3)
    people = make_people(4_000, MESSENGER, clock, rng)
    ties = make_ties(people, MESSENGER, clock, rng)
    before = ties.first_s < 0
    contacts = np.bincount(np.concatenate((ties.opener[before], ties.other[before])), minlength=4_000)
    assert np.median(contacts[~people.newcomer]) == pytest.approx(MESSENGER.contacts.median, rel=0.2)
    logs = np.log(contacts[contacts > 0])
    assert logs.std() == pytest.approx(MESSENGER.contacts.sigma, rel=0.2)
