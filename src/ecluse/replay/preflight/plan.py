"""Pre-flight of a sending plan, or of a log of the past: each send is judged as it would be, and counted by its list.

What the plan's own accounts send is judged as a business's; what people wrote to them opens conversations. A list is
what the column for lists says, or else the account that sends. Nothing here looks at a clock: "now" is the last event
that is not planned, unless it is given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.errors import InputError
from ecluse.events import AccountKind, Kind
from ecluse.gate import MEMORY_BYTES, Gate
from ecluse.gate.verdicts import Verdicts
from ecluse.ledger.identify import Packed
from ecluse.ledger.signals import SIGNAL_COLUMNS
from ecluse.replay.judge import REPLAY_SECRET, ask
from ecluse.replay.logs import LogBatch, Logs
from ecluse.terms import Mode, Outcome, Versions

WINDOW_S: Final = 86_400
"""A conversation is open for so long after a person's last message."""

BULK_PEOPLE: Final = 10
"""An account that writes to so many people is the service's own, unless those are named."""

LISTS_MAX: Final = 1_000
"""Lists that are told apart; the sends of any further one count for ``OTHERS``."""

OTHERS: Final = "(others)"

_FELT: Final = {Outcome.REFUSE.word, Outcome.DROP_STRANGERS.word, Outcome.DELAY.word}
_WROTE: Final = SIGNAL_COLUMNS["peer_wrote_within.24h"]


@dataclass
class Clause:
    """A rule that holds sends back: how many, the first time, in words. from_s: from when it counts; 0: from before."""

    rule: str
    clause: str
    terms: str
    sends: int = 0
    first_s: int = 0
    from_s: int = 0


@dataclass
class ListPlan:
    """What becomes of one list. Sends are counted by recipient.

    refused: held back as terms stand at their time. warned: that pass, and no longer from ``refused_from_s`` on.
    pushes: sends into no open conversation: the business API takes none of them, whatever the terms. People: who is
    written to; of those, who wrote in the last 24 hours before now, who ever wrote, and who never did.
    closes_s: when the last open conversation closes.
    """

    name: str
    senders: set[str] = field(default_factory=set)
    sends: int = 0
    refused: int = 0
    warned: int = 0
    pushes: int = 0
    first_s: int = 0
    last_s: int = 0
    first_refused_s: int = 0
    refused_from_s: int = 0
    people: int = 0
    open: int = 0
    wrote: int = 0
    never: int = 0
    closes_s: int = 0
    clauses: dict[str, Clause] = field(default_factory=dict)
    pairs: set[tuple[str, str]] = field(default_factory=set, repr=False)

    @property
    def main_clause(self) -> Clause | None:
        """The rule that holds back most."""
        return max(self.clauses.values(), key=lambda clause: (clause.sends, clause.rule), default=None)


@dataclass
class Plan:
    """A plan that was looked through. now_s: for which second conversations are counted."""

    versions: Versions
    now_s: int
    lists: list[ListPlan]
    events: int

    def total(self, name: str) -> int:
        """A number summed over all lists."""
        return sum(int(getattr(one, name)) for one in self.lists)


def preflight(
    plan: Logs,
    versions: Versions,
    *,
    history: Logs | None = None,
    senders: frozenset[str] = frozenset(),
    list_column: str | None = None,
    now_s: int | None = None,
    provider: str | None = None,
    memory_bytes: int = MEMORY_BYTES,
) -> Plan:
    """Look a plan, or a log of the past, through. history: events before it, which are observed and not judged.

    senders: the service's own accounts; those that write to over BULK_PEOPLE people, unless given. list_column: of the
    plan, read as its field ``text``, which is not looked at otherwise. provider: that sends for them; then they are
    its clients. Raises InputError, ColumnsError.
    """
    gate = Gate(versions, secret=REPLAY_SECRET, memory_bytes=memory_bytes)
    latest_s = events = 0
    if history is not None:
        for batch in history:
            _, packed = ask(gate, batch)
            gate.judge(packed, observe=True)
            latest_s = max(latest_s, int(packed.events["at_s"].max(initial=0)))
            events += len(packed.events)
    batches = list(plan)
    own = senders or _bulk_senders(batches)
    lists: dict[str, ListPlan] = {}
    heard_s = 0
    for batch in batches:
        marked = _marked(batch, own, provider)
        asked, packed = ask(gate, marked)
        verdicts = gate.judge(packed, signals=True, asked=asked)
        events += len(packed.events)
        heard_s = max(heard_s, _count(lists, marked, packed, verdicts, own, list_column))
    last_s = max([heard_s, latest_s, *([] if history is not None else [one.last_s for one in lists.values()])])
    now_s = last_s if now_s is None else now_s
    for one in lists.values():
        _count_people(one, gate, now_s)
    found = sorted(lists.values(), key=lambda one: (-one.sends, one.name))
    return Plan(versions, now_s, found, events)


