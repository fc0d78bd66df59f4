"""Where files lie: one for each id, in a folder; what is known of them is in the records.

Ids are digits that we made, so no id leads out of the folder. A file that no row tells of is thrown away at a start.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, func, select

from ecluse.business.codes import ApiError, no_node
from ecluse.business.ids import new_node_id
from ecluse.business.media import HEAD_BYTES, MEDIA, MEDIA_BYTES_MAX, check_head, check_size, media_type
from ecluse.business.writer import Writer
from ecluse.records import Records
from ecluse.records.tables import BusinessMedia

UNFINISHED: Final = ".new"
SWEPT_AT_ONCE: Final = 1_000


class Media(NamedTuple):
    """A file. type: of ``MEDIA``. digest: its SHA-256. Times in seconds of the epoch."""

    id: str
    partner_id: str
    number_id: str
    type: str
    digest: str
    size: int
    made_s: int
    expires_s: int


class MediaStore:
    """The files of a data folder. partner_bytes: how much each partner keeps now."""

    def __init__(self, records: Records, writer: Writer, folder: Path) -> None:
        self._records, self._writer, self._folder = records, writer, folder
        self.partner_bytes: dict[str, int] = {}

    def start(self) -> None:
        """Throw away what was not finished, and count what there is. Raises RecordsError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._records.reading() as session:
            sums = select(BusinessMedia.partner_id, func.sum(BusinessMedia.size)).group_by(BusinessMedia.partner_id)
            self.partner_bytes = {partner_id: int(size) for partner_id, size in session.execute(sums)}
            known = set(session.scalars(select(BusinessMedia.id)))
        for path in self._folder.iterdir():
            if path.name not in known:
                path.unlink()

    def path(self, media_id: str) -> Path:
        """Where a file lies."""
        return self._folder / media_id

    async def keep(
        self,
        parts: AsyncIterator[bytes],
        type_of: Callable[[], str | None],
        *,
        partner_id: str,
        number_id: str,
        room: int,
        now_s: int,
        kept_s: int,
    ) -> Media:
        """Keep a file as it comes in. type_of: its type, None while it is not known; asked at the end, it must be.

        room: bytes that its partner may keep in all. Raises ApiError 131053.
        """
        media_id, digest, size, head = new_node_id(), hashlib.sha256(), 0, b""
        unfinished = self._folder / (media_id + UNFINISHED)
        self.partner_bytes.setdefault(partner_id, 0)
        try:
            with unfinished.open("xb") as file:
                async for part in parts:
                    size += len(part)
                    if len(head) < HEAD_BYTES:
                        head += part[:HEAD_BYTES]
                    known = type_of()
                    most = MEDIA_BYTES_MAX if known is None else MEDIA[known].bytes_max
                    if size > most:
                        raise ApiError(131053, f"The file has over {most} bytes, the most for its type.")
                    if self.partner_bytes[partner_id] + size > room:
                        raise ApiError(131053, f"All files of a partner together have at most {room} bytes.")
                    digest.update(part)
                    file.write(part)
            type_name = type_of() or media_type(None)[0]
            check_size(type_name, size, head)
            check_head(type_name, head)
            media = Media(media_id, partner_id, number_id, type_name, digest.hexdigest(), size, now_s, now_s + kept_s)
            os.replace(unfinished, self.path(media_id))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        self.partner_bytes[partner_id] += size
        self._writer.batch.media.append(media._asdict())
        try:
            await self._writer.written()
        except BaseException:
            self.partner_bytes[partner_id] -= size
            self.path(media_id).unlink(missing_ok=True)
            raise
        return media

    async def find(self, media_id: str, now_s: int) -> Media:
        """A file that is kept. Raises ApiError 100/33."""
        media = await asyncio.to_thread(self._read, media_id) if media_id.isascii() and media_id.isdigit() else None
        if media is None or media.expires_s <= now_s or not self.path(media_id).exists():
            raise no_node(media_id)
        return media

    def _read(self, media_id: str) -> Media | None:
        with self._records.reading() as session:
            row = session.get(BusinessMedia, media_id)
            return None if row is None else Media(*(getattr(row, name) for name in Media._fields))

    async def delete(self, media: Media) -> None:
        """Throw a file away."""
        await self._writer.run(
            lambda session: session.execute(delete(BusinessMedia).where(BusinessMedia.id == media.id))
        )
        self._forget(media.id, media.partner_id, media.size)

    async def sweep(self, now_s: int) -> int:
        """Throw away files whose time is over. Returns how many."""
        query = select(BusinessMedia.id, BusinessMedia.partner_id, BusinessMedia.size)
        query = query.where(BusinessMedia.expires_s <= now_s).limit(SWEPT_AT_ONCE)
        gone: list[Any] = await asyncio.to_thread(self._expired, query)
        if gone:
            ids = [row[0] for row in gone]
            await self._writer.run(
                lambda session: session.execute(delete(BusinessMedia).where(BusinessMedia.id.in_(ids)))
            )
            for row in gone:
                self._forget(*row)
        return len(gone)

    def _expired(self, query: Any) -> list[Any]:
        with self._records.reading() as session:
            return list(session.execute(query).all())

    def _forget(self, media_id: str, partner_id: str, size: int) -> None:
        self.path(media_id).unlink(missing_ok=True)
        self.partner_bytes[partner_id] = max(0, self.partner_bytes.get(partner_id, 0) - size)
