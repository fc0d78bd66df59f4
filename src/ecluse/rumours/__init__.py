"""Rumours: what spreads fastest now, and what fact-checkers say of it."""

from ecluse.rumours.claim_review import ClaimReview, Feed, FeedError, read_feed
from ecluse.rumours.fact_checks import FactChecks, Source

__all__ = ["ClaimReview", "FactChecks", "Feed", "FeedError", "Source", "read_feed"]
