"""What two documents say differently: each kind of change, and the laws that hold of all."""

from collections import Counter

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ecluse.ledger import SIGNALS
from ecluse.terms import COMPARISONS, SHIPPED, Condition, Outcome, TermsError, load_terms, parse_terms
from ecluse.terms.diff import Direction, diff
from ecluse.terms.diff.phrases import condition_words
from tests.terms.lint.making import document, rule
from tests.terms.making import documents

HOUR = rule("hour", "strangers.1h > 50")
ANSWERS = rule("answers", "peer_wrote_within.24h >= 1", then="pass", kinds="[send]")
DATES = {"announced": "2019-05-01", "effective": "2019-12-07"}
BRAZIL = "[{id: brazil, where: {regions: [BR]}, limits: {hour: {strangers.1h: %s}}}]"
CLIENTS = "[{where: {account_kinds: [client]}, until: %s}]"


def changes(before, after):
    return diff(parse_terms(before), parse_terms(after))


def found(before, after):
    """Direction, what it is about, and field of each change."""
    return [(str(one.direction), f"{one.about} {one.name}", one.field) for one in changes(before, after)]


def of_hour(**more):
    """What becomes of the rule ``hour`` if a field of it is another."""
    when = more.pop("when", ["strangers.1h > 50"])
    return found(document(HOUR), document(rule("hour", *when, **more)))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_terms_are_the_same_as_themselves(name):
    assert diff(load_terms(name), load_terms(name)) == ()


@pytest.mark.parametrize(
    ("when", "direction"),
    [
        (["strangers.1h > 40"], "tightened"),
        (["strangers.1h > 60"], "loosened"),
        (["strangers.1h < 50"], "changed"),
        (["strangers.1h >= 51"], "changed"),
        (["strangers.1h > 50", "account_age < 7d"], "loosened"),
    ],
)
def test_a_limit_that_is_another(when, direction):
    assert of_hour(when=when) == [(direction, "rule hour", "when")]


def test_a_condition_that_is_no_longer_asked():
    before, after = rule("hour", "strangers.1h > 50", "account_age < 7d"), HOUR
    assert found(document(before), document(after)) == [("tightened", "rule hour", "when")]


def test_of_a_rule_that_lets_pass_it_is_the_other_way_round():
    more = rule("answers", "peer_wrote_within.24h >= 0.5", then="pass", kinds="[send]")
    assert found(document(ANSWERS), document(more)) == [("loosened", "rule answers", "when")]
    assert found(document(more), document(ANSWERS)) == [("tightened", "rule answers", "when")]


def test_a_limit_says_by_how_much_and_of_whom():
    (change,) = changes(document(HOUR), document(rule("hour", "strangers.1h > 40")))
    assert change.says == (
        "speaks when there are more than 40 people written to in an hour who never wrote to the account "
        "(before: 50; 10 fewer, -20 %)"
    )
    assert (change.before, change.after, change.by) == ("strangers.1h > 50", "strangers.1h > 40", -10)
    assert change.concerns == "all accounts, when they send, forward, create groups or add people to groups"


@pytest.mark.parametrize(
    ("more", "direction", "field"),
    [
        ({"then": "delay"}, "loosened", "then"),
        ({"mode": "warn"}, "loosened", "mode"),
        ({"kinds": "[send]"}, "loosened", "kinds"),
        ({"clause": "Fewer."}, "changed", "clause.en"),
        ({"clause": "{en: Few., fr: Peu.}"}, "added", "clause.fr"),
        ({"notice": "No."}, "added", "notice.en"),
        ({"basis": "A study."}, "changed", "basis"),
    ],
)
def test_another_field_of_a_rule(more, direction, field):
    opposite = {"loosened": "tightened", "added": "dropped", "changed": "changed"}[direction]
    assert of_hour(**more) == [(direction, "rule hour", field)]
    after = document(rule("hour", "strangers.1h > 50", **more))
    assert found(after, document(HOUR)) == [(opposite, "rule hour", field)]


def test_kinds_that_come_and_go_are_two_changes():
    before, after = (rule("r", "reach.1h > 5", kinds=kinds) for kinds in ("[send, forward]", "[send, register]"))
    assert found(document(before), document(after)) == [
        ("tightened", "rule r", "kinds"),
        ("loosened", "rule r", "kinds"),
    ]


def test_a_label_that_is_another():
    before, after = (rule("r", "reach.1h > 5", then="label", label=label) for label in ("far", "wide"))
    assert found(document(before), document(after)) == [("changed", "rule r", "then")]


