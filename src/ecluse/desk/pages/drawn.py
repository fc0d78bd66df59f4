"""What is drawn of an inbox into a box of a page, and anew only where it is not as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from nicegui import ui

from ecluse.desk.pages.seat import Seat

T = TypeVar("T")


class Drawn(Generic[T]):
    """What ``look`` finds in the inbox, in a thread, as ``show`` shows it within ``box``."""

    def __init__(self, seat: Seat, box: ui.element, look: Callable[[], T], show: Callable[[T], None]) -> None:
        self._seat, self._box, self._look, self._show = seat, box, look, show
        self._shown: T | None = None

    async def keep(self) -> None:
        """Draw it, and again after each change of the business, as long as the page is open."""
        await self._draw()
        self._seat.keep(self._draw)

    async def _draw(self) -> None:
        found = await self._seat.look(self._look)
        if found is None or found == self._shown or self._box.is_deleted:
            return
        self._shown = found
        self._box.clear()
        with self._box:
            self._show(found)
