"""Made-up traffic: a population, a newsletter service and a spammer, mixed in order of time. Same seed, same bytes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from ecluse.errors import InputError
from ecluse.lab.draft import in_order
from ecluse.lab.habits import MESSENGER, Habits
from ecluse.lab.newsletter import Newsletter, newsletter_traffic
from ecluse.lab.populace import generators, populate, registrations
from ecluse.lab.rhythm import Clock
from ecluse.lab.roster import Roster
from ecluse.lab.spammer import Spammer, spammer_traffic
from ecluse.lab.table import to_table

DAY_MS = 86_400_000
IN_FORCE = date(2019, 12, 7)
"""The day from which bulk messaging was to be pursued; the default log crosses it."""

EVENTS_MAX = 10_000_000
"""Events expected of one log, so that memory stays bounded: near 0.4 KB an event while they are made."""

_EVENTS_A_TALK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficOptions:
    """What traffic to make.

    people: of the population, from 2. days: from 1. start: the first day, YYYY-MM-DD, from midnight UTC.
    habits: how people write. newsletter, spammer: None leaves them out; what the population does stays the same.
    """

    people: int = 1_000
    days: int = 21
    seed: int = 7
    start: str = "2019-11-25"
    habits: Habits = MESSENGER
    newsletter: Newsletter | None = dataclasses.field(default_factory=Newsletter)
    spammer: Spammer | None = dataclasses.field(default_factory=Spammer)
    region: str | None = "DE"
    language: str | None = "de"


@dataclass(frozen=True, slots=True)
class Traffic:
    """A made-up log.

    events: the columns ``ecluse.lab.table.EVENTS``, by time. accounts: ``ecluse.lab.roster.ACCOUNTS``, with each
    account's ``role``: personal, newsletter, reader (personal, knows only a newsletter) or spammer.
    """

    events: pa.Table
    accounts: pa.Table


def make_traffic(options: TrafficOptions) -> Traffic:
    """Make a log. Cost: near 1 µs an event; nothing is looped over but turns, issues and spam accounts.

    Raises InputError, which names the option.

    >>> traffic = make_traffic(TrafficOptions(people=20, days=1, newsletter=None, spammer=None))
    >>> traffic.accounts["role"].unique().to_pylist()
    ['personal']
    """
    start_ms = check_options(options)
    rng = generators(options.seed)
    clock = Clock.of(options.habits.hours, options.days, options.habits.utc_offset_h)
    roster = Roster(options.region, options.language)

    members, drafts = populate(options.people, options.habits, clock, roster, start_ms, rng)
    if options.newsletter:
        drafts += newsletter_traffic(options.newsletter, members, roster, start_ms, options.days, rng["newsletter"])
    if options.spammer:
        everybody = np.arange(len(roster.registered_ms))
        drafts += spammer_traffic(options.spammer, everybody, roster, start_ms, options.days, rng["spammer"])
    drafts.insert(0, registrations(roster, start_ms))

    accounts = roster.table()
    return Traffic(to_table(in_order(drafts, options.days * DAY_MS), accounts, start_ms), accounts)


def _expected(options: TrafficOptions) -> float:
    """Roughly the events of a log, before any is made; a newsletter's are counted as if each were sent singly."""
    events = options.people * options.days * (1 + _EVENTS_A_TALK * options.habits.talks_a_day)
    if options.newsletter:
        events += options.newsletter.subscribers * len(options.newsletter.issue_hours) * options.days
    if options.spammer:
        events += options.spammer.accounts * options.spammer.targets
    return events


def check_options(options: TrafficOptions) -> int:
    """The start in epoch ms, if all is well. Raises InputError, which names the option."""
    if options.people < 2:
        raise InputError("people", options.people, "2 or more")
    if options.days < 1:
        raise InputError("days", options.days, "1 or more")
    if _expected(options) > EVENTS_MAX:
        raise InputError("people", options.people, f"so few that {options.days} days have up to {EVENTS_MAX:,} events")
    if options.seed < 0:
        raise InputError("seed", options.seed, "0 or more")
    try:
        first = date.fromisoformat(options.start)
    except ValueError:
        first = date.min
    if not 2010 <= first.year < 2090:
        raise InputError("start", options.start, "a day such as 2019-11-25, from 2010 to 2089")
    return int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1_000)