def test_a_rule_bound_to_a_scope():
    scopes = "[{id: brazil, where: {regions: [BR]}}, {id: india, where: {regions: [IN]}}]"
    free = document(HOUR, scopes=scopes)
    both, one = (
        document(rule("hour", "strangers.1h > 50", only_in=s), scopes=scopes) for s in ("[brazil, india]", "[brazil]")
    )
    assert found(free, both) == [("loosened", "rule hour", "only_in")]
    assert found(both, one) == [("loosened", "rule hour", "only_in")]
    assert found(one, free) == [("tightened", "rule hour", "only_in")]
    assert changes(free, one)[0].concerns.startswith("all accounts in Brazil, when they send")


def test_rules_that_come_and_go():
    (added,) = changes(
        document(HOUR), document(HOUR, rule("fresh", "messages.1m > 15", "account_age < 1h", then="delay"))
    )
    assert (added.direction, added.name) == (Direction.ADDED, "fresh")
    assert added.says == (
        "delays when there are more than 15 messages in a minute and the account is younger than 60 minutes. “Few.”"
    )
    assert found(document(HOUR, ANSWERS), document(HOUR)) == [("dropped", "rule answers", "")]


def test_a_rule_that_is_asked_in_another_place():
    first, second, third = (rule(name, f"reach.1h > {n}") for n, name in enumerate("abc"))
    (moved,) = changes(document(first, second, third), document(second, third, first))
    assert (moved.name, moved.direction) == ("a", Direction.MOVED)
    assert moved.says == (
        "is now asked after `b` and `c`; nothing comes of it, for the order counts only around what lets pass"
    )
    (moved,) = changes(document(HOUR, second, ANSWERS), document(ANSWERS, HOUR, second))
    assert moved.says == "is now asked before `hour` and `b`"


@pytest.mark.parametrize(
    ("effective", "direction", "words"),
    [("2019-12-14", "loosened", "7 days later"), ("2019-12-06", "tightened", "1 day earlier")],
)
def test_another_date(effective, direction, words):
    before, after = document(HOUR, **DATES), document(HOUR, **DATES | {"effective": effective})
    assert found(before, after) == [(direction, "terms small@1", "effective")]
    assert changes(before, after)[0].says.endswith(f"(before: December 7, 2019; {words})")


def test_the_head_of_a_document():
    after = document(HOUR, supersedes="small@0", announced="2019-05-01").replace("title: Small", "title: Large")
    fields = [field for _, _, field in found(document(HOUR), after)]
    assert fields == ["title", "supersedes", "announced"]


def test_a_limit_of_a_scope():
    plain, thirty, twenty = document(HOUR), document(HOUR, scopes=BRAZIL % 30), document(HOUR, scopes=BRAZIL % 20)
    assert found(thirty, twenty) == [("tightened", "scope brazil", "limits.hour.strangers.1h")]
    assert found(twenty, thirty) == [("loosened", "scope brazil", "limits.hour.strangers.1h")]
    (added,) = changes(plain, thirty)
    assert (added.direction, added.concerns) == (Direction.ADDED, "all accounts in Brazil")
    assert added.says == (
        "for all accounts in Brazil: `hour` speaks when there are more than 30 people written to in an hour who never "
        "wrote to the account"
    )
    assert found(thirty, plain) == [("dropped", "scope brazil", "")]


def test_a_limit_that_a_scope_takes_up_is_compared_with_the_rules_own():
    reach = "{id: brazil, where: {regions: [BR]}, limits: {hour: {strangers.1h: 30}%s}}"
    rules = (HOUR, rule("wide", "reach.24h > 900"))
    before = document(*rules, scopes=f"[{reach % ''}]")
    after = document(*rules, scopes=f"[{reach % ', wide: {reach.24h: 500}'}]")
    assert found(before, after) == [("tightened", "scope brazil", "limits.wide.reach.24h")]
    assert found(after, before) == [("loosened", "scope brazil", "limits.wide.reach.24h")]


def test_a_scope_that_is_elsewhere():
    before, after = document(HOUR, scopes=BRAZIL % 30), document(HOUR, scopes=(BRAZIL % 30).replace("[BR]", "[BR-SP]"))
    assert found(before, after) == [("changed", "scope brazil", "where")]
    assert changes(before, after)[0].says == (
        "is about all accounts in Brazil (SP) (narrower; before: all accounts in Brazil)"
    )


