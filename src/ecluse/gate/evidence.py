"""Evidence: which rules spoke of an event, and what was measured for each condition, as words of a verdict."""

from __future__ import annotations

from typing import Any

from ecluse.compiled import leaf


@leaf
def write_evidence(spoken: Any, terms: Any, row: Any, spoke: Any, evidence: Any, written: int) -> int:
    """Write which variants spoke, and what was measured for each of their conditions."""
    n_spoke = 0
    for r in range(len(terms.rules)):
        if spoken[r]:
            n_spoke += 1
            spoke[terms.rules[r].number] = 1 + terms.rules[r].mode
            evidence[written + n_spoke] = r
    if n_spoke == 0:
        return written
    evidence[written] = n_spoke
    written += 1 + n_spoke
    for r in range(len(terms.rules)):
        if spoken[r]:
            for c in range(terms.rules[r].start, terms.rules[r].stop):
                evidence[written] = row[terms.conditions[c].signal]
                written += 1
    return written
