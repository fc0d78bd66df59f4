from importlib.metadata import version
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from ecluse.cli import app

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_without_a_command_it_helps():
    result = CliRunner().invoke(app, [])
    assert "replay" in result.output
    assert "serve" in result.output


def test_it_says_its_version():
    assert CliRunner().invoke(app, ["--version"]).output.strip() == version("ecluse")


@pytest.mark.parametrize("name", sorted(typer.main.get_group(app).commands))
def test_every_command_helps(name):
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("name", sorted({*typer.main.get_group(app).commands} - {"demo", "keys"}))
def test_the_readme_names_every_command(name):
    assert f"ecluse {name}" in README
