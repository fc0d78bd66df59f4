"""The page about lint: every code is there, and each example is found to be what it is an example of."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.terms import TermsError, parse_terms
from ecluse.terms.lint import CODES, Severity, findings_of, lint

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "lint.md").read_text()
EXAMPLES = dict(re.findall(r"^### `([\w-]+)`\n.*?```yaml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
HEAD = "id: example\nversion: 1\ntitle: Example\n"


def found(text):
    try:
        return lint(parse_terms(text))
    except TermsError as error:
        return findings_of(error)


def test_the_table_has_every_code():
    table = re.findall(r"^\| \[`([\w-]+)`\]\(#[\w-]+\) \| (\w+) \| (.*) \|$", PAGE, re.MULTILINE)
    assert table == [(code, severity, says) for code, (severity, says) in CODES.items()]


def test_every_code_has_an_example():
    assert list(EXAMPLES) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_an_example_is_one(code):
    codes = [one.code for one in found(HEAD + EXAMPLES[code])]
    hints = {name for name, (severity, _) in CODES.items() if severity is Severity.HINT}
    assert code in codes
    assert set(codes) - hints <= {code}


def test_the_run_shown_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clause = "{en: Few., fr: Peu., pt-BR: Poucos., hi: कम।, es: Pocos.}"
    content = f"""id: example
version: 1
title: Example
rules:
  - id: hour
    clause: {clause}
    when: [strangers.1h > 50, recipients.1h < 20]
    then: refuse
    basis: made up
"""
    Path("terms.yaml").write_text(content)
    (shown,) = re.findall(r"```text\n\$ ecluse terms lint terms.yaml\n(.*?)```", PAGE, re.DOTALL)
    result = CliRunner().invoke(terms_app, ["lint", "terms.yaml"])
    assert (result.stdout, result.exit_code) == (shown, 1)
