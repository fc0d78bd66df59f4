"""What people are told while terms come: the outcome that will be theirs, and never that something was held back."""

import pytest

from ecluse.terms import Outcome, Versions, parse_terms
from ecluse.terms.notices import notice

DOCUMENT = """
id: coming
version: 1
title: Coming
announced: 2024-03-01
effective: 2024-04-01
transition: [{{where: {{account_kinds: [client]}}}}]
rules:
  - {{id: rule, clause: No lists., when: [recipients.1h > 3], then: {then}, mode: {mode}{own}}}
"""


def told(then, at_s, own="", language="en", mode="enforce"):
    """What a client is told of its fourth recipient. own: the rule's own notice."""
    terms = parse_terms(DOCUMENT.format(then=then, mode=mode, own=own and f", notice: '{own}'"))
    return notice(Versions.of(terms).program(at_s).variants[0], [4.0], language, 60)


MARCH, MAY = 1_710_000_000, 1_715_000_000


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (Outcome.REFUSE, "This was sent. From April 1, 2024 on it will be refused. No lists."),
        (
            Outcome.DROP_STRANGERS,
            "This was sent. From April 1, 2024 on it will reach only those who have written to you. No lists.",
        ),
        (Outcome.DELAY, "This was sent. From April 1, 2024 on it will be delivered a little later. No lists."),
    ],
)
def test_a_warning_says_what_will_become_of_it(then, words):
    assert told(then.word, MARCH) == words


def test_without_a_date_it_is_soon():
    words = told("drop_strangers", MAY, mode="warn", language="fr")
    assert words == "Ceci a été envoyé. Bientôt, ceci ne parviendra qu'aux personnes qui vous ont écrit. No lists."


def test_a_notice_of_ones_own_is_a_warning_only_if_it_has_the_date():
    own = "Not sent: {value} of {limit}."
    assert told("refuse", MARCH, own) == "This was sent. From April 1, 2024 on it will be refused. No lists."
    assert told("refuse", MAY, own) == "Not sent: 4 of 3."
    assert told("refuse", MARCH, "Until {from}: {clause}") == "Until April 1, 2024: No lists."


def test_what_reaches_friends_only_is_not_counted_before_people():
    assert told("drop_strangers", MAY) == "This reaches only those who have written to you. No lists."
