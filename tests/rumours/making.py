"""A fact-checker's review, as its page has it."""

REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": "The earth  is flat",
    "url": "https://facts.example/flat",
    "author": {"@type": "Organization", "name": "Facts"},
    "reviewRating": {"@type": "Rating", "ratingValue": 1, "alternateName": "False"},
    "inLanguage": "en",
    "datePublished": "2018-10-01",
}


def review(**fields):
    return {**REVIEW, **fields}
