"""Terms: what a service allows, written as rules over signals, with dates, and asked by a kernel."""

from ecluse.terms.compiled import Compiled
from ecluse.terms.condition import COMPARISONS, Condition
from ecluse.terms.document import (
    CONDITIONS_MAX,
    KINDS_BY_DEFAULT,
    KINDS_JUDGED,
    RULES_MAX,
    SCOPES_MAX,
    TRANSITIONS_MAX,
    Rule,
    Scope,
    Terms,
    Transition,
)
from ecluse.terms.faults import Fault, TermsError
from ecluse.terms.grammar import read_condition
from ecluse.terms.ladder import Deciding, Ladder, Measure, Rungs, Step, StrikeRule, SubjectKind
from ecluse.terms.loading import SHIPPED, load_terms
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome
from ecluse.terms.parse import parse_terms
from ecluse.terms.program import PLACES_MAX, VARIANT_CONDITIONS_MAX, VARIANTS_MAX, Program, Variant
from ecluse.terms.texts import LANGUAGES, Text
from ecluse.terms.versions import ERA_BITS, VERSIONS_MAX, Entry, Versions, parse_versions
from ecluse.terms.where import Where

__all__ = [
    "COMPARISONS",
    "CONDITIONS_MAX",
    "ERA_BITS",
    "KINDS_BY_DEFAULT",
    "KINDS_JUDGED",
    "LANGUAGES",
    "PLACES_MAX",
    "RULES_MAX",
    "SCOPES_MAX",
    "SHIPPED",
    "TRANSITIONS_MAX",
    "VARIANTS_MAX",
    "VARIANT_CONDITIONS_MAX",
    "VERSIONS_MAX",
    "Compiled",
    "Condition",
    "Deciding",
    "Entry",
    "Fault",
    "Ladder",
    "Measure",
    "Mode",
    "Outcome",
    "Program",
    "Rule",
    "Rungs",
    "Scope",
    "Step",
    "StrikeRule",
    "SubjectKind",
    "Terms",
    "TermsError",
    "Text",
    "Transition",
    "Variant",
    "Versions",
    "Where",
    "load_terms",
    "parse_terms",
    "parse_versions",
    "read_condition",
]
