import pytest

from ecluse.terms import parse_terms

TERMS = parse_terms("""
id: demo
version: 1
title: Demo
rules:
  - {id: a, clause: A., when: [strangers.1h > 50, account_age <= 1d], then: refuse}
  - {id: b, clause: B., kinds: [forward, register, import_contacts], when: [forward_hops != 0], then: label, label: x}
""")


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
