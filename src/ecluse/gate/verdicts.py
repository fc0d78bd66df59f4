"""The verdicts on a batch, as columns; each can be had as a ``Verdict`` with its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.gate.asked import Asked
from ecluse.gate.decided import NO_RETRY
from ecluse.gate.fact_checked import FactCheckWords
from ecluse.gate.restraint import SANCTIONED
from ecluse.gate.said import is_said, label_of, say
from ecluse.gate.sanctioned import SanctionWords, withheld
from ecluse.gate.verdict import Verdict
from ecluse.terms import ERA_BITS, Mode, Outcome, Program, Variant, Versions
from ecluse.terms.notices import notice, shown
from ecluse.wire import Measure, SpokenRule, time_form

_WORDS = Outcome.words()
HEX_DIGITS: Final = 16
_HEXADECIMAL: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_WORD_COLUMN = pa.array(_WORDS, pa.string())

COLUMNS: Final = [
    *("event", "outcome", "rules", "retry_after", "labels", "late", "terms"),
    *("warnings", "shadow", "rehearsed", "sanction", "forward_token", "content", "campaign"),
    "fact_check",
]
"""Names of the columns of verdicts."""

NO_WORDS: Final[Mapping[int, SanctionWords]] = {}
NO_CHECKS: Final[Mapping[int, FactCheckWords]] = {}


class Evidence(NamedTuple):
    """What one verdict rests on. variants: with the measured values of their conditions. dropped: places of peers."""

    variants: list[tuple[Variant, list[float]]]
    dropped: list[int]


class Verdicts(Sequence[Verdict]):
    """Verdicts on n events, in their order.

    outcome: uint8, shape (n,), of ``Outcome``. late, repeated: bool, shape (n,). retry_after: int64 seconds,
    shape (n,), -1 for none. spoke: uint8, shape (n, n_rules), by the rules of ``versions``: 0, or 1 and the mode in
    which the rule spoke (none where a repeated verdict rests on what was decided before).
    signals: float64, shape (n, N_SIGNALS), or None if they were not asked for; NaN where unknown or not judged.
    words: of the sanctions, by their number. checks: of the fact-checks, by cluster.
    """

    def __init__(
        self,
        versions: Versions,
        history: dict[int, Versions],
        records: np.ndarray,
        spoke: np.ndarray,
        signals: np.ndarray | None,
        evidence: np.ndarray,
        asked: Asked,
        words: Mapping[int, SanctionWords] = NO_WORDS,
        checks: Mapping[int, FactCheckWords] = NO_CHECKS,
    ) -> None:
        self.versions, self._history, self._words, self._checks = versions, history, words, checks
        self._records, self._evidence, self._asked = records, evidence, asked
        self.spoke, self.signals = spoke, signals
        self._passed: list[str | None] | None = None

    @property
    def records(self) -> np.ndarray:
        """The verdicts as kernels write them: VERDICT, shape (n,)."""
        return self._records

    @property
    def outcome(self) -> np.ndarray:
        """Outcomes as numbers of ``Outcome``."""
        return self._records["outcome"]

    @property
    def late(self) -> np.ndarray:
        """Which events were too late to be judged."""
        return self._records["late"].view(np.bool_)

    @property
    def repeated(self) -> np.ndarray:
        """Which events had been decided before."""
        return self._records["repeated"].view(np.bool_)

    @property
    def retry_after(self) -> np.ndarray:
        """Seconds to wait, -1 for none."""
        return self._records["retry_after"]

    @property
    def content(self) -> np.ndarray:
        """The clusters of the events' contents, uint64, shape (n,); 0 for none."""
        return self._records["content"]

    @property
    def campaign(self) -> np.ndarray:
        """The ids of the campaigns that the events are of, uint64, shape (n,); 0 for none."""
        return self._records["campaign"]

    @property
    def rehearsed(self) -> np.ndarray:
        """The outcomes that rehearsed terms would have had, as numbers; PASS where none are rehearsed."""
        return self._records["rehearsed"]

    @property
    def sanctions(self) -> np.ndarray:
        """The number of the sanction that holds each event back, 0 for none. int64, shape (n,)."""
        found = np.zeros(len(self._records), np.int64)
        refused = np.flatnonzero((self._records["outcome"] == Outcome.REFUSE) & (self._records["evidence_count"] > 0))
        starts = self._records["evidence_start"][refused]
        held = self._evidence[starts] == SANCTIONED
        found[refused[held]] = self._evidence[starts[held] + 1]
        return found

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Verdict]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> Verdict:  # type: ignore[override]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        words = self._words, self._checks
        return read_verdict(self._history, self._records, self._evidence, self._asked, place, *words)

    def evidence(self, place: int) -> Evidence:
        """What the verdict on event ``place`` rests on, if it is rules."""
        record = self._records[place]
        start, count = int(record["evidence_start"]), int(record["evidence_count"])
        words = self._evidence[start : start + count].tolist()
        if not words or words[0] == SANCTIONED:
            return Evidence([], [])
        return _read(_program(self._history, int(record["generation"])), words)

    def passed_by(self, place: int) -> str | None:
        """The terms by which event ``place`` simply passed: no rule spoke, it was not late and has no content. None
        otherwise, while there are no terms in force or others are rehearsed, and where messages get tokens.

        Verdicts on such events differ by the event's id alone. To be asked of one event after another: the first
        time, all are looked at.
        """
        if self._asked.issues:
            return None
        if self._passed is None:
            records = self._records.tolist()
            programs = {number: _program(self._history, number) for number in {record[4] for record in records}}
            names = {number: _name(program) for number, program in programs.items() if program.rehearsed is None}
            self._passed = [
                None if any(said) or retry_after != NO_RETRY else names.get(generation)
                for outcome, late, _, _, generation, retry_after, _, *told in records
                for said in ((outcome, late, *told),)
            ]
        return self._passed[place]

    def to_arrow(self, ids: pa.Array | None = None) -> pa.RecordBatch:
        """The verdicts as columns, one row an event: event, outcome, rules, retry_after, labels, late, terms, warnings,
        shadow, rehearsed, sanction, forward_token, content, campaign, fact_check. Rules stand there by their ids,
        sanctions and fact-checks by their numbers.

        ids: what stands in ``event``; the events' own ids, unless given.
        """
        n = len(self)
        sanctions = self.sanctions
        generations, of_generation = np.unique(self._records["generation"], return_inverse=True)
        programs = [_program(self._history, int(generation)) for generation in generations]
        (places,) = np.nonzero((self._records["evidence_count"] > 0) & (sanctions == 0))  # where a rule spoke
        said = say(programs, of_generation, places, self._records["evidence_start"][places], self._evidence)
        names = pa.array([_name(program) for program in programs], pa.string())
        rehearsing = np.array([program.rehearsed is not None for program in programs], np.bool_)
        retry_after = self.retry_after
        return pa.RecordBatch.from_arrays(
            [
                self._asked.event_ids(n) if ids is None else ids,
                _WORD_COLUMN.take(pa.array(self.outcome)),
                said.rules[Mode.ENFORCE],
                pa.array(retry_after, mask=retry_after == NO_RETRY),
                said.labels,
                pa.array(self.late),
                names.take(pa.array(of_generation)),
                said.rules[Mode.WARN],
                said.rules[Mode.SHADOW],
                _WORD_COLUMN.take(pa.array(self.rehearsed, mask=~rehearsing[of_generation])),
                pa.array(sanctions, mask=sanctions == 0),
                self._forward_tokens(),
                _hexadecimal(self.content),
                _hexadecimal(self.campaign),
                self._fact_checks(),
            ],
            names=COLUMNS,
        )

    def _fact_checks(self) -> pa.Array:
        """The numbers of the fact-checks of the events' contents. Loops over contents that differ, if there are any."""
        if not self._checks or not self.content.any():
            return pa.nulls(len(self), pa.int64())
        clusters, places = np.unique(self.content, return_inverse=True)
        known = (self._checks.get(cluster) for cluster in clusters.tolist())
        numbers = pa.array([None if check is None else check.number for check in known], pa.int64())
        return numbers.take(pa.array(places))

    def _forward_tokens(self) -> pa.Array:
        """The root tokens of the messages that are let through. Loops over events if there are tokens."""
        n = len(self)
        if not self._asked.issues:
            return pa.nulls(n, pa.string())
        delivered = (self.outcome != Outcome.REFUSE).tolist()
        roots = [self._asked.forward_token(place) if goes else None for place, goes in enumerate(delivered)]
        return pa.array(roots, pa.string())


