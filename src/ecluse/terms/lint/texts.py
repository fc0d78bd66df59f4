"""What is missing from the texts of terms: languages that others have, and where limits come from."""

from __future__ import annotations

from collections.abc import Iterator

from ecluse.terms.document import Terms
from ecluse.terms.faults import quoted
from ecluse.terms.lint.finding import Findings
from ecluse.terms.outcome import Outcome
from ecluse.terms.texts import LANGUAGES, Text


def check_texts(terms: Terms, findings: Findings) -> None:
    """Find texts without a language that others have, languages without any text, and rules without a basis."""
    texts = list(_texts(terms))
    used = [language for language in LANGUAGES if any(language in _languages(text) for _, text in texts)]
    for field, text in texts:
        missing = [language for language in used if language not in _languages(text)]
        if missing:
            message = (
                f"there is no text in {', '.join(missing)}, as others of this document have: those readers get "
                f"{quoted(LANGUAGES[0])}. Translate it"
            )
            findings.add("untranslated", field, message)
    rest = [language for language in LANGUAGES if language not in used]
    if texts and rest:
        message = f"no clause is in {', '.join(rest)}, which notices are worded in: they will mix two languages there"
        findings.add("languages", "rules", message)
    bare = [rule.id for rule in terms.rules if rule.basis is None and rule.outcome > Outcome.LABEL]
    if bare:
        shown = ", ".join(map(quoted, bare[:5])) + (f" and {len(bare) - 5} more" if len(bare) > 5 else "")
        message = f"{shown}: say in the field `basis` where the limits come from, for whoever appeals or changes them"
        findings.add("no-basis", "rules", message)


def _languages(text: Text) -> set[str]:
    return {language for language, _ in text.by_language}


def _texts(terms: Terms) -> Iterator[tuple[str, Text]]:
    """Each text of the document, and the field that it stands in."""
    for place, rule in enumerate(terms.rules):
        yield f"rules[{place}].clause", rule.clause
        if rule.notice is not None:
            yield f"rules[{place}].notice", rule.notice
        if rule.shown is not None:
            yield f"rules[{place}].shown", rule.shown
