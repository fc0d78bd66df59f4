"""What the reviews of a feed are about: by the cluster they name, or by the texts of their claims."""

import json

import pytest

from ecluse.errors import InputError
from ecluse.events import Event
from ecluse.rumours import read_feed
from ecluse.rumours.matching import REVIEWS_AT_ONCE, match
from ecluse.stores.remembering import RememberingGate
from ecluse.terms import parse_terms
from tests.rumours.making import review

T = 1_700_000_000
TERMS = parse_terms("id: t\nversion: 1\ntitle: t\nrules: [{id: r, clause: c, when: [strangers.1h > 99], then: refuse}]")
RUMOUR = "They will close all polling stations at noon and count only half of the votes, pass it on"
LEMON = "Drinking hot water with lemon every morning heals every illness that doctors know of, share it"


@pytest.fixture
def gate(tmp_path):
    with RememberingGate(tmp_path / "gate", TERMS, memory_bytes=1 << 22) as opened:
        yield opened


def sent(gate, *texts):
    events = [Event(kind="send", at=1_000 * T, sender="ada", recipients=["ben"], text=text) for text in texts]
    return [verdict.content for verdict in gate.decide(events)]


def feed(*reviews):
    return read_feed(json.dumps(list(reviews)).encode())


def test_by_a_near_identical_text_of_the_claim_or_its_appearances(gate):
    rumour, lemon = sent(gate, RUMOUR, LEMON)
    works = [{"@type": "SocialMediaPosting", "text": "HELLO!! " + LEMON.upper()}, {"url": "https://x.example"}]
    found = feed(
        review(claimReviewed=RUMOUR.replace("noon", "12")),
        review(claimReviewed="Lemon water heals", itemReviewed={"@type": "Claim", "appearance": works}),
        review(claimReviewed="The earth is flat and the moon is made of green cheese by night"),
        {"@type": "ClaimReview"},
    )
    matched, unmatched = match(gate, found, T)
    assert [(one.number, one.cluster, one.by) for one in matched] == [(0, rumour, "text"), (1, lemon, "text")]
    assert [(one.number, len(one.clusters)) for one in unmatched] == [(2, 1)]
    assert len(found.faults) == 1


def test_what_nobody_sent_can_be_attached_ahead_and_is_known_when_it_comes(gate):
    found = feed(review(claimReviewed=RUMOUR))
    assert match(gate, found, T)[0] == []
    ((one,), unmatched) = match(gate, found, T, ahead=True)
    assert unmatched == []
    assert sent(gate, RUMOUR.upper()) == [one.cluster]


@pytest.mark.parametrize("where", ["review", "claim", "request"])
def test_by_the_cluster_that_it_names(gate, where):
    name = "00000000000000a1"
    given = {
        "review": {"identifier": ["isbn:1", f"ecluse:{name}"]},
        "claim": {"itemReviewed": {"identifier": f"ecluse:{name}"}},
    }
    matched, _ = match(gate, feed(review(**given.get(where, {}))), T, cluster=name if where == "request" else None)
    assert [(one.cluster, one.by) for one in matched] == [(name, "identifier")]


def test_of_claims_of_which_nothing_is_left_none_is_matched(gate):
    sent(gate, "🎉")
    matched, unmatched = match(gate, feed(review(claimReviewed="🎉")), T, ahead=True)
    assert (matched, [one.clusters for one in unmatched]) == ([], [[]])


def test_only_so_many_at_once(gate):
    with pytest.raises(InputError, match=f"501 reviews' is not at most {REVIEWS_AT_ONCE} at once"):
        match(gate, feed(*[review()] * (REVIEWS_AT_ONCE + 1)), T)
    with pytest.raises(InputError, match="cluster: 'flat' is not a cluster"):
        match(gate, feed(review()), T, cluster="flat")
