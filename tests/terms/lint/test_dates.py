import pytest

from tests.terms.lint.making import findings, message, rule

HOUR = rule("hour", "strangers.1h > 50")
SHORT = [("short-notice", "effective")]
SOON = {"announced": "2019-12-01", "effective": "2019-12-07"}


@pytest.mark.parametrize(
    ("announced", "effective", "expected"),
    [
        ("2019-11-22", "2019-12-07", []),
        ("2019-11-22T00:00:01Z", "2019-12-07", SHORT),
        ("2019-12-01", "2019-12-07", SHORT),
        ("2019-12-07", "2019-12-07", SHORT),
    ],
)
def test_businesses_are_owed_fifteen_days(announced, effective, expected):
    assert findings(HOUR, announced=announced, effective=effective) == expected


def test_the_message_counts_the_days_and_names_the_rules():
    assert message("short-notice", HOUR, **SOON) == (
        "business accounts get 6 days between announcement and force, and in the EU are owed 15 (Regulation (EU) "
        "2019/1150, Art. 3(2)); this is about `hour`. Put it at 2019-12-16 or later, or give businesses and clients a "
        "transition until then"
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{account_kinds: [personal]}", []),
        ("{account_kinds: [client]}", SHORT),
        ("{regions: [BR]}", []),
        ("{regions: [BR, FR-75C]}", SHORT),
        ("{chats: [group]}", SHORT),
    ],
)
def test_where_business_accounts_of_the_eu_are_concerned(where, expected):
    bound = rule("hour", "strangers.1h > 50", only_in="[here]")
    assert findings(bound, **SOON, scopes=f"[{{id: here, where: {where}}}]") == expected


@pytest.mark.parametrize("more", [{"then": "pass"}, {"mode": "shadow"}])
def test_what_nobody_feels_needs_no_notice(more):
    assert ("short-notice", "effective") not in findings(rule("r", "strangers.1h > 50", **more), **SOON)


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        ("[{where: {account_kinds: [business, client]}, until: 2019-12-16}]", []),
        ("[{where: {account_kinds: [business, client]}, until: 2019-12-15}]", SHORT),
        ("[{where: {account_kinds: [client]}, until: 2020-01-01}]", SHORT),
        ("[{where: {account_kinds: [business, client], regions: [BR]}, until: 2020-01-01}]", SHORT),
    ],
)
def test_a_transition_may_give_businesses_their_days(transition, expected):
    assert findings(HOUR, **SOON, transition=transition) == expected


def test_a_date_that_is_never_announced():
    assert findings(HOUR, effective="2019-12-07") == [("unannounced", "effective")]
    assert findings(HOUR) == []
    assert findings(HOUR, announced="2019-05-01", effective="2019-12-07") == []


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2019-12-06", [("transition-early", "transition[0].until")]), ("2019-12-07", []), ("2020-03-01", [])],
)
def test_a_transition_that_ends_before_the_terms_are_in_force(until, expected):
    transition = f"[{{where: {{account_kinds: [client]}}, until: {until}}}]"
    assert findings(HOUR, announced="2019-05-01", effective="2019-12-07", transition=transition) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2022-10-30", [("transition-outlives", "transition[0].until")]), ("2022-10-29", [])],
)
def test_a_transition_that_outlives_its_rule(until, expected):
    election = rule("election", "strangers.1h > 10", only_in="[election]")
    scopes = "[{id: election, where: {from: 2022-08-16, until: 2022-10-30}}]"
    transition = f"[{{where: {{account_kinds: [client]}}, until: {until}}}]"
    dates = {"announced": "2022-05-01", "effective": "2022-08-16"}
    assert findings(election, **dates, scopes=scopes, transition=transition) == expected
