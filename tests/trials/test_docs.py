"""The page about cases names what there is, and its tutorial runs, word for word."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.trials import CASES_MAX, DELIVERIES_MAX, EVENTS_MAX
from ecluse.trials.names import NAMES_MAX
from ecluse.trials.parse_accounts import FIELDS, WAYS
from ecluse.trials.parse_expect import LISTS
from ecluse.trials.parse_steps import OF_SENDER, PLAIN

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "terms-tests.md").read_text()
TERMS, CASES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
GOOD, BROKEN = re.findall(r"```text\n\$ ecluse terms test club.yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("club.yaml").write_text(TERMS)
    Path("club_test.yaml").write_text(CASES)


def run(*arguments):
    return CliRunner().invoke(terms_app, ["test", *arguments])


@pytest.mark.usefixtures("folder")
def test_the_tutorial_does_what_it_says():
    result = run("club.yaml")
    assert (result.exit_code, result.stdout) == (0, GOOD)
    Path("club.yaml").write_text(TERMS.replace("strangers.1h > 50", "strangers.1h >= 50"))
    result = run("club.yaml")
    assert (result.exit_code, result.stdout) == (1, BROKEN)
    Path("club.yaml").write_text(TERMS)
    result = run("club.yaml", "--coverage")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, GOOD.strip())


@pytest.mark.usefixtures("folder")
def test_with_coverage_a_rule_that_never_spoke_fails():
    Path("club_test.yaml").write_text(
        CASES.partition("  - case: the 51st")[0] + "  - case: a" + CASES.partition("case: a")[2]
    )
    result = run("club.yaml")
    assert (result.exit_code, result.stdout) == (
        0,
        "1 case, 0 failed. 0 of 2 rules both spoke and let pass. Never spoke: club@1 answers, club@1 strangers.\n",
    )
    assert run("club.yaml", "--coverage").exit_code == 1


@pytest.mark.usefixtures("folder")
def test_a_fault_is_told_with_its_place():
    Path("club_test.yaml").write_text(CASES.replace("to_each: friend", "to_ech: friend"))
    result = run("club.yaml")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [
        "club_test.yaml:18:21: cases[1].steps[0]: unknown field `to_ech`; did you mean `to_each`?",
        "2 faults.",
    ]
    assert run("nothing").exit_code == 2


@pytest.mark.parametrize("word", [*FIELDS, *WAYS, *LISTS, *PLAIN, *OF_SENDER, "age", "history", "dropped", "notice"])
def test_every_field_is_named(word):
    assert f"`{word}`" in PAGE


def test_every_bound_is_named():
    for bound in (CASES_MAX, DELIVERIES_MAX, EVENTS_MAX, NAMES_MAX):
        assert f"{bound:,}" in PAGE
