import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.campaigns.identity import heirs


def inherited(members, ages):
    """members: (component, former campaign, key) each."""
    component, former, key = (np.array(column, np.int64) for column in zip(*members, strict=True))
    count = int(component.max()) + 1
    return heirs(component, former, key.astype(np.uint64), np.array(ages), count)


members = st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3)), min_size=1, max_size=25).map(
    lambda pairs: [(component, former, key) for key, (component, former) in enumerate(pairs)]
)
ages = st.permutations(range(4))


@given(members, ages)
def test_the_law_as_it_is_said(members, ages):
    """Slowly: the heir of each former campaign, then the eldest of those that a component is heir to."""
    heir = {}
    for former in {former for _, former, _ in members if former >= 0}:
        parts = {}
        for component, its, key in members:
            if its == former:
                parts.setdefault(component, []).append(key)
        heir[former] = min(parts, key=lambda component: (-len(parts[component]), min(parts[component])))
    expected = [-1] * (max(component for component, _, _ in members) + 1)
    for former in sorted(heir, key=lambda former: -ages[former]):
        expected[heir[former]] = former
    result = inherited(members, ages)
    assert result.inherits.tolist() == expected
    ended = {(former, component) for former, component in heir.items() if expected[component] != former}
    assert {tuple(pair) for pair in result.ended.tolist()} == ended


@given(members, ages, st.randoms())
def test_the_order_of_members_does_not_matter(members, ages, random):
    shuffled = members.copy()
    random.shuffle(shuffled)
    one, other = inherited(members, ages), inherited(shuffled, ages)
    assert one.inherits.tolist() == other.inherits.tolist()
    assert sorted(one.ended.tolist()) == sorted(other.ended.tolist())


@given(members, ages)
def test_no_two_have_one_id(members, ages):
    kept = [former for former in inherited(members, ages).inherits.tolist() if former >= 0]
    assert len(kept) == len(set(kept))


def test_merging_keeps_the_elders():
    result = inherited([(0, 0, 1), (0, 1, 2), (0, 1, 3)], ages=[1, 0])
    assert (result.inherits.tolist(), result.ended.tolist()) == ([1], [[0, 0]])


def test_the_larger_part_keeps_it_when_one_splits():
    assert inherited([(0, 0, 1), (1, 0, 2), (1, 0, 3)], ages=[0]).inherits.tolist() == [-1, 0]


def test_of_equal_parts_the_one_with_the_least_key():
    assert inherited([(0, 0, 5), (1, 0, 2)], ages=[0]).inherits.tolist() == [-1, 0]


def test_a_new_one_has_nothing_to_keep():
    result = inherited([(0, -1, 1)], ages=[])
    assert (result.inherits.tolist(), len(result.ended)) == ([-1], 0)
