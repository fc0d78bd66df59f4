"""The report: one HTML page that stands alone. Script and style lie within it, and it loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ecluse.replay import words
from ecluse.replay.charts import charts, plain, timeline_data
from ecluse.replay.pages import write_page
from ecluse.replay.sentences import sentence
from ecluse.replay.tally import Tally
from ecluse.terms import Outcome, Rule

AFFECTED_MAX: Final = 25
"""Accounts in the table of those most affected."""


class RuleRow(NamedTuple):
    """A rule that spoke. stops: whether somebody felt it. width: of its bar, in percent of the longest that stops."""

    rule: Rule
    events: str
    accounts: str
    share: str
    stops: bool
    width: float


class AffectedRow(NamedTuple):
    """An account and what came of it, in words."""

    name: str
    events: str
    refused: str
    sentence: str
    rules: list[str]


def write_report(tally: Tally, path: Path, logs: Sequence[str]) -> None:
    """Write the report on a replay. logs: the names of the files that were read."""
    drawn, undrawn = charts(tally.spread, tally.versions)
    data = {"timeline": timeline_data(tally.timeline), "charts": list(map(plain, drawn))}
    refused, accounts_refused = tally.outcomes[Outcome.REFUSE], tally.accounts_with(Outcome.REFUSE)
    write_page(
        path,
        "report.html",
        versions=tally.versions,
        terms=tally.versions.newest.terms,
        logs=[Path(log).name for log in logs],
        tally=tally,
        first=words.day(tally.first_s) if tally.events else None,
        last=words.day(tally.last_s) if tally.events else None,
        length=words.duration(tally.last_s - tally.first_s),
        refused=refused,
        accounts_refused=accounts_refused,
        rules=_rules(tally),
        silent=[spoken.rule for spoken in tally.spoken if not spoken.times],
        affected=_affected(tally),
        charts=drawn,
        undrawn=undrawn,
        data=data,
    )


def _rules(tally: Tally) -> list[RuleRow]:
    spoke = [spoken for spoken in tally.spoken if spoken.times]
    most = max((spoken.times for spoken in spoke if spoken.rule.outcome >= Outcome.DELAY), default=0)
    return [
        RuleRow(
            spoken.rule,
            words.number(spoken.times),
            words.counted(spoken.accounts, "account", "accounts"),
            words.share(spoken.accounts, tally.accounts),
            spoken.rule.outcome >= Outcome.DELAY,
            min(100.0, 100 * spoken.times / max(most, 1)),
        )
        for spoken in spoke
    ]


def _affected(tally: Tally) -> list[AffectedRow]:
    return [
        AffectedRow(
            affected.name,
            words.number(affected.events),
            words.number(affected.outcomes[Outcome.REFUSE]),
            sentence(affected),
            [case.rule.id for case in affected.cases],
        )
        for affected in tally.affected(AFFECTED_MAX)
    ]
