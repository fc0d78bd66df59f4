import re
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from ecluse.cli.partners import partners_app

FLOWERS = ("--name", "Flowers", "--domain", "flowers.example.org", "--region", "DE", "--contact", "ada@example.org")


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(partners_app, [*words, "--data", str(data)], env={"USER": "ada", "COLUMNS": "200"})


def test_an_application_is_taken_shown_and_waits_for_what_it_must_show(tmp_path: Path) -> None:
    applied = run(tmp_path, "apply", *FLOWERS)
    assert applied.exit_code == 0, applied.output
    partner = applied.stdout.split()[0]
    assert "(Flowers) is applied." in applied.stdout
    assert re.search(r"TXT record of flowers\.example\.org with ecluse-verification=[a-z2-7]{32}", applied.stderr)
    early = run(tmp_path, "verify", partner, "--why", "looks good")
    assert (early.exit_code, early.stderr.strip()) == (1, "it has shown no document")
    none = run(tmp_path, "token", partner, "--name", "shop")
    assert none.exit_code == 1
    assert "only verified and trusted partners get this" in none.stderr
    paper = tmp_path / "extract.pdf"
    paper.write_bytes(b"extract")
    kept = run(tmp_path, "document", partner, str(paper))
    assert kept.stdout.startswith("extract.pdf: sha256 ")
    assert (
        "nobody has seen that flowers.example.org is its own" in run(tmp_path, "verify", partner, "--why", "x").stderr
    )
    shown = run(tmp_path, "show", partner).stdout
    assert "quality GREEN" in shown
    assert "document extract.pdf" in shown
    assert partner in run(tmp_path, "list").stdout
    assert partner not in run(tmp_path, "list", "--status", "verified").stdout
    assert run(tmp_path, "refuse", partner, "--why", "no extract").stdout == f"{partner} (Flowers) is refused.\n"


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    assert run(tmp_path, "show", "p0").exit_code == 2
    assert run(tmp_path, "apply", *FLOWERS[:-1], "nobody").exit_code == 2
    assert run(tmp_path, "revoke", "none").exit_code == 2
    assert run(tmp_path, "give-up", "1").exit_code == 2
