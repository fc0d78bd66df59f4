import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.lab.spread import NetworkOptions, make_network, scenarios, sweep, to_table
from ecluse.lab.spread.wording import head, row

SMALL = ("--people", "500", "--seeds", "3", "--virality", "1", "--limit", "20,5")


def run(*arguments):
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_it_prints_and_writes_what_the_library_says(tmp_path):
    curves, report, drawn = tmp_path / "curves.parquet", tmp_path / "report.html", tmp_path / "curves.svg"
    result = run(*SMALL, "--out", curves, "--html", report, "--svg", drawn)
    assert result.exit_code == 0, result.output
    chosen = scenarios(virality=[1.0], limit=[20, 5])
    results = sweep(make_network(NetworkOptions(people=500)), chosen, seeds=3)
    printed = [line.strip("| ").split(" | ") for line in result.stdout.splitlines() if line.startswith("| ")]
    printed.pop(1)  # the line below the head
    assert printed == [head(results), *(row(each, results) for each in results)]
    assert pq.read_table(curves).equals(to_table(results))
    assert (report.read_text().startswith("<!doctype html>"), drawn.read_text().startswith("<svg")) == (True, True)


def test_every_choice_of_the_model_is_an_option():
    result = run(
        *SMALL, "--network", "groups", "--groups", 30, "--resend", "--many-hops", 2, "--many-limit", "1,2",
        "--lost-labels", "0,0.5", "--recognised", "0.5", "--immunity", "0.01", "--label-effect", "0.3",
        "--seed", 3, "--steps", 100, "--steps-a-day", 23,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n| 1 |") == 8


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--limit", "0"), "limit: 0 is not 1 to 1,000,000"),
        (("--limit", "five"), "--limit: 'five' is not numbers separated by commas"),
        (("--virality", "2"), "virality: 2.0 is not 0 to 1"),
        (("--people", "1"), "people: 1 is not 2 to 1,000,000"),
        (("--steps-a-day", "0"), "--steps-a-day: 0.0 is not a number above 0"),
        (("--steps-a-day", "inf"), "--steps-a-day: inf is not a number above 0"),
        (("--people", "9", "--svg", "."), "--svg: '.' is not a file in a folder that is there"),
        (("--out", "none/curves.parquet"), "--out: 'none/curves.parquet' is not a file in a folder that is there"),
    ],
)
def test_it_says_which_option_is_wrong(wrong, said):
    result = run("--people", "50", "--seeds", "1", "--virality", "1", *wrong)
    assert (result.exit_code, said in result.stderr) == (1, True)
    assert result.stdout == ""