def read_verdict(
    history: dict[int, Versions],
    records: np.ndarray,
    evidence: np.ndarray,
    asked: Asked,
    place: int,
    words: Mapping[int, SanctionWords] = NO_WORDS,
    checks: Mapping[int, FactCheckWords] = NO_CHECKS,
) -> Verdict:
    """Put one verdict into words. history: versions by their number. records: VERDICT, shape (n,)."""
    verdict = _read_verdict(history, records, evidence, asked, place, words)
    if checks and verdict.content is not None:
        check = checks.get(int(records["content"][place]))
        verdict.fact_check = None if check is None else check.told(asked.language(place))
    return verdict


def _read_verdict(
    history: dict[int, Versions],
    records: np.ndarray,
    evidence: np.ndarray,
    asked: Asked,
    place: int,
    words: Mapping[int, SanctionWords],
) -> Verdict:
    outcome, late, _, rehearsed, generation, retry_after, start, count, cluster, number = records[place].item()
    program = _program(history, generation)
    terms, event = _name(program), asked.event_id(place)
    retry = None if retry_after == NO_RETRY else retry_after
    would = None if program.rehearsed is None else _WORDS[rehearsed]
    content, campaign = (f"{key:016x}" if key else None for key in (cluster, number))
    root = None if outcome == Outcome.REFUSE else asked.forward_token(place)
    if count == 0:
        return Verdict(
            event, _WORDS[outcome], [], retry, [], [], bool(late), terms, [], [], would, None, root, content, campaign
        )
    language, rests_on = asked.language(place), evidence[start : start + count].tolist()
    if rests_on[0] == SANCTIONED:
        held = withheld(words, rests_on, language)
        what = would, held, None, content, campaign
        return Verdict(event, _WORDS[outcome], [], retry, [], [], bool(late), terms, [], [], *what)
    variants, dropped = _read(program, rests_on)
    enforced, warnings, shadow = (
        [_spoken(v, values, terms, language, retry, outcome) for v, values in variants if v.mode is mode and is_said(v)]
        for mode in Mode
    )
    labels, names = _labels(variant for variant, _ in variants), asked.peers(place, dropped)
    told = labels, names, bool(late), terms, warnings, shadow, would, None, root, content, campaign
    return Verdict(event, _WORDS[outcome], enforced, retry, *told)


