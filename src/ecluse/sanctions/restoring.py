"""What a sanction in the records says, as the decision that it was: from the terms that were kept with it."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.orm import Session

from ecluse.ledger.standing import Capability
from ecluse.records import RecordsError
from ecluse.records.tables import Sanction, TermsKept
from ecluse.sanctions.decision import Circumstances, Decision, rule_of
from ecluse.sanctions.people import GATE
from ecluse.sanctions.strikes import strikes_of
from ecluse.sanctions.subjects import subject_of
from ecluse.terms import Measure, Terms, parse_terms


def restored(session: Session, sanction: Sanction) -> Decision:
    """The decision of a sanction. Raises RecordsError if the terms that it rests on are not kept."""
    terms = terms_kept(session, sanction.terms_digest)
    rule = rule_of(terms, sanction.rule)
    if rule is None:
        raise RecordsError(f"the rule {sanction.rule} is not in the terms kept with sanction {sanction.id}")
    limited = [one.new_contacts_a_day for one in sanction.restrictions if one.new_contacts_a_day is not None]
    return Decision(
        subject_of(sanction),
        Measure.of(sanction.measure),
        tuple(Capability.of(restriction.capability) for restriction in sanction.restrictions),
        limited[0] if limited else None,
        None if sanction.until_s is None else sanction.until_s - sanction.from_s,
        None,
        sanction.lead_s,
        sanction.signatures_needed,
        terms,
        rule,
        tuple(strikes_of(session, sanction)),
        GATE,
        sanction.step,
        sanction.facts,
        Circumstances(
            sanction.account_type == "business",
            sanction.region,
            sanction.language,
            sanction.reports_before,
            sanction.found_by,
        ),
        sanction.request,
        sanction.parent_id,
        sanction.case_id,
    )


def terms_kept(session: Session, digest: str) -> Terms:
    """The terms of a digest that the records keep. Raises RecordsError."""
    kept = session.get(TermsKept, digest)
    if kept is None:
        raise RecordsError(f"the terms {digest} are not kept")
    return _parsed(kept.document)


@lru_cache(64)
def _parsed(document: str) -> Terms:
    return parse_terms(document, "the terms kept")
