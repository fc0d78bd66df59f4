from pathlib import Path

import pytest

from ecluse.events import Kind
from ecluse.terms import CONDITIONS_MAX, RULES_MAX, Condition, Fault, Outcome, Rule, TermsError, Text, parse_terms
from ecluse.terms.faults import FAULTS_MAX

GOLDEN = Path(__file__).parent / "golden"

DOCUMENT = """
id: demo
version: 7
title: >
  Terms
  of a demo
rules:
  - id: strangers
    clause: |
      Few strangers,
      please.
    when:
      - strangers.1h > 50
      - {signal: account_age, comparison: "<=", number: 7d}
      - {signal: reply_ratio.24h, comparison: "<", number: 0.2}
    then: refuse
  - id: many-times
    clause: बार-बार‌ अग्रेषित
    kinds: [forward, register]
    when: [forward_hops>=5]
    then: label
    label: many_times
"""


def faults_of(text, source="terms.yaml"):
    with pytest.raises(TermsError) as caught:
        parse_terms(text, source)
    return caught.value


def document(*rules):
    return "id: a\nversion: 1\ntitle: t\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules)


def test_a_document_becomes_terms():
    terms = parse_terms(DOCUMENT)
    assert (terms.id, terms.version, terms.title, terms.name) == ("demo", "7", "Terms of a demo", "demo@7")
    assert terms.source == DOCUMENT
    assert terms.rules == (
        Rule(
            "strangers",
            Text.english("Few strangers, please."),
            (Kind.SEND, Kind.FORWARD, Kind.CREATE_GROUP, Kind.ADD_TO_GROUP),
            (
                Condition("strangers.1h", ">", 50.0),
                Condition("account_age", "<=", 7 * 86_400.0),
                Condition("reply_ratio.24h", "<", 0.2),
            ),
            Outcome.REFUSE,
        ),
        Rule(
            "many-times",
            Text.english("बार-बार‌ अग्रेषित"),
            (Kind.FORWARD, Kind.REGISTER),
            (Condition("forward_hops", ">=", 5.0),),
            Outcome.LABEL,
            "many_times",
        ),
    )


def test_no_rules_are_allowed():
    assert parse_terms("{id: open, version: 1, title: All passes, rules: []}").rules == ()


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fault_is_told_with_its_place(golden):
    error = faults_of(golden.read_text(), golden.name)
    assert f"{error}\n" == golden.with_suffix(".txt").read_text()


def test_a_fault_has_fields():
    error = faults_of(document("{id: r, clause: c, when: [stranger.1h > 50], then: refuse}"))
    message = "unknown signal `stranger.1h`; did you mean `strangers.1h`?"
    assert error.faults == [Fault(5, 31, "rules[0].when[0]", message)]
    assert error.lines == (f"terms.yaml:5:31: rules[0].when[0]: {message}",)


def test_rules_have_a_limit():
    rules = [f"{{id: r{n}, clause: c, when: [messages.1h > 1], then: pass}}" for n in range(RULES_MAX + 2)]
    assert len(parse_terms(document(*rules[:RULES_MAX])).rules) == RULES_MAX
    assert [fault[2:] for fault in faults_of(document(*rules)).faults] == [
        (f"rules[{RULES_MAX}]", f"there may be at most {RULES_MAX} rules")
    ]


def test_conditions_have_a_limit():
    def rule(name, n):
        return f"{{id: {name}, clause: c, then: pass, when: [{', '.join(['messages.1h > 1'] * n)}]}}"

    full = parse_terms(document(rule("a", 1), rule("b", CONDITIONS_MAX - 1)))
    assert sum(len(rule.conditions) for rule in full.rules) == CONDITIONS_MAX
    (fault,) = faults_of(document(rule("a", 1), rule("b", CONDITIONS_MAX))).faults
    assert fault[2:] == ("rules[1].when", f"there may be at most {CONDITIONS_MAX} conditions in all rules together")


def test_a_flood_of_faults_is_cut():
    assert len(faults_of(document(*["x"] * 10_000)).faults) == FAULTS_MAX
    assert len(faults_of("".join(f"field{n}: 1\n" for n in range(10_000))).faults) == FAULTS_MAX


@pytest.mark.parametrize("version", ['"2026-01"', "7", "v1.0_a+b"])
def test_versions(version):
    assert parse_terms(f"{{id: a, version: {version}, title: t, rules: []}}").version == version.strip('"')


@pytest.mark.parametrize("version", ["1.0", "yes", "2026-01-01", "1_0", "-1", '"a b"', '"1@2"', "[]", ""])
def test_what_is_no_version(version):
    (fault,) = faults_of(f"id: a\nversion: {version}\ntitle: t\nrules: []").faults
    assert fault.field == "version"


def test_texts_have_limits():
    (fault,) = faults_of(f"{{id: a, version: 1, title: {'x' * 1_001}, rules: []}}").faults
    assert fault[2:] == ("title", "expected at most 1000 characters, got 1001")
    (fault,) = faults_of('{id: a, version: 1, title: " ", rules: []}').faults
    assert fault[2:] == ("title", "expected text, got nothing")
