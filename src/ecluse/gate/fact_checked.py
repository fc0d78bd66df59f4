"""What a verdict says of the fact-check of its content: the words come from whoever keeps the records."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from ecluse.gate.wordings import CHECKED
from ecluse.terms import LANGUAGES
from ecluse.terms.texts import nearest
from ecluse.wire import FactCheckTold


class FactCheckWords:
    """What is said of one fact-check, in each of LANGUAGES. publisher: if empty, the address's host is named."""

    def __init__(
        self, number: int, *, claim: str, rating: str, truth: float | None, url: str, publisher: str, language: str
    ) -> None:
        by = publisher or urlsplit(url).hostname or url
        self.number: Final = number
        shown = {one: CHECKED[one].format(publisher=by, rating=rating, url=url) for one in LANGUAGES}
        self._told = {
            one: FactCheckTold(number, claim, rating, url, by, truth, language or None, shown[one], shown)
            for one in LANGUAGES
        }

    def told(self, language: str | None) -> FactCheckTold:
        """The fact-check as a verdict shows it to a sender of a language."""
        return self._told[nearest(language, LANGUAGES)]
