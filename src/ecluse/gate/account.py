"""One account as the gate sees it: its ledger, its signals as they stand, and how far each rule is from its limit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.compiled import kernel
from ecluse.events import AccountKind
from ecluse.ledger.allocation import find
from ecluse.ledger.arena import Arena
from ecluse.ledger.fold import N_BINS, SLOTS, fold_rows, read_bins
from ecluse.ledger.forwards import C_FORWARD_CHATS
from ecluse.ledger.layout import KNOWN_S, LATE_S, ONE_WAY_S, ROW
from ecluse.ledger.reading import C_HOPS, C_THIS_REACH, C_TOKEN_FAULT, NO_KIND, read_header
from ecluse.ledger.signals import N_SIGNALS, N_WINDOWS, SIGNAL_COLUMNS, SIGNALS
from ecluse.terms import Mode, Program, Versions
from ecluse.terms.program import FOREVER_S


class Distance(NamedTuple):
    """How far one condition of a rule is from holding. value: None = unknown. holds: it does now.

    scope: where its limit is another than elsewhere.
    """

    rule: str
    signal: str
    comparison: str
    limit: float
    value: float | None
    holds: bool
    scope: str | None = None


class Account(NamedTuple):
    """What the gate knows of an account at second ``at_s``.

    known: whether it has a ledger. rows: dtype ROW, shape (n_peers,), those that are kept by then, newest first.
    registered_s, last_send_s: 0 for unknown, never. signals: by name, None for unknown. limits: of every condition of
    every enforced rule in force, terms: ``id@version`` of those; None before any are.
    """

    known: bool
    at_s: int
    kind: str
    registered_s: int
    last_send_s: int
    rows: np.ndarray
    signals: dict[str, float | None]
    limits: list[Distance]
    terms: str | None


def read_account(arena: Arena, key: int, versions: Versions, at_s: int | None) -> Account:
    """Read the account of hash ``key``. at_s: None for the ledger's latest second. The ledger stays as it is."""
    place = find(arena.control, np.uint64(key))
    row = np.full(N_SIGNALS, np.nan)
    if place == 0:
        program = versions.program(at_s or FOREVER_S)
        return Account(False, at_s or 0, "personal", 0, 0, np.zeros(0, ROW), _named(row), *_limits(program, row))
    header = arena.header(place)
    latest_s = int(header["latest_s"])
    now_s = latest_s if at_s is None or latest_s - LATE_S <= at_s < latest_s else at_s
    size = arena.record_bytes(place)
    record = np.concatenate([np.zeros(8, np.uint8), arena.bytes[place : place + size]])  # the fold drops rows: a copy
    nobody, slots, row_of = np.zeros(1, np.uint64), np.zeros(SLOTS, np.int32), np.zeros(1, np.int64)
    bins = np.zeros((N_BINS, N_WINDOWS + 1), np.int64)
    _read(record.ctypes.data, 8, now_s, max(now_s, latest_s), nobody, slots, row_of, bins, row)
    rows = arena.rows(place)
    silent_s = np.maximum(rows["last_wrote_s"], rows["last_heard_s"]).astype(np.int64)
    known = (rows["last_wrote_s"] > 0) & (rows["last_heard_s"] > 0)
    rows = rows[silent_s > max(now_s, latest_s) - np.where(known, KNOWN_S, ONE_WAY_S)]
    newest = np.argsort(np.maximum(rows["last_wrote_s"], rows["last_heard_s"]), kind="stable")[::-1]
    return Account(
        True,
        now_s,
        AccountKind(int(header["kind"])).word,
        int(header["registered_s"]),
        int(header["last_send_s"]),
        rows[newest],
        _named(row),
        *_limits(versions.program(now_s), row),
    )


@kernel
def _read(arena, place, now_s, retained_s, nobody, slots, row_of, bins, row):  # type: ignore[no-untyped-def]
    fold_rows(arena, place, now_s, retained_s, nobody, 0, 0, slots, row_of, bins)
    read_bins(bins, 0, row)
    read_header(arena, place, now_s, NO_KIND, 0, row)
    row[C_HOPS] = row[C_TOKEN_FAULT] = row[C_THIS_REACH] = 0.0
    row[C_FORWARD_CHATS : C_FORWARD_CHATS + N_WINDOWS] = 0.0


def _named(row: np.ndarray) -> dict[str, float | None]:
    return {s.name: None if np.isnan(row[s.column]) else float(row[s.column]) for s in SIGNALS}


def _limits(program: Program, row: np.ndarray) -> tuple[list[Distance], str | None]:
    """How far each condition of each enforced rule is from holding, and the terms in force."""
    distances = []
    for variant in program.variants:
        if variant.terms is not program.in_force or variant.mode is not Mode.ENFORCE:
            continue
        scope = None if variant.scope is None else variant.scope.id
        for condition in variant.conditions:
            value = float(row[SIGNAL_COLUMNS[condition.signal]])
            known = None if np.isnan(value) else value
            now = bool(condition.holds(np.array([value]))[0])
            distances.append(
                Distance(variant.rule.id, condition.signal, condition.comparison, condition.number, known, now, scope)
            )
    return distances, None if program.in_force is None else program.in_force.name
