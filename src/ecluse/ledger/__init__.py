"""Ledgers: what every account has been in touch with, and the signals that are read from it."""

from ecluse.ledger.identify import Packed
from ecluse.ledger.keys import IdentityKeys, SecretError
from ecluse.ledger.layout import ROW
from ecluse.ledger.signals import N_SIGNALS, SHARED_WINDOWS, SIGNAL_COLUMNS, SIGNALS, WINDOWS, Signal, split_window

__all__ = [
    "N_SIGNALS",
    "ROW",
    "SHARED_WINDOWS",
    "SIGNALS",
    "SIGNAL_COLUMNS",
    "WINDOWS",
    "IdentityKeys",
    "Packed",
    "SecretError",
    "Signal",
    "split_window",
]
