import csv
import re

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ecluse.cli.lab import lab_app
from ecluse.cli.lab_hops import Hops
from ecluse.cli.lab_judge import GateJudge
from ecluse.cli.lab_score import score_scenarios
from ecluse.lab.scenarios import SCENARIOS, choose
from ecluse.lab.scene import SceneOptions
from ecluse.lab.score import SCORES
from tests.lab.scenes import PEOPLE, scene

NOTHING = """
id: nothing
version: "1"
title: Nothing that anybody does
rules:
  - id: never
    clause: You may not be older than the world.
    when: [account_age > 1e12]
    then: refuse
"""


FEW = SceneOptions(people=120)


def run(*arguments):
    return CliRunner().invoke(lab_app, ["score", *(str(argument) for argument in arguments)])


def test_starter_stops_a_newsletter_early_and_lets_a_wedding_pass(tmp_path):
    out = tmp_path / "score.parquet"
    options = ("--people", 120, "--scenario", "newsletter", "--scenario", "wedding", "--out", out)
    result = run("--terms", "starter", *options)
    assert result.exit_code == 0, result.output
    newsletter, wedding = pq.read_table(out, schema=SCORES).to_pylist()
    assert newsletter["scenario"] == "newsletter"
    assert newsletter["before"] <= 50
    assert newsletter["stopped_accounts"] == newsletter["accounts"] == 3
    assert newsletter["stopped_share"] > 0.9
    assert newsletter["stopped_after_s"] < 60
    assert (wedding["refused"], wedding["delayed"], wedding["dropped"]) == (0, 0, 0)
    assert "1 of 1 attacks are held" in result.output
    assert "0 of 20 honest accounts" in result.output


def test_terms_that_say_nothing_stop_nobody(tmp_path):
    terms = tmp_path / "nothing.yaml"
    terms.write_text(NOTHING)
    (burst,) = score_scenarios(choose(["burst"]), str(terms), SceneOptions(people=120), lambda *_: None)
    assert (burst.stopped_accounts, burst.stopped_share, burst.held) == (0, 0.0, False)
    assert burst.before_all == burst.meant == 3_000


def test_the_same_seed_gives_the_same_score(tmp_path):
    files = [tmp_path / name for name in ("one.csv", "two.csv", "other.csv")]
    for file, seed in zip(files, (3, 3, 4), strict=True):
        assert run("--people", 120, "--seed", seed, "--scenario", "burst", "--out", file).exit_code == 0
    one, two, other = (file.read_bytes() for file in files)
    assert one == two != other
    assert next(csv.reader(one.decode().splitlines())) == SCORES.names


def test_it_lists_what_there_is():
    result = run("--list", "--markdown")
    assert result.exit_code == 0
    listed = [line.split("|")[1].strip() for line in result.output.splitlines() if line.startswith("| ")]
    assert listed == ["scenario", "---", *SCENARIOS]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--scenario", "pigeons"), "pigeons"),
        (("--terms", "none"), "starter"),
        (("--out", "score.txt"), ".parquet or .csv"),
        (("--people", 5, "--scenario", "wedding"), "people"),
        (("--start", "soon", "--scenario", "burst"), "start"),
    ],
)
def test_it_names_what_is_wrong(wrong, said):
    result = run(*wrong)
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())


def test_a_scene_can_be_had_as_a_log(tmp_path):
    events, accounts = tmp_path / "events.parquet", tmp_path / "accounts.parquet"
    arguments = ["scene", "wedding", "--people", str(PEOPLE), "--out", str(events), "--accounts", str(accounts)]
    assert CliRunner().invoke(lab_app, arguments).exit_code == 0
    assert pq.read_table(events).equals(scene("wedding").events)
    actors = pq.read_table(accounts).filter(pq.read_table(accounts)["actor"])
    assert actors["account"].equals(scene("wedding").accounts["account"].take(scene("wedding").actors))
    assert CliRunner().invoke(lab_app, ["scene", "pigeons", "--out", str(events)]).exit_code == 2


def test_the_judge_gives_reasons_for_what_is_stopped_and_leaves_labels_out():
    played, judge = scene("forward-chain"), GateJudge("starter")
    said = judge.judge(played.events).to_pylist()
    labelled = [row for row in said if row["outcome"] == "label"]
    refused = [row for row in said if row["outcome"] == "refuse"]
    assert all(row["rules"] is None and row["why"] is None for row in labelled)
    assert {rule for row in refused for rule in row["rules"]} == {"forward-again"}
    why = r"forward-again \(forward_chats\.1h ([6-9]|10) > 5, recipients_of_this_send [1-5] <= 5\)"
    assert [row["why"] for row in refused if not re.fullmatch(why, row["why"])] == []


@pytest.mark.parametrize(
    ("hops", "held", "reached"), [("told", True, 200), ("lied", False, 2_039), ("tokens", True, 250)]
)
def test_a_forward_chain_is_held_where_its_hops_are_known(hops, held, reached):
    (chain,) = score_scenarios(choose(["forward-chain"]), "starter", FEW, lambda *_: None, Hops(hops))
    assert (chain.held, chain.reached_all <= reached, chain.reached_all > 200) == (held, True, hops != "told")


def test_honest_people_forward_as_before_where_tokens_are_required():
    (wedding,) = score_scenarios(choose(["wedding"]), "personal", FEW, lambda *_: None, Hops.TOKENS)
    assert (wedding.refused, wedding.delayed, wedding.dropped) == (0, 0, 0)
