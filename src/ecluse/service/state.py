"""What serves: the gate, once it is there, and everything that stands around it."""

from __future__ import annotations

from ecluse.service.access import Access
from ecluse.service.chamber import Chamber
from ecluse.service.clerk import Clerk
from ecluse.service.courier import Courier
from ecluse.service.door import Door
from ecluse.service.line_door import LineDoor
from ecluse.service.metrics import Metrics
from ecluse.service.settings import Settings, TokenUse
from ecluse.stores.data import HOP_KEYS, KEYS, TERMS
from ecluse.stores.hop_keys import HopKeyStore
from ecluse.stores.keys import KeyStore
from ecluse.stores.remembering import RememberingGate
from ecluse.stores.terms_history import TermsHistory


class Serving:
    """The parts of a running service. To be made on its loop. ``gate``: None until it has read what it knew."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.access = Access(KeyStore(settings.data / KEYS) if settings.auth else None)
        self.history = TermsHistory(settings.data / TERMS)
        self.metrics = Metrics(settings.data)
        off = settings.forward_tokens is TokenUse.OFF
        self.hop_keys = None if off else HopKeyStore(settings.data / HOP_KEYS)
        self.door = Door(settings, self.access, self.metrics)
        self.line_door = LineDoor(settings, self.door, self.access, self.metrics)
        self.gate: RememberingGate | None = None
        self.clerk: Clerk | None = None
        self.courier: Courier | None = None

    @property
    def stopping(self) -> bool:
        """Whether no more requests are taken."""
        return self.door.stopping

    def open(self, gate: RememberingGate, clerk: Clerk) -> None:
        """Begin to judge by ``gate``, whose records ``clerk`` keeps."""
        self.gate = self.metrics.gate = gate
        self.clerk = self.metrics.clerk = clerk
        if self.settings.webhook is not None:
            self.courier = Courier(clerk.records, self.settings.webhook, self.settings.webhook_secret or "")
            self.courier.start()
        self.door.chamber = Chamber(gate, self.metrics, clerk, self.hop_keys)

    def stop(self) -> None:
        """Take no more requests; those that wait are still judged."""
        self.door.stopping = True

    def close(self) -> None:
        """Judge what still waits, write a snapshot and leave the data folder. Raises SnapshotError."""
        if self.door.chamber is not None:
            self.door.chamber.flush()
        if self.courier is not None:
            self.courier.close()
        if self.clerk is not None:
            self.clerk.close()
        if self.gate is not None:
            self.gate.close()
