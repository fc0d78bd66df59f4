"""ClaimReview: what fact-checkers publish of a claim, read from their pages and feeds.

Source: schema.org's ClaimReview, Claim, Rating and DataFeed, as JSON-LD; a rating's scale is 1 (worst) to 5 (best)
unless it says otherwise. What a feed says besides is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from ecluse.errors import EcluseError, InputError
from ecluse.rumours.ratings import truth_of_number, truth_of_words

FEED_BYTES_MAX: Final = 32 << 20
REVIEWS_MAX: Final = 50_000
"""Reviews of one feed; those after it are not read, and the feed is refused."""
CLAIM_CHARACTERS_MAX: Final = 2_000
WORDS_CHARACTERS_MAX: Final = 200
"""Characters of a rating's words, and of a publisher's name."""
URL_CHARACTERS_MAX: Final = 2_000
LANGUAGE_CHARACTERS_MAX: Final = 35
DEPTH_MAX: Final = 24
"""How deep a review may lie in its feed."""

APPEARANCES_MAX: Final = 8
"""Works of each sort in which a claim appeared that are looked at."""
APPEARANCE_CHARACTERS_MAX: Final = 65_536

_BOM: Final = b"\xef\xbb\xbf"
"""What some feeds begin with."""
_TYPE: Final = re.compile(r"(https?://schema\.org/|schema:)?ClaimReview")
"""A ClaimReview by its type: by its name, or by its whole or shortened address."""
_SCALE: Final = (1.0, 5.0)
_NAMED: Final = re.compile(r"ecluse:([0-9a-f]{16})")
_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""What a database does not keep in a text."""


class ClaimReview(NamedTuple):
    """One review of a claim.

    claim: what was claimed. rating: the fact-checker's verdict in words. truth: 0 (false) to 1 (true); None if neither
    the numbers nor the words say. url: the page to read. publisher: who checked. language: a BCP 47 tag. published: as
    the feed says it. The last three may be empty.
    """

    claim: str
    rating: str
    truth: float | None
    url: str
    publisher: str = ""
    language: str = ""
    published: str = ""


class Hint(NamedTuple):
    """By what the content that a review is about can be known.

    number: of the review in its feed, from 0. cluster: that it names itself (an ``identifier`` such as
    ``ecluse:5f0c8a6d3b1e9274``). texts: the claim, and texts in which it appeared.
    """

    number: int
    cluster: str | None
    texts: tuple[str, ...]


class Feed(NamedTuple):
    """What was read of a feed: the reviews, and what is wrong with each of the others, by its number from 0.

    hints: of each review.
    """

    reviews: list[ClaimReview]
    faults: list[InputError]
    hints: list[Hint]


class FeedError(EcluseError):
    """A feed that can't be read at all."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the feed is no JSON of ClaimReviews: {reason}")


def read_feed(data: bytes) -> Feed:
    """Read all ClaimReviews of a JSON-LD document: one, a list, a graph or a DataFeed. Raises FeedError.

    >>> feed = read_feed(b'''{"@type": "ClaimReview", "claimReviewed": "The earth is flat",
    ...     "url": "https://facts.example/flat", "reviewRating": {"alternateName": "False", "ratingValue": 1}}''')
    >>> feed.reviews[0].truth, feed.faults, feed.hints[0].texts
    (0.0, [], ('The earth is flat',))
    """
    reviews: list[ClaimReview] = []
    faults: list[InputError] = []
    hints: list[Hint] = []
    for number, found in enumerate(reviews_in(data)):
        where = f"review {number}"
        try:
            review = _review(found, where)
            hints.append(Hint(number, _cluster(found), tuple(_texts(found, review, where))))
            reviews.append(review)
        except InputError as fault:
            faults.append(fault)
    return Feed(reviews, faults, hints)


def reviews_in(data: bytes) -> list[dict[str, Any]]:
    """Every ClaimReview of a JSON-LD document as it stands there, in its order. Raises FeedError."""
    if len(data) > FEED_BYTES_MAX:
        raise FeedError(f"{len(data)} bytes, at most {FEED_BYTES_MAX}")
    try:
        document = msgspec.json.decode(data.removeprefix(_BOM))
    except (msgspec.DecodeError, RecursionError) as error:
        raise FeedError(str(error)) from None
    found = list(islice(_found(document, 0), REVIEWS_MAX + 1))
    if len(found) > REVIEWS_MAX:
        raise FeedError(f"over {REVIEWS_MAX} reviews")
    if not found:
        raise FeedError("there is no ClaimReview in it")
    return found


def checked_review(
    claim: str, rating: str, url: str, publisher: str, language: str, published: str, truth: float | None
) -> ClaimReview:
    """A review given by hand, checked as one of a feed. truth: None: what its words say. Raises InputError."""
    if truth is not None and not 0 <= truth <= 1:
        raise InputError("truth", truth, "from 0 (false) to 1 (true)")
    given = {"claim": claim, "rating": rating, "publisher": publisher, "language": language, "published": published}
    mosts = CLAIM_CHARACTERS_MAX, *(WORDS_CHARACTERS_MAX,) * 2, LANGUAGE_CHARACTERS_MAX, WORDS_CHARACTERS_MAX
    read = {name: _text(given, name, most, None) for name, most in zip(given, mosts, strict=True)}
    for name in ("claim", "rating"):
        if not read[name]:
            raise InputError(name, given[name], "a text")
    said = truth_of_words(read["rating"]) if truth is None else truth
    return ClaimReview(**read, truth=said, url=web_address(url, "url"))


def _found(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every ClaimReview at or under a node, in the document's order."""
    if depth > DEPTH_MAX:
        return
    if isinstance(node, list):
        for part in node:
            yield from _found(part, depth + 1)
    elif isinstance(node, dict):
        types = _as_list(node.get("@type", node.get("type")))
        if any(isinstance(one, str) and _TYPE.fullmatch(one) for one in types):
            yield node
            return
        for part in node.values():
            if isinstance(part, dict | list):
                yield from _found(part, depth + 1)


