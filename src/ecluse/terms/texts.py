"""Texts for people, in several languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

LANGUAGES: Final = ("en", "fr", "pt-BR", "hi", "es")
"""Languages that documents are shipped in and notices are worded in; English first, which others fall back to."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one language or more.

    by_language: pairs of one of LANGUAGES and the text; the first is what others fall back to.

    >>> text = Text((("en", "Few strangers."), ("pt-BR", "Poucos estranhos.")))
    >>> str(text), text.in_language("pt"), text.in_language("de-AT")
    ('Few strangers.', 'Poucos estranhos.', 'Few strangers.')
    """

    by_language: tuple[tuple[str, str], ...]

    @classmethod
    def english(cls, words: str) -> Self:
        """A text in English alone."""
        return cls(((LANGUAGES[0], words),))

    def in_language(self, language: str | None) -> str:
        """The text in the nearest language to ``language`` that there is."""
        known = [known for known, _ in self.by_language]
        return dict(self.by_language)[nearest(language, known)]

    def __str__(self) -> str:
        return self.by_language[0][1]


def nearest(language: str | None, known: list[str] | tuple[str, ...]) -> str:
    """The one of ``known`` that a reader of ``language`` understands best: itself, one of the same tongue, the first.

    >>> nearest("fr-CA", LANGUAGES), nearest("PT", LANGUAGES), nearest("de", LANGUAGES), nearest(None, LANGUAGES)
    ('fr', 'pt-BR', 'en', 'en')
    """
    if language is None:
        return known[0]
    wanted = language.lower().replace("_", "-")
    same = [one for one in known if one.lower() == wanted]
    tongue = wanted.partition("-")[0]
    alike = [one for one in known if one.lower().partition("-")[0] == tongue]
    return (same + alike + [known[0]])[0]
