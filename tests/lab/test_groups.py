import numpy as np
import pytest

from ecluse.events import Kind
from ecluse.lab.draws import repeat_rows
from ecluse.lab.groups import SIZE_MAX, creations, group_messages, make_groups
from ecluse.lab.habits import COLLEGE, MESSENGER
from ecluse.lab.population import make_people
from ecluse.lab.rhythm import Clock

CLOCK = Clock.of(MESSENGER.hours, 10, 1)


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(3)
    people = make_people(2_000, MESSENGER, CLOCK, rng)
    groups = make_groups(people, MESSENGER, CLOCK, rng)
    return people, groups, group_messages(people, groups, 20_000, MESSENGER, CLOCK, rng)


def memberships(groups):
    return set(zip(repeat_rows(groups.sizes).tolist(), groups.members.tolist(), strict=True))


def test_sizes_follow_a_power_law_up_to_the_cap_and_nobody_is_in_a_group_twice(world):
    _, groups, _ = world
    assert len(memberships(groups)) == groups.sizes.sum()
    assert groups.sizes.max() <= SIZE_MAX
    assert np.median(groups.sizes) < 10


def test_groups_a_person_are_exponential(world):
    people, groups, _ = world
    each = np.bincount(groups.members, minlength=2_000)[~people.newcomer]
    assert each.mean() == pytest.approx(MESSENGER.groups_mean, rel=0.15)
    assert each.std() == pytest.approx(each.mean(), rel=0.25)  # an exponential's mean is its deviation


def test_only_members_write_and_not_before_the_group_is_there(world):
    _, groups, messages = world
    assert set(zip(messages.group.tolist(), messages.sender.tolist(), strict=True)) <= memberships(groups)
    born_ms = CLOCK.to_real(np.maximum(groups.born_s, 0)) * 1_000
    assert (messages.at_ms >= np.floor(born_ms[messages.group])).all()
    assert len(messages.at_ms) == pytest.approx(20_000, rel=0.1)
    assert np.array_equal(messages.members, groups.sizes[messages.group])
    assert messages.counts.sum() == 0


def test_a_new_group_is_created_by_its_founder_with_all_the_others(world):
    _, groups, _ = world
    events = creations(groups, CLOCK)
    assert len(events.at_ms) > 0
    assert set(events.kind.tolist()) == {Kind.CREATE_GROUP}
    assert np.array_equal(events.counts, events.members - 1)
    start = 0
    for group, founder, count in zip(events.group, events.sender, events.counts, strict=True):
        added = events.peers[start : start + count].tolist()
        start += count
        everybody = {person for place, person in memberships(groups) if place == group}
        assert {founder, *added} == everybody
        assert founder not in added


def test_a_population_may_have_no_groups():
    rng = np.random.default_rng(3)
    people = make_people(50, COLLEGE, CLOCK, rng)
    groups = make_groups(people, COLLEGE, CLOCK, rng)
    assert len(groups.sizes) == 0
    assert len(creations(groups, CLOCK).at_ms) == 0
    assert len(group_messages(people, groups, 100, COLLEGE, CLOCK, rng).at_ms) == 0
