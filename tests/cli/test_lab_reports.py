"""What a mob's reports weigh, and what those of true victims do."""

import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.cli.lab_reports import reviewed
from ecluse.lab.mobs import MOBS
from ecluse.lab.scenarios import choose
from ecluse.lab.scene import SceneOptions

SEEDS = (7, 11, 23)


def played(id_, seed=7):
    return reviewed({one.id: one for one in (*choose([]), *MOBS)}[id_], SceneOptions(people=200, seed=seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thousand_fresh_accounts_get_one_honest_person_nothing_but_a_review(seed):
    row = played("mob-fresh", seed)
    assert (row.reporters, row.weight, row.review, row.first) == (1_000, 0.0, 1, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_baits_a_shop_into_answering_weighs_nothing(seed):
    row = played("mob-bait", seed)
    assert (row.reporters, row.weight, row.review, row.first) == (300, 0.0, 1, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_circle_that_reports_people_together_does_not_call_anybody_at_once(seed):
    row = played("mob-ring", seed)
    assert (row.review, row.first, row.others) == (0, 0, 0)
    assert 1.0 <= row.weight < 3.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("attack", ["newsletter", "burst", "spun"])
def test_true_victims_still_count(attack, seed):
    row = played(attack, seed)
    assert (row.first, row.others) == (row.actors, 0)


def test_the_command_prints_both_sorts():
    result = CliRunner().invoke(
        app, ["lab", "reports", "--people", "200", "--scenario", "burst", "--scenario", "mob-bait"]
    )
    assert result.exit_code == 0
    assert "Called at once: 5 of 5 mass senders, 0 honest accounts; precision 100 %." in result.output


def test_an_unknown_scenario_is_refused():
    assert CliRunner().invoke(app, ["lab", "reports", "--scenario", "nobody"]).exit_code == 1
