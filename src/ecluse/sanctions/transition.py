"""During a transition: who is warned is told once what will be refused, from which date, and what to do instead."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from ecluse.gate import Verdicts
from ecluse.records.tables import Notice
from ecluse.sanctions.notices import tell_once
from ecluse.sanctions.people import Subject
from ecluse.sanctions.refusals import Batch, event_at
from ecluse.terms import LANGUAGES, Mode, Outcome, Rule, SubjectKind, Terms
from ecluse.terms.notices import day
from ecluse.terms.texts import nearest
from ecluse.wire import time_form

_WARNED = 1 + int(Mode.WARN)


class Warned(NamedTuple):
    """An account that a rule warned. refused_from_s: when it refuses."""

    account: str
    terms: Terms
    rule: Rule
    refused_from_s: int
    language: str | None

    @property
    def once(self) -> str:
        """What it is told once."""
        return f"{self.terms.digest}:{self.rule.id}"


def warned(verdicts: Verdicts, batch: Batch) -> list[Warned]:
    """Accounts whose events a rule that will refuse has warned, each once."""
    found: dict[tuple[str, str], Warned] = {}
    places = np.flatnonzero((verdicts.spoke == _WARNED).any(axis=1) & ~verdicts.repeated)
    for place in places.tolist():
        event = event_at(batch, place)
        for variant, _ in verdicts.evidence(place).variants:
            if (
                variant.mode is not Mode.WARN
                or variant.refused_from_s is None
                or variant.rule.outcome is not Outcome.REFUSE
            ):
                continue
            one = Warned(event.sender, variant.terms, variant.rule, variant.refused_from_s, event.language)
            found.setdefault((one.account, one.once), one)
    return list(found.values())


def tell_warned(session: Session, one: Warned, now_s: int) -> Notice | None:
    """Write the notice of a transition, unless that account was told of that rule before."""
    near = nearest(one.language, LANGUAGES)
    facts = {
        "rule": one.rule.id,
        "clause": str(one.rule.clause),
        "terms": one.terms.name,
        "refused_from": time_form(one.refused_from_s),
    }
    return tell_once(
        session,
        Subject(SubjectKind.ACCOUNT, one.account),
        f"{one.once}:{hashlib.sha256(one.account.encode()).hexdigest()[:32]}",
        "transition",
        near,
        now_s,
        facts,
        from_day=day(one.refused_from_s, near),
        clause=one.rule.clause.in_language(near),
        terms=one.terms.name,
    )
