"""``ecluse cases`` from the opening of a case to its bundle, verified in another folder."""

import json
import shutil

import pytest
from PIL import Image
from typer.testing import CliRunner

from ecluse.cli import app


def run(*arguments, code=0):
    result = CliRunner().invoke(app, ["cases", *map(str, arguments)], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "gate"
    data.mkdir()
    number = run(
        *("new", "--data", data, "--title", "Newsletters by Rundbrief", "--summary", "Sells newsletters."),
        *("--terms", "december-2019", "--rule", "answers", "--mark", "Messenger", "--relief", "stop"),
        *("--accepted", "2019-12-07", "--cutoff", "2026-12-08"),
    )
    assert number == "1\n"
    return data


def test_a_case_from_its_opening_to_its_bundle(folder, tmp_path):
    run("party", 1, "--data", folder, "--name", "Rundbrief GmbH", "--kind", "provider", "--subject", "rundbrief")
    capture = tmp_path / "preise.png"
    Image.new("RGB", (8, 8)).save(capture)
    claim = ("--url", "https://rundbrief.example/preise", "--text", "80,000 messages a day", "--found-by", "Bob")
    run("add", 1, capture, "--data", folder, *claim, "--found", "2026-11-20")
    run("add", 1, "--data", folder, "--terms", "starter")
    run("timeline", 1, "--data", folder, "--words", "First newsletter seen.", "--at", "2026-11-19")
    letter = run(
        "letter", 1, "--data", folder, "--to", "Rundbrief GmbH", "--service", "Messenger", "--due", "2026-12-08"
    )
    assert letter.startswith("Cease and desist: bulk messaging on Messenger\n")
    run("letter", 1, "--data", folder, "--sent", 1, "--by", "bailiff")
    run("letter", 1, "--data", folder, "--answered", 1, "--answer", "No.", "--on", "2099-01-01")
    run("hold", 1, "--data", folder)
    run("status", 1, "referred", "--data", folder, "--why", "to counsel")
    assert "notice sent → referred: to counsel" in run("show", 1, "--data", folder)
    assert "referred, on hold" in run("list", "--data", folder)
    assert "First newsletter seen." in run("timeline", 1, "--data", folder)

    fingerprint = run("key", "--data", folder).splitlines()[-1]
    bundle = tmp_path / "case.zip"
    run("export", 1, "--data", folder, "--out", bundle)
    elsewhere = tmp_path / "another machine"
    elsewhere.mkdir()
    moved = shutil.move(bundle, elsewhere / "case.zip")
    shutil.rmtree(folder)
    assert "as expected" in run("verify", moved, "--fingerprint", fingerprint)
    assert "compare it with what the service publishes" in run("verify", moved)
    assert "was expected" in run("verify", moved, "--fingerprint", "0" * 64, code=1)
    content = bytearray(moved.read_bytes())
    content[len(content) // 2] ^= 1
    moved.write_bytes(content)
    assert "not a bundle as it was sealed" in run("verify", moved, code=1)


def test_what_is_wrong_is_said(folder):
    assert "there is no case 7" in run("show", 7, "--data", folder, code=1)
    assert "rules" in run(
        *("new", "--data", folder, "--title", "t", "--summary", "s", "--terms", "starter", "--rule", "none"), code=1
    )
    assert "content" in run("add", 1, "--data", folder, "--title", "nothing", code=1)
    assert "url" in run("add", 1, "--data", folder, "--text", "x", "--url", "javascript:alert(1)", code=1)
    assert "due" in run("letter", 1, "--data", folder, "--to", "somebody", code=1)
    assert "no letter 9 of case 1" in run("letter", 1, "--data", folder, "--sent", 9, code=1)


def test_reports_and_statements_of_a_folder(folder, tmp_path):
    out = [tmp_path / f"report.{form}" for form in ("html", "csv", "json")]
    period = ["--data", str(folder), "--from", "2026-11-01", "--to", "2026-11-30"]
    options = [word for path in out for word in ("--out", str(path))]
    assert CliRunner().invoke(app, ["report", *period, *options]).exit_code == 0
    assert json.loads(out[2].read_bytes())["decisions"] == 0
    assert "Nothing was decided in this period." in out[0].read_text()
    assert CliRunner().invoke(app, ["report", *period]).output == out[1].read_text()
    assert CliRunner().invoke(app, ["report", *period, "--out", "report.pdf"]).exit_code == 1
    sent = CliRunner().invoke(app, ["statements", *period, "--out", str(tmp_path / "s.json"), "--sent"])
    assert (sent.exit_code, (tmp_path / "s.json").read_text()) == (0, '{"statements":[]}\n')
