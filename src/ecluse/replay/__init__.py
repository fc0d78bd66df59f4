"""Replay: recorded logs through the gate, as they would have been judged, and a report on what the terms did."""

from ecluse.replay.fit import ColumnsError, Naming
from ecluse.replay.logs import LogBatch, Logs
from ecluse.replay.times import AtUnit

__all__ = ["AtUnit", "ColumnsError", "LogBatch", "Logs", "Naming"]
