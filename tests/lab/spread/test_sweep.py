import numpy as np
import pytest

from ecluse.errors import InputError
from ecluse.lab.spread import NetworkOptions, Scenario, make_network, run, scenarios, sweep, to_table
from tests.lab.spread.making import chain


def test_scenarios_are_all_combinations():
    assert scenarios(limit=[5, 1], virality=1, lost_labels=[0, 0.5]) == [
        Scenario(limit=5, virality=1, lost_labels=0),
        Scenario(limit=5, virality=1, lost_labels=0.5),
        Scenario(limit=1, virality=1, lost_labels=0),
        Scenario(limit=1, virality=1, lost_labels=0.5),
    ]


def test_there_are_not_more_scenarios_than_can_be_run():
    with pytest.raises(InputError):
        scenarios(limit=list(range(1, 200)), virality=[0.001 * k for k in range(1, 200)])


def test_each_scenario_is_run_with_the_same_seeds():
    network, seen = make_network(NetworkOptions(people=200)), []
    results = sweep(network, scenarios(limit=[5, 1], virality=1), seeds=3, watch=lambda: seen.append(1))
    assert len(seen) == 6
    for result in results:
        for seed, curve in enumerate(result.curves):
            assert np.array_equal(curve.at, run(network, result.scenario, seed).at)


@pytest.mark.parametrize("seeds", [0, 10**6])
def test_seeds_are_bounded(seeds):
    with pytest.raises(InputError):
        sweep(chain(3), [Scenario()], seeds)


def test_the_table_has_every_step_of_every_curve():
    network = make_network(NetworkOptions(people=200))
    results = sweep(network, scenarios(limit=[5, 1], virality=[1, 0.5], many_limit=[1]), seeds=2)
    table = to_table(results)
    curves = [curve for result in results for curve in result.curves]
    assert table.num_rows == sum(len(curve.at) for curve in curves)
    assert table["reached"].to_pylist() == [int(n) for curve in curves for n in curve.reached]
    rows = table.select(["limit", "virality", "many_limit", "seed", "step"]).to_pylist()
    expected = [
        (result.scenario.limit, result.scenario.virality, 1, seed, step)
        for result in results
        for seed, curve in enumerate(result.curves)
        for step in curve.at.tolist()
    ]
    assert [tuple(row.values()) for row in rows] == expected
