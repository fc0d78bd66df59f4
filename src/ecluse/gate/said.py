"""What rules said of a batch, as columns: who spoke, by mode, and the labels. No loop per event."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.terms import Mode, Outcome, Program, Variant

PROGRAMS_KEPT: Final = 64
"""Programs whose words are kept from one batch to the next."""


class Words(NamedTuple):
    """What the variants of a program say, by their places in it. mode: int8, shape (n_variants,), -1: nothing is said.

    labelled: bool, shape (n_variants,). rules, labels: their ids and labels, as columns.
    """

    mode: np.ndarray
    labelled: np.ndarray
    rules: pa.Array
    labels: pa.Array


class Said(NamedTuple):
    """Columns of lists of text, one list an event. rules: by ``Mode``."""

    rules: list[pa.Array]
    labels: pa.Array


def is_said(variant: Variant) -> bool:
    """Whether it is worth saying that a variant spoke: not of what lets pass while nothing is held back."""
    return variant.mode is Mode.ENFORCE or variant.rule.outcome is not Outcome.PASS


def label_of(variant: Variant) -> str | None:
    """The label that a message gets by a variant that spoke."""
    return variant.rule.label if variant.mode is Mode.ENFORCE else None


@lru_cache(maxsize=PROGRAMS_KEPT)
def words_of(program: Program) -> Words:
    """What a program's variants say."""
    variants = program.variants
    labels = [label_of(variant) for variant in variants]
    return Words(
        np.array([variant.mode if is_said(variant) else -1 for variant in variants], np.int8),
        np.array([label is not None for label in labels], np.bool_),
        pa.array([variant.rule.id for variant in variants], pa.string()),
        pa.array(labels, pa.string()),
    )


def say(
    programs: Sequence[Program], of_program: np.ndarray, places: np.ndarray, starts: np.ndarray, evidence: np.ndarray
) -> Said:
    """What rules said of each event.

    of_program: int, shape (n,), the place of each event's program in ``programs``. places, starts: int, shape (m,), the
    events on which rules spoke, and where their evidence begins in ``evidence``, as ``VERDICT`` describes it.
    """
    words = [words_of(program) for program in programs]
    n = len(of_program)
    counts = evidence[starts].astype(np.int64)
    firsts = np.cumsum(counts) - counts
    which = np.repeat(np.arange(len(places)), counts)
    variants = evidence[starts[which] + 1 + np.arange(len(which)) - firsts[which]].astype(np.int64)
    before = np.cumsum([0, *(len(one.mode) for one in words)])
    spoken, events = before[of_program[places[which]]] + variants, places[which]
    modes = np.concatenate([np.zeros(0, np.int8), *(one.mode for one in words)])[spoken]
    labelled = np.concatenate([np.zeros(0, np.bool_), *(one.labelled for one in words)])[spoken]
    rules = pa.concat_arrays([pa.array([], pa.string()), *(one.rules for one in words)])
    labels = pa.concat_arrays([pa.array([], pa.string()), *(one.labels for one in words)])
    by_mode = [_lists(n, events[modes == mode], rules, spoken[modes == mode]) for mode in Mode]
    return Said(by_mode, _lists(n, events[labelled], labels, spoken[labelled]))


def _lists(n: int, events: np.ndarray, words: pa.Array, spoken: np.ndarray) -> pa.Array:
    """A list for each of ``n`` events of the words that were spoken of it. events: rising."""
    if not len(events):
        return pa.ListArray.from_arrays(pa.array(np.zeros(n + 1, np.int32)), words[:0])
    ends = np.cumsum(np.bincount(events, minlength=n), dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[np.int32(0)], ends])), words.take(pa.array(spoken)))
