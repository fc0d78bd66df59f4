import pytest

from tests.terms.lint.making import findings, message, rule

ANSWERS = rule("answers", "peer_wrote_within.24h >= 1", then="pass")
HOUR = rule("hour", "strangers.1h > 50")
UNREACHABLE = [("unreachable", "rules[1]")]


def test_a_rule_behind_one_that_lets_all_of_it_pass():
    assert findings(ANSWERS, rule("r", "peer_wrote_within.1h >= 1", "strangers.1h > 5", kinds="[send]")) == UNREACHABLE
    assert findings(ANSWERS, rule("r", "peer_wrote_within.30d >= 1", "strangers.1h > 5", kinds="[send]")) == []
    assert findings(rule("r", "peer_wrote_within.1h >= 1", "strangers.1h > 5", kinds="[send]"), ANSWERS, HOUR) == []


def test_it_must_be_so_on_all_its_kinds():
    few = rule("few", "strangers.1h >= 1", then="pass", kinds="[send]")
    assert findings(few, rule("r", "strangers.1h > 5", kinds="[send]")) == UNREACHABLE
    assert findings(few, rule("r", "strangers.1h > 5", kinds="[send, forward]")) == []
    more = rule("more", "strangers.1m >= 0", "strangers.1h > 3", then="pass", kinds="[forward]", mode="enforce")
    behind = findings(few, more, rule("r", "strangers.1h > 5", kinds="[send, forward]"))
    assert ("unreachable", "rules[2]") in behind


def test_what_passes_in_a_milder_mode_stops_only_rules_of_it():
    for mode in ("warn", "shadow"):
        passing = rule("few", "strangers.1h >= 1", then="pass", mode=mode)
        assert findings(passing, rule("r", "strangers.1h > 5", mode=mode)) == UNREACHABLE
        assert findings(passing, rule("r", "strangers.1h > 5", mode=mode), HOUR)[:1] == UNREACHABLE
        assert UNREACHABLE[0] not in findings(passing, rule("r", "strangers.1h > 5"))


def test_what_passes_only_in_a_scope_stops_only_what_is_asked_there():
    scopes = "[{id: brazil, where: {regions: [BR]}}, {id: india, where: {regions: [IN]}}]"
    passing = rule("few", "strangers.1h >= 1", then="pass", only_in="[brazil]")
    there = rule("r", "strangers.1h > 5", only_in="[brazil]")
    elsewhere = rule("s", "strangers.1h > 5", only_in="[brazil, india]")
    assert findings(passing, there, elsewhere, scopes=scopes) == [("unreachable", "rules[1]")]


def test_a_limit_of_a_scope_opens_the_way():
    narrower = "[{id: brazil, where: {regions: [BR]}, limits: {few: {strangers.1h: 9}}}]"
    passing = rule("few", "strangers.1h >= 1", then="pass")
    assert findings(passing, rule("r", "strangers.1h > 5"), scopes=narrower) == []


SUBSUMED = [("subsumed", "rules[1]")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (HOUR, rule("r", "strangers.1h > 60"), SUBSUMED),
        (HOUR, rule("r", "strangers.1h > 50", "account_age < 7d"), SUBSUMED),
        (HOUR, rule("r", "strangers.1h > 50"), SUBSUMED),
        (HOUR, rule("r", "strangers.1h > 60", then="delay"), SUBSUMED),
        (HOUR, rule("r", "strangers.1h > 60", then="label", label="x"), SUBSUMED),
        (HOUR, rule("r", "strangers.1h > 60", mode="shadow"), SUBSUMED),
        (HOUR, rule("r", "strangers.1h > 40"), [("subsumed", "rules[0]")]),
        (HOUR, rule("r", "recipients.1h > 60"), []),
        (rule("hour", "strangers.1h > 50", then="delay"), rule("r", "strangers.1h > 60"), []),
        (rule("hour", "strangers.1h > 50", mode="warn"), rule("r", "strangers.1h > 60"), []),
        (rule("hour", "strangers.1h > 50", kinds="[send]"), rule("r", "strangers.1h > 60"), []),
        (
            rule("a", "reach.1h > 5", then="label", label="x"),
            rule("b", "reach.1h > 6", then="label", label="x"),
            SUBSUMED,
        ),
        (rule("a", "reach.1h > 5", then="label", label="x"), rule("b", "reach.1h > 6", then="label", label="y"), []),
        (rule("a", "reach.1h > 5", then="delay"), rule("b", "reach.1h > 6", then="label", label="y"), []),
    ],
)
def test_a_rule_beside_which_another_always_speaks(first, second, expected):
    assert findings(first, second) == expected


