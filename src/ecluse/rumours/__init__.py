"""Rumours: what spreads fastest now, and what fact-checkers say of it."""

from ecluse.rumours.claim_review import ClaimReview, Feed, FeedError, Hint, checked_review, read_feed, reviews_in
from ecluse.rumours.fact_checks import FactChecks, Source
from ecluse.rumours.telling import Telling

__all__ = [
    "ClaimReview",
    "FactChecks",
    "Feed",
    "FeedError",
    "Hint",
    "Source",
    "Telling",
    "checked_review",
    "read_feed",
    "reviews_in",
]
