"""Quality: what the people that a partner talked with think of it, as green, yellow or red.

Counted over the last seven days: people heard from, reports, blocks, conversations ended by the user, and sends that
were refused because nobody had asked for them. A share of few people says little, so each step also needs a number.
A provider is rated by the sum over its clients.

Sources: at one US aggregator 5 % of opt-outs a day are watched and 10 % suspend; Gmail wants complaints under 0.1 %
and never 0.3 % of messages. The numbers below are ours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple, Self

from ecluse.partners.partner import Status

WINDOW_DAYS: Final = 7
DAY_S: Final = 86_400

TRUST_DAYS: Final = 30
"""Days that a verified partner has been verified, at least, before it may be trusted."""

TRUST_PEOPLE: Final = 50
"""People who wrote to it in the last seven days, at least, before it may be trusted."""


class Rating(StrEnum):
    """How good a partner's standing is."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


class Counts(NamedTuple):
    """What is counted of a partner on some days.

    people: who wrote to it, each once for each conversation. sent: messages let through. reports, blocks, endings: by
    users. pushes: sends refused for want of an open conversation.
    """

    people: int = 0
    sent: int = 0
    reports: int = 0
    blocks: int = 0
    endings: int = 0
    pushes: int = 0

    def plus(self, other: Self) -> Self:
        """The sum of two."""
        return type(self)(*(one + two for one, two in zip(self, other, strict=True)))


class Step(NamedTuple):
    """From when a rating is given: at least so many, and at least that share."""

    least: int
    share: float


UNWANTED: Final = {Rating.YELLOW: Step(3, 0.03), Rating.RED: Step(6, 0.10)}
"""Reports count twice, blocks once, endings not: to say "enough" is fair. A share of people heard from."""

PUSHES: Final = {Rating.YELLOW: Step(100, 0.2), Rating.RED: Step(1_000, 0.5)}
"""Sends refused for want of a conversation, as a share of all sends that were tried."""


def first_day_of(since_s: int, now_s: int) -> int:
    """The first day that counts, of those of the epoch. since_s: nothing of its day or before does; 0: everything."""
    return max(now_s // DAY_S - WINDOW_DAYS + 1, since_s // DAY_S + 1 if since_s else 0)


def rate(counts: Counts) -> Rating:
    """The rating of a partner, or of a provider with all its clients.

    >>> rate(Counts(people=40, reports=2)), rate(Counts(people=40, sent=900)), rate(Counts(pushes=1_000, sent=100))
    (<Rating.YELLOW: 'YELLOW'>, <Rating.GREEN: 'GREEN'>, <Rating.RED: 'RED'>)
    """
    unwanted = 2 * counts.reports + counts.blocks
    tried = counts.sent + counts.pushes
    for rating in (Rating.RED, Rating.YELLOW):
        if _reaches(unwanted, counts.people, UNWANTED[rating]) or _reaches(counts.pushes, tried, PUSHES[rating]):
            return rating
    return Rating.GREEN


def _reaches(count: int, of: int, step: Step) -> bool:
    return count >= step.least and count >= step.share * max(of, 1)


def after_rating(status: Status, rating: Rating) -> Status:
    """What becomes of a partner's trust: yellow and red take it; only a person gives it back.

    >>> after_rating(Status.TRUSTED, Rating.YELLOW), after_rating(Status.VERIFIED, Rating.RED)
    (<Status.VERIFIED: 'verified'>, <Status.VERIFIED: 'verified'>)
    """
    return Status.VERIFIED if status is Status.TRUSTED and rating is not Rating.GREEN else status
