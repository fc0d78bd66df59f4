"""The gate by brute force: every verdict from whole ledgers, every wait by judging the event again at each second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import msgspec

from ecluse.events import Event, milliseconds
from tests.model.ledgers import DAY, MEMBERS_MAX, GroupLedger, Ledger, Order, Peer, Row
from tests.model.retry import seconds_of_change
from tests.model.signals import NAMES, Seen, measure, unknown
from tests.model.terms import Rule, applied, outcome_of, speaking

SENDS = ("send", "forward")
GROUPINGS = ("create_group", "add_to_group")
NEVER_JUDGED = ("report", "block")


@dataclass
class ModelVerdict:
    """As ``ecluse.gate.Verdict``, with ids of rules. measures: (mode, rule, signal, value) of the rules that spoke."""

    outcome: str = "pass"
    spoke: list[str] = field(default_factory=list)
    measures: list[tuple[str, str, str, float]] = field(default_factory=list)
    retry_after: int | None = None
    labels: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    late: bool = False
    signals: dict[str, float] | None = None


def second(event: Event) -> int:
    return milliseconds(event.at) // 1000


def people(event: Event) -> list[str]:
    """The distinct recipients but for the sender, in order."""
    return [r for r in dict.fromkeys(event.recipients or ()) if r != event.sender]


def peers_of(event: Event) -> list[Peer]:
    """Whom a send or forward goes to; nobody for other kinds."""
    if event.kind not in SENDS:
        return []
    return [("group", event.group)] if event.group is not None else [("person", r) for r in people(event)]


def hops_of(event: Event) -> int:
    if event.kind != "forward":
        return 0
    return 1 if event.hops is None else event.hops


class ModelGate:
    """Ledgers and rules. order: the keyed hash of a peer."""

    def __init__(self, rules: Iterable[Rule] = (), order: Order = lambda peer: hash(peer)) -> None:
        self.rules = list(rules)
        self.ledgers: dict[str, Ledger] = defaultdict(lambda: Ledger(order))
        self.groups: dict[str, GroupLedger] = defaultdict(GroupLedger)
        self.decided: dict[object, tuple[int, ModelVerdict]] = {}

    def decide(self, event: Event, names: Collection[str] = NAMES) -> ModelVerdict:
        """Judge ``event`` and keep of it what its outcome says; the verdict has the signals ``names``."""
        if event.id is None:
            return self._decide(event, names)
        to = people(event) if event.group is None or event.kind not in SENDS else []
        key = (event.id, event.sender, event.kind, event.group, event.subject, tuple(to))
        if key in self.decided and self.decided[key][0] > second(event) - DAY:
            return self.decided[key][1]
        verdict = self._decide(event, names)
        self.decided[key] = (second(event), verdict)
        return verdict

    def _decide(self, event: Event, names: Collection[str]) -> ModelVerdict:
        at = second(event)
        ledger = self.ledgers[event.sender]
        now, late = ledger.touch(at)
        if event.sender_kind is not None:
            ledger.kind = event.sender_kind
        if event.registered_at is not None:
            ledger.register(milliseconds(event.registered_at) // 1000)
        if late:
            self._keep(event, ledger, at, peers_of(event), late=True)
            return ModelVerdict(late=True, signals=unknown())
        seen = self.count(event, ledger, now)
        verdict = ModelVerdict(signals=measure(seen, names))
        spoke = self.spoken(event, seen)
        verdict.outcome = outcome_of(spoke)
        verdict.spoke = [rule.id for rule in spoke if rule.mode == "enforce"]
        verdict.labels = [rule.label for rule in spoke if rule.label is not None and rule.mode == "enforce"]
        said = [rule for rule in spoke if rule.mode == "enforce" or rule.then != "pass"]
        asked = [(rule.mode, rule.id, condition.signal) for rule in said for condition in rule.when]
        values = measure(seen, {signal for _, _, signal in asked})
        verdict.measures = [(mode, rule, signal, values[signal]) for mode, rule, signal in asked]
        delivered = peers_of(event)
        if verdict.outcome == "drop_strangers" and event.kind in SENDS:
            delivered = [peer for peer in delivered if seen.ledger.rows[peer].last_heard > 0]
            verdict.dropped = [name for sort, name in peers_of(event) if (sort, name) not in delivered]
        if verdict.outcome == "delay":
            verdict.retry_after = self.retry_after(event, now, ("refuse", "drop_strangers", "delay"))
        none_left = verdict.outcome == "drop_strangers" and event.kind in SENDS and not delivered
        if verdict.outcome == "refuse" or none_left:
            ledger.meters["refused_attempts"][now] += 1
        else:
            self._keep(event, ledger, now, delivered, late=False)
        if verdict.outcome == "refuse":
            verdict.retry_after = self.retry_after(event, now, ("refuse",))
        return verdict

    def spoken(self, event: Event, seen: Seen) -> list[Rule]:
        """The rules that speak of an event."""
        if event.kind in NEVER_JUDGED:
            return []
        age = measure(seen, ["account_age"])["account_age"]
        inside = [applied(rule, lambda place: place.holds(event, seen.ledger, seen.now, age)) for rule in self.rules]
        rules = [rule for rule in inside if event.kind in rule.kinds]
        asked = {condition.signal for rule in rules for condition in rule.when}
        return speaking(rules, event.kind, measure(seen, asked))

    def count(self, event: Event, ledger: Ledger, now: int) -> Seen:
        """A copy of the sender's ledger with the event counted in it, however many rows that makes."""
        counted = ledger.copy()
        peers = peers_of(event)
        for peer in peers:
            counted.rows[peer] = self._row(event, counted, peer, now).written(now)
        if event.kind in SENDS:
            counted.meters["messages"][now] += 1
            counted.count_gap(now)
        self._count_groups(event, counted, now)
        if event.kind == "register":
            counted.register(second(event))
        named = len(peers) if event.kind in SENDS else len(people(event)) if event.kind in GROUPINGS else 0
        return Seen(counted, now, peers, named, hops_of(event))

    def _row(self, event: Event, ledger: Ledger, peer: Peer, now: int) -> Row:
        """The sender's row for ``peer`` before this event is written; for a group with what was heard in it.

        now: 0 for an event that is too late to look at the group.
        """
        row = ledger.rows.get(peer, Row(kind=peer[0]))
        if peer[0] == "person":
            return row
        members = row.members if event.members is None else min(event.members, MEMBERS_MAX)
        heard = self.groups[peer[1]].heard_by(event.sender, now) if now else 0
        return row._replace(members=members).pulled(heard)

    def _count_groups(self, event: Event, ledger: Ledger, now: int) -> None:
        if event.kind == "create_group":
            ledger.meters["groups_created"][now] += 1
        if event.kind in GROUPINGS:
            ledger.meters["group_additions"][now] += len(people(event))

    def _keep(self, event: Event, ledger: Ledger, now: int, delivered: list[Peer], late: bool) -> None:
        """Write down an event that took place, in the sender's ledger and in those of whom it reached."""
        at = second(event)
        touched = set(delivered)
        for peer in sorted(delivered, key=lambda peer: peer not in ledger.rows):  # none makes room for another
            if late:
                ledger.put(peer, self._row(event, ledger, peer, 0).written_late(now), touched)
            else:
                ledger.put(peer, self._row(event, ledger, peer, now).written(now), touched)
        if event.kind in SENDS:
            ledger.meters["messages"][now] += 1
            if late:
                ledger.last_send = max(ledger.last_send, now)
            else:
                ledger.count_gap(now)
        self._count_groups(event, ledger, now)
        if event.kind == "register":
            ledger.register(at)
        for sort, name in delivered:
            if sort == "group":
                self.groups[name].write(event.sender, at)
            else:
                self._hear(self.ledgers[name], event, at)
        if event.kind in NEVER_JUDGED:
            self._complain(event, at)

    def _complain(self, event: Event, at: int) -> None:
        """A report or block: counted once, and only by somebody whom its subject wrote to of itself."""
        assert event.subject is not None
        if event.subject not in self.ledgers:
            return
        subject = self.ledgers[event.subject]
        now, _ = subject.touch(at)
        peer = ("person", event.sender)
        row, own = subject.rows.get(peer, Row()), self.ledgers[event.sender].rows.get(("person", event.subject), Row())
        began_it = row.first_wrote and (not own.first_wrote or row.first_wrote <= own.first_wrote)
        if began_it and event.kind not in row.said:
            subject.rows[peer] = row._replace(said=row.said | {event.kind})
            subject.meters[event.kind + "s"][now] += 1

    def _hear(self, ledger: Ledger, event: Event, at: int) -> None:
        """A recipient's side of a message."""
        now, _ = ledger.touch(at)
        peer = ("person", event.sender)
        row = ledger.rows.get(peer, Row())
        if event.sender_kind is not None:
            row = row._replace(kind="business" if event.sender_kind == "business" else "person")
        ledger.put(peer, row.heard(now))

    def outcome_at(self, event: Event, now: int) -> str:
        """What would be said of the event at second ``now``, nothing else happening until then."""
        event = msgspec.structs.replace(event, at=1_000 * now)
        ledger = self.ledgers[event.sender].copy()
        ledger.touch(now)
        return outcome_of(self.spoken(event, self.count(event, ledger, now)))

    def retry_after(self, event: Event, now: int, bad: tuple[str, ...]) -> int | None:
        """The least wait after which the outcome is none of ``bad``; None if waiting never helps."""
        for then in seconds_of_change(self, event, now):
            if self.outcome_at(event, then) not in bad:
                return then - now
        return None

    def retry_after_by_seconds(self, event: Event, now: int, bad: tuple[str, ...], horizon: int) -> int | None:
        """The same within ``horizon`` seconds, by asking at every one of them."""
        for wait in range(1, horizon + 1):
            if self.outcome_at(event, now + wait) not in bad:
                return wait
        return None
