"""Which contents the reviews of a feed are about: those they name, and those their texts are near-identical to."""

from __future__ import annotations

from typing import Final, NamedTuple

from ecluse.errors import InputError
from ecluse.rumours.claim_review import ClaimReview, Feed
from ecluse.rumours.fact_checks import check_cluster
from ecluse.rumours.forms import name_of
from ecluse.stores.remembering import RememberingGate

REVIEWS_AT_ONCE: Final = 500
"""Reviews of one feed that are matched: each text takes the place of a message in the gate's memory."""
BY_IDENTIFIER: Final = "identifier"
BY_TEXT: Final = "text"


class Match(NamedTuple):
    """A review, by its number in the feed, and a cluster that it is about. by: BY_IDENTIFIER or BY_TEXT."""

    number: int
    cluster: str
    review: ClaimReview
    by: str


class Unmatched(NamedTuple):
    """A review whose texts nobody sent. clusters: those that they are of."""

    number: int
    review: ClaimReview
    clusters: list[str]


def match(
    gate: RememberingGate, feed: Feed, now_s: int, *, cluster: str | None = None, ahead: bool = False
) -> tuple[list[Match], list[Unmatched]]:
    """Match a feed. cluster: what all of it is about. ahead: attach also to what nobody has sent yet.

    Else a review is about the cluster that it names, or about every one that a text of its claim is of. Raises
    InputError, JournalError, GateClosedError.
    """
    if len(feed.reviews) > REVIEWS_AT_ONCE:
        raise InputError("feed", f"{len(feed.reviews)} reviews", f"at most {REVIEWS_AT_ONCE} at once")
    if cluster is not None:
        check_cluster(cluster)
    named = [cluster or hint.cluster for hint in feed.hints]
    texts = [text for hint, name in zip(feed.hints, named, strict=True) if name is None for text in hint.texts]
    found = iter(gate.clusters_of(texts, now_s))
    matched: list[Match] = []
    unmatched: list[Unmatched] = []
    for review, hint, name in zip(feed.reviews, feed.hints, named, strict=True):
        if name is not None:
            matched.append(Match(hint.number, name, review, BY_IDENTIFIER))
            continue
        clusters = list(dict.fromkeys(one for _ in hint.texts if (one := next(found))))
        about = [one for one in clusters if ahead or gate.gate.spreading.one(one, now_s) is not None]
        matched += [Match(hint.number, name_of(one), review, BY_TEXT) for one in about]
        if not about:
            unmatched.append(Unmatched(hint.number, review, list(map(name_of, clusters))))
    return matched, unmatched
