import pytest

from ecluse.lab.spread import NetworkOptions, Scenario, make_network, scenarios, sweep
from ecluse.lab.spread.figures import POINTS_MAX, figure, told, varying


@pytest.fixture(scope="module")
def network():
    return make_network(NetworkOptions(people=300))


def test_curves_have_a_panel_for_each_virality_and_a_line_for_each_limit(network):
    results = sweep(network, scenarios(virality=[1, 0.01], limit=[256, 5]), seeds=3)
    quick, slow = figure(results)
    assert (quick.title, quick.log_x, slow.title, slow.log_x) == ("virality 1", False, "virality 0.01", True)
    assert [line.name for line in quick.lines] == ["limit 256", "limit 5"]
    for line in [*quick.lines, *slow.lines]:
        assert len(line.x) == len(line.y) <= POINTS_MAX
        assert line.y == sorted(line.y)
        assert line.y[-1] == pytest.approx(1, abs=0.01)


def test_a_share_with_three_values_is_the_x_axis(network):
    choices = {"virality": 1, "limit": 5, "many_hops": 2, "recognised": [0, 1], "lost_labels": [0, 0.2, 0.4]}
    results = sweep(network, scenarios(**choices), seeds=3)
    reach, steps, hidden = figure(results)
    assert [panel.shares for panel in (reach, steps, hidden)] == [True, False, True]
    assert [(line.name, line.x) for line in reach.lines] == [
        ("recognised 0", [0, 0.2, 0.4]),
        ("recognised 1", [0, 0.2, 0.4]),
    ]
    assert reach.lines[1].y == [round(results[3].measures.reach, 4)] * 3
    assert hidden.lines[1].y == [0, 0, 0]


def test_choices_are_told_in_words(network):
    results = sweep(network, scenarios(virality=1, limit=[5, 1]), seeds=1)
    assert varying(results) == ["limit"]
    assert told(Scenario(resend=True), ["limit", "many_limit", "resend", "virality"]) == (
        "limit none, many limit none, resend true, virality 0.1"
    )
