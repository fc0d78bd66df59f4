import random
from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.lab.spread import Chats, NetworkOptions, Scenario, make_network
from ecluse.lab.spread.cascade import NEVER
from ecluse.lab.spread.scenario import follow
from tests.lab.spread.making import chain, network
from tests.model import spread as model

STEPS = 400
CHANCES = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])
SCENARIOS = st.builds(
    Scenario,
    limit=st.integers(1, 12),
    virality=st.sampled_from([0.05, 0.3, 0.7, 1.0]),
    resend=st.booleans(),
    immunity=CHANCES,
    many_hops=st.integers(1, 4),
    many_limit=st.none() | st.integers(1, 3),
    lost_labels=CHANCES,
    recognised=CHANCES,
    label_effect=CHANCES,
    steps=st.just(STEPS),
)


@st.composite
def networks(draw):
    people = draw(st.integers(2, 30))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=60))
    groups = draw(st.lists(st.sets(person, min_size=1, max_size=8), max_size=6))
    return network(people, ties, groups)


def hops_from(world, start):
    """Breadth first: chats between ``start`` and each person."""
    found, waiting = {start: 0}, deque([start])
    while waiting:
        person = waiting.popleft()
        for peer in (peer for chat in model.chats_of(world, person) for peer in chat):
            if peer not in found:
                found[peer] = found[person] + 1
                waiting.append(peer)
    return [found.get(person, NEVER) for person in range(world.people)]


@given(networks(), st.booleans(), st.integers(0, 1000))
def test_without_limit_and_at_once_it_is_breadth_first(world, resend, seed):
    reached = follow(world, Scenario(virality=1, resend=resend, steps=STEPS), seed, start=0)
    assert reached.at.tolist() == hops_from(world, 0)
    came = reached.at != NEVER
    assert np.array_equal(reached.hops[came], reached.at[came] - 1)


def test_without_limit_and_at_once_a_drawn_network_is_breadth_first():
    world = make_network(NetworkOptions(people=700, seed=2))
    assert follow(world, Scenario(virality=1), 5, start=3).at.tolist() == hops_from(world, 3)


@given(networks(), SCENARIOS, st.integers(0, 1000))
def test_nobody_has_it_before_somebody_in_touch(world, scenario, seed):
    reached = follow(world, scenario, seed, start=0)
    nearest = hops_from(world, 0)
    came = [person for person in range(world.people) if reached.at[person] != NEVER]
    assert [p for p in came if nearest[p] == NEVER or reached.at[p] < nearest[p]] == []
    senders = {peer: p for p in reversed(came) for chat in model.chats_of(world, p) for peer in chat}
    assert [p for p in came if p and p not in senders] == []
    assert [p for p in came if p and not -1 <= reached.shown[p] <= reached.hops[p] < reached.at[p]] == []


@given(networks(), SCENARIOS, st.integers(0, 1000))
def test_the_same_seed_gives_the_same_people(world, scenario, seed):
    first, again = (follow(world, scenario, seed) for _ in range(2))
    came = first.at != NEVER
    assert np.array_equal(first.at, again.at)
    assert np.array_equal(first.shown[came], again.shown[came])
    assert np.array_equal(first.sent, again.sent)


@given(networks(), SCENARIOS, st.integers(0, 1000))
def test_a_limit_of_all_chats_is_none(world, scenario, seed):
    most = max(len(model.chats_of(world, person)) for person in range(world.people)) or 1
    at, unlimited = (follow(world, replace(scenario, limit=limit), seed).at for limit in (most, 10**6))
    assert np.array_equal(at, unlimited)


@given(networks(), st.integers(1, 5), st.sampled_from([0.1, 0.5, 1.0]), st.integers(0, 1000))
def test_more_chats_are_never_behind(world, limit, virality, seed):
    few, more = (
        follow(world, Scenario(limit=chats, virality=virality, steps=STEPS), seed).at for chats in (limit, limit + 2)
    )
    assert [k for k in range(world.people) if few[k] != NEVER and not 0 <= more[k] <= few[k]] == []


@given(networks(), SCENARIOS, st.integers(0, 1000))
def test_if_all_uploads_are_recognised_nothing_was_lost(world, scenario, seed):
    kept, restored = (follow(world, replace(scenario, lost_labels=lost, recognised=1.0), seed) for lost in (0.0, 1.0))
    came = kept.at != NEVER
    assert np.array_equal(kept.at, restored.at)
    assert np.array_equal(kept.shown[came], restored.shown[came])


