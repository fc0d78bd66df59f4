"""Evidence that the service has itself: an account's ledger, strikes with what was measured, reports, terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse import wire
from ecluse.cases.case import keep_terms
from ecluse.cases.evidence import JSON, OfService, Origin, add_evidence
from ecluse.records.tables import Case, CaseEvidence, Report, Sanction, Strike, TermsKept
from ecluse.records.tables.base import NAME_CHARACTERS
from ecluse.terms import Terms
from ecluse.wire import maybe_time_form, time_form

ROWS_MAX: Final = 100_000
"""Strikes, sanctions or reports in one piece of evidence; the newest."""


def add_ledger(session: Session, case: Case, account: wire.Account, *, at_s: int, who: str) -> CaseEvidence:
    """Add an account as the gate sees it now: its rows, signals, and how far each rule is from its limit."""
    return _of_service(
        session,
        case,
        OfService.LEDGER,
        f"Ledger of {account.account}",
        msgspec.json.format(msgspec.json.encode(account), indent=1),
        at_s=at_s,
        who=who,
        details={"account": account.account, "as_of": time_form(account.at_s), "rows": len(account.rows)},
    )


def add_campaign(session: Session, case: Case, graph: wire.CampaignGraph, *, at_s: int, who: str) -> CaseEvidence:
    """Add a campaign as the gate sees it now: members by keyed hashes, what they share, and whom they reached."""
    details = {"subject_kind": "campaign", "subject": graph.id, "accounts": graph.accounts}
    content = msgspec.json.format(msgspec.json.encode(graph), indent=1)
    title = f"Campaign {graph.id}"
    return _of_service(session, case, OfService.CAMPAIGN, title, content, at_s=at_s, who=who, details=details)


def add_terms(session: Session, case: Case, terms: Terms, *, at_s: int, who: str) -> CaseEvidence:
    """Add terms, as their document is."""
    keep_terms(session, terms, at_s)
    return _of_terms(session, case, terms.name, terms.digest, terms.source, at_s=at_s, who=who)


def collect(
    session: Session, case: Case, subject_kind: str, subject: str, *, at_s: int, who: str
) -> list[CaseEvidence]:
    """Add what the records hold about an account (or provider, campaign, network): strikes with what was measured,
    sanctions, reports of it, and the terms that all of these rest on. What there is nothing of is left out.

    Who reported is not named: reporters are numbered.
    """
    strikes = _strikes(session, subject_kind, subject)
    sanctions = _sanctions(session, subject_kind, subject)
    reports = _reports_of(session, subject_kind, subject)
    added: list[CaseEvidence] = []
    for kind, title, rows in (
        (OfService.VERDICTS, "Strikes, with what was measured", list(map(_strike, strikes))),
        (OfService.SANCTIONS, "Sanctions", list(map(_sanction, sanctions))),
        (OfService.REPORTS, "Reports", list(_reports(reports))),
    ):
        if rows:
            content = msgspec.json.format(msgspec.json.encode(rows), indent=1)
            details = {"subject_kind": subject_kind, "subject": subject, "rows": len(rows)}
            title = f"{title}: {subject}"
            added.append(_of_service(session, case, kind, title, content, at_s=at_s, who=who, details=details))
    digests = {case.terms_digest, *(row.terms_digest for row in strikes), *(row.terms_digest for row in sanctions)}
    there = {piece.details.get("digest") for piece in case.evidence if piece.kind == OfService.TERMS}
    for digest in sorted(digests - there):
        kept = session.get(TermsKept, digest)
        if kept is not None:
            added.append(_of_terms(session, case, kept.name, kept.digest, kept.document, at_s=at_s, who=who))
    return added


def add_rumour(session: Session, case: Case, cluster: str, rumour: Any, *, at_s: int, who: str) -> CaseEvidence:
    """Add a content that spread, as the gate and the records have it now. rumour: what is encoded as JSON."""
    return _of_service(
        session,
        case,
        OfService.RUMOUR,
        f"Spread of content {cluster}",
        msgspec.json.format(msgspec.json.encode(rumour), indent=1),
        at_s=at_s,
        who=who,
        details={"cluster": cluster, "as_of": time_form(at_s)},
    )


def _strikes(session: Session, subject_kind: str, subject: str) -> Sequence[Strike]:
    found = select(Strike).where(Strike.subject_kind == subject_kind, Strike.subject == subject)
    return session.scalars(found.order_by(Strike.id.desc()).limit(ROWS_MAX)).all()[::-1]


def _sanctions(session: Session, subject_kind: str, subject: str) -> Sequence[Sanction]:
    found = select(Sanction).where(Sanction.subject_kind == subject_kind, Sanction.subject == subject)
    return session.scalars(found.order_by(Sanction.id.desc()).limit(ROWS_MAX)).all()[::-1]


def _reports_of(session: Session, subject_kind: str, subject: str) -> Sequence[Report]:
    """Reports are of accounts; of anything else there are none."""
    if subject_kind != "account":
        return []
    found = select(Report).where(Report.subject == subject)
    return session.scalars(found.order_by(Report.id.desc()).limit(ROWS_MAX)).all()[::-1]


def _of_service(
    session: Session,
    case: Case,
    kind: OfService,
    title: str,
    content: bytes,
    *,
    at_s: int,
    who: str,
    details: dict[str, Any],
    media_type: str = JSON,
) -> CaseEvidence:
    return add_evidence(
        session,
        case,
        origin=Origin.SERVICE,
        kind=kind,
        title=title[:NAME_CHARACTERS],
        found_by="service",
        found_s=at_s,
        at_s=at_s,
        who=who,
        content=content,
        media_type=media_type,
        details=details,
    )


def _of_terms(
    session: Session, case: Case, name: str, digest: str, document: str, *, at_s: int, who: str
) -> CaseEvidence:
    details = {"terms": name, "digest": digest}
    return _of_service(
        *(session, case, OfService.TERMS, f"Terms {name}", document.encode()),
        at_s=at_s,
        who=who,
        details=details,
        media_type="application/yaml",
    )


def _strike(row: Strike) -> dict[str, Any]:
    return {
        "at": time_form(row.at_s),
        "first": time_form(row.first_s),
        "rule": row.rule,
        "clause": row.clause,
        "terms": row.terms,
        "refusals": row.refusals,
        "figures": row.figures,
        "events": row.events,
        "account": row.account,
        "undone": maybe_time_form(row.undone_s),
    }


def _sanction(row: Sanction) -> dict[str, Any]:
    return {
        "sanction": row.id,
        "measure": row.measure,
        "status": row.status,
        "made": time_form(row.made_s),
        "from": time_form(row.from_s),
        "until": maybe_time_form(row.until_s),
        "rule": row.rule,
        "clause": row.clause,
        "terms": row.terms,
        "facts": row.facts,
        "figures": row.figures,
        "found_by": row.found_by,
        "automated_decision": row.automated_decision,
    }


def _reports(rows: Sequence[Report]) -> Iterator[dict[str, Any]]:
    """Reports without who made them: each reporter has a number instead."""
    numbers: dict[str, int] = {}
    for row in rows:
        number = numbers.setdefault(row.reporter, len(numbers) + 1)
        yield {
            "reporter": number,
            "kind": row.kind,
            "at": time_form(row.at_s),
            "source": row.source,
            "category": row.category,
            "weight": row.weight,
            "outcome": row.outcome,
        }
