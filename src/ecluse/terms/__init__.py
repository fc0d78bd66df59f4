"""Terms: what a service allows, written as rules over signals, and asked by a kernel."""

from ecluse.terms.compiled import Compiled
from ecluse.terms.conditions import read_condition
from ecluse.terms.document import (
    COMPARISONS,
    CONDITIONS_MAX,
    KINDS_BY_DEFAULT,
    KINDS_JUDGED,
    RULES_MAX,
    Condition,
    Rule,
    Terms,
)
from ecluse.terms.faults import Fault, TermsError
from ecluse.terms.loading import SHIPPED, load_terms
from ecluse.terms.outcome import Outcome
from ecluse.terms.parse import parse_terms

__all__ = [
    "COMPARISONS",
    "CONDITIONS_MAX",
    "KINDS_BY_DEFAULT",
    "KINDS_JUDGED",
    "RULES_MAX",
    "SHIPPED",
    "Compiled",
    "Condition",
    "Fault",
    "Outcome",
    "Rule",
    "Terms",
    "TermsError",
    "load_terms",
    "parse_terms",
    "read_condition",
]
