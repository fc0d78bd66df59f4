"""Partners: who may write to people through the business API, how far each is trusted, and what each may do."""

from ecluse.partners.domains import Method, challenge, is_own
from ecluse.partners.partner import (
    ADMITTED,
    Application,
    DeedError,
    NotAdmittedError,
    Partner,
    Sort,
    Status,
)
from ecluse.partners.quality import Counts, Rating, rate
from ecluse.partners.register import Document, Register, Standing
from ecluse.partners.tiers import TIERS, Tier, tier_of
from ecluse.partners.tokens import Token

__all__ = [
    "ADMITTED",
    "TIERS",
    "Application",
    "Counts",
    "DeedError",
    "Document",
    "Method",
    "NotAdmittedError",
    "Partner",
    "Rating",
    "Register",
    "Sort",
    "Standing",
    "Status",
    "Tier",
    "Token",
    "challenge",
    "is_own",
    "rate",
    "tier_of",
]
