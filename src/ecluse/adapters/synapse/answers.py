"""What a verdict means for who asked: it passes, it has to wait a little, or it is refused, and why in words.

Matrix can't deliver to some members of a room, nor later: a ``delay`` is a 429 that clients wait for by themselves, and
``drop_strangers`` is a refusal where what would be dropped is all there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

PASSED: Final = "pass"
WAIT: Final = "wait"
REFUSED: Final = "refuse"

UNJUDGED: Final = {
    "en": "This could not be checked just now. Please try again in {} seconds.",
    "fr": "Ceci n’a pas pu être vérifié pour l’instant. Réessayez dans {} secondes.",
    "pt-BR": "Não foi possível verificar isto agora. Tente de novo em {} segundos.",
    "hi": "अभी इसकी जाँच नहीं हो सकी। कृपया {} सेकंड बाद फिर कोशिश करें।",
    "es": "Esto no se ha podido comprobar ahora. Inténtelo de nuevo en {} segundos.",
}
"""What somebody reads where the module fails closed; the gate's own words come with its verdicts."""

WITHOUT_WORDS: Final = {
    "en": "This was not sent: it is against this server's rules.",
    "fr": "Ceci n’a pas été envoyé : c’est contraire aux règles de ce serveur.",
    "pt-BR": "Isto não foi enviado: é contra as regras deste servidor.",
    "hi": "यह नहीं भेजा गया: यह इस सर्वर के नियमों के विरुद्ध है।",
    "es": "Esto no se ha enviado: va contra las reglas de este servidor.",
}
"""What somebody reads where a verdict has no notice."""


class Answer(NamedTuple):
    """What becomes of what was asked. what: PASSED, WAIT or REFUSED. retry_ms: after which it would be let through.

    text: what the user reads. labels: to be shown with the message. rules: that spoke. delayed: it was counted as sent,
    and only has to wait. sanction: the number of the one that holds it back.
    """

    what: str
    text: str = ""
    retry_ms: int | None = None
    labels: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    delayed: bool = False
    sanction: int | None = None

    def fields(self) -> dict[str, Any]:
        """What stands in the client's error besides its code."""
        fields: dict[str, Any] = {"error": self.text}
        if self.retry_ms is not None:
            fields["retry_after_ms"] = self.retry_ms
        if self.rules:
            fields["ecluse.rules"] = list(self.rules)
        if self.sanction is not None:
            fields["ecluse.sanction"] = self.sanction
        return fields


PASS: Final = Answer(PASSED)


def answer(verdict: Mapping[str, Any], wait_max_s: int, language: str) -> Answer:
    """What a verdict means. wait_max_s: a refusal that ends sooner is waited for."""
    outcome = verdict.get("outcome")
    dropped = outcome == "drop_strangers" and bool(verdict.get("dropped"))
    if outcome == "label":
        return Answer(PASSED, labels=tuple(verdict.get("labels", ())))
    if outcome not in ("refuse", "delay") and not dropped:
        return PASS
    rules = [rule for rule in verdict.get("rules", ()) if rule.get("notice")]
    sanction = verdict.get("sanction") or {}
    notice = sanction.get("notice") or (rules[0]["notice"] if rules else words(WITHOUT_WORDS, language))
    retry_s = verdict.get("retry_after")
    found = Answer(
        REFUSED,
        notice,
        None if retry_s is None else 1000 * int(retry_s),
        rules=tuple(rule["rule"] for rule in rules),
        sanction=sanction.get("sanction"),
    )
    if outcome == "delay":
        labels = tuple(verdict.get("labels", ()))
        return found._replace(what=WAIT, retry_ms=found.retry_ms or 1000, labels=labels, delayed=True)
    waits = outcome == "refuse" and retry_s is not None and retry_s <= wait_max_s
    return found._replace(what=WAIT) if waits else found


def unjudged(choice: str, retry_s: int, language: str) -> Answer:
    """What becomes of what no gate judged. choice: ``open`` or ``closed``."""
    if choice == "open":
        return PASS
    return Answer(WAIT, words(UNJUDGED, language).format(retry_s), 1000 * retry_s)


def words(texts: Mapping[str, str], language: str) -> str:
    """A text in a language, or in one near it, else in English.

    >>> words({"en": "yes", "pt-BR": "sim"}, "pt"), words({"en": "yes"}, "de")
    ('sim', 'yes')
    """
    wanted = language.lower()
    for name, text in texts.items():
        if name.lower() == wanted:
            return text
    near = wanted.partition("-")[0]
    return next((text for name, text in texts.items() if name.lower().partition("-")[0] == near), texts["en"])
