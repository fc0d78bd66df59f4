"""Whose reports weigh how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.reports.contact import Contact
from ecluse.reports.rings import rings
from ecluse.reports.weight import DAY_S, GROUP_MAX, Calls, Reported, Standing, weigh, weight_of

NOW = 1_700_000_000
OLD = Standing(known_since_s=NOW - 400 * DAY_S)
FRESH = Standing(known_since_s=NOW - 600)


def by(standing=OLD, contact=Contact.APPROACHED, kind="report"):
    return Reported(standing, contact, NOW, kind)


@pytest.mark.parametrize(
    ("report", "weight"),
    [
        (by(), 1.0),
        (by(kind="block"), 0.5),
        (by(contact=Contact.ANSWERED), 0.0),
        (by(contact=Contact.NONE), 0.0),
        (by(Standing()), 0.5),
        (by(Standing(known_since_s=NOW)), 0.25),
        (by(Standing(known_since_s=NOW + 5)), 0.25),
        (by(Standing(known_since_s=NOW - 7 * DAY_S)), 1.0),
        (by(Standing(known_since_s=0, unfounded=6)), 0.25),
        (by(Standing(known_since_s=0, borne_out=6)), 1.0),
        (by(Standing(known_since_s=0, borne_out=6, unfounded=8)), 0.5),
        (by(Standing(known_since_s=0, suspended_until_s=NOW + 1)), 0.0),
        (by(Standing(known_since_s=0, suspended_until_s=NOW)), 1.0),
    ],
)
def test_what_a_report_weighs(report, weight):
    assert weigh(report)[0] == pytest.approx(weight)


def test_a_thousand_fresh_accounts_without_contact_weigh_nothing_and_call_a_person():
    weight = weight_of({f"mob-{n}": by(FRESH, Contact.NONE) for n in range(1_000)}, {})
    assert (weight.total, weight.reporters, weight.approached, weight.calls) == (0.0, 1_000, 0, Calls.REVIEW)


def test_who_baits_an_answer_and_reports_it_weighs_nothing():
    weight = weight_of({f"rival-{n}": by(OLD, Contact.ANSWERED) for n in range(300)}, {})
    assert (weight.total, weight.calls) == (0.0, Calls.REVIEW)


def test_three_people_whom_it_wrote_to_call_a_person_at_once():
    assert weight_of({name: by() for name in "abc"}, {}).calls is Calls.REVIEW_FIRST
    assert weight_of({name: by() for name in "ab"}, {}).calls is Calls.NOTHING


def test_a_ring_weighs_as_one():
    ring = {f"rival-{n}": by() for n in range(12)}
    unproven = {name: ["shop-1", "shop-2"] for name in ring}
    weight = weight_of({**ring, "ada": by()}, unproven)
    assert weight.total == pytest.approx(2.0)
    assert {report.reporter: report.ring for report in weight.weighed} == {**dict.fromkeys(ring, 12), "ada": 1}


def test_who_shares_one_account_is_of_no_ring():
    assert rings(["a", "b"], {"a": ["x"], "b": ["x"]}) == []


def test_a_ring_is_everybody_that_is_tied_to_it():
    found = rings(["a", "b", "c", "d"], {"a": ["v", "w"], "b": ["v", "w", "x", "y"], "c": ["y", "x"], "d": ["y"]})
    assert found == [["a", "b", "c"]]


def plain_rings(reporters, unproven):
    """Rings, slowly: reporters joined to any two-sharing member until nothing changes."""
    groups = [{reporter} for reporter in reporters]
    shares = lambda a, b: len(set(unproven.get(a, ())) & set(unproven.get(b, ()))) >= 2  # noqa: E731
    changed = True
    while changed:
        changed = False
        for one in groups:
            for other in groups:
                if one is not other and any(shares(a, b) for a in one for b in other):
                    groups = [group for group in groups if group not in (one, other)] + [one | other]
                    changed = True
                    break
            if changed:
                break
    return {frozenset(group) for group in groups if len(group) > 1}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("stuvwxyz"), max_size=5)))
def test_rings_are_those_of_the_plain_definition(unproven):
    assert {frozenset(ring) for ring in rings(sorted(unproven), unproven)} == plain_rings(sorted(unproven), unproven)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=3),
        st.builds(
            Reported,
            st.builds(Standing, st.none() | st.integers(0, NOW), st.integers(0, 99), st.integers(0, 99)),
            st.sampled_from(Contact),
            st.just(NOW),
            st.sampled_from(["report", "block"]),
            st.sampled_from("gh"),
        ),
        max_size=30,
    )
)
def test_weight_is_never_more_than_the_people_it_approached_and_one_a_group(reports):
    weight = weight_of(reports, {})
    groups = len({one.group for one in reports.values() if one.contact is Contact.GROUP})
    assert 0.0 <= weight.total <= weight.approached + groups * GROUP_MAX + 1e-9
    assert weight.approached <= weight.reporters == len(reports)


def member(group="g", age_days=400):
    return Reported(Standing(NOW - age_days * DAY_S), Contact.GROUP, NOW, "report", group)


def test_members_of_a_group_weigh_as_one_person_at_most():
    assert weight_of({"ada": member()}, {}).total == 0.5
    assert weight_of({f"m{n}": member() for n in range(1_000)}, {}).total == pytest.approx(GROUP_MAX)
    assert weight_of({f"m{n}": member(age_days=0) for n in range(1_000)}, {}).total == 0.0
    assert weight_of({f"m{n}": member() for n in range(1_000)}, {}).calls is Calls.REVIEW


def test_three_groups_call_a_person_first():
    found = weight_of({f"m{group}{n}": member(group) for group in "ghi" for n in range(3)}, {})
    assert (found.total, found.calls) == (pytest.approx(3.0), Calls.REVIEW_FIRST)
