import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.rumours.claim_review import CLAIM_CHARACTERS_MAX, DEPTH_MAX, ClaimReview, FeedError, read_feed
from tests.rumours.making import REVIEW, review

FLAT = ClaimReview("The earth is flat", "False", 0.0, "https://facts.example/flat", "Facts", "en", "2018-10-01")


def read(document):
    return read_feed(json.dumps(document).encode())


@pytest.mark.parametrize(
    "document",
    [
        REVIEW,
        [REVIEW],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
        {**REVIEW, "@type": ["Review", "ClaimReview"], "reviewRating": [REVIEW["reviewRating"]]},
        {**REVIEW, "@type": "http://schema.org/ClaimReview"},
        {**REVIEW, "@type": ["schema:ClaimReview"]},
        {**REVIEW, "author": "Facts"},
        {**REVIEW, "author": {"url": "https://facts.example"}, "publisher": {"name": "Facts"}},
        {**REVIEW, "author": None, "publisher": ["Facts"]},
        {**REVIEW, "inLanguage": {"@type": "Language", "name": "en"}, "claimReviewed": {"@value": "The earth is flat"}},
    ],
)
def test_a_review_is_found_wherever_a_feed_keeps_it(document):
    assert read(document)[:2] == ([FLAT], [])


def test_a_feed_may_begin_with_a_mark_of_its_byte_order():
    assert read_feed(b"\xef\xbb\xbf" + json.dumps(REVIEW).encode()).reviews == [FLAT]


def test_what_is_named_alike_is_no_review():
    with pytest.raises(FeedError, match="there is no ClaimReview in it"):
        read({**REVIEW, "@type": ["https://elsewhere.example/ClaimReview", 5]})


@pytest.mark.parametrize(
    ("rating", "truth"),
    [
        ({"ratingValue": 5}, 1.0),
        ({"ratingValue": "2", "worstRating": "0", "bestRating": "10"}, 0.2),
        ({"ratingValue": 1, "worstRating": 5, "bestRating": 1}, 1.0),
        ({"ratingValue": -1, "alternateName": "Pants on Fire!"}, 0.0),
        ({"ratingValue": True, "alternateName": "Needs context"}, None),
        ({"ratingValue": "nan", "alternateName": "Enganoso"}, 0.25),
        ({"ratingValue": 10**400, "alternateName": "सच"}, 1.0),
    ],
)
def test_how_true_a_claim_is_said_to_be(rating, truth):
    document = review(reviewRating={"@type": "Rating", "alternateName": "False", **rating})
    assert [found.truth for found in read(document).reviews] == [truth]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"claimReviewed": ""}, "review 1: claimReviewed: '' is not the claim in words"),
        (
            {"claimReviewed": "x" * (CLAIM_CHARACTERS_MAX + 1)},
            f"review 1: claimReviewed: '{'x' * 79}… is not a text of up to {CLAIM_CHARACTERS_MAX} characters",
        ),
        ({"reviewRating": 3}, "review 1: reviewRating: 3 is not a Rating"),
        ({"reviewRating": {}}, "review 1: reviewRating.alternateName: None is not the verdict in words"),
        (
            {"url": "javascript:alert(1)"},
            "review 1: url: 'javascript:alert(1)' is not an address that begins with http:// or https://, "
            "of up to 2000 characters",
        ),
    ],
)
def test_what_is_wrong_with_a_review_is_said_and_the_others_are_read(changed, fault):
    feed = read([REVIEW, review(**changed), REVIEW])
    assert ([str(found) for found in feed.faults], feed.reviews) == ([fault], [FLAT, FLAT])


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"@type": "Article"}', b"\xff", b"[" * 100_000])
def test_what_is_no_feed_is_refused(data):
    with pytest.raises(FeedError, match="the feed is no JSON of ClaimReviews"):
        read_feed(data)


def test_what_lies_too_deep_is_not_looked_for():
    document = REVIEW
    for _ in range(DEPTH_MAX + 1):
        document = [document]
    with pytest.raises(FeedError, match="there is no ClaimReview in it"):
        read(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(REVIEW)), json_values))
def test_whatever_a_field_holds_a_review_is_read_or_its_fault_is_told(fields):
    feed = read({**REVIEW, **fields, "@type": "ClaimReview"})
    assert len(feed.reviews) + len(feed.faults) == 1
    assert all(found.truth is None or 0 <= found.truth <= 1 for found in feed.reviews)
