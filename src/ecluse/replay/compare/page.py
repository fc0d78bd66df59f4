"""The page of a comparison: who would feel the other terms first, then how many, by which rules, when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.replay import words
from ecluse.replay.charts import POINTS_MAX, charts, plain
from ecluse.replay.compare.changes import Change
from ecluse.replay.compare.comparison import Comparison, Group, Side
from ecluse.replay.compare.ordinary import ANSWERED_SHARE, BULK_PEOPLE
from ecluse.replay.compare.told import explained, felt
from ecluse.replay.pages import write_page
from ecluse.replay.spoken import Spoken
from ecluse.terms import Outcome, Rule

_NOTES: Final = {
    Group.NEWLY_TOUCHED: "People whom the one leaves alone and the other would refuse, delay, or keep from strangers.",
    Group.NEWLY_STOPPED: "What the other terms catch that the one lets through.",
    Group.NO_LONGER: "Touched by the one, left alone by the other.",
    Group.OTHERWISE: "Touched by both; of some of their events something else would become.",
}


class AccountRow(NamedTuple):
    """An account that was judged otherwise, in words. a, b: what it felt under each."""

    name: str
    ordinary: bool
    otherwise: str
    a: str
    b: str
    sentence: str


class GroupRows(NamedTuple):
    """A group of accounts, and those of it that are listed."""

    id: str
    title: str
    note: str
    accounts: int
    rows: list[AccountRow]


class RulePair(NamedTuple):
    """A rule under both terms, None where one has none like it. differs: it is not the same in both."""

    rule: Rule
    a: Spoken | None
    b: Spoken | None
    differs: bool

    @property
    def heard(self) -> bool:
        """Whether there is something to say of it: it spoke, or it is not the same in both."""
        return self.differs or any(side is not None and side.times for side in (self.a, self.b))


class Cell(NamedTuple):
    """A cell of a matrix: how many, how B is beside A, and a tint from 0 to 1, by the logarithm of how many."""

    many: int
    change: str
    tint: float


class Matrix(NamedTuple):
    """Counts by the outcome under A (rows) and under B (columns); outcomes that never came are left out."""

    title: str
    outcomes: list[str]
    rows: list[list[Cell]]


class Who(NamedTuple):
    """Some accounts, and how they fared under each: ever refused, and reach before the first refusal."""

    title: str
    accounts: int
    refused: list[str]
    shares: list[str]
    median: list[str]
    most: list[str]


def write_comparison(comparison: Comparison, path: Path, logs: Sequence[str], limit: int) -> None:
    """Write the page. logs: names of the files that were read. limit: accounts listed of each group."""
    tally, people = comparison.a.tally, comparison.ordinary
    drawn, _ = charts(tally.spread, comparison.a.versions, comparison.b.versions)
    drawn = [chart for chart in drawn if chart.limits]
    drawn.sort(key=lambda chart: all(limit.of == "AB" for limit in chart.limits))
    data = {
        "names": [comparison.a.name, comparison.b.name],
        "timeline": _timeline(comparison),
        "touched": _touched(comparison),
        "reach": [_reach(comparison.refused(side).reached) for side in (comparison.a, comparison.b)],
        "charts": list(map(plain, drawn)),
    }
    write_page(
        path,
        "compare.html",
        comparison=comparison,
        a=comparison.a,
        b=comparison.b,
        logs=[Path(log).name for log in logs],
        first=words.day(tally.first_s) if tally.events else None,
        last=words.day(tally.last_s) if tally.events else None,
        length=words.duration(tally.last_s - tally.first_s),
        counts={group.name: comparison.count(group) for group in Group},
        groups=[group_rows(comparison, group, limit) for group in Group],
        touched=comparison.touched(),
        touched_people=comparison.touched(people),
        who=who(comparison),
        matrices=[
            _matrix("Events", comparison.changes.matrix),
            _matrix("Accounts, by the hardest that ever befell them", comparison.account_matrix),
        ],
        rules=rule_pairs(comparison),
        bulk_people=BULK_PEOPLE,
        answered=words.share(ANSWERED_SHARE, 1),
        charts=drawn,
        data=data,
    )


def group_rows(comparison: Comparison, group: Group, limit: int) -> GroupRows:
    """A group in words, with at most ``limit`` of its accounts."""
    rows = [
        AccountRow(
            changed.name,
            changed.ordinary,
            words.number(changed.otherwise),
            "nothing" if changed.a is None else felt(changed.a),
            "nothing" if changed.b is None else felt(changed.b),
            explained(changed, comparison),
        )
        for changed in comparison.changed(group, limit)
    ]
    title = group.value[0].upper() + group.value[1:]
    return GroupRows(group.name.lower(), title, _NOTES[group], comparison.count(group), rows)


def who(comparison: Comparison) -> list[Who]:
    """All accounts, the ordinary ones, and those that send in bulk, and how each fared."""
    people = comparison.ordinary
    among = {"all accounts": np.ones_like(people), "ordinary": people, "sending in bulk": ~people}
    rows = []
    for title, which in among.items():
        both = [comparison.refused(side, which) for side in (comparison.a, comparison.b)]
        rows.append(
            Who(
                title,
                int(which.sum()),
                [words.number(one.refused) for one in both],
                [words.share(one.refused, one.accounts) for one in both],
                [_ranked(one.reached, 0.5) for one in both],
                [_ranked(one.reached, 1.0) for one in both],
            )
        )
    return rows


def _ranked(ascending: np.ndarray, part: float) -> str:
    """The value below which a part of the values lies; none of none."""
    if not len(ascending):
        return "–"
    return words.number(float(ascending[min(int(part * len(ascending)), len(ascending) - 1)]))


def rule_pairs(comparison: Comparison) -> list[RulePair]:
    """The rules of both, each beside the one of the same id: in B's order, then those that only A has."""
    a, b = _by_id(comparison.a), _by_id(comparison.b)
    pairs = []
    for key in dict.fromkeys([*b, *a]):
        one, other = a.get(key), b.get(key)
        rule = (other or one or next(iter(a.values()))).rule
        differs = one is None or other is None or one.rule.meaning() != other.rule.meaning()
        pairs.append(RulePair(rule, one, other, differs))
    return pairs


