"""The gate: the one way in. Events in, verdicts out; the same for one event and for many, live and in replay."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Self

import msgspec
import numpy as np
import pyarrow as pa

from ecluse.campaigns import Campaign, Campaigns, Sharing
from ecluse.content.column import Texts
from ecluse.content.memory import CONTENT_BYTES, ContentMemory
from ecluse.errors import InputError
from ecluse.events import BATCH_MAX, Event, Kind, check_event, conform
from ecluse.forwarding import ForwardTokens
from ecluse.gate.account import Account, read_account
from ecluse.gate.acts import Act, pack_acts, pack_asked
from ecluse.gate.asked import Asked, AskedColumns, AskedEvents, AskedOne, Nameless
from ecluse.gate.conversation import last_heard
from ecluse.gate.decided import GENERATIONS_KEPT, VERDICT, Decided
from ecluse.gate.desk import Desk, judge_one
from ecluse.gate.fact_checked import FactCheckWords
from ecluse.gate.forwarding import check_columns, check_events
from ecluse.gate.kernel import EVIDENCE_MAX, NEWCOMERS, SCRATCH, judge_events
from ecluse.gate.sanctioned import SanctionWords
from ecluse.gate.spreading import Spreading
from ecluse.gate.verdict import Verdict
from ecluse.gate.verdicts import Verdicts, read_verdict
from ecluse.ledger.arena import Arena
from ecluse.ledger.identify import FORWARD, Packed, identify, identify_events
from ecluse.ledger.keys import IdentityKeys
from ecluse.ledger.room import Room
from ecluse.ledger.signals import N_SIGNALS
from ecluse.ledger.standing import Standing
from ecluse.terms import ERA_BITS, Compiled, Terms, Versions, parse_versions

State = dict[str, np.ndarray]
"""All that a gate remembers, as named arrays: what a snapshot keeps."""

MEMORY_BYTES: Final = 1 << 30
"""Memory of the ledgers, unless told otherwise."""

WORDS_AN_EVENT: Final = 8
"""Words of evidence to begin with, for each event of a batch."""

IDS_PER_MEMORY: Final = 1 << 10
"""Bytes of memory for ledgers to each event id remembered."""

CAMPAIGNS_PART: Final = 8
"""The part of the content's memory that is for campaigns."""

_NAMELESS: Final = Nameless()
_MESSAGES: Final = Kind.SEND.word, Kind.FORWARD.word


