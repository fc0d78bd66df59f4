from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.stores.data import TERMS as HISTORY
from ecluse.stores.data import DataFolder
from ecluse.stores.rollout import start
from ecluse.stores.terms_history import TermsHistory
from ecluse.terms import parse_terms
from tests.service.running import TERMS, running

TIGHTER = TERMS.replace('version: "1"', 'version: "2"').replace("strangers.1h > 3", "strangers.1h > 1")


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(terms_app, [str(argument) for argument in arguments])
    return result.exit_code, " ".join(result.output.replace("│", " ").split())


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "tighter.yaml"
    path.write_text(TIGHTER)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a gate that is stopped."""
    data = tmp_path / "data"
    DataFolder(data).close()
    with TermsHistory(data / HISTORY) as history:
        first = start(None, (), parse_terms(TERMS), who="ada", now_s=1_700_000_000)
        assert first is not None
        history.record(first)
    return data


def test_in_a_folder(folder: Path, document: Path) -> None:
    code, said = run("activate", document, "--why", "spam", "--data", folder)
    assert (code, "test@2 Terms of the tests 20" in said, "in force" in said) == (0, True, True)
    code, said = run("rollback", "--why", "too strict", "--data", folder)
    assert (code, said.count("superseded")) == (0, 2)
    code, said = run("activate", document, "--at", "2090-01-01", "--why", "later", "--data", folder)
    assert (code, "2090-01-01 to come" in said) == (0, True)
    code, said = run("history", "--data", folder)
    assert code == 0
    assert [
        word for word in ("spam", "too strict", "later", "the gate was started with them") if word not in said
    ] == []


def test_on_a_running_gate(tmp_path: Path, document: Path) -> None:
    with running(tmp_path / "gate") as gate:
        to = ("--url", gate.url, "--key", gate.keys["admin"])
        assert run("rehearse", document, "--why", "to see", *to)[0] == 0
        reader = ("--url", gate.url, "--key", gate.keys["read"])
        assert "test@2, rehearsed beside test@1" in run("rehearse", *reader)[1]
        assert run("rehearse", "--end", "--why", "seen", *to)[0] == 0
        assert run("rehearse", *reader)[1] == "Nothing is rehearsed."
        code, said = run("activate", document, "--why", "spam", *to)
        assert (code, "in force" in said) == (0, True)
        assert run("rollback", "--why", "no", *to)[0] == 0
        code, said = run("history", *reader)
        assert (code, said.count("test@1"), said.count("test@2")) == (0, 4, 4)
        code, said = run("activate", document, "--why", "no right", *reader)
        assert (code, "scope-missing" in said) == (1, True)


def test_what_is_wrong_is_told(folder: Path, tmp_path: Path, document: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(TIGHTER.replace("refuse", "refuze"))
    code, said = run("activate", wrong, "--why", "spam", "--data", folder)
    assert (code, "did you mean `refuse`?" in said) == (1, True)
    code, said = run("activate", document, "--at", "2001-01-01", "--why", "spam", "--data", folder)
    assert (code, "a time from now" in said) == (1, True)
    assert run("activate", document, "--why", "spam")[0] == 2
    assert run("rehearse", document, "--why", "spam")[0] == 2
    assert run("activate", document, "--why", "spam", "--url", "http://127.0.0.1:9")[0] == 1
    with DataFolder(folder):
        code, said = run("rollback", "--why", "x", "--data", folder)
        assert (code, "is in use by another gate" in said) == (1, True)
    empty = tmp_path / "empty"
    DataFolder(empty).close()
    assert run("history", "--data", empty) == (0, "No terms were ever put in force there.")
    assert run("rollback", "--why", "x", "--data", empty)[0] == 1
