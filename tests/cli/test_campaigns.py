from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli.campaigns import campaigns_app
from ecluse.events import Event
from ecluse.stores.remembering import RememberingGate
from ecluse.terms import parse_terms
from tests.service.running import TERMS

AT_S = 1_575_676_800
OFFER = "Need money fast? Up to 10,000 today, no papers, straight to your account. Ask us now"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a stopped gate that knows one campaign, of thirty accounts."""
    folder = tmp_path_factory.mktemp("campaigns") / "data"
    with RememberingGate(folder, parse_terms(TERMS), memory_bytes=1 << 22) as gate:
        gate.decide(
            [
                Event(
                    kind="send",
                    at=1_000 * (AT_S + 3_600 * turn + 60 * account),
                    sender=f"sim{account}",
                    recipients=[f"{account} to {turn}"],
                    registered_at=1_000 * (AT_S - 4 * 86_400),
                    text=OFFER,
                )
                for turn in range(4)
                for account in range(30)
            ]
        )
        assert len(gate.campaigns()) == 1
    return folder


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(campaigns_app, arguments)
    return result.exit_code, result.output


def words(line: str) -> list[str]:
    return line.replace("│", " ").split()


def test_a_folders_campaigns_are_listed(folder: Path) -> None:
    code, said = run("list", "--data", str(folder))
    assert code == 0
    (line,) = [words(line) for line in said.splitlines() if "content" in line]
    assert len(line[0]) == 16
    assert line[5:] == ["30", "120", "120", "content"]


def test_one_is_shown_with_what_it_shares_and_its_earliest_members(folder: Path) -> None:
    id_ = next(words(line)[0] for line in run("list", "--data", str(folder))[1].splitlines() if "content" in line)
    code, said = run("show", id_, "--data", str(folder), "--members", "3")
    assert code == 0
    assert "30 accounts wrote to 120 people, 120 of them strangers" in said
    assert "Members: 30, the earliest 3" in said
    since = [words(line)[1:] for line in said.splitlines() if "2019-12-07 00:0" in line and "│" in line]
    assert since == [["2019-12-07", f"00:0{minute}:00"] for minute in range(3)]


@pytest.mark.parametrize("id_", ["0123456789abcdef", "ada"])
def test_an_unknown_one_is_an_error(folder: Path, id_: str) -> None:
    code, said = run("show", id_, "--data", str(folder))
    assert (code, "ecluse campaigns:" in said) == (1, True)


def test_a_gate_that_knows_none_says_so(tmp_path: Path) -> None:
    with RememberingGate(tmp_path / "data", parse_terms(TERMS), memory_bytes=1 << 22) as gate:
        gate.decide([Event(kind="send", at=1_000 * AT_S, sender="ada", recipients=["bob"])])
    assert run("list", "--data", str(tmp_path / "data")) == (0, "The gate knows no campaign.\n")


def test_a_url_or_a_folder_is_needed() -> None:
    assert run("list")[0] == 1
