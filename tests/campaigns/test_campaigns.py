from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.campaigns import Campaigns, Sends
from ecluse.errors import InputError
from tests.campaigns.making import DAY_S, HOME, MEMORY_BYTES, NOW_S, SITE, TEXT, crowd, found, people, together

TRAFFIC = together(
    people(80, network=HOME),
    crowd(40, content=TEXT, domain=SITE, network=HOME),
    crowd(30, first=100, content=TEXT + 1, start_s=DAY_S, seed=5),
    crowd(30, first=200, content=TEXT + 2, known=20, start_s=DAY_S, seed=6),
)


def shown(campaigns):
    return [
        campaign._replace(members=campaign.members.tolist(), joined_s=campaign.joined_s.tolist())
        for campaign in campaigns.all()
    ]


@pytest.fixture(scope="module")
def at_once():
    campaigns = Campaigns(MEMORY_BYTES)
    campaigns.add(TRAFFIC)
    return campaigns


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, len(TRAFFIC.account)), max_size=8))
def test_how_sends_are_cut_into_calls_does_not_matter(at_once, cuts):
    cut = Campaigns(MEMORY_BYTES)
    ends = [0, *sorted(cuts), len(TRAFFIC.account)]
    for start, stop in pairwise(ends):
        cut.add(TRAFFIC.slice(start, stop))
    for name, array in at_once.state().items():
        assert np.array_equal(array, cut.state()[name]), name
    assert len(shown(cut)) == 2


def test_a_restored_one_goes_on_as_if_it_had_never_stopped(at_once):
    half = len(TRAFFIC.account) // 2
    before, after = Campaigns(MEMORY_BYTES), Campaigns(MEMORY_BYTES)
    before.add(TRAFFIC.slice(0, half))
    after.restore({name: array.copy() for name, array in before.state().items()})
    after.add(TRAFFIC.slice(half, len(TRAFFIC.account)))
    assert shown(after) == shown(at_once) != shown(before)


def test_a_state_of_another_size_is_refused(at_once):
    with pytest.raises(InputError):
        Campaigns(2 * MEMORY_BYTES).restore(at_once.state())


def test_members_are_listed_from_the_earliest_on(at_once):
    for campaign in at_once.all():
        assert (np.diff(campaign.joined_s.astype(np.int64)) >= 0).all()
        assert campaign.first_s == campaign.joined_s[0]
        assert campaign.last_s <= NOW_S + 2 * DAY_S


def test_an_account_is_asked_for_its_campaign(at_once):
    first, second = at_once.all()
    assert at_once.of_account(1) == first.id
    assert at_once.of_account(100) == second.id
    assert at_once.of_account(10_000) == 0
    assert at_once.of_account(77_777) == 0
    assert at_once.get(second.id).members.tolist() == second.members.tolist()
    assert at_once.get(12) is None
    assert at_once.get(0) is None


def test_two_that_turn_out_to_be_one_keep_the_elders_id_and_the_other_leads_to_it(at_once):
    joined = Campaigns(MEMORY_BYTES)
    joined.add(TRAFFIC)
    elder, younger = joined.all()
    joined.add(together(crowd(30, first=1_000, content=[TEXT, TEXT + 1], start_s=2 * DAY_S, seed=7)))
    joined.look()
    (campaign,) = joined.all()
    assert (campaign.id, campaign.found_s, campaign.accounts) == (elder.id, elder.found_s, 100)
    assert joined.get(younger.id).id == elder.id


def test_what_grows_keeps_its_id_and_who_does_not_send_any_more_is_forgotten_after_30_days():
    campaigns = Campaigns(MEMORY_BYTES)
    campaigns.add(together(people(), crowd(30, content=TEXT)))
    campaigns.look()
    (first,) = campaigns.all()
    for week in range(1, 6):
        campaigns.add(together(crowd(30, first=100 * week, content=TEXT, start_s=7 * week * DAY_S, seed=week)))
    campaigns.look()
    (last,) = campaigns.all()
    assert last.id == first.id
    assert min(last.members.tolist()) == 100
    campaigns.add(together(people(start_s=80 * DAY_S)))
    campaigns.look()
    assert campaigns.all() == []


def test_memory_is_what_was_given_and_the_oldest_go_first():
    campaigns = Campaigns(MEMORY_BYTES)
    assert campaigns.nbytes <= MEMORY_BYTES + (16 << 10)
    flood = people(3 * campaigns.accounts_max, sends=1, answers=0.0, over_s=DAY_S)
    campaigns.add(together(flood))
    assert campaigns.accounts == campaigns.accounts_max
    assert campaigns.given_up > 0
    campaigns.add(together(people(start_s=DAY_S, first=100_000), crowd(30, content=TEXT, start_s=DAY_S)))
    campaigns.look()
    assert [campaign.accounts for campaign in campaigns.all()] == [30]


def test_a_campaign_is_found_while_it_runs_and_what_it_sends_since_is_counted():
    sends = together(people(start_s=-DAY_S), crowd(40, content=TEXT))
    campaigns, reached = Campaigns(MEMORY_BYTES), 0
    for place in range(len(sends.account)):
        campaigns.add(sends.slice(place, place + 1))
        reached += int(sends.recipients[place] * (sends.account[place] <= 40))
        if campaigns.all():
            break
    assert 20 < reached < 125
    (campaign,) = campaigns.all()
    before = campaign.recipients
    campaigns.add(sends.slice(place + 1, place + 9))
    assert campaigns.all()[0].recipients == before + 8


@pytest.mark.parametrize(
    ("field", "value"),
    [("account", [0]), ("strangers", [2]), ("at_s", [1, 2]), ("things", [1, 2, 3, 4])],
)
def test_what_are_no_sends_is_refused_by_column(field, value):
    fine = Sends(*(np.ones_like(column) for column in Sends.empty(1)))
    with pytest.raises(InputError) as caught:
        Campaigns(MEMORY_BYTES).add(fine._replace(**{field: np.array(value)}))
    assert caught.value.field == field


def test_too_little_memory_is_refused():
    with pytest.raises(InputError):
        Campaigns(1_000)


def test_no_sends_are_no_campaigns():
    campaigns = Campaigns(MEMORY_BYTES)
    campaigns.add(Sends.empty(0))
    campaigns.look()
    assert campaigns.all() == [] == found(people(3))
