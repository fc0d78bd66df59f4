"""The one way in: events in, verdicts out."""

from ecluse.gate.account import Account, Distance
from ecluse.gate.asked import Asked
from ecluse.gate.gate import MEMORY_BYTES, Gate, State
from ecluse.gate.verdict import Verdict
from ecluse.gate.verdicts import Verdicts
from ecluse.wire import Measure, SpokenRule

__all__ = [
    "MEMORY_BYTES",
    "Account",
    "Asked",
    "Distance",
    "Gate",
    "Measure",
    "SpokenRule",
    "State",
    "Verdict",
    "Verdicts",
]