def _by_id(side: Side) -> dict[tuple[str, int], Spoken]:
    """Rules by their id; where several versions have one of the same id, also by their number."""
    found: dict[tuple[str, int], Spoken] = {}
    for spoken in side.tally.spoken:
        number = sum(id_ == spoken.rule.id for id_, _ in found)
        found[spoken.rule.id, number] = spoken
    return found


def _matrix(title: str, counts: np.ndarray) -> Matrix:
    there = [outcome for outcome in Outcome if counts[outcome].any() or counts[:, outcome].any()]
    most = max(int(counts.max(initial=1)), 1)
    rows = [
        [
            Cell(
                int(counts[a, b]),
                ("same" if a == b else "harder" if b > a else "milder"),
                math.log1p(int(counts[a, b])) / math.log1p(most),
            )
            for b in there
        ]
        for a in there
    ]
    return Matrix(title, [outcome.word.replace("_", " ") for outcome in there], rows)


def _timeline(comparison: Comparison) -> dict[str, Any]:
    """What each stopped, and what became harder or milder, over time. Times are epoch milliseconds."""
    starts, changed = comparison.changes.timeline.bars()
    sides = [side.tally.timeline.bars()[1][:, Outcome.DELAY :].sum(axis=1) for side in (comparison.a, comparison.b)]
    return {
        "starts": (starts * 1000).tolist(),
        "width": comparison.changes.timeline.width_s * 1000,
        "stopped": [counts.tolist() for counts in sides],
        "harder": changed[:, Change.HARDER].tolist(),
        "milder": changed[:, Change.MILDER].tolist(),
    }


def _touched(comparison: Comparison) -> list[dict[str, Any]]:
    """How many accounts had been touched by when, for each side: ordinary ones, and those that send in bulk."""
    curves = []
    for side, letter in ((comparison.a, "A"), (comparison.b, "B")):
        first = side.fared.touched_s(comparison.accounts)
        for ordinary, which in ((True, comparison.ordinary), (False, ~comparison.ordinary)):
            x, times = np.unique(first[(first > 0) & which], return_counts=True)
            y, kept = np.cumsum(times), _thinned(len(x))
            curves.append({"side": letter, "ordinary": ordinary, "x": (x[kept] * 1000).tolist(), "y": y[kept].tolist()})
    return curves


def _reach(ascending: np.ndarray) -> dict[str, Any]:
    """Distinct reaches, and how many accounts had reached at least that many before they were first refused."""
    x, starts = np.unique(ascending, return_index=True)
    kept = _thinned(len(x))
    return {"x": x[kept].tolist(), "y": (len(ascending) - starts)[kept].tolist()}


def _thinned(count: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, POINTS_MAX)).astype(np.int64))
