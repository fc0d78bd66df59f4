from pathlib import Path

from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.ledger import SIGNALS

RUN = CliRunner()
DOCS = Path(__file__).parents[2] / "docs" / "reference"


def run(*arguments):
    return RUN.invoke(terms_app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_check_shows_the_rules():
    result = run("check", "starter")
    assert result.exit_code == 0
    assert [
        part in result.stdout for part in ("starter@1", "strangers-hour", "strangers.1h > 50", "account_age < 1h")
    ] == [True] * 4


def test_check_points_at_each_fault(tmp_path):
    path = tmp_path / "terms.yaml"
    path.write_text(
        "id: a\nversion: 1\ntitle: t\nrules:\n- {id: é漢, clause: c, when: [stranger.1h > 5], then: pass}\n"
    )
    result = run("check", path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"{path}:5:8: rules[0].id: expected an id of a-z, 0-9 and -, at most 64 of them, got `é漢`\n"
        "     5 │ - {id: é漢, clause: c, when: [stranger.1h > 5], then: pass}\n"
        "       │        ^\n"
        f"{path}:5:30: rules[0].when[0]: unknown signal `stranger.1h`; did you mean `strangers.1h`?\n"
        "     5 │ - {id: é漢, clause: c, when: [stranger.1h > 5], then: pass}\n"
        "       │                               ^\n"
        "2 faults.\n"
    )


def test_check_shows_only_a_part_of_a_long_line(tmp_path):
    path = tmp_path / "terms.yaml"
    path.write_text(f"{{{' ' * 5_000}nothing: 1}}")
    result = run("check", path)
    assert (result.exit_code, max(map(len, result.stderr.splitlines())) < 200) == (1, True)


def test_check_of_nothing(tmp_path):
    result = run("check", tmp_path / "nowhere.yaml")
    assert (result.exit_code, "not a file that can be read" in result.stderr) == (2, True)


def test_signals_lists_every_signal():
    result = run("signals")
    assert result.exit_code == 0
    assert [signal.name for signal in SIGNALS if f" {signal.name} " not in result.stdout] == []


def test_the_page_of_signals_is_the_table_that_the_command_prints():
    page = (DOCS / "signals.md").read_text()
    assert run("signals", "--markdown").stdout in page
    assert [signal.name for signal in SIGNALS if f"`{signal.name}`" not in page] == []
