import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ecluse.cli.lab import lab_app
from ecluse.lab import TrafficOptions, make_traffic
from ecluse.lab.roster import ACCOUNTS


def run(*arguments):
    return CliRunner().invoke(lab_app, [str(argument) for argument in arguments])


def test_make_writes_what_the_library_makes(tmp_path):
    events, accounts = tmp_path / "events.parquet", tmp_path / "accounts.parquet"
    result = run("make", "--people", 50, "--days", 2, "--seed", 3, "--out", events, "--accounts", accounts)
    assert result.exit_code == 0, result.output
    traffic = make_traffic(TrafficOptions(people=50, days=2, seed=3))
    assert pq.read_table(events).equals(traffic.events)
    assert pq.read_table(accounts).schema.equals(ACCOUNTS)


def test_make_may_leave_parts_out(tmp_path):
    accounts = tmp_path / "accounts.parquet"
    arguments = ("--no-newsletter", "--no-spammer", "--preset", "college", "--accounts", accounts)
    assert run("make", "--people", 50, "--days", 9, "--out", tmp_path / "events.parquet", *arguments).exit_code == 0
    assert set(pq.read_table(accounts)["role"].to_pylist()) == {"personal"}


@pytest.mark.parametrize("wrong", [("--start", "soon"), ("--preset", "fax"), ("--days", "999999")])
def test_make_names_the_option_that_is_wrong(tmp_path, wrong):
    result = run("make", "--out", tmp_path / "events.parquet", *wrong)
    assert result.exit_code == 2
    assert not (tmp_path / "events.parquet").exists()


def test_make_says_where_it_cannot_write(tmp_path):
    assert run("make", "--people", 10, "--days", 1, "--out", tmp_path / "none" / "events.parquet").exit_code == 2


def test_fit_refuses_what_is_no_log(tmp_path):
    assert run("fit", tmp_path / "none.csv").exit_code == 2
