import pytest

from ecluse.lab.spread import Chats, NetworkOptions, make_network, scenarios, sweep
from ecluse.lab.spread.wording import head, row


@pytest.fixture(scope="module")
def network():
    return make_network(NetworkOptions(people=2_000, chats=Chats.CONTACTS))


def test_the_choices_that_differ_are_columns(network):
    results = sweep(network, scenarios(virality=1, limit=5, lost_labels=[0, 0.5]), seeds=2)
    assert head(results)[:4] == ["virality", "limit", "labels lost", "took off"]
    assert head(results)[4:] == ["t50", "t90", "reach", "mean reach", "sent", "sent, labelled", "unlabelled"]
    assert [row(result, results)[:4] for result in results] == [["1", "5", "0", "2 of 2"], ["1", "5", "0.5", "2 of 2"]]


def test_a_star_marks_the_time_to_what_is_reached_at_all(network):
    free, five, short = results = [
        *sweep(network, scenarios(virality=1, limit=[256, 5]), seeds=4),
        *sweep(network, scenarios(virality=1, limit=1, steps=1), seeds=4),
    ]
    assert [row(result, results)[5] for result in results] == [
        f"{free.measures.t90:g}",
        f"{five.measures.t90_own:g}*",
        "never",
    ]
    assert row(short, results)[3] == "0 of 4"


def test_days_stand_beside_steps_when_asked(network):
    (result,) = results = sweep(network, scenarios(virality=1, limit=256), seeds=1)
    assert row(result, results, steps_a_day=2.0)[4] == f"{result.measures.t90:g} ({result.measures.t90 / 2:.2g} d)"
