"""The commands about sanctions, against a running gate; those about the audit, on the records themselves."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ecluse.cli.appeals import appeals_app
from ecluse.cli.audit import audit_app
from ecluse.cli.records import records_app
from ecluse.cli.sanctions import sanctions_app
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from tests.postgres import new_database
from tests.service.running import Running, running


class Office:
    """A running gate, and three persons at their terminals."""

    def __init__(self, gate: Running) -> None:
        self.gate = gate
        store = KeyStore(gate.data / KEYS)
        scopes = [Scope.ADMIN, Scope.READ]
        self.ada, self.bob, self.cyd = (store.create(name, scopes, now_s=1).token for name in ("Ada", "Bob", "Cyd"))
        store.close()

    def run(self, app, key: str, *arguments: str) -> Result:
        env = {"ECLUSE_URL": self.gate.url, "ECLUSE_KEY": key, "COLUMNS": "200"}
        return CliRunner().invoke(app, arguments, env=env)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with running(tmp_path_factory.mktemp("office") / "data") as gate:
        yield Office(gate)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


def test_from_a_proposal_to_an_appeal(office: Office) -> None:
    words = ("--rule", "three-strangers", "--facts", "Sells lists.")
    proposed = said(office.run(sanctions_app, office.ada, "lay", "eve", "expulsion", *words))
    assert "status proposed" in proposed
    again = office.run(sanctions_app, office.ada, "confirm", "1", "--note", "Myself.")
    assert (again.exit_code, "it takes another person" in again.stderr.replace("\n", " ")) == (1, True)
    assert "status in_force" in said(office.run(sanctions_app, office.bob, "confirm", "1", "--note", "Yes."))
    assert "eve" in said(office.run(sanctions_app, office.ada, "list", "--status", "in_force"))
    assert "open" in said(office.run(appeals_app, office.ada, "file", "1", "--words", "I was hacked."))
    said(office.run(sanctions_app, office.ada, "lay", "bob", "limit", "--for", "7d", "--takes", "start", *words))
    assert "status lifted" in said(office.run(sanctions_app, office.ada, "lift", "2", "--why", "Enough."))
    assert "(Cyd)" in said(office.run(appeals_app, office.cyd, "assign", "1"))
    assert "reversed" in said(office.run(appeals_app, office.cyd, "decide", "1", "reversed", "--answer", "So it was."))
    assert "eve" in said(office.run(appeals_app, office.cyd, "list"))
    assert '"status": "reversed"' in said(office.run(sanctions_app, office.cyd, "show", "1", "--json"))
    data = ("--data", str(office.gate.data))
    runner = CliRunner()
    rows = said(runner.invoke(audit_app, ["list", "--about", "sanction 1", *data], env={"COLUMNS": "200"}))
    assert [word for word in ("propose", "confirm", "reverse") if word not in rows] == []
    anchor = office.gate.data / "anchor.json"
    anchor.write_text(runner.invoke(audit_app, ["head", *data]).stdout)
    whole = said(runner.invoke(audit_app, ["verify", "--anchor", str(anchor), *data]))
    assert whole.startswith("The audit is whole: 8 rows")


def test_a_changed_row_is_told(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    runner = CliRunner()
    assert said(runner.invoke(audit_app, ["verify", *data])).startswith("The audit is whole: 0 rows")
    with sqlite3.connect(tmp_path / "records.sqlite") as connection:
        connection.execute("update audit_head set seq = 3")
    connection.close()
    changed = runner.invoke(audit_app, ["verify", *data])
    assert (changed.exit_code, changed.stdout) == (1, "row 1: it is missing, and all up to 3\n")


def test_an_anchor_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anchor.json").write_text("{}")
    refused = CliRunner().invoke(
        audit_app, ["verify", "--anchor", str(tmp_path / "anchor.json"), "--data", str(tmp_path)]
    )
    assert (refused.exit_code, "ecluse audit head" in " ".join(refused.stderr.split())) == (1, True)


def test_a_signed_anchor_that_was_changed_is_refused(tmp_path: Path) -> None:
    data, runner = ("--data", str(tmp_path)), CliRunner()
    anchor = tmp_path / "anchor.json"
    anchor.write_text(runner.invoke(audit_app, ["head", *data]).stdout)
    assert runner.invoke(audit_app, ["verify", "--anchor", str(anchor), *data]).exit_code == 0
    anchor.write_text(anchor.read_text().replace('"seq":0', '"seq":1'))
    changed = runner.invoke(audit_app, ["verify", "--anchor", str(anchor), *data])
    assert (changed.exit_code, "it was changed" in " ".join(changed.stderr.split())) == (1, True)


def test_the_tables_of_postgresql_are_made_by_command(postgres: Path) -> None:
    url = new_database(postgres)
    runner = CliRunner()
    assert runner.invoke(records_app, ["status", "--records", url]).exit_code == 1
    assert said(runner.invoke(records_app, ["migrate", "--records", url])).startswith("The records are of revision 0")
    assert said(runner.invoke(records_app, ["status", "--records", url])).count("0") > 1


def test_a_gate_that_is_not_there_is_told(office: Office) -> None:
    result = CliRunner().invoke(sanctions_app, ["list", "--url", "http://127.0.0.1:9"])
    assert (result.exit_code, result.stderr.startswith("ecluse sanctions list: the gate did not answer")) == (1, True)
