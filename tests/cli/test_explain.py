from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from ecluse.cli.explain import explain, show
from ecluse.client import Client
from ecluse.events import Event
from ecluse.stores.remembering import RememberingGate
from ecluse.terms import parse_terms
from tests.service.conftest import running_gate as running_gate
from tests.service.running import TERMS, Running, now_ms, send

app = typer.Typer()
app.command()(explain)

AT = 1_575_676_800_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a stopped gate that knows Ada, who wrote to Bob and Eve; Bob answered."""
    with RememberingGate(tmp_path / "data", parse_terms(TERMS), memory_bytes=1 << 22) as gate:
        gate.decide([Event(kind="send", at=AT, sender="ada", recipients=["bob", "eve"])])
        gate.decide([Event(kind="send", at=AT + 1000, sender="bob", recipients=["ada"])])
    return tmp_path / "data"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    return result.exit_code, result.output


def test_a_folder_is_explained(folder: Path) -> None:
    code, said = run("ada", "--data", str(folder))
    lines = [" ".join(line.replace("│", " ").split()) for line in said.splitlines()]
    assert code == 0
    assert lines[0] == "ada, personal, as of 2019-12-07 00:00:01"
    assert "Ledger: 2 peers" in lines
    assert "strangers 1 1 1 1 peers" in lines
    assert "reply_ratio 0.5 0.5 0.5 0.5 share" in lines
    assert "account_age ? seconds" in lines
    assert "three-strangers strangers.1h > 3 peers 1 2" in lines
    assert "forwarded forward_hops >= 1 hops 0 1" in lines
    rows = [line.split()[2:] for line in lines if " person " in line]
    assert sorted(rows) == [
        ["2019-12-07", "00:00:00", "2019-12-07", "00:00:00", "2019-12-07", "00:00:01", "0"],
        ["2019-12-07", "00:00:00", "2019-12-07", "00:00:00", "never", "1"],
    ]


def test_an_hour_later_the_window_is_empty(folder: Path) -> None:
    said = run("ada", "--data", str(folder), "--at", str(AT + 3_600_000))[1]
    assert "strangers.1h > 3 peers │ 0 " in " ".join(said.split())


def test_an_account_nobody_knows(folder: Path) -> None:
    assert run("nobody", "--data", str(folder)) == (0, "The gate knows nothing of nobody.\n")


def test_a_running_gate_is_explained(running_gate: Running) -> None:
    running_gate.post([send("explained", f"p{i}", at=now_ms()) for i in range(4)])
    code, said = run("explained", "--url", running_gate.url, "--key", running_gate.keys["read"], "--rows", "2")
    assert code == 0
    assert "Ledger: 3 peers, the newest 2" in said
    assert "three-strangers │ strangers.1h > 3 peers" in said


def test_a_rule_that_holds_says_so(folder: Path) -> None:
    with RememberingGate(folder, None, memory_bytes=1 << 22) as gate:
        gate.observe([Event(kind="send", at=AT + 2000, sender="ada", recipients=["x", "y", "z"])])
    said = run("ada", "--data", str(folder))[1]
    assert " ".join(said.split()).count("holds") == 1


@pytest.mark.parametrize("options", [(), ("--url", "http://127.0.0.1:1", "--data", "d")])
def test_either_a_gate_or_a_folder(options: tuple[str, ...]) -> None:
    assert run("ada", *options)[0] == 2


def test_what_fails_says_why(tmp_path: Path) -> None:
    code, said = run("ada", "--url", "http://127.0.0.1:1")
    assert (code, "the gate did not answer" in said) == (1, True)
    code, said = run("ada", "--data", str(tmp_path))
    assert (code, "no gate has kept anything there" in " ".join(said.split())) == (1, True)
    assert run("ada", "--data", str(tmp_path / "none"))[0] == 2
    assert not (tmp_path / "none").exists()


def test_an_id_is_no_markup(running_gate: Running) -> None:
    running_gate.post(send("[red]ada[/]", "bob"))
    console = Console(record=True, width=120)
    with Client(running_gate.url, key=running_gate.keys["read"]) as gate:
        show(gate.account("[red]ada[/]"), console)
    assert console.export_text().startswith("[red]ada[/], personal")
