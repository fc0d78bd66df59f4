"""Replay: recorded logs through the gate, as they would have been judged, and a report on what the terms did."""

from ecluse.replay.fit import FIELDS, ColumnsError, Naming
from ecluse.replay.judge import REPLAY_SECRET
from ecluse.replay.logs import Logs
from ecluse.replay.replay import Watch, replay
from ecluse.replay.tally import Affected, Tally
from ecluse.replay.times import AtUnit

__all__ = [
    "FIELDS",
    "REPLAY_SECRET",
    "Affected",
    "AtUnit",
    "ColumnsError",
    "Logs",
    "Naming",
    "Tally",
    "Watch",
    "replay",
]
