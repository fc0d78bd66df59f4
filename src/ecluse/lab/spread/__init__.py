"""How a message spreads by being forwarded, what limits and labels do to that, and what undoes them: simulated."""

from ecluse.lab.spread.measures import Measures, measure, steps_to
from ecluse.lab.spread.network import Chats, Network, NetworkOptions, make_network
from ecluse.lab.spread.scenario import NO_LIMIT, Curve, Scenario, run
from ecluse.lab.spread.sweep import SEEDS, Result, scenarios, sweep, to_table

__all__ = [
    "NO_LIMIT",
    "SEEDS",
    "Chats",
    "Curve",
    "Measures",
    "Network",
    "NetworkOptions",
    "Result",
    "Scenario",
    "make_network",
    "measure",
    "run",
    "scenarios",
    "steps_to",
    "sweep",
    "to_table",
]
