"""Refusals: what verdicts say of those who were refused, gathered so that a flood of them is a few rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa

from ecluse.events import Event
from ecluse.gate import Verdicts
from ecluse.terms import Mode, Outcome, SubjectKind, Terms

EVENTS_KEPT: Final = 8
"""Ids of refused events that are kept with a strike."""
ACCOUNTS_KEPT: Final = 1_000
"""Accounts told apart among the refusals of one provider, campaign or network."""
OF_CAMPAIGNS: Final = "campaign."
"""How the signals of campaigns begin."""
HOUR_S: Final = 3_600
REFUSE: Final = int(Outcome.REFUSE)


class Key(NamedTuple):
    """Refusals that are counted together."""

    subject_kind: SubjectKind
    subject: str
    rule: str


class Refusals(msgspec.Struct):
    """Refusals of one subject by one rule, within an hour. terms: those by which they were refused. figures: of the
    first. Times in seconds. accounts: whose events they were.
    """

    key: Key
    terms: Terms
    clause: str
    figures: list[dict[str, Any]]
    first_s: int
    last_s: int
    count: int
    accounts: set[str]
    events: list[str]
    region: str | None
    language: str | None
    business: bool

    @property
    def slot(self) -> tuple[Key, int]:
        """What those have in common that are counted together: events may come in long after their time."""
        return self.key, self.first_s // HOUR_S

    def add(self, other: Refusals) -> None:
        """Count others of the same key with these."""
        self.first_s, self.last_s = min(self.first_s, other.first_s), max(self.last_s, other.last_s)
        self.count += other.count
        room = ACCOUNTS_KEPT - len(self.accounts)
        self.accounts.update(list(other.accounts - self.accounts)[:room])
        self.events = (self.events + other.events)[:EVENTS_KEPT]
        self.business = self.business or other.business


Batch: TypeAlias = Sequence[Event] | pa.Table | pa.RecordBatch


def gather(verdicts: Verdicts, batch: Batch, start: int = 0) -> list[Refusals]:
    """The refusals among verdicts on a batch, whose first event stands at ``start`` of the verdicts.

    Counted are refusals by enforced rules, first given: what is asked again, held back by a sanction, warned or
    recorded in shadow is not. Each counts for its account, for the provider that it came through, a registration for
    its network, and by a rule on campaigns for the campaign that it is of.

    Cost: about 20 µs for each account and rule, and 2 µs for each refusal.
    """
    stop = start + (len(batch) if not isinstance(batch, pa.Table | pa.RecordBatch) else batch.num_rows)
    outcome, repeated = verdicts.outcome[start:stop], verdicts.repeated[start:stop]
    refused = np.flatnonzero((outcome == REFUSE) & ~repeated & (verdicts.sanctions[start:stop] == 0))
    campaigns = verdicts.campaign[start:stop]
    found: dict[tuple[Key, int], Refusals] = {}
    said: dict[tuple[str, bytes], list[tuple[str, str, list[dict[str, Any]], Terms]]] = {}
    for place in refused.tolist():
        event = event_at(batch, place)
        words = (event.sender, verdicts.spoke[start + place].tobytes())
        if words not in said:
            said[words] = _rules(verdicts, start + place)
        for rule, clause, figures, terms in said[words]:
            for kind, subject in _subjects(event, int(campaigns[place]), figures):
                refusal = Refusals(
                    *(Key(kind, subject, rule), terms, clause, figures, event.at_s, event.at_s, 1, {event.sender}),
                    *([event.id] if event.id else [], event.region, event.language, event.business),
                )
                merge(found, [refusal])
    return list(found.values())


def merge(into: dict[tuple[Key, int], Refusals], more: Iterable[Refusals]) -> None:
    """Count more refusals with those that wait, by their slots."""
    for refusals in more:
        if refusals.slot in into:
            into[refusals.slot].add(refusals)
        else:
            into[refusals.slot] = refusals


class EventFacts(NamedTuple):
    """What is needed of an event."""

    id: str | None
    sender: str
    at_s: int
    kind: str
    provider: str | None
    network: str | None
    region: str | None
    language: str | None
    business: bool


def event_at(batch: Batch, place: int) -> EventFacts:
    """What is needed of one event of a batch."""
    if isinstance(batch, pa.Table | pa.RecordBatch):
        return _row(batch, place)
    event = batch[place]
    at_s = event.at // 1000 if isinstance(event.at, int) else int(event.at.timestamp())
    business = event.sender_kind in ("business", "client")
    where = event.provider, event.network, event.region, event.language
    return EventFacts(event.id, event.sender, at_s, event.kind, *where, business)


def _row(batch: pa.Table | pa.RecordBatch, place: int) -> EventFacts:
    def value(name: str) -> Any:
        return batch.column(name)[place].as_py() if name in batch.schema.names else None

    at = batch.column("at")[place].cast(pa.int64()).as_py()
    at_type = batch.schema.field("at").type
    per_s = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[getattr(at_type, "unit", "ms")]
    where = value("provider"), value("network"), value("region"), value("language")
    business = value("sender_kind") in ("business", "client")
    return EventFacts(value("id"), value("sender"), at // per_s, value("kind"), *where, business)


def _subjects(event: EventFacts, campaign: int, figures: list[dict[str, Any]]) -> list[tuple[SubjectKind, str]]:
    """For whom a refusal counts. campaign: that the event is of, 0 for none; it answers for rules on campaigns."""
    subjects = [(SubjectKind.ACCOUNT, event.sender)]
    if event.provider:
        subjects.append((SubjectKind.PROVIDER, event.provider))
    if event.network and event.kind == "register":
        subjects.append((SubjectKind.NETWORK, event.network))
    if campaign and any(figure["signal"].startswith(OF_CAMPAIGNS) for figure in figures):
        subjects.append((SubjectKind.CAMPAIGN, f"{campaign:016x}"))
    return subjects


def _rules(verdicts: Verdicts, place: int) -> list[tuple[str, str, list[dict[str, Any]], Terms]]:
    """Rule, clause, figures and terms of each enforced rule by which the event at ``place`` was refused."""
    found = []
    for variant, values in verdicts.evidence(place).variants:
        if variant.mode is Mode.ENFORCE and variant.rule.outcome is Outcome.REFUSE:
            figures = [
                {
                    "signal": condition.signal,
                    "value": None if np.isnan(value) else value,
                    "comparison": condition.comparison,
                    "limit": condition.number,
                }
                for condition, value in zip(variant.conditions, values, strict=True)
            ]
            found.append((variant.rule.id, str(variant.rule.clause), figures, variant.terms))
    return found