@given(networks(), st.integers(1, 3), st.integers(0, 1000))
def test_resending_reaches_everybody_in_touch(world, limit, seed):
    reached = follow(world, Scenario(limit=limit, virality=0.5, resend=True, steps=20_000), seed, start=0)
    assert (reached.at != NEVER).tolist() == [hops != NEVER for hops in hops_from(world, 0)]


@given(networks(), SCENARIOS, st.integers(0, 1000))
def test_the_reach_of_once_does_not_depend_on_virality(world, scenario, seed):
    plain = Scenario(limit=scenario.limit, virality=scenario.virality, steps=10_000)
    slow, quick = (follow(world, replace(plain, virality=virality), seed).at for virality in (plain.virality, 1.0))
    assert np.array_equal(slow == NEVER, quick == NEVER)


def test_hops_are_counted_along_a_chain():
    reached = follow(chain(6), Scenario(virality=1), 1, start=0)
    assert reached.at.tolist() == [0, 1, 2, 3, 4, 5]
    assert reached.hops.tolist() == reached.shown.tolist() == [-1, 0, 1, 2, 3, 4]


def test_uploads_show_no_hops():
    reached = follow(chain(6), Scenario(virality=1, lost_labels=1.0), 1, start=0)
    assert (reached.hops.tolist(), reached.shown.tolist()) == ([-1, 0, 1, 2, 3, 4], [-1, 0, 0, 0, 0, 0])


def test_the_limit_for_many_hops_begins_there():
    star = network(12, [(0, 1), (1, 2), *((2, k) for k in range(3, 12))])
    reached = follow(star, Scenario(virality=1, many_hops=2, many_limit=3), 1, start=0)
    assert reached.sent.tolist() == [1 + 2 + 10 + 9, 9]  # the leaves' copies show 2 and go to their one chat
    reached = follow(star, Scenario(virality=1, many_hops=1, many_limit=3), 1, start=0)
    assert int((reached.at[3:] == 3).sum()) in (2, 3)


def test_who_uploads_anew_is_bound_by_no_label():
    fan = network(13, [(0, 1), (1, 2), *((2, k) for k in range(3, 13))])
    scenario = Scenario(virality=1, many_hops=1, many_limit=1, lost_labels=0.5)
    leaves = [int((follow(fan, scenario, seed, start=0).at[3:] != NEVER).sum()) for seed in range(200)]
    assert {n for n in leaves if n > 1} == {10}
    assert 30 < sum(n <= 1 for n in leaves) < 80  # half of the first forward; half of those do at the fan, too


def test_a_full_label_effect_ends_it_there():
    reached = follow(chain(8), Scenario(virality=0.5, many_hops=3, label_effect=1.0), 1, start=0)
    assert (reached.at != NEVER).tolist() == [True] * 5 + [False] * 3


def test_a_run_is_cut_off_after_its_steps():
    assert follow(chain(8), Scenario(virality=1, steps=3), 1, start=0).at.max() == 3


@pytest.mark.parametrize("resend", [False, True])
@pytest.mark.parametrize("chats", list(Chats))
def test_the_kernel_and_the_model_agree_on_average(resend, chats):
    """Means over many runs, of what a run says: within five standard errors of each other."""
    world = make_network(NetworkOptions(people=40, groups=8, chats=chats, seed=4))
    scenario = Scenario(
        limit=3,
        virality=0.3,
        resend=resend,
        immunity=0.15,
        many_hops=2,
        many_limit=1,
        lost_labels=0.3,
        recognised=0.4,
        label_effect=0.4,
        steps=60,
    )
    runs = 400
    chance = random.Random(1)
    ours, theirs = [], []
    for seed in range(runs):
        reached = follow(world, scenario, seed, start=0)
        ours.append(said(*reached[:3]) + ([] if resend else [int(reached.sent[0])]))
        *slow, sent = model.spread(world, scenario, 0, chance)
        theirs.append(said(*map(np.array, slow)) + ([] if resend else [sent]))
    ours, theirs = np.array(ours), np.array(theirs)
    error = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / runs)
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) / error).round(1).tolist() == pytest.approx(
        [0] * ours.shape[1], abs=5
    )
    assert ours.std(axis=0).min() > 0


def said(at, shown, hops):
    came = at > 0
    return [
        int(came.sum()),
        int((came & (at <= 3)).sum()),
        int(at[came].sum()),
        int(shown[came].sum()),
        int(hops[came].sum()),
    ]