def _review(found: dict[str, Any], where: str) -> ClaimReview:
    rating = _first(found.get("reviewRating"))
    if not isinstance(rating, dict):
        raise InputError("reviewRating", rating, "a Rating", where)
    words = _text(rating, "alternateName", WORDS_CHARACTERS_MAX, where) or _text(
        rating, "name", WORDS_CHARACTERS_MAX, where
    )
    claim = _text(found, "claimReviewed", CLAIM_CHARACTERS_MAX, where)
    if not claim:
        raise InputError("claimReviewed", found.get("claimReviewed"), "the claim in words", where)
    if not words:
        raise InputError("reviewRating.alternateName", rating.get("alternateName"), "the verdict in words", where)
    return ClaimReview(
        claim,
        words,
        _truth(rating, words),
        web_address(_first(found.get("url")), "url", where),
        _publisher(found, where),
        _text(found, "inLanguage", LANGUAGE_CHARACTERS_MAX, where),
        _text(found, "datePublished", WORDS_CHARACTERS_MAX, where),
    )


def _publisher(found: dict[str, Any], where: str) -> str:
    """Who checked: the author, else the publisher, each a name or something that has one."""
    for field in ("author", "publisher"):
        who = _first(found.get(field))
        node, name = (who, "name") if isinstance(who, dict) else (found, field)
        said = _text(node, name, WORDS_CHARACTERS_MAX, where) if isinstance(who, dict | str) else ""
        if said:
            return said
    return ""


def _cluster(found: dict[str, Any]) -> str | None:
    """The cluster that a review, or the claim that it reviews, names as its identifier."""
    for node in (found, _first(found.get("itemReviewed"))):
        for identifier in _as_list(node.get("identifier")) if isinstance(node, dict) else ():
            match = _NAMED.fullmatch(identifier) if isinstance(identifier, str) else None
            if match is not None:
                return match[1]
    return None


def _texts(found: dict[str, Any], review: ClaimReview, where: str) -> Iterator[str]:
    """The texts in which a claim appeared, then the claim itself, each once."""
    claim = _first(found.get("itemReviewed"))
    seen: set[str] = set()
    for field in ("appearance", "firstAppearance") if isinstance(claim, dict) else ():
        for work in _as_list(claim.get(field))[:APPEARANCES_MAX]:
            for name in ("text", "articleBody") if isinstance(work, dict) else ():
                text = _text(work, name, APPEARANCE_CHARACTERS_MAX, where)
                if text and text not in seen:
                    seen.add(text)
                    yield text
    if review.claim not in seen:
        yield review.claim


def _truth(rating: dict[str, Any], words: str) -> float | None:
    value, worst, best = (_number(rating.get(name)) for name in ("ratingValue", "worstRating", "bestRating"))
    by_number = None
    if value is not None:
        by_number = truth_of_number(value, _SCALE[0] if worst is None else worst, _SCALE[1] if best is None else best)
    return truth_of_words(words) if by_number is None else by_number


def web_address(value: Any, field: str, where: str | None = None) -> str:
    """An address of the web, as it came. Raises InputError."""
    expected = f"an address that begins with http:// or https://, of up to {URL_CHARACTERS_MAX} characters"
    if not isinstance(value, str) or len(value) > URL_CHARACTERS_MAX:
        raise InputError(field, value, expected, where)
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        raise InputError(field, value, expected, where) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not value.strip().isprintable():
        raise InputError(field, value, expected, where)
    return value.strip()


def _text(node: dict[str, Any], field: str, most: int, where: str | None) -> str:
    value = _first(node.get(field))
    if isinstance(value, dict):  # a language as {"name": ...}, a text as {"@value": ...}
        value = value.get("@value", value.get("name"))
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or _UNKEPT.search(value):
        raise InputError(field, value, f"a text of up to {most} characters", where)
    return " ".join(value.split())


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
