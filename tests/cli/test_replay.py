from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.cli.lazy import command_of
from ecluse.ledger import SIGNALS
from tests.replay.making import SMALL, loud, write_flat

RUN = CliRunner()


@pytest.fixture
def terms(tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL.source)
    return tmp_path / "small.yaml"


def run(*arguments):
    return RUN.invoke(app, ["replay", *map(str, arguments)], env={"COLUMNS": "200", "TERM": "dumb"})


def cells(line):
    return [cell.strip() for cell in line.replace("┃", "│").split("│") if cell.strip()]


def test_a_log_is_judged_and_summed_up(tmp_path, terms):
    log = write_flat(tmp_path / "a.csv", [*loud(6), ("peer 1", "loud", 70)])
    out, html = tmp_path / "v.parquet", tmp_path / "r.html"
    done = run(log, "--terms", terms, "--out", out, "--signals", "--html", html)
    assert done.exit_code == 0, done.output
    lines = [cells(line) for line in done.stdout.splitlines()]
    assert [
        line for line in lines if line[0] in ("events", "pass", "label", "refuse", "accounts", "ever refused")
    ] == [
        ["events", "7"], ["pass", "3", "42.9 %"], ["label", "1", "14.3 %"], ["refuse", "3", "42.9 %"],
        ["accounts", "2"], ["ever refused", "1", "50 %"],
    ]  # fmt: skip
    assert ["few", "refuse", "3", "1", "50 %"] in lines
    assert pq.read_table(out).num_columns == 4 + len(SIGNALS)
    assert html.stat().st_size > 1_000_000
    assert f"Written: {out}" in done.stderr


def test_columns_are_mapped_and_passed_over(tmp_path, terms):
    log = tmp_path / "edges.csv"
    log.write_text("src,dst,time,colour\n1,2,1700000000,red\n")
    unknown = run(log, "--terms", terms)
    assert unknown.exit_code == 1
    assert unknown.stderr.startswith(f"ecluse replay: {log}: unknown columns 'src', 'dst', 'time', 'colour'; no column")
    hint = "--map sender=src,recipient=dst,at=time --ignore-columns colour"
    assert unknown.stderr.splitlines()[-1] == f"Try: {hint}"
    done = run(log, "--terms", terms, *hint.split())
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--map", "sender"], "--map: 'sender' is not FIELD=COLUMN, each field once"),
        (["--map", "from=src"], "map: 'from' is not a field of an event"),
        (["--secret-file", "nowhere"], "--secret-file: 'nowhere' is not a file that can be read"),
        (["--terms", "nowhere.yaml"], "terms: 'nowhere.yaml' is not a file that can be read"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, terms, arguments, message):
    log = write_flat(tmp_path / "a.csv", loud(2))
    wrong = run(log, *([] if "--terms" in arguments else ["--terms", terms]), *arguments)
    assert (wrong.exit_code, wrong.stderr[: len(message) + 15]) == (1, "ecluse replay: " + message)


def test_a_bad_row_is_named(tmp_path, terms):
    log = write_flat(tmp_path / "a.csv", [*loud(2), ("", "b", 3)])
    wrong = run(log, "--terms", terms, "--out", tmp_path / "v.parquet")
    assert (wrong.exit_code, wrong.stderr) == (
        1,
        f"ecluse replay: {log} line 4: sender: None is not an id of 1 to 255 characters\n",
    )
    assert not (tmp_path / "v.parquet").exists()


def test_signals_go_into_a_file(tmp_path, terms):
    wrong = run(write_flat(tmp_path / "a.csv", loud(2)), "--terms", terms, "--signals")
    assert (wrong.exit_code, "--signals needs --out" in wrong.stderr) == (2, True)


def test_the_docs_name_every_option():
    page = (Path(__file__).parents[2] / "docs" / "replay.md").read_text()
    options = [name for parameter in command_of("replay").params for name in parameter.opts]
    assert [name for name in options if name.startswith("--") and f"| `{name}` |" not in page] == []
