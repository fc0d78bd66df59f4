import math

import pytest

from ecluse.events import Kind
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.terms import Condition, Outcome, Rule, Terms, parse_terms

TERMS = parse_terms("""
id: demo
version: 1
title: Demo
rules:
  - {id: a, clause: A., when: [strangers.1h > 50, account_age <= 1d], then: refuse}
  - {id: b, clause: B., kinds: [forward, register, import_contacts], when: [forward_hops != 0], then: label, label: x}
""")


def test_compiled():
    rules = TERMS.compiled
    above = math.nextafter(50.0, math.inf)
    assert rules.rules[["start", "stop", "kinds", "outcome"]].tolist() == [(0, 2, 0b00011011, 4), (2, 3, 0b10000110, 1)]
    assert rules.conditions[["signal", "low", "high", "outside"]].tolist() == [
        (SIGNAL_COLUMNS["strangers.1h"], above, math.inf, 0),
        (SIGNAL_COLUMNS["account_age"], -math.inf, 86_400.0, 0),
        (SIGNAL_COLUMNS["forward_hops"], 0.0, 0.0, 1),
    ]


def test_compiled_without_rules():
    rules = Terms("open", "1", "Open", (), "").compiled
    assert [array.tolist() for array in rules] == [[], []]


def test_the_digest_is_of_what_is_said():
    laid_out_otherwise = parse_terms("""
    # a comment
    rules:
    - id: a
      clause: "A."
      then: refuse
      when: ["strangers.1h>50.0", {signal: account_age, number: 24h, comparison: <=}]
    - id: b
      clause: B.
      kinds: [import_contacts, register, forward]
      when: [forward_hops != 0]
      then: label
      label: x
    title: Demo
    version: "1"
    id: demo
    """)
    assert laid_out_otherwise.digest == TERMS.digest == parse_terms(TERMS.source).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: demo", "id: other"),
        ("version: 1", "version: 2"),
        ("title: Demo", "title: Other"),
        ("clause: A.", "clause: B."),
        ("> 50", "> 51"),
        ("> 50", ">= 50"),
        ("strangers.1h", "strangers.24h"),
        ("then: refuse", "then: delay"),
        ("label: x", "label: y"),
        ("register, ", ""),
    ],
)
def test_whatever_is_said_otherwise_has_another_digest(old, new):
    assert parse_terms(TERMS.source.replace(old, new)).digest != TERMS.digest


def test_rules_made_without_a_document():
    rule = Rule("a", "A.", (Kind.SEND,), (Condition("messages.1m", ">", 3.0),), Outcome.DELAY)
    assert Terms("made", "1", "Made", (rule,), "").compiled.rules["kinds"].tolist() == [1]
