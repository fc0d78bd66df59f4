from typer.testing import CliRunner

from ecluse.cli import app


def test_the_demo_stops_who_sends_in_bulk_and_nobody_else(tmp_path):
    result = CliRunner().invoke(app, ["demo", "--people", "60", "--days", "1", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert '"outcome": "refuse"' in result.output
    assert "newsletter-1" in result.output
    assert "Ordinary people: 0 of 6,060 were ever refused a send" in result.output.replace("\n", " ")
    assert (tmp_path / "events.parquet").exists()
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_terms_that_are_none_are_told_before_anything_starts(tmp_path):
    result = CliRunner().invoke(app, ["demo", "--terms", "nothing", "--out", str(tmp_path / "demo")])
    assert result.exit_code == 1
    assert "terms: 'nothing' is not a file that can be read" in result.output.replace("\n", " ")
    assert not (tmp_path / "demo").exists()
