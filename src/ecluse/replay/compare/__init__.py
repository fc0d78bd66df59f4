"""Compare: two terms on the same recorded log, and who would feel the difference."""

from ecluse.replay.compare.changes import Change, Changes
from ecluse.replay.compare.compare import LISTED, compare
from ecluse.replay.compare.comparison import Changed, Comparison, Group, Refused, Side, Touched
from ecluse.replay.compare.ordinary import ORDINARY_ROLES, Roles
from ecluse.replay.compare.told import explained

__all__ = [
    "LISTED",
    "ORDINARY_ROLES",
    "Change",
    "Changed",
    "Changes",
    "Comparison",
    "Group",
    "Refused",
    "Roles",
    "Side",
    "Touched",
    "compare",
    "explained",
]
