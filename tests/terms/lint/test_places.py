import pytest

from ecluse.events import AccountKind, Chat
from ecluse.terms import Condition, Where
from ecluse.terms.lint.places import contains
from tests.terms.lint.making import findings, message, rule

HOUR = rule("hour", "strangers.1h > 50")
DAY = rule("day", "strangers.24h > 80")
DATES = {"announced": "2019-05-01", "effective": "2019-12-07"}


def scope(where, name="here", limits="{hour: {strangers.1h: 20}}"):
    return f"{{id: {name}, where: {where}, limits: {limits}}}"


def in_scopes(*scopes, rules=(HOUR,), **top):
    return findings(*rules, scopes=f"[{', '.join(scopes)}]", **top)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{until: 2019-12-07}", [("scope-never", "scopes[0].where")]),
        ("{from: 2019-10-01, until: 2019-12-07T00:00:01Z}", []),
        ('{account_age: ["> 30d", < 7d]}', [("scope-never", "scopes[0].where")]),
        ("{account_age: < 0d}", [("scope-never", "scopes[0].where")]),
        ('{account_age: ["> 7d", < 30d]}', []),
    ],
)
def test_a_scope_that_never_applies(where, expected):
    assert in_scopes(scope(where), **DATES) == expected


@pytest.mark.parametrize(
    ("regions", "wrong"),
    [("[UK]", [0]), ("[GB, BR-SP, xk]", []), ("[BR, EL-A, EU, ZZ]", [1, 2, 3]), ("[br, uk]", [1])],
)
def test_a_region_of_no_country(regions, wrong):
    expected = [("region-unknown", f"scopes[0].where.regions[{place}]") for place in wrong]
    assert in_scopes(scope(f"{{regions: {regions}}}")) == expected


def test_who_writes_uk_is_told_what_is_meant():
    told = message("region-unknown", HOUR, scopes=f"[{scope('{regions: [UK]}')}]")
    assert told == "`UK` is the code of no country in ISO 3166: did you mean `GB`?"


def test_a_transition_of_no_country_is_told_too():
    transition = "[{where: {regions: [UK]}, until: 2020-02-01}]"
    assert ("region-unknown", "transition[0].where.regions[0]") in findings(HOUR, transition=transition, **DATES)


def test_a_rule_that_is_asked_only_where_nothing_ever_lies():
    over, lasting = "{id: over, where: {until: 2019-01-01}}", "{id: lasting, where: {regions: [BR]}}"
    bound = rule("r", "strangers.1h > 5", only_in="[over]")
    expected = [("scope-never", "scopes[0].where"), ("never", "rules[0].only_in")]
    assert in_scopes(over, rules=[bound], **DATES) == expected
    bound = rule("r", "strangers.1h > 5", only_in="[over, lasting]")
    assert in_scopes(over, lasting, rules=[bound], **DATES) == expected[:1]


def test_a_scope_that_no_rule_looks_at():
    idle = "{id: here, where: {regions: [BR]}}"
    assert in_scopes(idle) == [("scope-idle", "scopes[0]")]
    assert in_scopes(idle, rules=[rule("r", "reach.1h > 5", only_in="[here]")]) == []
    assert in_scopes(scope("{regions: [BR]}")) == []


def test_a_scope_whose_limit_is_the_rules_own():
    same = scope("{regions: [BR]}", limits="{hour: {strangers.1h: 50}}")
    assert in_scopes(same) == [("scope-idle", "scopes[0].limits.hour")]
    assert in_scopes(same, scope("{chats: [group]}", "groups")) == []  # it spares Brazil the limit of groups


def test_a_scope_behind_one_that_holds_wherever_it_does():
    brazil, part = scope("{regions: [BR]}", "brazil"), scope("{regions: [BR-SP]}", "part")
    assert in_scopes(brazil, part) == [("scope-shadowed", "scopes[1]")]
    assert in_scopes(part, brazil) == []


def test_a_limit_behind_one_that_holds_wherever_it_does():
    both = "{hour: {strangers.1h: 9}, day: {strangers.24h: 9}}"
    brazil, part = scope("{regions: [BR]}", "brazil"), scope("{regions: [BR-SP]}", "part", both)
    assert in_scopes(brazil, part, rules=[HOUR, DAY]) == [("scope-shadowed", "scopes[1].limits.hour")]


YOUNG, OLDER = Condition("account_age", "<", 604_800.0), Condition("account_age", "<", 2_592_000.0)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (Where(), Where(regions=("BR",)), True),
        (Where(regions=("BR",)), Where(), False),
        (Where(regions=("BR", "IN")), Where(regions=("IN", "BR-SP")), True),
        (Where(regions=("BR-SP",)), Where(regions=("BR",)), False),
        (Where(chats=(Chat.GROUP, Chat.DIRECT)), Where(chats=(Chat.GROUP,)), True),
        (Where(account_kinds=(AccountKind.CLIENT,)), Where(account_kinds=tuple(AccountKind)), False),
        (Where(providers=("acme",)), Where(providers=("acme",), regions=("BR",)), True),
        (Where(ages=(OLDER,)), Where(ages=(YOUNG,)), True),
        (Where(ages=(YOUNG,)), Where(ages=(OLDER,)), False),
        (Where(from_s=5, until_s=9), Where(from_s=6, until_s=9), True),
        (Where(from_s=5, until_s=9), Where(from_s=5), False),
        (Where(from_s=5), Where(until_s=9), False),
    ],
)
def test_one_place_in_another(outer, inner, expected):
    assert contains(outer, inner) == expected


IDLE = [("transition-idle", "transition[0]")]
CLIENTS = "{account_kinds: [client]}"


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        (f"[{{where: {CLIENTS}}}]", []),
        (f"[{{where: {CLIENTS}, rules: [answers]}}]", IDLE),
        (f"[{{where: {CLIENTS}, rules: [tried]}}]", IDLE),
        ('[{where: {account_age: ["> 30d", < 7d]}}]', IDLE),
        (f"[{{where: {CLIENTS}, meanwhile: shadow}}]", IDLE),
        (f"[{{where: {CLIENTS}, meanwhile: shadow, until: 2020-03-01}}]", []),
        (
            f"[{{where: {CLIENTS}}}, {{where: {{account_kinds: [client], regions: [BR]}}}}]",
            [("transition-idle", "transition[1]")],
        ),
        (f"[{{where: {CLIENTS}}}, {{where: {CLIENTS}, until: 2020-03-01}}]", []),
        (f"[{{where: {CLIENTS}, meanwhile: shadow}}, {{where: {{regions: [BR]}}}}]", []),
    ],
)
def test_a_transition_that_changes_nothing(transition, expected):
    rules = [
        rule("answers", "peer_wrote_within.24h >= 1", then="pass"),
        HOUR,
        rule("tried", "reach.1h > 500", mode="shadow"),
    ]
    assert findings(*rules, **DATES, transition=transition) == expected


def test_a_transition_of_terms_that_are_never_announced():
    lasting = f"[{{where: {CLIENTS}, until: 2020-03-01}}]"
    short = f"[{{where: {CLIENTS}}}]"
    unannounced = [("unannounced", "effective")]
    assert findings(HOUR, effective="2019-12-07", transition=lasting) == unannounced
    assert findings(HOUR, effective="2019-12-07", transition=short) == [*unannounced, *IDLE]
