import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.lab.spread import Curve, Scenario, run
from tests.lab.spread.making import chain
from tests.lab.spread.test_cascade import SCENARIOS, networks


@given(networks(), SCENARIOS, st.integers(0, 1000))
def test_reach_never_falls_and_is_never_over_the_people(world, scenario, seed):
    curve = run(world, scenario, seed)
    assert (curve.at[0], curve.reached[0]) == (0, 1)
    assert (np.diff(curve.at) > 0).all()
    assert (np.diff(curve.reached) > 0).all()
    assert curve.reached[-1] <= world.people
    assert curve.at[-1] <= scenario.steps


def test_a_curve_between_its_steps():
    curve = Curve(10, np.array([0, 2, 5]), np.array([1, 4, 9]), float("nan"), 8, 0)
    assert curve.reached_by(np.arange(7)).tolist() == [1, 1, 4, 4, 4, 9, 9]
    assert [curve.steps_to(people) for people in (1, 2, 4, 5, 9, 10)] == [0, 2, 2, 5, 5, None]
    assert curve.reach == 0.9


def test_what_does_not_show_its_hops_is_counted():
    scenario = Scenario(virality=1, many_hops=2)
    assert run(chain(30), scenario, 1).unlabelled == 0
    assert run(chain(30), Scenario(virality=1, many_hops=2, lost_labels=1), 1).unlabelled == 1
    assert np.isnan(run(chain(30), Scenario(virality=1, many_hops=200), 1).unlabelled)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", 0),
        ("virality", 0),
        ("virality", 1.1),
        ("virality", float("nan")),
        ("immunity", -0.1),
        ("many_hops", 0),
        ("many_limit", 0),
        ("lost_labels", 2),
        ("recognised", -1),
        ("label_effect", 1.5),
        ("steps", 0),
        ("steps", 10**9),
    ],
)
def test_choices_are_checked(field, value):
    with pytest.raises(InputError) as caught:
        Scenario(**{field: value})
    assert caught.value.field == field
