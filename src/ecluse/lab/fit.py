"""How near the made-up people come to real ones: figures side by side, and what is left between them.

Published figures are from the sources that docs/lab.md names. The college log is a site of strangers: only the preset
``college`` is meant to be like it; ``messenger`` is held to what is published about messengers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.lab import measures
from ecluse.lab.habits import COLLEGE, MESSENGER
from ecluse.lab.logs import direct_messages
from ecluse.lab.measures import Log
from ecluse.lab.rhythm import Floats
from ecluse.lab.traffic import Traffic, TrafficOptions, make_traffic

COLLEGE_OPTIONS = TrafficOptions(
    people=1_899, days=194, start="2014-04-15", habits=COLLEGE, newsletter=None, spammer=None
)
"""As many people and days as the real log has; the year makes no difference."""

MESSENGER_OPTIONS = TrafficOptions(people=1_000, days=30, habits=MESSENGER, newsletter=None, spammer=None)

Progress = Callable[[str], None]


class Row(NamedTuple):
    """One figure: what the real log says, what the two made-up populations say, what is published about messengers."""

    measure: str
    statistic: str
    real: float | None
    college: float | None
    messenger: float
    published: str = ""

    @property
    def ratio(self) -> float | None:
        """The made-up college over the real one; None where either is 0 or not measured."""
        return self.college / self.real if self.college and self.real else None


class Nearness(NamedTuple):
    """How many figures of the made-up college lie how near the real ones."""

    figures: int
    within_tenth: int
    within_quarter: int
    within_half: int  # from 2/3 to 3/2
    furthest: Row


class _Measure(NamedTuple):
    name: str
    values: Callable[[Log], Floats]
    percentiles: tuple[float, ...] = ()  # none: the mean
    mean_too: bool = False
    percent: bool = False
    published: str = ""


_MEASURES = (
    _Measure("messages sent on a day with any", measures.sent_a_day, (50, 75, 90, 95, 99), mean_too=True),
    _Measure("people written to in all", measures.people_written_to, (50, 75, 90, 99)),
    _Measure(
        "people written to in a month", measures.people_written_to_in_month, (50, 90), True, published="14.4 (MSN)"
    ),
    _Measure("talks a day", measures.talks_a_day, (), published="8 (MSN)"),
    _Measure("first contact answered within 1 h, %", measures.answered_within(3_600), percent=True),
    _Measure(
        "first contact answered within 24 h, %",
        measures.answered_within(86_400),
        percent=True,
        published="85 to 95 among acquaintances (assumed)",
    ),
    _Measure("first contact answered within 7 d, %", measures.answered_within(604_800), percent=True),
    _Measure("ties that are mutual, %", measures.mutual_ties, percent=True),
    _Measure("messages on mutual ties, %", measures.messages_of_mutual_ties, percent=True),
    _Measure("time to a first answer, min", measures.first_answer_minutes, (25, 50, 75, 90)),
    _Measure("opening messages", measures.opening_messages, (75, 90, 95, 99)),
    _Measure("time to answer in a talk, min", measures.answer_minutes, (25, 50, 75, 90)),
    _Measure("gaps of a pair that are turns, %", measures.turns, percent=True),
    _Measure("gap between own messages, min", measures.own_gap_minutes, (25, 50, 75)),
    _Measure("new contacts on a day with any message", measures.new_contacts_a_day, (50, 90, 95, 99, 99.9)),
    _Measure("share to the best friend, %", measures.best_friend_percent, (50, 90)),
    *(
        _Measure(f"sent from {hour:02} to {hour + 1:02} h UTC, %", measures.sent_in_hour(hour), percent=True)
        for hour in range(0, 24, 3)
    ),
)


def fit(real: Log, progress: Progress = lambda _: None) -> list[Row]:
    """Measure the real log and both made-up populations. Takes seconds; ``progress`` is told what comes next."""
    progress("making the college")
    college = direct_messages(make_traffic(COLLEGE_OPTIONS))
    progress("making the messenger")
    traffic = make_traffic(MESSENGER_OPTIONS)
    messenger = direct_messages(traffic)
    rows: list[Row] = []
    for measure in _MEASURES:
        progress(measure.name)
        columns = [_statistics(measure, log) for log in (real, college, messenger)]
        for name, real_value in columns[0].items():
            published = measure.published if name == "mean" else ""
            rows.append(Row(measure.name, name, real_value, columns[1][name], columns[2][name], published))
    return rows + _groups(traffic)


def nearness(rows: Sequence[Row]) -> Nearness:
    """Count how near the made-up college is to the real one, over all figures that both have."""
    both = [(row, abs(float(np.log(row.ratio)))) for row in rows if row.ratio]
    tenth, quarter, half = (sum(far <= float(np.log(limit)) for _, far in both) for limit in (1.1, 1.25, 1.5))
    return Nearness(len(both), tenth, quarter, half, furthest=max(both, key=lambda pair: pair[1])[0])


def _statistics(measure: _Measure, log: Log) -> dict[str, float]:
    values = measure.values(log)
    found = {f"p{percentile:g}": float(np.percentile(values, percentile)) for percentile in measure.percentiles}
    if measure.mean_too or not measure.percentiles:
        found["mean"] = float(values.mean()) * (100 if measure.percent else 1)
    return found


def _groups(traffic: Traffic) -> list[Row]:
    """What only the messenger has: groups, and all messages together."""
    events, people = traffic.events, traffic.accounts.num_rows
    written = events.filter(pc.is_in(events["kind"], pa.array(["send", "forward"])))
    to_groups = written.filter(pc.is_valid(written["group"]))
    sizes = to_groups.group_by("group").aggregate([("members", "max")])["members_max"].to_numpy()
    a_day = written.num_rows / people / MESSENGER_OPTIONS.days
    return [
        Row("messages a person a day, groups too", "mean", None, None, a_day, "43 (WhatsApp, second hand)"),
        Row("sent to groups, %", "mean", None, None, 100 * to_groups.num_rows / written.num_rows, "near 10 (WhatsApp)"),
        Row("members of a group", "p50", None, None, float(np.median(sizes)), "most under 10 (WhatsApp)"),
        Row("members of a group", "max", None, None, float(sizes.max()), "256 at most (WhatsApp, 2019)"),
        Row("groups a person", "mean", None, None, float(sizes.sum()) / people, "an exponential law; no mean"),
    ]
