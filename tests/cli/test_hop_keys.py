from typer.testing import CliRunner

from ecluse.cli.hop_keys import hop_keys_app

RUN = CliRunner()


def run(*arguments):
    return RUN.invoke(hop_keys_app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_keys_are_rotated_listed_and_retired(tmp_path):
    data = tmp_path / "data"
    first, second = (run("rotate", "--data", data).stdout.strip() for _ in range(2))
    assert run("retire", first, "--data", data).exit_code == 0
    listed = run("list", "--data", data).stdout.splitlines()
    lines = {key_id: next(line for line in listed if key_id in line) for key_id in (first, second)}
    assert [("current" in line, line.count(":")) for line in lines.values()] == [(False, 2), (True, 1)]


def test_what_can_not_be_retired_is_said(tmp_path):
    current = run("rotate", "--data", tmp_path).stdout.strip()
    for key_id in (current, "nobody"):
        refused = run("retire", key_id, "--data", tmp_path)
        assert (refused.exit_code, "is not the id of a key that is not current" in refused.output) == (2, True)
