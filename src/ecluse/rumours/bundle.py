"""A rumour as evidence: all that is known of a cluster, sealed into a bundle as cases are."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from ecluse.cases.contents import TEXT, Bundled, as_json, audit_of, completed
from ecluse.cases.evidence import JSON
from ecluse.cases.manifest import AuditHead
from ecluse.cases.seal import Content
from ecluse.cases.sealing_key import PublicKey
from ecluse.records.audit import append, head
from ecluse.rumours.forms import FactCheckForm, RumourSheet

_COUNTED: Final = (
    "  {window:>4}: {senders:,} accounts sent it to {recipients:,} people or groups, {share} of them strangers; "
    "from {regions:,} regions, by {providers:,} providers; by sixth of the window: {curve}"
)


def contents_of(session: Session, sheet: RumourSheet, key: PublicKey, *, at_s: int, who: str) -> Bundled:
    """The parts of a rumour's bundle. The export is itself an act of the audit: it needs ``Records.writing``."""
    about = f"cluster {sheet.cluster}"
    append(session, at_s=at_s, who=who, act="export_rumour", about=about, body={"key": key.fingerprint})
    session.flush()
    acts = audit_of(session, [about, *(f"fact-check {check.fact_check}" for check in sheet.fact_checks)])
    parts = [
        Content("rumour.txt", TEXT, told(sheet).encode()),
        Content("rumour.json", JSON, as_json(sheet)),
        Content("fact-checks.json", JSON, as_json(sheet.fact_checks)),
        Content("audit.json", JSON, as_json(acts)),
    ]
    return Bundled(completed(parts, key), AuditHead(*head(session)))


def told(sheet: RumourSheet) -> str:
    """A rumour in words."""
    lines = [f"Content {sheet.cluster}, as it stood at {sheet.at}", ""]
    rumour = sheet.rumour
    if rumour is None:
        lines += ["The gate counts nothing of it.", ""]
    else:
        said = ", ".join(f"{outcome} {events:,}" for outcome, events in rumour.outcomes.items()) or "none"
        lines += [f"First seen {rumour.first}, last {rumour.last}, forwarded up to {rumour.hops} times."]
        lines += [f"Verdicts since then: {said}. Labels by the terms: {', '.join(sheet.labels) or 'none'}.", ""]
        lines += ["Counted, each account and person once:"]
    for window, counted in sheet.windows.items():
        share = "none" if counted.strangers_share is None else f"{counted.strangers_share:.0%}"
        figures = {name: getattr(counted, name) for name in ("senders", "recipients", "regions", "providers")}
        curve = ", ".join(f"{count:,}" for count in counted.curve)
        lines.append(_COUNTED.format(window=window, share=share, curve=curve, **figures))
    if sheet.audiences:
        lines += ["", "Recipients in 30 days, each message counted, by where it was sent from:"]
    for one in sheet.audiences:
        where = f"{one.region or 'region not told'}, {one.language or 'language not told'}"
        lines.append(f"  {where}: {one.reached:,}, last {one.last}")
    lines += ["", f"Fact-checks: {len(sheet.fact_checks) or 'none'}"]
    lines += [line for check in sheet.fact_checks for line in _check_told(check)]
    return "\n".join(lines) + "\n"


def _check_told(check: FactCheckForm) -> list[str]:
    truth = "not said" if check.truth is None else f"{check.truth:g} (0 false, 1 true)"
    lines = [
        f"  {check.fact_check}: {check.publisher or check.url}: “{check.rating}”, truth {truth}",
        f"     claim: {check.claim}",
        f"     {check.url}",
        f"     attached {check.attached} by {check.attached_by} ({check.source})",
    ]
    if check.withdrawn is not None:
        lines.append(f"     withdrawn {check.withdrawn} by {check.withdrawn_by}: {check.withdrawn_why}")
    return lines
