import pytest

from ecluse.replay.compare import Group, explained
from ecluse.terms import parse_terms
from tests.replay.compare.making import LOOSE, TIGHT, compared
from tests.replay.making import NO_RULES, loud


def told(comparison, group):
    return [explained(changed, comparison) for changed in comparison.changed(group, 9)]


def test_each_group_is_explained(tmp_path):
    comparison = compared(tmp_path)
    assert {group: told(comparison, group) for group in Group} == {
        Group.NEWLY_TOUCHED: [
            "Wrote to 3 people within an hour, 3 of whom had never written back; the limit is 2; "
            "refused once, on 14 Nov 2023 at 22:14. Under loose@1 the limit is 3."
        ],
        Group.NEWLY_STOPPED: [
            "Wrote to 48 people within a day, 48 of whom had never written back; the limit is 40; "
            "refused 16 times, first on 15 Nov 2023 at 18:13, last on 16 Nov 2023 at 21:43. loose@1 has no rule many."
        ],
        Group.NO_LONGER: [
            "Under loose@1: sent 6 messages within a minute; the limit is 4; "
            "delayed 2 times on 14 Nov 2023 at 22:13. tight@2 has no rule pace."
        ],
        Group.OTHERWISE: [
            "Wrote to 7 people within an hour, 7 of whom had never written back; the limit is 2; "
            "refused 5 times on 14 Nov 2023, from 22:14 to 22:16. "
            "Under loose@1: refused 4 times; under tight@2: refused 5 times."
        ],
    }


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("when: [strangers.1h > 2], then: refuse, mode: warn", "Under small@1 that rule only warns."),
        ("when: [strangers.1h > 2], then: refuse, mode: shadow", "Under small@1 that rule only runs in shadow."),
        (
            "when: [strangers.1h > 2, account_age < 1h], then: refuse",
            "the rule asks for strangers.1h > 2 and account_age < ",
        ),
        ("when: [strangers.1h > 9], then: refuse", "Under small@1 the limit is 9."),
    ],
)
def test_the_same_rule_in_the_other_terms_is_held_beside(tmp_path, rule, ends):
    small = parse_terms(f"{{id: small, version: 1, title: S, rules: [{{id: few, clause: Few., {rule}}}]}}")
    comparison = compared(tmp_path, small, TIGHT, loud(5))
    (text,) = told(comparison, Group.NEWLY_TOUCHED)
    assert ends in text


def test_the_same_rule_may_speak_because_of_what_went_before(tmp_path):
    """A message that one terms refused was never heard, so whoever answers it writes to a stranger."""
    known = "{id: known, clause: Known., when: [strangers.1h > 2], then: refuse}"
    pace = "{id: pace, clause: Slowly., when: [messages.1m > 3], then: refuse}"
    a = parse_terms(f"{{id: a, version: 1, title: A, rules: [{known}]}}")
    b = parse_terms(f"{{id: b, version: 1, title: B, rules: [{known}, {pace}]}}")
    rows = [*(("y", "p", i) for i in range(3)), ("y", "x", 3), ("x", "y", 100), ("x", "q", 101), ("x", "r", 102)]
    comparison = compared(tmp_path, a, b, rows)
    by_name = {c.name: explained(c, comparison) for c in comparison.changed(Group.NEWLY_TOUCHED, 9)}
    assert by_name["y"].endswith("a@1 has no rule pace.")
    assert by_name["x"].endswith("a@1 has the same rule: what was stopped or let through before makes the difference.")


def test_without_a_rule_there_is_none(tmp_path):
    comparison = compared(tmp_path, NO_RULES, LOOSE, loud(4))
    assert told(comparison, Group.NEWLY_TOUCHED)[0].endswith("none@1 has no rule few.")
