"""The page about terms names what there is, and what it shows is so."""

import doctest
import re
from pathlib import Path
from textwrap import indent

import pytest
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.events import AccountKind, Chat, Kind
from ecluse.terms import (
    COMPARISONS,
    KINDS_BY_DEFAULT,
    LANGUAGES,
    Deciding,
    Measure,
    Mode,
    Outcome,
    SubjectKind,
    Versions,
    compiled,
    condition,
    faults,
    fields,
    grammar,
    loading,
    notices,
    parse,
    parse_terms,
    texts,
    where,
)
from ecluse.terms.parse_rules import NOTICE_PLACES

MODULES = (compiled, condition, faults, fields, grammar, loading, notices, parse, texts, where)

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "terms.md").read_text()
EXAMPLE, CONDITIONS, DATED, LADDER = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_a_document():
    terms = parse_terms(EXAMPLE)
    assert [rule.outcome for rule in terms.rules] == [Outcome.PASS, Outcome.REFUSE, Outcome.LABEL]
    assert terms.rules[1].kinds == KINDS_BY_DEFAULT


def test_the_two_ways_to_write_a_condition_say_the_same():
    head = "id: a\nversion: 1\ntitle: t\nrules:\n- id: r\n  clause: c\n  then: pass\n"
    first, second = parse_terms(head + indent(CONDITIONS, "  ")).rules[0].conditions
    assert first == second


def test_the_dated_example_is_a_document():
    versions = Versions.of(parse_terms(DATED))
    modes = [[(v.mode.word, v.scope and v.scope.id) for v in era.program.variants] for era in versions.eras]
    assert modes == [
        [],
        [("warn", "campaign"), ("warn", None), ("shadow", "campaign"), ("shadow", None)],
        [("warn", "campaign"), ("warn", None), ("enforce", "campaign"), ("enforce", None)],
    ]


def test_the_ladder_shown_is_one():
    terms = parse_terms(f"id: a\nversion: 1\ntitle: t\nrules: []\n{LADDER}")
    assert [step.measure.word for step in terms.ladder.rungs[0].steps] == [
        *("warning", "limit", "limit", "suspension", "expulsion")
    ]


@pytest.mark.parametrize("word", [*Measure.words(), *Deciding.words(), *SubjectKind.words()])
def test_every_word_of_a_ladder_is_named(word):
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("word", [*Mode.words(), *Chat.words(), *AccountKind.words(), *LANGUAGES, *NOTICE_PLACES])
def test_every_word_of_dated_terms_is_named(word):
    assert f"`{word}`" in PAGE or f"`{{{word}}}`" in PAGE


@pytest.mark.parametrize("word", [*Outcome.words(), *Kind.words(), *COMPARISONS])
def test_every_word_is_named(word):
    assert f"`{word}`" in PAGE


def test_the_faults_are_shown_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = """id: example
version: 1
title: Example terms
rules:
  - id: strangers-hour
    when:
      - stranger.1h > 50
    then: refuze
    clause: Few strangers.
"""
    Path("terms.yaml").write_text(content)
    (shown,) = re.findall(r"```text\n\$ ecluse terms check terms.yaml\n(.*?)```", PAGE, re.DOTALL)
    assert CliRunner().invoke(terms_app, ["check", "terms.yaml"]).stderr == shown


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_the_examples_of_docstrings_run(module):
    failed, attempted = doctest.testmod(module)
    assert (failed, attempted > 0) == (0, True)
