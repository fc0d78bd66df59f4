import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.cli.lazy import command_of
from ecluse.terms import load_terms
from tests.replay.compare.making import LOOSE, TIGHT, WORLD
from tests.replay.making import write_flat

RUN = CliRunner()
PAGE = Path(__file__).parents[2] / "docs" / "compare.md"


@pytest.fixture
def sides(tmp_path):
    """Both documents, and the log."""
    (tmp_path / "loose.yaml").write_text(LOOSE.source)
    (tmp_path / "tight.yaml").write_text(TIGHT.source)
    return [tmp_path / "loose.yaml", tmp_path / "tight.yaml", "--log", write_flat(tmp_path / "log.csv", WORLD)]


def run(*arguments):
    return RUN.invoke(app, ["terms", "compare", *map(str, arguments)], env={"COLUMNS": "200", "TERM": "dumb"})


def cells(text):
    return [[cell.strip() for cell in line.replace("┃", "│").split("│") if cell.strip()] for line in text.splitlines()]


def test_two_terms_are_summed_up(tmp_path, sides):
    out, html = tmp_path / "changes.parquet", tmp_path / "r.html"
    done = run(*sides, "--out", out, "--html", html)
    assert done.exit_code == 0, done.output
    lines = cells(done.stdout)
    expected = [
        ["events: pass", "121", "95.3 %", "105", "82.7 %"],
        ["events: delay", "2", "1.6 %", "0", "0 %"],
        ["events: refuse", "4", "3.1 %", "22", "17.3 %"],
        ["ever refused, of 5 all accounts", "1", "20 %", "3", "60 %"],
        ["ever refused, of 4 ordinary", "1", "25 %", "2", "50 %"],
        ["ever refused, of 1 sending in bulk", "0", "0 %", "1", "100 %"],
        ["accounts touched by both", "1", "1"],
        ["accounts touched by one alone", "1", "2"],
        ["pass", "103", "0", "18"],
        ["delay", "2", "0", "0"],
        ["refuse", "0", "0", "4"],
        ["few", "refuse", "differs", "4", "1", "6", "2"],
        ["many", "refuse", "only B", "0", "0", "16", "1"],
        ["pace", "delay", "only A", "2", "1", "0", "0"],
    ]
    assert [line for line in expected if line not in lines] == []
    titles = [line[0] for line in lines if line and re.match(r"(Ordinary|Bulk|Accounts) .*: \d", line[0])]
    assert titles == [
        "Ordinary accounts newly touched: 1",
        "Bulk senders newly stopped: 1",
        "Accounts no longer touched: 1",
        "Accounts touched by both, but otherwise: 1",
    ]
    assert (pq.read_table(out).num_rows, html.stat().st_size > 1_000_000) == (20, True)
    assert done.stderr.splitlines() == [f"Written: {out}", f"Written: {html}"]


def test_a_file_says_who_is_ordinary(tmp_path, sides):
    accounts = tmp_path / "accounts.parquet"
    pq.write_table(pa.table({"account": ["bulk", "mid"], "role": ["reader", "spammer"]}), accounts)
    done = run(*sides, "--ordinary", accounts)
    assert "ever refused, of 1 sending in bulk" in done.stdout
    both = run(*sides, "--ordinary", accounts, "--ordinary-roles", "reader,spammer")
    assert "ever refused, of 0 sending in bulk" in both.stdout


def test_accounts_are_listed_up_to_a_limit(sides):
    done = run(*sides, "--limit", 0)
    assert "Ordinary accounts newly touched: 1, the first 0" in done.stdout


def test_terms_that_come_later_are_said_to(tmp_path, sides):
    later = tmp_path / "later.yaml"
    later.write_text(TIGHT.source.replace("title: Tight", "title: Tight\neffective: 2030-01-01"))
    dated = run(sides[0], later, *sides[2:])
    assert dated.stderr == (
        "Not in force by 17 Nov 2023: tight@2. Nothing was held back by it. "
        "With --always they are judged by all the same.\n"
    )
    assert ["few", "refuse", "differs", "4", "1", "0", "0"] in cells(dated.stdout)
    always = run(sides[0], later, *sides[2:], "--always")
    assert (always.stderr, ["few", "refuse", "differs", "4", "1", "6", "2"] in cells(always.stdout)) == ("", True)


def test_columns_are_mapped(tmp_path, sides):
    log = tmp_path / "edges.csv"
    log.write_text("src,dst,time\n1,2,1700000000\n")
    unknown = run(*sides[:2], "--log", log)
    assert unknown.exit_code == 1
    hint = "--map sender=src,recipient=dst,at=time"
    assert unknown.stderr.startswith(f"ecluse terms compare: {log}: unknown columns 'src', 'dst', 'time'")
    assert unknown.stderr.splitlines()[-1] == f"Try: {hint}"
    assert run(*sides[:2], "--log", log, *hint.split()).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--map", "sender"], "--map: 'sender' is not FIELD=COLUMN, each field once"),
        (["--secret-file", "nowhere"], "--secret-file: 'nowhere' is not a file that can be read"),
        (["--ordinary", "nowhere.csv"], "ordinary: 'nowhere.csv' is not a list, CSV or Parquet of accounts"),
    ],
)
def test_what_is_wrong_is_said(sides, arguments, message):
    wrong = run(*sides, *arguments)
    assert (wrong.exit_code, wrong.stderr[: len(message) + 22]) == (1, "ecluse terms compare: " + message)


def test_the_docs_name_every_option():
    page = PAGE.read_text()
    command = command_of("terms").commands["compare"]
    options = [name for parameter in command.params for name in parameter.opts if name.startswith("--")]
    assert [name for name in options if f"| `{name}` |" not in page] == []


def test_the_example_of_the_docs_is_what_the_command_prints(tmp_path, shared_data, monkeypatch):
    page = PAGE.read_text()
    lines = re.search(r"```diff\n(.*?)```", page, re.DOTALL)[1].splitlines()
    source = load_terms("starter").source
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert (old[0], new[0], source.count(old[1:])) == ("-", "+", 1)
        source = source.replace(old[1:], new[1:])
    (tmp_path / "tight.yaml").write_text(source)
    (tmp_path / "college-messages.csv").symlink_to(shared_data / "college-messages.csv")
    monkeypatch.chdir(tmp_path)
    command, printed = re.search(r"```sh\necluse terms (compare .*?)\n```\n```\n(.*?)```", page, re.DOTALL).groups()
    done = RUN.invoke(app, ["terms", *command.split()], env={"COLUMNS": "100", "TERM": "dumb"})
    assert done.exit_code == 0, done.output
    said = [line.rstrip() for line in done.stdout.splitlines()]
    expected = [line.rstrip() for line in printed.splitlines() if line.strip() not in ("", "…")]
    assert [line for line in expected if line not in said and "events/s" not in line] == []
    assert (tmp_path / "report.html").stat().st_size > 1_000_000
