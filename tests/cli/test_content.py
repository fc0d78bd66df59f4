from pathlib import Path

import pyarrow.parquet as pq
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.cli.lazy import command_of
from tests.content.making import OFFER, OTHER

RUN = CliRunner()


def run(*arguments):
    return RUN.invoke(app, ["content", "cluster", *map(str, arguments)], env={"COLUMNS": "120", "TERM": "dumb"})


def cells(line):
    return [cell.strip() for cell in line.replace("┃", "│").split("│") if cell.strip()]


def test_texts_are_grouped_and_summed_up_and_never_shown(tmp_path):
    (tmp_path / "a.csv").write_text(f'body\n"{OFFER}"\n"{OTHER}"\n"{OFFER.upper()}"\n"{OFFER}!"\n')
    out = tmp_path / "clusters.parquet"
    done = run(tmp_path / "a.csv", "--column", "body", "--out", out)
    assert done.exit_code == 0, done.output
    lines = [cells(line) for line in done.stdout.splitlines()]
    assert [line for line in lines if line[0] in ("alone", "2", "3 to 4", "all")] == [
        ["alone", "1", "25 %"], ["3 to 4", "1", "3", "75 %"], ["all", "1", "4"],
    ]  # fmt: skip
    assert pq.read_table(out).column("cluster").to_pylist() == [0, -1, 0, 0]
    assert f"Written: {out}" in done.stderr
    assert "holiday" not in done.output.lower()


def test_what_is_wrong_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("body\nx\n")
    wrong = run(tmp_path / "a.csv")
    assert (wrong.exit_code, wrong.stderr) == (
        1,
        f"ecluse content cluster: {tmp_path / 'a.csv'}: column: 'text' is not one of body\n",
    )
    assert run(tmp_path / "a.csv", "--column", "body", "--alike", "0.01").exit_code == 1


def test_the_docs_name_every_option():
    page = (Path(__file__).parents[2] / "docs" / "content.md").read_text()
    command = command_of("content").commands["cluster"]
    options = [name for parameter in command.params for name in parameter.opts]
    assert [name for name in options if name.startswith("--") and f"| `{name}` |" not in page] == []
