"""Who of a campaign shares what: the edges of its graph, as a case shows them."""

import numpy as np

from ecluse.campaigns import Sort
from ecluse.gate import Gate
from ecluse.terms import parse_terms
from tests.gate.test_campaigns import MEMORY_BYTES, SECRET, TERMS, everyday, snowshoe


def test_edges_add_up_to_what_the_campaign_says() -> None:
    gate = Gate(parse_terms(TERMS), secret=SECRET, memory_bytes=MEMORY_BYTES)
    gate.decide(sorted([*everyday(), *snowshoe()], key=lambda event: event.at))
    (campaign,) = gate.campaigns()
    found = gate.campaign_ties(campaign.id)
    assert found is not None
    same, sharing = found
    assert (same.id, same.accounts) == (campaign.id, campaign.accounts)
    for line in campaign.evidence:
        mine = sharing.thing == line.thing
        sums = (int(mine.sum()), int(sharing.recipients[mine].sum()), int(sharing.strangers[mine].sum()))
        assert sums == (line.accounts, line.recipients, line.strangers)
        assert {Sort(int(sort)) for sort in sharing.sort[mine]} == {line.sort}
    assert set(sharing.thing.tolist()) == {line.thing for line in campaign.evidence}
    assert list(dict.fromkeys(sharing.member.tolist())) == campaign.members.tolist()
    assert (sharing.first_s <= sharing.last_s).all()
    assert sharing.member.dtype == np.uint64


def test_accounts_are_known_as_members_by_their_ids_and_since_when() -> None:
    gate = Gate(parse_terms(TERMS), secret=SECRET, memory_bytes=MEMORY_BYTES)
    gate.decide(sorted([*everyday(), *snowshoe()], key=lambda event: event.at))
    (campaign,) = gate.campaigns()
    since = gate.campaign_members(campaign.id, ["s0", "s7", "p1", "nobody"])
    assert set(since) == {"s0", "s7"}
    assert all(campaign.first_s <= second <= campaign.last_s for second in since.values())
    assert gate.campaign_members(0, ["s0"]) == {} == gate.campaign_members(1, ["s0"])
    assert gate.campaign_ties(1) is None
