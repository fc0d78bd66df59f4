"""Habits: how the people of a population write, as numbers. Two sets are fitted; ``dataclasses.replace`` makes others.

``MESSENGER`` is a general messenger: people who know each other. ``COLLEGE`` is a site where strangers meet, held to a
real log. How near each comes is printed by ``ecluse lab fit`` and kept in docs/lab.md, with the sources.
Times in "waking seconds" are seconds of the day's rhythm (see ``rhythm``), as long as real ones on average over a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

DAY_S = 86_400.0


class Spread(NamedTuple):
    """A log-normal distribution: its median and the sigma of its logarithm."""

    median: float
    sigma: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is drawn for each person, tie, talk and turn.

    Shares are from 0 to 1; ``Spread`` values are in the unit that the field's name or comment gives.
    """

    hours: tuple[float, ...]  # 24 weights, local midnight first
    utc_offset_h: int

    # people
    openings_gap_s: Spread  # waking seconds between two looks at the messenger
    activity_sigma: float  # log-normal, median 1: how much more some write than others
    newcomers_share: float  # of the people who join during the log; the others were there before
    joining_days: float  # newcomers come within so many days, most of them early if below the log's length
    stay_days: Spread  # how long a newcomer stays
    silent_share: float  # of people, who write to no stranger and answer none
    answering: tuple[float, float]  # Beta(a, b): a person's own chance to answer a stranger

    # contact lists, there before the log begins
    contacts: Spread  # people that a person is in touch with; median 0: none before the log
    closeness_sigma: float  # log-normal: how unequal one's contacts are
    talks_a_day: float  # begun by a person on average
    known_answer_share: float  # of talks between acquaintances, answered

    # first contacts
    new_contacts: Spread  # first contacts that a person makes, per 30 days of stay
    new_contacts_activity: float  # exponent: how far they grow with the person's activity
    popularity_sigma: float  # log-normal: how unequally they fall on people
    stranger_share: float  # of first contacts, with strangers; the others know each other
    sprees_per_contact: float  # first contacts come in sprees: 1 + Poisson(this x first contacts) of them
    earliness: float  # sprees lie at u ** earliness of one's stay: above 1, mostly at its beginning
    again_unanswered: Spread  # more openings to a stranger who does not answer (rounded down)
    again_answered: Spread  # talks that follow an answered first one (rounded down)
    again_after_s: Spread  # waking seconds until each of these
    block_share: float  # of strangers' unanswered first contacts, blocked

    # talks
    turns: Spread  # turns after the first answer (rounded down)
    quick_first: float  # share of a talk's first answers given at once
    quick: float  # share of later turns given at once, the others wait for the next look
    quick_s: Spread
    reading_s: Spread  # from a look at the messenger to the message
    more: float  # chance of one more message in the same turn
    more_s: Spread  # gap before it

    # groups
    groups_mean: float  # groups a person, exponential; 0: no groups
    group_size_exponent: float  # power law of sizes, from 3 to 256
    group_share: float  # of all messages, sent to groups
    groups_born_share: float  # of groups, created during the log

    # forwards
    forward_share: float  # of messages
    forward_more: float  # chance of one more recipient, up to 5; also of one more hop


MESSENGER = Habits(
    hours=(
        *(0.30, 0.12, 0.05, 0.04, 0.05, 0.15, 0.55, 0.90, 1.00, 1.05, 1.10, 1.20),
        *(1.35, 1.35, 1.35, 1.35, 1.35, 1.40, 1.40, 1.45, 1.45, 1.40, 1.15, 0.70),
    ),
    utc_offset_h=1,
    openings_gap_s=Spread(DAY_S / 23, 0.5),
    activity_sigma=0.8,
    newcomers_share=0.02,
    joining_days=1e9,
    stay_days=Spread(365.0, 0.5),
    silent_share=0.1,
    answering=(1.0, 1.2),
    contacts=Spread(8.5, 0.9),
    closeness_sigma=1.6,
    talks_a_day=4.0,
    known_answer_share=0.92,
    new_contacts=Spread(1.5, 1.0),
    new_contacts_activity=0.5,
    popularity_sigma=0.8,
    stranger_share=0.3,
    sprees_per_contact=0.6,
    earliness=1.0,
    again_unanswered=Spread(0.3, 1.0),
    again_answered=Spread(1.5, 1.0),
    again_after_s=Spread(2 * DAY_S, 1.2),
    block_share=0.03,
    turns=Spread(3.3, 0.9),
    quick_first=0.3,
    quick=0.7,
    quick_s=Spread(45.0, 1.0),
    reading_s=Spread(40.0, 1.0),
    more=0.34,
    more_s=Spread(15.0, 1.0),
    groups_mean=3.0,
    group_size_exponent=2.0,
    group_share=0.1,
    groups_born_share=0.05,
    forward_share=0.03,
    forward_more=0.3,
)
"""A general messenger: two people in touch know each other, and nearly always answer."""

COLLEGE = Habits(
    hours=(
        *(2.33, 2.01, 1.68, 1.19, 0.56, 0.19, 0.08, 0.09, 0.18, 0.29, 0.54, 0.66),
        *(0.75, 0.75, 0.98, 0.99, 1.08, 1.03, 1.07, 1.12, 1.22, 1.43, 1.68, 2.13),
    ),
    utc_offset_h=-7,
    openings_gap_s=Spread(48_000.0, 0.75),
    activity_sigma=0.67,
    newcomers_share=1.0,
    joining_days=23.0,
    stay_days=Spread(30.0, 1.1),
    silent_share=0.16,
    answering=(0.63, 0.23),
    contacts=Spread(0.0, 0.0),
    closeness_sigma=1.0,
    talks_a_day=0.0,
    known_answer_share=0.9,
    new_contacts=Spread(2.4, 1.4),
    new_contacts_activity=0.37,
    popularity_sigma=1.15,
    stranger_share=1.0,
    sprees_per_contact=0.35,
    earliness=4.1,
    again_unanswered=Spread(0.1, 2.2),
    again_answered=Spread(0.64, 0.81),
    again_after_s=Spread(400_000.0, 1.5),
    block_share=0.0,
    turns=Spread(1.5, 0.87),
    quick_first=0.29,
    quick=0.64,
    quick_s=Spread(210.0, 1.1),
    reading_s=Spread(280.0, 1.3),
    more=0.15,
    more_s=Spread(270.0, 0.62),
    groups_mean=0.0,
    group_size_exponent=2.0,
    group_share=0.0,
    groups_born_share=0.0,
    forward_share=0.0,
    forward_more=0.0,
)
"""A site where strangers meet: held to the real log of a students' network."""

PRESETS = {"messenger": MESSENGER, "college": COLLEGE}
