"""Running cases: each before a gate of its own, and what came of it beside what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.events import Event
from ecluse.gate import Asked, Gate, Verdict, Verdicts
from ecluse.gate.acts import Rate
from ecluse.terms import Outcome, Program
from ecluse.trials.coverage import Coverage
from ecluse.trials.document import Case, Expectation, Suite
from ecluse.trials.measured import explain_rule
from ecluse.wire import SpokenRule

MEMORY_BYTES: Final = 1 << 22
"""Memory of the gate of a case."""

_SECRET: Final = b"ecluse trials: no secret at all"


class Failure(NamedTuple):
    """One event that was judged otherwise than expected. line: of the expectation.

    step, event: numbers, from 1; the event's among those of its step. events: of the step. at_s: when. field: what
    differs. measured: how the rules in question stood. more: further events that the expectation failed on.
    """

    line: int
    step: int
    event: int
    events: int
    at_s: int
    field: str
    expected: str
    got: str
    measured: tuple[str, ...]
    more: int


class CaseResult(NamedTuple):
    """What came of a case."""

    case: Case
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.failures


class SuiteResult(NamedTuple):
    """What came of a document of cases."""

    suite: Suite
    cases: tuple[CaseResult, ...]
    coverage: Coverage

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return sum(not case.passed for case in self.cases)


class _Speaking:
    """Events that were asked about, by people of a language that can be changed: for notices in several."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.spoken: str | None = None

    def event_id(self, place: int) -> str | None:
        return self._asked.event_id(place)

    def event_ids(self, n: int) -> pa.Array:
        return self._asked.event_ids(n)

    def language(self, place: int) -> str | None:
        return self.spoken or self._asked.language(place)

    def peers(self, place: int, peers: Sequence[int]) -> list[str]:
        return self._asked.peers(place, peers)

    @property
    def issues(self) -> bool:
        return self._asked.issues

    def forward_token(self, place: int) -> str | None:
        return self._asked.forward_token(place)


def run_suite(suite: Suite) -> SuiteResult:
    """Run the cases of a document, each before a fresh gate."""
    coverage = Coverage()
    return SuiteResult(suite, tuple(_run(case, coverage) for case in suite.cases), coverage)


def _run(case: Case, coverage: Coverage) -> CaseResult:
    gate = Gate(case.versions, secret=_SECRET, memory_bytes=MEMORY_BYTES)
    if case.before:
        gate.observe(case.before)
    if case.checks:
        _attach(gate, case)
    asked, packed = gate.ask(case.events)
    packed.events["token"] = case.faults
    speaking = _Speaking(asked)
    verdicts = gate.judge(packed, signals=True, asked=speaking)
    expected = np.zeros(len(verdicts), np.bool_)
    for expectation in case.expectations:
        expected[expectation.first : expectation.last + 1] = True
    coverage.add(verdicts, packed.events["kind"], expected)
    failures = [_compare(case, one, verdicts, speaking) for one in case.expectations]
    return CaseResult(case, tuple(failure for failure in failures if failure is not None))


def _attach(gate: Gate, case: Case) -> None:
    """Attach the fact-checks of a case to the contents of its texts."""
    begins_s = min(map(at_second, case.events), default=0)
    clusters = gate.judge(gate.pack_asked([check.text for check in case.checks], begins_s)).content.tolist()
    rated = enumerate(zip(clusters, case.checks, strict=True), start=1)
    gate.act([Rate(cluster, number, check.truth) for number, (cluster, check) in rated if cluster], begins_s)


def _compare(case: Case, expectation: Expectation, verdicts: Verdicts, speaking: _Speaking) -> Failure | None:
    """The first event that is otherwise than expected; None if none is."""
    found: Failure | None = None
    for place in range(expectation.first, expectation.last + 1):
        program = case.versions.program(at_second(case.events[place]))
        difference = _difference(expectation, verdicts, place, speaking, program)
        if difference is not None and found is None:
            found = _failure(case, expectation, verdicts, place, difference, program)
        elif difference is not None and found is not None:
            found = found._replace(more=found.more + 1)
    return found


