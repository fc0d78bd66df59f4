import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.cli.lazy import COMMANDS

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_without_a_command_it_helps():
    result = CliRunner().invoke(app, [])
    assert "replay" in result.output
    assert "serve" in result.output


def test_a_command_that_is_none_is_named():
    result = CliRunner().invoke(app, ["repaly"])
    assert result.exit_code == 2
    assert "repaly" in result.output


def test_a_command_is_imported_only_when_it_is_asked_for():
    code = "import sys, ecluse.cli; print('numba' in sys.modules, 'ecluse.cli.serve' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False False\n"


def test_it_says_its_version():
    assert CliRunner().invoke(app, ["--version"]).output.strip() == version("ecluse")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_helps(name):
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"demo", "keys"}))
def test_the_readme_names_every_command(name):
    assert f"ecluse {name}" in README
