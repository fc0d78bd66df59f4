"""What serves: the gate, once it is there, and everything that stands around it."""

from __future__ import annotations

import asyncio
from typing import Final

from ecluse.outbound import Reach
from ecluse.records import Records, RecordsError
from ecluse.service.access import Access
from ecluse.service.business.door import BusinessDoor
from ecluse.service.business.gate import ChamberGate
from ecluse.service.chamber import Chamber
from ecluse.service.door import Door
from ecluse.service.metrics import Metrics
from ecluse.service.partners.office import Office
from ecluse.service.problems import ProblemError
from ecluse.service.settings import NO_MESSENGER, Settings
from ecluse.stores.data import KEYS, TERMS
from ecluse.stores.keys import KeyStore
from ecluse.stores.remembering import RememberingGate
from ecluse.stores.secret import read_secret
from ecluse.stores.terms_history import TermsHistory

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
        self.door = Door(settings, self.access, self.metrics)
        self.gate: RememberingGate | None = None
        self.reach = Reach.LOOPBACK if settings.reach_loopback else Reach.PUBLIC
        self.business: BusinessDoor | None = None
        if settings.messenger != NO_MESSENGER:
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            url = settings.public_url or f"http://{host}:{settings.port}"
            self.business = BusinessDoor(self.door.bodies, url)
        self._records: Records | None = None

    @property
    def stopping(self) -> bool:
        """Whether no more requests are taken."""
        return self.door.stopping

    async def open(self, gate: RememberingGate) -> None:
        """Begin to judge by ``gate``. Raises RecordsError."""
        chamber = Chamber(gate, self.metrics)
        if self.business is not None:
            office = await self._open_office()
            folder = self.settings.data / MEDIA
            await self.business.open(office.records, office.secret, folder, self.reach, ChamberGate(gate, chamber))
        self.gate = self.metrics.gate = gate
        self.door.chamber = chamber

    async def office(self) -> Office:
        """Where partners are decided on. Raises ProblemError."""
        if self.gate is None or self.stopping:
            raise ProblemError("stopping" if self.stopping else "starting")
        return await self._open_office()

    async def _open_office(self) -> Office:
        if self._records is None:
            try:
                self._records = await asyncio.to_thread(Records.of_folder, self.settings.data)
            except RecordsError as error:
                raise ProblemError("records", str(error)) from None
        return Office(self._records, read_secret(self.settings.data / "secret"))

    def stop(self) -> None:
        """Take no more requests; those that wait are still judged."""
        self.door.stopping = True

    async def close(self) -> None:
        """Judge what still waits, write a snapshot and leave the data folder. Raises SnapshotError."""
        if self.business is not None:
            await self.business.close()
        if self._records is not None:
            self._records.close()
        if self.door.chamber is not None:
            self.door.chamber.flush()
        if self.gate is not None:
            self.gate.close()
