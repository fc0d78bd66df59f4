"""The published results, at a reduced size; at full size: ``python -m benchmarks spread``."""

import pytest

from ecluse.lab.spread import Chats, NetworkOptions, make_network, scenarios, steps_to, sweep

VIRALITIES, LIMITS = [1, 0.1, 0.01, 0.001], [256, 20, 5, 1]


@pytest.fixture(scope="module")
def table():
    """t90 by virality and limit; of the people reached where these are under 90 %."""
    network = make_network(NetworkOptions(people=6_000))
    results = sweep(network, scenarios(virality=VIRALITIES, limit=LIMITS), seeds=12)
    return {
        (each.scenario.virality, each.scenario.limit): each.measures.t90 or each.measures.t90_own for each in results
    }


@pytest.mark.parametrize("virality", [0.01, 0.001])
def test_a_limit_of_five_is_about_ten_times_slower(table, virality):
    ratio = table[virality, 5] / table[virality, 256]
    assert (5 <= ratio <= 15, ratio) == (True, ratio)


def test_what_everybody_passes_on_is_hardly_slowed(table):
    assert table[1, 5] / table[1, 256] < 2


def test_lower_limits_and_lower_virality_are_slower(table):
    by_limit = [[table[virality, limit] for limit in LIMITS] for virality in VIRALITIES]
    assert by_limit == [sorted(row) for row in by_limit]
    by_virality = [[table[virality, limit] for virality in VIRALITIES] for limit in LIMITS]
    assert by_virality == [sorted(column) for column in by_virality]


def test_the_limit_does_not_stop_it():
    network = make_network(NetworkOptions(people=6_000))
    (five,) = sweep(network, scenarios(limit=5, virality=0.001), seeds=6)
    assert (five.measures.took_off, round(five.measures.reach, 2)) == (6, 1.0)


def test_among_contacts_alone_five_stops_short_and_one_dies():
    network = make_network(NetworkOptions(people=6_000, chats=Chats.CONTACTS))
    five, one = (result.measures for result in sweep(network, scenarios(limit=[5, 1], virality=1), seeds=8))
    assert (round(five.reach, 1), five.took_off, one.took_off) == (0.8, 8, 0)


def test_among_groups_alone_the_limit_hardly_bites():
    network = make_network(NetworkOptions(people=6_000, chats=Chats.GROUPS))
    chosen = scenarios(virality=[0.1, 0.01, 0.001], limit=[256, 5], resend=True)
    steps = [steps_to(result.curves, 0.6) for result in sweep(network, chosen, seeds=12)]
    assert [five / free <= 1.5 for free, five in zip(steps[::2], steps[1::2], strict=True)] == [True] * 3


def test_a_few_uploads_undo_the_limit_for_many_hops_and_clusters_restore_it():
    network = make_network(NetworkOptions(people=6_000, chats=Chats.CONTACTS))
    choices = {"limit": 5, "virality": 0.1, "many_limit": 1, "recognised": [0, 0.95, 1], "lost_labels": [0, 0.2]}
    results = sweep(network, scenarios(**choices), seeds=8)
    reach = {(each.scenario.recognised, each.scenario.lost_labels): each.measures.reach for each in results}
    assert reach[1, 0.2] == reach[0, 0]
    assert reach[0, 0] < reach[0.95, 0.2] < (reach[0, 0] + reach[0, 0.2]) / 2