def _bulk_senders(batches: list[LogBatch]) -> frozenset[str]:
    """The accounts that write to many people."""
    people: dict[str, set[str]] = {}
    for batch in batches:
        for sender, recipients in _sends(batch.events):
            seen = people.setdefault(sender, set())
            if len(seen) <= BULK_PEOPLE:
                seen.update(recipients)
    return frozenset(sender for sender, seen in people.items() if len(seen) > BULK_PEOPLE)


def _sends(events: pa.RecordBatch) -> list[tuple[str, list[str]]]:
    kinds = events.column("kind").to_pylist() if "kind" in events.schema.names else ["send"] * events.num_rows
    senders, recipients = events.column("sender").to_pylist(), events.column("recipients").to_pylist()
    return [
        (sender, to or [])
        for kind, sender, to in zip(kinds, senders, recipients, strict=True)
        if kind in ("send", "forward")
    ]


def _marked(batch: LogBatch, own: frozenset[str], provider: str | None) -> LogBatch:
    """The batch, with the service's own accounts marked as what they are."""
    events = batch.events
    if "text" in events.schema.names:
        events = events.drop_columns(["text"])
    mine = pc.is_in(events.column("sender").cast(pa.string()), value_set=pa.array(sorted(own), pa.string()))
    kind = AccountKind.CLIENT.word if provider else AccountKind.BUSINESS.word
    events = _with(events, "sender_kind", mine, kind)
    return batch._replace(events=_with(events, "provider", mine, provider) if provider else events)


def _with(events: pa.RecordBatch, name: str, mine: pa.Array, word: str) -> pa.RecordBatch:
    """A column filled with a word where ``mine`` holds and nothing is said."""
    given = (
        events.column(name).cast(pa.string()) if name in events.schema.names else pa.nulls(events.num_rows, pa.string())
    )
    filled = pc.if_else(pc.and_(mine, pc.is_null(given)), pa.scalar(word), given)
    table = events if name not in events.schema.names else events.drop_columns([name])
    return table.append_column(name, filled)


class _Spoken:
    """What was held back in a batch, or will be, and by what: a rule is put into words once."""

    def __init__(self, verdicts: Verdicts) -> None:
        columns = verdicts.to_arrow()
        self._verdicts = verdicts
        self._outcomes = columns.column("outcome").to_pylist()
        self._rules, self._warnings = columns.column("rules").to_pylist(), columns.column("warnings").to_pylist()
        self._shadow = columns.column("shadow").to_pylist()
        self._known: dict[tuple[str, bool, str | None], Clause] = {}
        self._terms = columns.column("terms").to_pylist()
        self._coming = _coming(verdicts.versions)

    def count(self, one: ListPlan, place: int, people: int, second: int) -> None:
        """Count what becomes of event ``place``, which goes to so many people."""
        outcome = self._outcomes[place]
        if outcome in _FELT:
            held = len(self._verdicts[place].dropped) if outcome == Outcome.DROP_STRANGERS.word else people
            one.refused += held
            one.first_refused_s = min(one.first_refused_s or second, second)
            if self._rules[place]:
                _note(one, self._clause(place, self._rules[place][0], False), held, second)
        elif self._warnings[place]:
            clause = self._clause(place, self._warnings[place][0], True)
            if clause.from_s:
                self._warn(one, clause, people, second)
        else:
            for rule in self._shadow[place]:
                coming = self._coming.get(rule)
                if coming is not None and coming.from_s > second:
                    self._warn(one, coming, people, second)
                    break

    @staticmethod
    def _warn(one: ListPlan, clause: Clause, people: int, second: int) -> None:
        one.warned += people
        one.refused_from_s = min(one.refused_from_s or clause.from_s, clause.from_s)
        _note(one, clause, people, second)

    def _clause(self, place: int, rule: str, warned: bool) -> Clause:
        key = rule, warned, self._terms[place]
        if key not in self._known:
            verdict = self._verdicts[place]
            spoken = (verdict.warnings if warned else verdict.rules)[0]
            from_s = 0
            if spoken.refused_from is not None:
                from_s = int(datetime.fromisoformat(spoken.refused_from).timestamp())
            self._known[key] = Clause(rule, spoken.clause, spoken.terms or verdict.terms or "", from_s=from_s)
        return self._known[key]