def test_a_later_rule_makes_an_earlier_one_pointless_unless_something_passes_between():
    weak = rule("weak", "strangers.1h > 60")
    assert findings(weak, HOUR) == [("subsumed", "rules[0]")]
    assert findings(weak, ANSWERS, HOUR) == []


def test_a_transition_that_spares_only_one_of_them():
    dates = {"announced": "2019-01-01", "effective": "2019-12-07"}
    whole = "[{where: {account_kinds: [client]}}]"
    part = "[{where: {account_kinds: [client]}, rules: [hour]}]"
    weak = rule("weak", "strangers.1h > 60")
    assert findings(HOUR, weak, **dates, transition=whole) == SUBSUMED
    assert findings(HOUR, weak, **dates, transition=part) == []


def test_a_shorter_window_that_a_longer_one_makes_pointless():
    day = rule("day", "strangers.24h > 40")
    assert findings(HOUR, day) == [("window", "rules[0].when[0]")]
    assert findings(day, HOUR) == [("window", "rules[1].when[0]")]
    assert message("window", HOUR, day) == (
        "whenever `strangers.1h > 50` holds, so does `strangers.24h > 40` of the rule `day`, for what is in 1h is in "
        "24h too: `hour` adds nothing. Drop it, or raise the limit of `day`"
    )
    assert findings(HOUR, rule("day", "strangers.24h > 51")) == []
    assert findings(HOUR, rule("day", "strangers.24h > 40", then="delay")) == []


def test_a_longer_window_whose_limit_is_lower_than_that_of_a_shorter_one():
    few = rule("few", "reach.1h < 9", then="delay")
    assert findings(few, rule("fewer", "reach.24h < 5", then="delay")) == [("window", "rules[1].when[0]")]
    assert message("window", few, rule("fewer", "reach.24h < 5", then="delay")).endswith("or lower the limit of `few`")


def test_a_longer_window_that_a_shorter_one_never_lets_be_reached():
    assert findings(HOUR, rule("day", "strangers.24h > 1200")) == [("window", "rules[1].when[0]")]
    assert findings(HOUR, rule("day", "strangers.24h > 1199")) == []
    assert message("window", HOUR, rule("day", "strangers.24h > 1200")) == (
        "`strangers.24h > 1200` never speaks first: the rule `hour` lets at most 50 through in 1h, so at most 24 times "
        "that, 1,200, in 24h. Lower the limit below that, or drop the rule"
    )
    pace = rule("pace", "messages.1m > 10")  # a window of 60 s that may cover only 50 of them
    assert findings(pace, rule("hour", "messages.1h > 720")) == [("window", "rules[1].when[0]")]
    assert findings(pace, rule("hour", "messages.1h > 719")) == []


@pytest.mark.parametrize(
    "hour",
    [
        rule("hour", "strangers.1h > 50", "account_age < 7d"),
        rule("hour", "strangers.1h > 50", then="delay"),
        rule("hour", "strangers.1h > 50", mode="warn"),
        rule("hour", "strangers.1h > 50", kinds="[send]"),
        rule("hour", "unanswered_messages.1h > 50"),
    ],
)
def test_a_shorter_limit_that_does_not_bind_everybody_bounds_nothing(hour):
    base = "unanswered_messages" if "unanswered" in hour else "strangers"
    assert findings(hour, rule("day", f"{base}.24h > 1200")) == []


def test_a_shorter_limit_behind_what_passes_bounds_nothing():
    assert findings(ANSWERS, HOUR, rule("day", "strangers.24h > 1200")) == []


def test_what_has_no_effect():
    then = [("no-effect", "rules[0].then")]
    assert findings(rule("r", "reach.1h > 5", then="label", label="x", kinds="[create_group, register]")) == then
    assert findings(rule("r", "group_additions.1h > 5", then="drop_strangers", kinds="[create_group]")) == then
    assert findings(rule("r", "reach.1h > 5", then="label", label="x")) == []
    assert findings(rule("r", "reach.1h > 5", then="label", label="x", mode="warn")) == [("no-effect", "rules[0].mode")]
    assert findings(rule("r", "reach.1h > 5", then="label", label="x", mode="shadow")) == []


def test_a_pass_with_nothing_behind_it():
    assert findings(HOUR, ANSWERS) == [("no-effect", "rules[1].then")]
    assert findings(ANSWERS, HOUR) == []
    assert findings(rule("few", "reach.1h < 5", then="pass", kinds="[register]"), HOUR) == [
        ("no-effect", "rules[0].then")
    ]
    assert findings(rule("few", "reach.1h < 5", then="pass", mode="shadow"), HOUR) == [("no-effect", "rules[0].then")]
