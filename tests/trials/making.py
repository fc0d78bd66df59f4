"""Small documents of cases, and small terms that they test."""

from textwrap import dedent

from ecluse.terms import parse_terms
from ecluse.trials import parse_suite, run_suite

TERMS = """
id: small
version: 1
title: Small terms
rules:
  - {id: answers, clause: Answers are free., kinds: [send], when: [peer_wrote_within.24h >= 1], then: pass}
  - id: three
    clause: {en: Three people an hour., fr: Trois personnes par heure.}
    kinds: [send]
    when: [recipients.1h > 3]
    then: refuse
  - id: lists
    clause: No lists of strangers.
    kinds: [send]
    when: [recipients_of_this_send > 1, strangers.1m > 0]
    then: drop_strangers
  - {id: young, clause: Not on the first day., kinds: [forward], when: [account_age < 1d], then: refuse}
  - {id: forwarded, clause: It says so., kinds: [forward], when: [forward_hops >= 1], then: label, label: forwarded}
"""


def find(name):
    assert name in (None, "small")
    return parse_terms(TERMS)


def suite(text):
    return parse_suite(dedent(text), "small_test.yaml", find)


def one_case(steps, head=""):
    """A document with one case of these steps."""
    indented = "\n".join(f"      {line}" for line in dedent(steps).strip().splitlines())
    return suite(f"now: 2024-03-01T12:00:00Z\n{dedent(head)}\ncases:\n  - case: it\n    steps:\n{indented}\n")


def failures(steps, head=""):
    (case,) = run_suite(one_case(steps, head)).cases
    return case.failures
