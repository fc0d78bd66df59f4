"""Everything that is made up, from a seed: populations, a newsletter service, spammers; and how near they come."""

from ecluse.lab.habits import COLLEGE, MESSENGER, PRESETS, Habits, Spread
from ecluse.lab.newsletter import Newsletter
from ecluse.lab.spammer import Spammer
from ecluse.lab.traffic import IN_FORCE, Traffic, TrafficOptions, make_traffic

__all__ = [
    "COLLEGE",
    "IN_FORCE",
    "MESSENGER",
    "PRESETS",
    "Habits",
    "Newsletter",
    "Spammer",
    "Spread",
    "Traffic",
    "TrafficOptions",
    "make_traffic",
]
