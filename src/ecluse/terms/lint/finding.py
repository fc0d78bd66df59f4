"""Findings: what is doubtful about terms that are sound, each with its place, its code, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from ecluse.terms.document import Terms
from ecluse.terms.faults import Faults, TermsError
from ecluse.terms.nodes import places_of, read_document


class Severity(StrEnum):
    """How bad it is: what can't be meant or breaks a law; what is probably not meant; what could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


FAULT: Final = "fault"
"""The code of what ``parse_terms`` refuses."""

CODES: Final[dict[str, tuple[Severity, str]]] = {
    FAULT: (Severity.ERROR, "The document is not one; `ecluse terms check` says the same."),
    "short-notice": (
        Severity.ERROR,
        "Business accounts in the EU get fewer than 15 days between announcement and force.",
    ),
    "unannounced": (Severity.WARNING, "Terms come into force on a date that is never announced."),
    "never": (Severity.ERROR, "Nothing can ever trip the rule."),
    "never-on-kind": (Severity.WARNING, "Events of one of its kinds can't trip the rule."),
    "contradiction": (Severity.ERROR, "The conditions of a rule can't hold together."),
    "implied": (Severity.WARNING, "A condition says nothing that the others do not say."),
    "unreachable": (Severity.ERROR, "An earlier rule that lets pass speaks whenever this one could."),
    "subsumed": (Severity.WARNING, "Another rule always speaks as well, and is as strong or stronger."),
    "window": (Severity.WARNING, "A limit in one window makes that in another pointless."),
    "no-effect": (Severity.WARNING, "The rule speaks, and nothing comes of it."),
    "scope-never": (Severity.ERROR, "No event lies in the scope once the terms are in force."),
    "scope-idle": (Severity.WARNING, "No rule looks at the scope, or its limit is the rule's own."),
    "scope-shadowed": (Severity.ERROR, "An earlier scope holds wherever this one does, so it is never looked at."),
    "region-unknown": (Severity.WARNING, "A region's country is none of ISO 3166, so hardly any event says it."),
    "transition-early": (Severity.ERROR, "A transition ends before the terms are in force."),
    "transition-idle": (Severity.WARNING, "A transition covers nobody, or no rule, or is never looked at."),
    "transition-outlives": (Severity.WARNING, "A transition lasts longer than the rule that it is about."),
    "ladder-idle": (Severity.WARNING, "The terms have a ladder, and no rule that refuses."),
    "ladder-never": (Severity.ERROR, "Strikes expire before there are enough of them for a step."),
    "ladder-order": (Severity.WARNING, "A step is milder than one at fewer strikes."),
    "ladder-machine": (Severity.WARNING, "A machine alone decides on an expulsion or legal referral."),
    "ladder-lead": (Severity.ERROR, "Businesses in the EU are told fewer than 30 days before they are expelled."),
    "ladder-appeal": (Severity.ERROR, "Sanctions can be appealed for less than six months."),
    "untranslated": (Severity.WARNING, "A text lacks a language that others of the document have."),
    "languages": (Severity.HINT, "The document has no text at all in some of the languages of notices."),
    "no-basis": (Severity.HINT, "Rules do not say where their limits come from."),
}
"""Every code, how bad it is, and what it says. A code keeps its meaning."""


class Finding(NamedTuple):
    """One finding. line, column: from 1. field: such as ``rules[2].when[0]``. code: one of CODES. message: what is
    wrong and what to do.
    """

    line: int
    column: int
    field: str
    severity: Severity
    code: str
    message: str


class Findings:
    """Collects the findings of one document, and knows where its fields stand."""

    def __init__(self, terms: Terms) -> None:
        faults = Faults(terms.name)
        self._places = places_of(read_document(terms.source, faults))
        self._found: dict[tuple[str, str], Finding] = {}

    def add(self, code: str, field: str, message: str) -> None:
        """Note a finding, if its code is not noted there yet. field: where; if nothing is written there, the place is
        that of the nearest field around it.
        """
        self._found.setdefault((code, field), Finding(*self._place(field), field, CODES[code][0], code, message))

    def given(self, field: str) -> bool:
        """Whether a field is written in the document."""
        return field in self._places

    def sorted(self) -> tuple[Finding, ...]:
        """All findings in the order of their places."""
        return tuple(sorted(self._found.values(), key=lambda one: (one.line, one.column, one.code)))

    def _place(self, field: str) -> tuple[int, int]:
        while field and field not in self._places:
            field = field[: max(field.rfind("."), field.rfind("["), 0)]
        return self._places[field]


def findings_of(error: TermsError) -> tuple[Finding, ...]:
    """The faults of a document that is none, as findings."""
    severity = CODES[FAULT][0]
    return tuple(Finding(f.line, f.column, f.field, severity, FAULT, f.message) for f in error.faults)