def _hexadecimal(keys: np.ndarray) -> pa.Array:
    """Keys as 16 hex digits, null for 0."""
    n, given = len(keys), keys != 0
    if not given.any():
        return pa.nulls(n, pa.string())
    shifts = np.arange(60, -4, -4, dtype=np.uint64)
    digits = _HEXADECIMAL[((keys[given][:, None] >> shifts) & np.uint64(15)).astype(np.intp)]
    ends = HEX_DIGITS * np.cumsum(given, dtype=np.int32)
    offsets, valid = np.concatenate([[np.int32(0)], ends]), np.packbits(given, bitorder="little")
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(digits), pa.py_buffer(valid))


def _program(history: dict[int, Versions], generation: int) -> Program:
    return history[generation >> ERA_BITS].eras[generation & ((1 << ERA_BITS) - 1)].program


def _is_felt(variant: Variant, outcome: int) -> bool:
    """Whether the sender is to be told. Not by a rule that was outdone: what it says will be done is not."""
    if variant.mode is Mode.WARN:
        return variant.rule.outcome >= Outcome.DELAY
    return variant.mode is Mode.ENFORCE and variant.rule.outcome == outcome >= Outcome.DELAY


def _labels(variants: Iterable[Variant]) -> list[str]:
    return [label for variant in variants if (label := label_of(variant)) is not None]


def _name(program: Program) -> str | None:
    return None if program.in_force is None else program.in_force.name


def _spoken(
    variant: Variant,
    values: list[float],
    terms: str | None,
    language: str | None,
    retry_after: int | None,
    outcome: int,
) -> SpokenRule:
    """A rule that spoke, as a caller has it. outcome: of the verdict, as a number."""
    measures = [
        Measure(c.signal, None if math.isnan(value) else value, c.comparison, c.number)
        for c, value in zip(variant.conditions, values, strict=True)
    ]
    own = variant.terms.name
    from_s = variant.refused_from_s
    return SpokenRule(
        variant.rule.id,
        variant.rule.clause.in_language(language),
        measures,
        notice(variant, values, language, retry_after) if _is_felt(variant, outcome) else None,
        None if variant.scope is None else variant.scope.id,
        None if own == terms else own,
        None if from_s is None else time_form(from_s),
        shown(variant.rule),
    )


def _read(program: Program, words: list[float]) -> Evidence:
    """Read evidence as the kernel wrote it."""
    n_spoke = int(words[0])
    at = 1 + n_spoke
    variants = []
    for v in words[1 : 1 + n_spoke]:
        variant = program.variants[int(v)]
        variants.append((variant, words[at : at + len(variant.conditions)]))
        at += len(variant.conditions)
    return Evidence(variants, [int(k) for k in words[at + 1 : at + 1 + int(words[at])]])
