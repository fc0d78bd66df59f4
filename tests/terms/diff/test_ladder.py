"""Whom a campaign's sanction holds for is part of what terms say, and a change of it is told."""

import pytest

from ecluse.terms import parse_terms
from ecluse.terms.diff.change import Direction
from ecluse.terms.diff.ladder import ladder_changes

TERMS = """
id: test
version: 1
title: Terms of the tests
ladder:
  campaign:
    strike: {refusals: 3}
    steps:
      - {id: held, strikes: 1, then: limit, for: 1d%s}
rules:
  - {id: newsletter, clause: No newsletters., when: [recipients.24h > 2], then: refuse}
"""


def terms(members):
    return parse_terms(TERMS % members)


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("", ", members: later", Direction.TIGHTENED),
        (", members: present", ", members: later", Direction.TIGHTENED),
        (", members: later", "", Direction.LOOSENED),
    ],
)
def test_later_members_are_told_as_harder(before, after, direction):
    (change,) = ladder_changes(terms(before), terms(after))
    assert (change.direction, change.field) == (direction, "steps.held")
    assert ("later members too" in str(change.after)) is ("later" in after)


def test_what_is_so_unless_given_means_the_same():
    assert list(ladder_changes(terms(""), terms(", members: present"))) == []
    (same, given, later) = (terms(m).ladder.meaning() for m in ("", ", members: present", ", members: later"))
    assert same == given != later