@pytest.mark.parametrize(("until", "direction"), [("2020-06-01", "loosened"), ("2020-02-01", "tightened")])
def test_a_transition_that_lasts_longer_or_shorter(until, direction):
    before = document(HOUR, **DATES, transition=CLIENTS % "2020-03-01")
    after = document(HOUR, **DATES, transition=CLIENTS % until)
    assert found(before, after) == [(direction, "transition clients of providers", "until")]


def test_a_transition_that_is_another():
    before = document(HOUR, **DATES, transition=CLIENTS % "2020-03-01")
    after = document(
        HOUR, **DATES, transition=(CLIENTS % "2020-03-01").replace("}]", ", meanwhile: shadow, rules: [hour]}]")
    )
    name = "transition clients of providers"
    assert found(before, after) == [("changed", name, "meanwhile"), ("changed", name, "rules")]
    assert found(before, document(HOUR, **DATES)) == [("dropped", name, "")]
    assert changes(document(HOUR, **DATES), before)[0].says == (
        "all rules come later; they are warned until March 1, 2020"
    )


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_has_words(signal):
    """What has none is shown as it is written, which is right for none of these but the regularity of gaps."""
    words = {condition_words(Condition(signal.name, comparison, 0.5)) for comparison in COMPARISONS}
    assert len(words) == len(COMPARISONS)
    assert ("`" in "".join(words)) == (signal.base == "gap_regularity")


NUMBERS = st.integers(0, 5).map(float)
CONDITIONS = st.builds(Condition, st.just("reach.1h"), st.sampled_from(COMPARISONS), NUMBERS)


@given(CONDITIONS, CONDITIONS, st.sampled_from([Outcome.REFUSE, Outcome.PASS]))
def test_tightened_means_that_whoever_was_stopped_still_is(old, new, outcome):
    before, after = (document(rule("r", str(one), then=outcome.word)) for one in (old, new))
    values = [float(n) for n in range(8)]
    spoke, speaks = ({n for n in values if holds(one, n)} for one in (old, new))
    expected = "changed"
    if spoke != speaks and (spoke <= speaks or speaks <= spoke):
        expected = "tightened" if (spoke < speaks) == (outcome is Outcome.REFUSE) else "loosened"
    assert [one[0] for one in found(before, after)] == ([expected] if old != new else [])


def holds(condition, number):
    expected = {"<": number < condition.number, "<=": number <= condition.number, ">": number > condition.number}
    expected |= {">=": number >= condition.number, "==": number == condition.number, "!=": number != condition.number}
    return expected[condition.comparison]


@st.composite
def two_documents(draw):
    """Two that parse, of which one has some fields and rules of the other."""
    first, second = draw(documents()), draw(documents())
    fields = draw(st.sets(st.sampled_from(sorted({*first, *second} - {"rules"}))))
    mixed = first | {field: second[field] for field in fields if field in second}
    mixed["rules"] = draw(st.permutations(first["rules"])) if draw(st.booleans()) else first["rules"]
    if mixed["rules"] and second["rules"] and draw(st.booleans()):
        mixed["rules"] = [
            {**mixed["rules"][0], **second["rules"][0], "id": mixed["rules"][0]["id"]},
            *mixed["rules"][1:],
        ]
    try:
        return tuple(parse_terms(yaml.safe_dump(one, allow_unicode=True)) for one in (first, mixed))
    except TermsError:
        assume(False)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(two_documents())
def test_there_are_changes_if_the_digests_differ_and_only_then(pair):
    before, after = pair
    same = before.digest == after.digest and [r.basis for r in before.rules] == [r.basis for r in after.rules]
    assert (diff(before, after) == ()) == same


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(two_documents())
def test_what_is_added_one_way_is_dropped_the_other_way(pair):
    before, after = pair
    there = Counter((one.about, one.field) for one in diff(before, after) if one.direction is Direction.ADDED)
    back = Counter((one.about, one.field) for one in diff(after, before) if one.direction is Direction.DROPPED)
    limits = [key for key in there if key[0] == "scope" and key[1]]
    assert {key: n for key, n in there.items() if key not in limits} == dict(back)


def test_words_of_a_label_that_are_others():
    before, after = (
        rule("hour", "messages.1h > 1", then="label", label="old", shown=words)
        for words in ("Old", "{en: Older, fr: Vieux}")
    )
    assert found(document(before), document(after)) == [
        ("changed", "rule hour", "shown.en"),
        ("added", "rule hour", "shown.fr"),
    ]
