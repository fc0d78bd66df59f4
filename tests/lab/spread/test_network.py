import numpy as np
import pytest

from ecluse.errors import InputError
from ecluse.lab.spread import Chats, NetworkOptions, make_network


def pairs(rows):
    return list(zip(np.repeat(np.arange(len(rows.counts)), rows.counts).tolist(), rows.items.tolist(), strict=True))


@pytest.fixture(scope="module")
def reference():
    return make_network(NetworkOptions())


def test_the_default_network_is_the_reference_runs(reference):
    groups, members = reference.groups.counts, reference.members.counts
    assert (reference.people, len(members), np.median(members), members.max()) == (20_000, 782, 41, 277)
    assert (round(np.mean(groups == 1), 2), round(np.mean(groups > 5), 2), groups.min()) == (0.65, 0.07, 1)
    contacts = reference.contacts.counts
    assert (np.median(contacts), round(np.log(contacts[contacts > 0]).std(), 1)) == (25, 1.0)


def test_contacts_are_mutual_and_never_oneself(reference):
    ties = pairs(reference.contacts)
    assert len(set(ties)) == len(ties)
    assert {(b, a) for a, b in ties} == set(ties)
    assert [a for a, b in ties if a == b] == []


def test_groups_of_people_are_members_of_groups(reference):
    assert sorted((person, group) for group, person in pairs(reference.members)) == pairs(reference.groups)
    assert len(set(pairs(reference.groups))) == len(reference.groups.items)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_gives_the_same_network(seed):
    first, again = (make_network(NetworkOptions(people=300, seed=seed)) for _ in range(2))
    other = make_network(NetworkOptions(people=300, seed=seed + 1))
    assert [pairs(rows) for rows in first] == [pairs(rows) for rows in again]
    assert [pairs(rows) for rows in first] != [pairs(rows) for rows in other]


def test_what_chats_leave_out_changes_nothing_in_the_rest():
    both, contacts, groups = (
        make_network(NetworkOptions(people=300, chats=chats)) for chats in (Chats.BOTH, Chats.CONTACTS, Chats.GROUPS)
    )
    assert pairs(both.contacts) == pairs(contacts.contacts)
    assert pairs(both.members) == pairs(groups.members)
    assert (len(contacts.groups.items), len(groups.contacts.items)) == (0, 0)
    assert (contacts.people, groups.people) == (300, 300)


@pytest.mark.parametrize("people", [2, 3, 10])
def test_small_networks_can_be_drawn(people):
    network = make_network(NetworkOptions(people=people, groups=1))
    assert (network.people, network.contacts.counts.max() < people) == (people, True)


@pytest.mark.parametrize(("field", "value"), [("people", 1), ("people", 10**8), ("groups", 0), ("seed", -1)])
def test_options_are_checked(field, value):
    with pytest.raises(InputError) as caught:
        NetworkOptions(**{field: value})
    assert caught.value.field == field
