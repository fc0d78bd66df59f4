from ecluse.trials import run_suite
from tests.trials.making import one_case


def covered(steps):
    return {rule.rule: rule for rule in run_suite(one_case(steps)).coverage.rules}


def test_only_events_of_which_something_is_expected_count():
    rules = covered(
        """
        - {send: ada, to_each: person 1..5}
        - {send: bob, to_each: person 1..4, expect: {events: 3..4, rules: [three]}}
        """
    )
    assert (rules["three"].spoke, rules["three"].passed) == (1, 1)
    assert (rules["young"].spoke, rules["young"].passed) == (0, 0)


def test_a_rule_is_complete_once_it_spoke_and_let_pass():
    rules = covered("- {send: ada, to_each: person 1..4, expect: {events: 1..3, outcome: pass}}")
    assert [rule.complete for rule in rules.values()] == [False] * 5
    rules = covered("- {send: ada, to_each: person 1..4, expect: {events: 3..4, rules: [three]}}")
    assert [name for name, rule in rules.items() if rule.complete] == ["three"]


def test_conditions_that_never_decided_are_named():
    rules = covered("- {send: ada, to: person 1..2, expect: drop_strangers}")
    assert rules["lists"].idle == ("recipients_of_this_send > 1", "strangers.1m > 0")
    rules = covered("- {send: ada, to: person 1, expect: pass}")
    assert rules["lists"].idle == ("strangers.1m > 0",)
