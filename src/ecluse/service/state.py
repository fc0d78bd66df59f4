"""What serves: the gate, once it is there, and everything that stands around it."""

from __future__ import annotations

from typing import Final

from ecluse.outbound import Reach
from ecluse.service.access import Access
from ecluse.service.business.door import BusinessDoor
from ecluse.service.business.gate import ChamberGate
from ecluse.service.chamber import Chamber
from ecluse.service.clerk import Clerk
from ecluse.service.courier import Courier
from ecluse.service.door import Door
from ecluse.service.line_door import LineDoor
from ecluse.service.metrics import Metrics
from ecluse.service.partners.office import Office
from ecluse.service.problems import ProblemError
from ecluse.service.settings import NO_MESSENGER, Settings, TokenUse
from ecluse.stores.data import HOP_KEYS, KEYS, TERMS
from ecluse.stores.hop_keys import HopKeyStore
from ecluse.stores.keys import KeyStore
from ecluse.stores.remembering import RememberingGate
from ecluse.stores.secret import read_secret
from ecluse.stores.terms_history import TermsHistory

SECRET: Final = "secret"
"""What ids are hashed with, in the data folder."""

MEDIA: Final = "media"
"""The folder of files of the business API, in the data folder."""


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
        self.reach = Reach.LOOPBACK if settings.reach_loopback else Reach.PUBLIC
        self.business: BusinessDoor | None = None
        if settings.messenger != NO_MESSENGER:
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            url = settings.public_url or f"http://{host}:{settings.port}"
            self.business = BusinessDoor(self.door.bodies, url)

    @property
    def stopping(self) -> bool:
        """Whether no more requests are taken."""
        return self.door.stopping

    async def open(self, gate: RememberingGate, clerk: Clerk) -> None:
        """Begin to judge by ``gate``, whose records ``clerk`` keeps. Raises RecordsError."""
        chamber = Chamber(gate, self.metrics, clerk, self.hop_keys)
        if self.business is not None:
            secret, folder = read_secret(self.settings.data / SECRET), self.settings.data / MEDIA
            await self.business.open(clerk.records, secret, folder, self.reach, ChamberGate(gate, chamber))
        self.gate = self.metrics.gate = gate
        self.clerk = self.metrics.clerk = clerk
        if self.settings.webhook is not None:
            self.courier = Courier(clerk.records, self.settings.webhook, self.settings.webhook_secret or "")
            self.courier.start()
        self.door.chamber = chamber

    def office(self) -> Office:
        """Where partners are decided on. Raises ProblemError."""
        if self.clerk is None or self.stopping:
            raise ProblemError("stopping" if self.stopping else "starting")
        return Office(self.clerk.records, read_secret(self.settings.data / SECRET))

    def stop(self) -> None:
        """Take no more requests; those that wait are still judged."""
        self.door.stopping = True

    async def close(self) -> None:
        """Judge what still waits, write a snapshot and leave the data folder. Raises SnapshotError."""
        if self.business is not None:
            await self.business.close()
        if self.door.chamber is not None:
            self.door.chamber.flush()
        if self.courier is not None:
            self.courier.close()
        if self.clerk is not None:
            self.clerk.close()
        if self.gate is not None:
            self.gate.close()