def _difference(
    expectation: Expectation, verdicts: Verdicts, place: int, speaking: _Speaking, program: Program
) -> tuple[str, str, str] | None:
    """The first field that differs: its name, what was expected, what came."""
    verdict = verdicts[place]
    retry_after = -1 if verdict.retry_after is None else verdict.retry_after
    pairs: tuple[tuple[str, object, object], ...] = (
        ("outcome", expectation.outcome, verdict.outcome),
        ("rules", expectation.rules, _ids(verdict.rules)),
        ("warnings", expectation.warnings, _ids(verdict.warnings)),
        ("shadow", expectation.shadow, _ids(verdict.shadow)),
        ("labels", expectation.labels, tuple(verdict.labels)),
        ("dropped", expectation.dropped, tuple(verdict.dropped)),
        ("retry_after", expectation.retry_after, retry_after),
        ("terms", expectation.terms, verdict.terms or ""),
    )
    for field, wanted, came in pairs:
        if wanted is not None and wanted != came:
            return field, _shown(field, wanted), _shown(field, came)
    for language, text in expectation.notices:
        speaking.spoken = language
        told = notice_of(verdicts[place], program)
        speaking.spoken = None
        if told is None or " ".join(told.split()) != text:  # spaces that do not break are spaces in a case, too
            return f"notice in {language}", text, told or "none"
    return None


def _ids(rules: list[SpokenRule]) -> tuple[str, ...]:
    return tuple(rule.rule for rule in rules)


def notice_of(verdict: Verdict, program: Program) -> str | None:
    """What the sender is told: the notice of the first rule that asked for what became of the event, or else that of
    the first warning; None if nothing is said.
    """
    outcomes = {(variant.rule.id, variant.rule.outcome.word) for variant in program.variants}
    deciding = [rule for rule in verdict.rules if (rule.rule, verdict.outcome) in outcomes]
    felt = deciding if Outcome.of(verdict.outcome) >= Outcome.DELAY else []
    return next((rule.notice for rule in (*felt, *verdict.warnings)), None)


def _shown(field: str, value: object) -> str:
    if field == "retry_after":
        return "none" if value == -1 else f"{value} s"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value) or "none"


def _failure(
    case: Case,
    expectation: Expectation,
    verdicts: Verdicts,
    place: int,
    difference: tuple[str, str, str],
    program: Program,
) -> Failure:
    event = case.events[place]
    field, wanted, came = difference
    return Failure(
        expectation.line,
        expectation.step,
        place - expectation.start + 1,
        expectation.events,
        at_second(event),
        field,
        wanted,
        came,
        _measured(expectation, verdicts, place, event, program),
        0,
    )


def _measured(
    expectation: Expectation, verdicts: Verdicts, place: int, event: Event, program: Program
) -> tuple[str, ...]:
    """How the rules in question stood: those expected, or all that ask for what was expected, and those that spoke."""
    assert verdicts.signals is not None
    verdict, row = verdicts[place], verdicts.signals[place]
    spoken = [*_ids(verdict.rules), *_ids(verdict.warnings), *_ids(verdict.shadow)]
    wanted = [*(expectation.rules or ()), *(expectation.warnings or ()), *(expectation.shadow or ())]
    if not wanted and expectation.outcome not in (None, Outcome.PASS.word, verdict.outcome):
        wanted = [v.rule.id for v in program.variants if v.rule.outcome.word == expectation.outcome]
    passing = {v.rule.id for v in program.variants if v.rule.outcome is Outcome.PASS}
    stopped_by = next((rule for rule in spoken if rule in passing), None)
    return tuple(explain_rule(program, rule, event, row, stopped_by) for rule in dict.fromkeys([*wanted, *spoken]))


def at_second(event: Event) -> int:
    """The second of an event of a case: there times are whole numbers."""
    assert isinstance(event.at, int)
    return event.at // 1_000