class Gate:
    """Judges events by terms, and remembers them in ledgers.

    terms: one version, in force from when it says, or several. secret: what ids are hashed with, at least 16 bytes; the
    same for as long as the ledgers live. memory_bytes: for the ledgers; about a tenth more is taken for their index and
    for the event ids of the last 24 hours. content_memory_bytes: for what is known of contents, link domains, providers
    and networks; 0: nothing of it is known. forward_tokens: how hop tokens are issued and checked; None: not at all.
    Raises InputError, SecretError.

    One gate may be used from several threads; it judges one batch after another.
    """

    def __init__(
        self,
        terms: Terms | Versions,
        *,
        secret: bytes,
        memory_bytes: int = MEMORY_BYTES,
        content_memory_bytes: int = CONTENT_BYTES,
        forward_tokens: ForwardTokens | None = None,
    ) -> None:
        self._keys = IdentityKeys.from_secret(secret)
        self._content = ContentMemory(secret, content_memory_bytes)
        self._campaigns = Campaigns(content_memory_bytes // CAMPAIGNS_PART)
        self._arena = Arena(memory_bytes)
        self._decided = Decided.empty(memory_bytes // IDS_PER_MEMORY)
        self._standing = Standing.empty(memory_bytes)
        self._scratch = np.zeros(1, SCRATCH)
        self.sanction_words: dict[int, SanctionWords] = {}
        """What verdicts say of sanctions, by number. Whoever keeps the records fills it; no verdict depends on it."""
        self.fact_check_words: dict[int, FactCheckWords] = {}
        """What verdicts say of fact-checks, by cluster; filled in the same way."""
        self._lock = threading.Lock()
        self.spreading = Spreading(self._content.ledgers, self._lock)
        """What spreads, and which contents have a fact-check."""
        self._room = Room()
        self._desks: dict[int, Desk] = {}  # by era, made when needed, anew after every change of terms or memory
        self._generation = -1
        self._history: dict[int, Versions] = {}
        self._programs: list[Compiled] = []
        self.forward_tokens = forward_tokens
        """How hop tokens are issued and checked; may be set anew at any time."""
        self._begin(terms if isinstance(terms, Versions) else Versions.of(terms))

    def _begin(self, versions: Versions) -> None:
        self._programs = [era.program.compiled(self._keys.of_provider) for era in versions.eras]
        self._generation += 1
        self._history[self._generation] = versions
        self._history.pop(self._generation - GENERATIONS_KEPT, None)
        self._desks.clear()

    @property
    def versions(self) -> Versions:
        """The versions of the terms that it judges by: which is in force when."""
        return self._history[self._generation]

    def use(self, terms: Terms | Versions) -> None:
        """Judge by other terms from the next batch on. Verdicts that were given keep the terms that they rest on."""
        versions = terms if isinstance(terms, Versions) else Versions.of(terms)
        with self._lock:
            if versions.digest != self.versions.digest:
                self._begin(versions)

    @property
    def ledgers(self) -> int:
        """How many ledgers there are, of accounts and of groups."""
        return self._arena.ledgers

    @property
    def memory_used(self) -> int:
        """Bytes of the ledgers and their index."""
        return self._arena.used_bytes + self._arena.index_bytes

    @property
    def memory_bytes(self) -> int:
        """Bytes that the ledgers may take."""
        return len(self._arena.bytes)

    def decide(self, batch: pa.RecordBatch | pa.Table | Sequence[Event], *, signals: bool = False) -> Verdicts:
        """Judge events in their order. A batch may be of any length; signals: give every event's signals, too.

        Raises InputError for an event that is not one; then none of the batch has been judged.
        """
        asked, packed = self.ask(batch)
        return self.judge(packed, signals=signals, asked=asked)

    def decide_one(self, event: Event) -> Verdict:
        """Judge one event: the same as a batch of one, in memory that is used again. Raises InputError."""
        if self.forward_tokens is not None:
            return self.decide((event,))[0]
        check_event(event)
        if event.text is not None or event.fingerprint is not None:
            asked, packed = self.ask((event,), decoded=True)
            return self.judge(packed, asked=asked)[0]
        with self._lock:
            try:
                self._room.put(event)
            except UnicodeEncodeError as error:
                raise _no_text(error) from None
            era = self.versions.era_of(int(self._room.events["at_s"][0])) if len(self._programs) > 1 else 0
            desk = self._desks.get(era) or self._set_desk(era)
            peers, judged = judge_one(desk.addresses, self._generation << ERA_BITS | era)
            if not judged:
                packed = self._room.packed(peers)
                self._run(packed, desk.records, desk.spoke, desk.signals, desk.evidence, observe=False)
            asked = AskedOne(event, self._room, peers)
            words = self.sanction_words, self.fact_check_words
            return read_verdict(self._history, desk.records, desk.evidence, asked, 0, *words)

    def _set_desk(self, era: int) -> Desk:
        content = self._content.ledgers, self._campaigns.graph
        memory = self._arena.control, self._decided, self._standing, *content, self._scratch
        program, n_rules = self._programs[era], len(self.versions.rules)
        desk = self._desks[era] = Desk(self._keys, self._room, *memory, program, n_rules)
        return desk

    def observe(self, batch: pa.RecordBatch | pa.Table | Sequence[Event]) -> None:
        """Take events that need no verdict: their effects, as if every one of them had passed. Raises InputError."""
        self.judge(self.identify(batch), observe=True)

    def identify(self, batch: pa.RecordBatch | pa.Table | Sequence[Event]) -> Packed:
        """Check events and hash their ids: what a journal keeps and ``judge`` takes. Raises InputError."""
        return self.ask(batch)[1]

    def ask(self, batch: pa.RecordBatch | pa.Table | Sequence[Event], *, decoded: bool = False) -> tuple[Asked, Packed]:
        """Check and identify events, and keep what verdicts need to name them. Raises InputError.

        decoded: the events come from a decoder of ``ecluse.events``, which has checked them.
        """
        tokens = self.forward_tokens
        if isinstance(batch, pa.RecordBatch | pa.Table):
            columns = conform(batch)
            packed, texts = identify(columns, self._keys), columns.column("text")
            if texts.null_count < len(texts):
                given = texts.is_valid().to_numpy(zero_copy_only=False) & (packed.events["kind"] <= FORWARD)
                (messages,) = np.nonzero(given)
                packed = self._with_prints(packed, messages, texts.take(messages))
            if tokens is not None:
                check_columns(tokens, columns, packed)
            return AskedColumns(columns, packed, tokens), packed
        if not decoded:
            single = len(batch) == 1
            for place, event in enumerate(batch):
                check_event(event, None if single else f"event {place}")
        try:
            packed = identify_events(batch, self._keys)
        except UnicodeEncodeError as error:
            raise _no_text(error) from None
        places = [place for place, event in enumerate(batch) if event.text is not None and event.kind in _MESSAGES]
        packed = self._with_prints(packed, places, [batch[place].text for place in places])
        if tokens is not None:
            check_events(tokens, batch, packed)
        return AskedEvents(batch, packed, tokens), packed

    def _with_prints(self, packed: Packed, places: np.ndarray | list[int], texts: Texts) -> Packed:
        """Packed events with the fingerprints of the texts of messages, which stand at these places."""
        if not self._content.memory_bytes or not len(places):
            return packed
        prints, starts = self._content.fingerprint(texts)
        packed.events["text"][places] = starts + 1
        return packed._replace(prints=prints)

    def judge(
        self, packed: Packed, *, signals: bool = False, observe: bool = False, asked: Asked | None = None
    ) -> Verdicts:
        """Judge, or only observe, events that were identified. asked: lets the verdicts name the events."""
        with self._lock:
            versions, n = self.versions, len(packed.events)
            records = np.zeros(n, VERDICT)
            self._content.find_clusters(packed.events, packed.prints, records["content"])
            spoke = np.zeros((n, len(versions.rules)), np.uint8)
            rows = np.empty((n if signals else 1, N_SIGNALS))
            evidence = np.empty(EVIDENCE_MAX + WORDS_AN_EVENT * min(n, BATCH_MAX))
            evidence = self._run(packed, records, spoke, rows, evidence, observe=observe)
            history = self._history.copy()
        kept = rows if signals else None, evidence, asked or _NAMELESS, self.sanction_words, self.fact_check_words
        return Verdicts(versions, history, records, spoke, *kept)

    def _run(
        self,
        packed: Packed,
        records: np.ndarray,
        spoke: np.ndarray,
        rows: np.ndarray,
        evidence: np.ndarray,
        *,
        observe: bool,
    ) -> np.ndarray:
        """Let the kernel judge, era by era, making room whenever it asks for it. Returns the evidence, maybe longer."""
        done, written = 0, 0
        for era, stop in self._runs(packed.events):
            generation = self._generation << ERA_BITS | era
            while done < stop:
                done, written = judge_events(
                    self._arena.control,
                    self._decided,
                    self._standing,
                    self._scratch,
                    self._content.ledgers,
                    self._campaigns.graph,
                    self._programs[era],
                    generation,
                    observe,
                    packed.events,
                    packed.peers,
                    packed.prints,
                    done,
                    stop,
                    written,
                    records,
                    spoke,
                    rows,
                    evidence,
                )
                if done < stop:
                    evidence = self._make_room(packed.events[done], evidence, written)
        return evidence

    def _runs(self, events: np.ndarray) -> Iterator[tuple[int, int]]:
        """The era of each run of neighbouring events of one era, and where the run ends."""
        if len(self._programs) == 1:
            yield 0, len(events)
            return
        eras = self.versions.eras_of(events["at_s"])
        for stop in [*(np.flatnonzero(np.diff(eras)) + 1).tolist(), len(events)]:
            if stop:
                yield int(eras[stop - 1]), stop

    def pack_acts(self, acts: Sequence[Act], at_s: int) -> Packed:
        """Administrative acts of second ``at_s`` as packed events, for ``judge``. Raises InputError."""
        return pack_acts(acts, self._keys, at_s)

    def act(self, acts: Sequence[Act], at_s: int) -> None:
        """Do administrative acts, from the next event on. Raises InputError."""
        self.judge(self.pack_acts(acts, at_s))

    def pack_asked(self, texts: Sequence[str], at_s: int) -> Packed:
        """Texts as packed events of second ``at_s``: ``judge(...).content`` says their clusters, and remembers them."""
        return pack_asked(*self._content.fingerprint(list(texts)), at_s)

    @property
    def restrictions(self) -> tuple[int, int]:
        """How many restrictions there are, and for how many there is room."""
        return self._standing.used, len(self._standing.entries)

    def _make_room(self, event: np.void, evidence: np.ndarray, written: int) -> np.ndarray:
        """See to whatever the kernel stopped for before this event. Returns the evidence, longer if it was that."""
        self._arena.grow_index(int(event["peers_count"]) + NEWCOMERS)
        if self._arena.is_full():
            self._arena.make_room(int(event["at_s"]))
        if self._campaigns.is_due(int(event["at_s"])):
            self._campaigns.look()
        if written + EVIDENCE_MAX > len(evidence):
            evidence = np.concatenate([evidence, np.empty(len(evidence) + EVIDENCE_MAX)])
        return evidence

    def account(self, account_id: str, at_s: int | None = None) -> Account:
        """What the gate knows of an account, as it stands at second ``at_s`` (its latest, unless told otherwise)."""
        with self._lock:
            return read_account(self._arena, self._keys.of_account(account_id), self.versions, at_s)

    def campaigns(self) -> list[Campaign]:
        """The campaigns that are known, the eldest first. Accounts and things are keyed hashes."""
        with self._lock:
            return self._campaigns.all()

    def campaign(self, id_: int) -> Campaign | None:
        """The campaign of this id, or the one that it became part of."""
        with self._lock:
            return self._campaigns.get(id_)

    def campaign_ties(self, id_: int) -> tuple[Campaign, Sharing] | None:
        """The campaign of this id, or the one that it became part of, and who of it shares what."""
        with self._lock:
            return self._campaigns.sharing(id_)

    def campaign_members(self, id_: int, account_ids: Iterable[str]) -> dict[str, int]:
        """Those of the accounts that are members of the campaign, with the second since when. Cost as ``campaign``."""
        found = self.campaign(id_)
        if found is None:
            return {}
        since = dict(zip(found.members.tolist(), found.joined_s.tolist(), strict=True))
        keys = {account: self._keys.of_account(account) for account in account_ids}
        return {account: since[key] for account, key in keys.items() if key in since}

    def last_heard_s(self, account_id: str, peer_id: str, now_s: int) -> int:
        """When a peer last wrote to an account, in seconds; 0: never, or longer before ``now_s`` than is kept."""
        account, peer = np.uint64(self._keys.of_account(account_id)), np.uint64(self._keys.of_account(peer_id))
        with self._lock:
            return int(last_heard(self._arena.control, account, peer, now_s))

    def state(self) -> State:
        """All that the gate remembers, copied."""
        with self._lock:
            history = {str(number): versions.source for number, versions in self._history.items()}
            kept = {
                **self._arena.state(),
                **self._content.state(),
                **{f"campaigns.{part}": array for part, array in self._campaigns.packed_state().items()},
                "decided.keys": self._decided.keys,
                "decided.entries": self._decided.entries,
                "decided.ring": self._decided.ring,
                "decided.head": self._decided.head,
                "standing.entries": self._standing.entries[: self._standing.used],
                "standing.starts": self._standing.starts,
                "standing.devices": self._standing.devices,
                "versions": np.frombuffer(msgspec.json.encode(history), np.uint8),
            }
            copied = ("content.", "campaigns.")
            return {name: array if name.startswith(copied) else array.copy() for name, array in kept.items()}

    @classmethod
    def restore(
        cls,
        terms: Terms | Versions,
        secret: bytes,
        state: State,
        memory_bytes: int = MEMORY_BYTES,
        content_memory_bytes: int = CONTENT_BYTES,
    ) -> Self:
        """A gate that knows what another knew. Raises InputError if the state does not fit into the memory."""
        gate = cls(terms, secret=secret, memory_bytes=memory_bytes, content_memory_bytes=content_memory_bytes)
        gate._arena.restore(state)
        gate._content.restore(state)
        named = (name for name in state if name.startswith("campaigns."))
        gate._campaigns.restore_packed({name.removeprefix("campaigns."): state[name] for name in named})
        gate._decided = Decided(*(state[f"decided.{part}"].copy() for part in Decided._fields))
        standing = (state[f"standing.{part}"] for part in Standing._fields)
        gate._standing = Standing.restored(memory_bytes, *standing)
        history = msgspec.json.decode(state["versions"].tobytes(), type=dict[int, str])
        now = gate.versions
        gate._history = {number: parse_versions(source) for number, source in history.items()}
        gate._generation = max(gate._history)
        gate._programs = [era.program.compiled(gate._keys.of_provider) for era in gate.versions.eras]
        gate.use(now)
        return gate


def _no_text(error: UnicodeEncodeError) -> InputError:
    return InputError("id", error.object, "text without lone surrogates")