def _coming(versions: Versions) -> dict[str, Clause]:
    """The rules that will hold sends back from a date on: until then those of announced terms run in shadow."""
    return {
        rule.id: Clause(rule.id, str(rule.clause), entry.terms.name, from_s=entry.from_s)
        for entry in versions.entries
        if entry.from_s
        for rule in entry.terms.rules
        if rule.mode is Mode.ENFORCE and rule.outcome.word in _FELT
    }


def _count(
    lists: dict[str, ListPlan],
    batch: LogBatch,
    packed: Packed,
    verdicts: Verdicts,
    own: frozenset[str],
    list_column: str | None,
) -> int:
    """Count a batch by list. Returns the last second at which one of the people wrote."""
    if list_column is not None and list_column not in batch.raw.schema.names:
        raise InputError("--list-column", list_column, f"a column: {', '.join(batch.raw.schema.names)}")
    names = batch.raw.column(list_column).cast(pa.string()).to_pylist() if list_column else None
    senders, recipients = batch.events.column("sender").to_pylist(), batch.events.column("recipients").to_pylist()
    kinds, at_s = packed.events["kind"], packed.events["at_s"].astype(np.int64).tolist()
    assert verdicts.signals is not None
    wrote = np.nan_to_num(verdicts.signals[:, _WROTE]).tolist()
    spoken = _Spoken(verdicts)
    heard_s = 0
    for place in np.flatnonzero((kinds == Kind.SEND) | (kinds == Kind.FORWARD)).tolist():
        sender, to, second = senders[place], recipients[place] or [], at_s[place]
        if sender not in own:
            heard_s = max(heard_s, second)
            continue
        name = (names[place] if names else None) or sender
        if name not in lists and len(lists) >= LISTS_MAX:
            name = OTHERS
        one = lists.setdefault(name, ListPlan(name))
        one.senders.add(sender)
        one.sends += len(to)
        one.pairs.update((sender, person) for person in to)
        one.first_s = min(one.first_s or second, second)
        one.last_s = max(one.last_s, second)
        one.pushes += len(to) - round(wrote[place] * len(to))
        spoken.count(one, place, len(to), second)
    return heard_s


def _note(one: ListPlan, clause: Clause, sends: int, second: int) -> None:
    noted = one.clauses.setdefault(clause.rule, replace(clause, first_s=second))
    noted.sends += sends
    noted.first_s = min(noted.first_s, second)
    noted.from_s = noted.from_s or clause.from_s


def _count_people(one: ListPlan, gate: Gate, now_s: int) -> None:
    """Count a list's people by when they last wrote to its accounts."""
    last: Counter[str] = Counter()
    for sender, person in one.pairs:
        last[person] = max(last[person], gate.last_heard_s(sender, person, now_s))
    heard = np.array(list(last.values()), np.int64)
    one.people = len(heard)
    is_open = (heard > now_s - WINDOW_S) & (heard <= now_s)
    one.open = int(is_open.sum())
    one.wrote = int((heard > 0).sum())
    one.never = one.people - one.wrote
    one.closes_s = int(heard[is_open].max()) + WINDOW_S if one.open else 0
