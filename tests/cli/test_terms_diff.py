import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.terms.diff import Change, Direction

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "diff.md").read_text()


def run(*arguments):
    return CliRunner().invoke(terms_app, ["diff", *arguments])


@pytest.fixture
def spring_and_autumn(tmp_path, monkeypatch):
    """The two documents of the page, in this folder."""
    monkeypatch.chdir(tmp_path)
    for name, text in zip(("spring", "autumn"), re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL), strict=True):
        Path(f"{name}.yaml").write_text(text)
    return "spring.yaml", "autumn.yaml"


def test_the_run_shown_is_one(spring_and_autumn):
    (shown,) = re.findall(r"```text\n\$ ecluse terms diff spring.yaml autumn.yaml\n(.*?)```", PAGE, re.DOTALL)
    result = run(*spring_and_autumn)
    assert (result.stdout, result.exit_code) == (shown, 0)


def test_json_has_every_field(spring_and_autumn):
    result = json.loads(run("--json", *spring_and_autumn).stdout)
    assert (result["before"], result["after"]) == ("example@1", "example@2")
    (tightened,) = [change for change in result["changes"] if change["direction"] == "tightened"]
    assert tightened == {
        "direction": "tightened",
        "about": "rule",
        "name": "strangers-hour",
        "field": "when",
        "says": "speaks when there are more than 40 people written to in an hour who never wrote to the account "
        "(before: 50; 10 fewer, -20 %)",
        "before": "strangers.1h > 50",
        "after": "strangers.1h > 40",
        "by": -10.0,
        "concerns": "all accounts, when they send or forward",
    }


def test_the_page_names_every_field_and_direction():
    assert [name for name in (*Change._fields, *Direction) if f"`{name}`" not in PAGE] == []


def test_the_same_terms_say_the_same():
    assert run("starter", "starter").stdout.endswith("They say the same.\n")


def test_faults_and_files_that_are_not_there(tmp_path):
    path = tmp_path / "terms.yaml"
    path.write_text("id: a\nversion: 1\ntitle: t\nrules: 5\n")
    result = run("starter", str(path))
    assert (result.exit_code, "rules: expected a list of rules" in result.stderr) == (1, True)
    assert run("starter", "nowhere.yaml").exit_code == 2
