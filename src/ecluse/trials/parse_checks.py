"""Fact-checks of a case: texts, and how true each is said to be."""

from __future__ import annotations

from ecluse.terms.faults import quoted
from ecluse.terms.nodes import Value
from ecluse.trials.document import CHECKS_MAX, Checked


def read_checks(value: Value | None) -> tuple[Checked, ...]:
    """Read a case's ``fact_checks``: a list of ``{text: ..., truth: 0 to 1}``."""
    found: list[Checked] = []
    for place, item in enumerate((value.items("fact-checks") if value else None) or ()):
        if place == CHECKS_MAX:
            item.blame(f"a case has at most {CHECKS_MAX} fact-checks")
            break
        given = item.fields(("text", "truth"), ())
        text = given["text"].scalar("a text") if "text" in given else None
        truth = _truth(given.get("truth"))
        if text is not None and truth is not None:
            found.append(Checked(text, truth))
    return tuple(found)


def _truth(value: Value | None) -> float | None:
    word = value.scalar("how true it is, from 0 to 1", numbers=True) if value else None
    if value is None or word is None:
        return None
    try:
        truth = float(word)
    except ValueError:
        truth = -1.0
    if not 0 <= truth <= 1:
        value.blame(f"expected how true it is, from 0 to 1, got {quoted(word)}")
        return None
    return truth
