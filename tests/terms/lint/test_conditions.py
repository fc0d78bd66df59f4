import pytest

from tests.terms.lint.making import findings, message, rule

GROUP_SCOPE = "[{id: groups, where: {chats: [group]}, limits: {r: {%s}}}]"


@pytest.mark.parametrize(
    "condition",
    [
        "reply_ratio.1h > 1",
        "peer_wrote_within.24h < 0",
        "recipients_of_this_send > 1024",
        "forward_hops > 255",
        "messages.1h < 0",
        "strangers.1h < 0",
        "reports.1h > 393210",
        "account_age > 40000d",
        "recipients.1h == 2.5",
    ],
)
def test_a_condition_beyond_what_its_signal_reaches(condition):
    assert findings(rule("r", condition)) == [("never", "rules[0].when[0]")]


@pytest.mark.parametrize(
    "condition",
    [
        "reply_ratio.1h >= 1",
        "peer_wrote_within.24h <= 0",
        "recipients_of_this_send > 1023",
        "forward_hops > 254",
        "strangers.1h > 4095",
        "reports.1h > 393209",
        "account_age > 36500d",
        "gap_regularity.1h > 1000",
    ],
)
def test_a_condition_at_the_edge_of_what_its_signal_reaches(condition):
    assert findings(rule("r", condition)) == []


@pytest.mark.parametrize(
    ("kinds", "condition"),
    [
        ("[send]", "forward_hops >= 1"),
        ("[create_group]", "peer_wrote_within.24h >= 1"),
        ("[register, import_contacts]", "recipients_of_this_send > 1"),
        ("[send]", "messages.1h < 1"),
    ],
)
def test_a_condition_on_kinds_whose_events_have_no_such_signal(kinds, condition):
    assert findings(rule("r", condition, kinds=kinds)) == [("never", "rules[0].when[0]")]


def test_one_kind_of_several_that_cannot_trip_a_rule():
    assert findings(rule("r", "forward_hops >= 1", kinds="[forward, send]")) == [("never-on-kind", "rules[0].kinds[1]")]
    assert findings(rule("r", "forward_hops >= 1", kinds="[forward]")) == []
    assert findings(rule("r", "forward_hops >= 1")) == []  # kinds by default are nobody's words


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("strangers.1h > 50", "strangers.1h < 20"),
        ("strangers.1h > 50", "strangers.1h < 51"),
        ("strangers.1h > 50", "recipients.1h < 20"),
        ("new_contacts.1m > 5", "reach.30d <= 5"),
        ("recipients_of_this_send > 5", "strangers.1h > 4000"),
        ("forward_hops == 2", "forward_hops != 2"),
    ],
)
def test_conditions_that_cannot_hold_together(first, second):
    expected = [("contradiction", "rules[0].when[1]")]
    if "4000" in second:
        expected = []  # this one can
    assert findings(rule("r", first, second)) == expected


def test_three_conditions_that_only_together_cannot_hold():
    wrong = rule(
        "r", "forward_hops <= 2", "forward_hops >= 1", "forward_hops != 1", "forward_hops != 2", kinds="[forward]"
    )
    assert findings(wrong) == [("contradiction", "rules[0].when")]
    right = rule(
        "r", "forward_hops <= 3", "forward_hops >= 1", "forward_hops != 1", "forward_hops != 2", kinds="[forward]"
    )
    assert findings(right) == []


def test_a_limit_of_a_scope_that_cannot_hold_is_told_there():
    hour = rule("r", "strangers.1h > 50", "recipients_of_this_send > 2")
    wrong = GROUP_SCOPE % "recipients_of_this_send: 2000"
    assert findings(hour, scopes=wrong) == [("never", "scopes[0].limits.r.recipients_of_this_send")]
    both = rule("r", "strangers.1h > 50", "recipients.1h < 100")
    wrong = GROUP_SCOPE % "recipients.1h: 40"
    assert findings(both, scopes=wrong) == [("contradiction", "scopes[0].limits.r.recipients.1h")]
    assert findings(both, scopes=GROUP_SCOPE % "recipients.1h: 90") == []


def test_a_scope_of_ages_that_the_rule_excludes():
    young = "[{id: young, where: {account_age: < 30d}, limits: {r: {strangers.1h: 5}}}]"
    old, any_age = rule("r", "account_age > 60d", "strangers.1h > 50"), rule("r", "strangers.1h > 50")
    assert findings(old, scopes=young) == [("contradiction", "rules[0].when[0]")]
    assert findings(any_age, scopes=young) == []


def test_a_rule_that_cannot_hold_is_told_once_however_many_scopes_it_has():
    scope = "{id: %s, where: {regions: [%s]}, limits: {r: {reach.1h: 5}}}"
    scopes = f"[{scope % ('a', 'BR')}, {scope % ('b', 'IN')}]"
    broken = rule("r", "reach.1h > 9", "reply_ratio.1h > 1")
    assert findings(broken, scopes=scopes) == [("never", "rules[0].when[1]")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("strangers.1h > 50", "recipients.1h > 50"),
        ("strangers.1h > 50", "strangers.24h > 20"),
        ("strangers.1h > 50", "strangers.1h >= 51"),
        ("strangers.1h > 50", "reply_ratio.1h <= 1"),
        ("reply_ratio.24h < 0.2", "recipients.24h > 0"),
        ("account_age < 7d", "strangers.1h >= 0"),
    ],
)
def test_a_condition_that_says_nothing(first, second):
    assert findings(rule("r", first, second)) == [("implied", "rules[0].when[1]")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("strangers.1h > 50", "recipients.1h > 51"),
        ("strangers.24h > 50", "strangers.1h > 20"),
        ("messages.1h > 50", "reply_ratio.1h <= 1"),  # it says that there is one
        ("reply_ratio.24h < 0.2", "recipients.24h > 1"),
        ("strangers.1m > 0", "account_age >= 0"),
    ],
)
def test_a_condition_that_says_something(first, second):
    assert findings(rule("r", first, second)) == []


def test_of_two_conditions_that_say_the_same_the_later_is_told():
    assert findings(rule("r", "reach.1h > 5", "reach.1h >= 6")) == [("implied", "rules[0].when[1]")]


def test_a_condition_that_says_something_in_a_scope_alone():
    both = rule("r", "strangers.1h > 50", "recipients.1h > 40")
    assert findings(both, scopes=GROUP_SCOPE % "recipients.1h: 90") == []


def test_messages_say_what_to_do():
    assert message("implied", rule("r", "strangers.1h >= 0")) == (
        "`strangers.1h >= 0` always holds, so the rule always speaks: mean another number"
    )
    assert message("never", rule("r", "reply_ratio.1h > 1")) == (
        "`reply_ratio.1h > 1` can't hold on send, forward, create_group or add_to_group, for `reply_ratio.1h` lies "
        "between 0 and 1, so the rule never speaks: correct the number or drop it"
    )
    assert message("never-on-kind", rule("r", "peer_wrote_within.1h > 0", kinds="[send, create_group]")) == (
        "`peer_wrote_within.1h` is never known on create_group: leave `create_group` out"
    )
    assert message("implied", rule("r", "strangers.1h > 50", "recipients.1h > 5")) == (
        "`recipients.1h > 5` says nothing more, for it holds whenever `strangers.1h > 50` does: drop it, or mean "
        "another"
    )
