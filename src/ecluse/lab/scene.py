"""A scene: one scenario played in a population of its own, with what happened before the log. Same seed, same bytes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ecluse.lab.draft import NONE, Draft, in_order
from ecluse.lab.draws import Bools, Ints
from ecluse.lab.habits import MESSENGER, Habits
from ecluse.lab.populace import generators, populate, registrations
from ecluse.lab.rhythm import Clock
from ecluse.lab.roster import Roster
from ecluse.lab.scenarios import Scenario
from ecluse.lab.stage import DAY_MS, Stage
from ecluse.lab.table import to_table
from ecluse.lab.texts import Texts
from ecluse.lab.traffic import TrafficOptions, check_options

HISTORY_DAYS: int = 400
"""How far back what happened before the log may lie: as long as a gate keeps whom an account wrote with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneOptions:
    """people: of the population, from 2; some scenarios need more. start: None for the scenario's own."""

    people: int = 500
    seed: int = 7
    start: str | None = None
    habits: Habits = MESSENGER
    region: str | None = "DE"
    language: str | None = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scenario's log, n events by time.

    events: ``EVENTS``. accounts: ``ACCOUNTS``; an account's number is its row. draft: the events as numbers. begin:
    the first event of the log proper; those before it are history. because: int64, shape (n,), the place of the
    event without which one would not have come, -1 for none. own: bool, shape (n,), what the actors do as the scenario
    has it, their everyday talk left out. actors, wanted: see ``Played``.
    """

    scenario: Scenario
    events: pa.Table
    accounts: pa.Table
    draft: Draft
    begin: int
    because: Ints
    own: Bools
    actors: Ints
    wanted: Ints


def make_scene(scenario: Scenario, options: SceneOptions) -> Scene:
    """Play a scenario. Cost: near 1 µs an event, and 2 to 20 µs a text. Raises InputError, which names the option."""
    of_population = TrafficOptions(
        people=options.people,
        days=scenario.days,
        seed=options.seed,
        start=options.start or scenario.start,
        habits=options.habits,
        newsletter=None,
        spammer=None,
    )
    start_ms = check_options(of_population)
    clock = Clock.of(options.habits.hours, scenario.days, options.habits.utc_offset_h)
    roster = Roster(options.region, options.language)
    members, everyday = populate(options.people, options.habits, clock, roster, start_ms, generators(options.seed))
    rng = np.random.default_rng((options.seed, zlib.crc32(scenario.id.encode())))
    stage = Stage(members, roster, Texts(), clock, start_ms, scenario.days, rng)
    played = scenario.part.play(stage)
    drafts = [registrations(roster, start_ms), *everyday, *played.drafts]
    draft = in_order(drafts, scenario.days * DAY_MS, -HISTORY_DAYS * DAY_MS)
    because = _places(draft)
    accounts = roster.table()
    return Scene(
        scenario=scenario,
        events=to_table(draft, accounts, start_ms, stage.texts.column()),
        accounts=accounts,
        draft=draft,
        begin=int(np.searchsorted(draft.at_ms, 0)),
        because=because,
        own=_own(draft, because, played.actors),
        actors=played.actors,
        wanted=played.wanted,
    )


def _own(draft: Draft, because: Ints, actors: Ints) -> Bools:
    """What the actors do of themselves, and their thanks for answers to that; not what they answer to one another."""
    of_itself = because < 0
    thanks = ~of_itself & ~of_itself[because]
    own: Bools = (draft.message != NONE) & np.isin(draft.sender, actors) & (of_itself | thanks)
    return own


def _places(draft: Draft) -> Ints:
    """Where in the log the message is that each event came because of; what came because of none outside it: -1.

    A reaction to a message that fell behind the end of the log has none, and would lie behind it as well.
    """
    numbered = np.flatnonzero(draft.message != NONE)
    place = np.full(int(draft.message.max(initial=NONE)) + 2, NONE)
    place[draft.message[numbered]] = numbered
    return np.where(draft.because == NONE, NONE, place[draft.because])
