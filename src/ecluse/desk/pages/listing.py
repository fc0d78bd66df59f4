"""The list of an inbox: filters, search, and a row for each conversation, with what is left of its window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from nicegui import ui

from ecluse.desk.looking import Filter
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.seat import Seat
from ecluse.desk.pages.words import is_urgent, left, moment
from ecluse.desk.views import ConversationRow, Handling, Listing, Status

ROWS: Final = 50
"""Conversations of one page."""
TICK_S: Final = 10.0
"""Seconds after which the countdowns of a list are looked at."""
LAST_CHARACTERS_MAX: Final = 160


class Show(NamedTuple):
    """A choice of conversations. wanted: of whom, for an agent."""

    name: str
    title: str
    wanted: Callable[[str], Filter]


SHOWS: Final = (
    Show("open", "Open", lambda _: Filter()),
    Show("mine", "Mine", lambda agent: Filter(assigned_to=agent)),
    Show("unassigned", "Unassigned", lambda _: Filter(handling=Handling.PEOPLE, assigned_to="")),
    Show("closed", "Closed", lambda _: Filter(status=Status.CLOSED)),
    Show("all", "All", lambda _: Filter(status=None)),
)
"""``unassigned``: those that people are to answer, and nobody has."""


class Listed(NamedTuple):
    """What of an inbox is listed. current: the conversation that is open beside it."""

    show: Show
    search: str
    page: int
    current: int | None

    def query(self, **other: Any) -> dict[str, Any]:
        """It, as the query of an address, with other values for some."""
        mine = {"show": self.show.name if self.show is not SHOWS[0] else "", "q": self.search, "page": self.page}
        mine |= other
        return mine | {"page": mine["page"] if mine["page"] != 1 else ""}


def shown_of(name: str) -> Show:
    """The choice of a name; the first one for any other."""
    return next((one for one in SHOWS if one.name == name), SHOWS[0])


async def add_listing(seat: Seat, listed: Listed) -> None:
    """Add the list; it stays as it is in the database."""
    with tag("form", classes="search", method="get", action=seat.path(), role="search"):
        if listed.show is not SHOWS[0]:
            tag("input", type="hidden", name="show", value=listed.show.name)
        tag("label", "Search names, numbers and messages", for_="search")
        tag("input", id="search", type="search", name="q", value=listed.search, maxlength="200")
    with tag("nav", classes="shows", aria_label="Which conversations"):
        for show in SHOWS:
            current = "true" if show is listed.show else None
            address = seat.path(**listed.query(show=show.name if show is not SHOWS[0] else "", page=1))
            tag("a", show.title, href=address, aria_current=current)
    rows = tag("div", classes="rows")
    drawn = _Rows(seat, listed, rows)
    await drawn.draw()
    seat.keep(drawn.draw)
    ui.timer(TICK_S, drawn.tick)


class _Rows:
    def __init__(self, seat: Seat, listed: Listed, box: ui.element) -> None:
        self._seat, self._listed, self._box = seat, listed, box
        self._shown: tuple[Any, ...] | None = None
        self._countdowns: list[tuple[ConversationRow, ui.element, Any]] = []

    async def draw(self) -> None:
        seat, listed = self._seat, self._listed
        now_s = seat.now_s()
        found = await seat.look(
            lambda: seat.inbox.conversations(
                listed.show.wanted(seat.agent.name),
                search=listed.search,
                limit=ROWS,
                offset=(listed.page - 1) * ROWS,
                now_s=now_s,
            )
        )
        if found is None or self._box.is_deleted:
            return
        kept = tuple(row._replace(window=row.window._replace(left_s=0)) for row in found.rows)
        if self._shown == (kept, found.total):
            return
        self._shown = kept, found.total
        self._box.clear()
        self._countdowns.clear()
        with self._box:
            self._add(found, now_s)

    def tick(self) -> None:
        """Count down."""
        now_s = self._seat.now_s()
        for row, box, label in self._countdowns:
            _count(row, box, label, now_s)

    def _add(self, found: Listing, now_s: int) -> None:
        listed = self._listed
        if not found.rows:
            tag("p", "No conversation is found." if listed.search else "No conversation here.", classes="empty soft")
        for row in found.rows:
            self._row(row, now_s)
        last = listed.page * ROWS
        if listed.page > 1 or found.total > last:
            with tag("nav", classes="pager", aria_label="More conversations"):
                if listed.page > 1:
                    tag("a", "Newer", href=self._seat.path(**listed.query(page=listed.page - 1)))
                tag("span", f"{last - ROWS + 1:,} to {min(last, found.total):,} of {found.total:,}", classes="soft")
                if found.total > last:
                    tag("a", "Older", href=self._seat.path(**listed.query(page=listed.page + 1)))

    def _row(self, row: ConversationRow, now_s: int) -> None:
        address = self._seat.path(f"c/{row.id}", **self._listed.query())
        current = "true" if row.id == self._listed.current else None
        kind = "entry-row unread" if row.unread else "entry-row"
        with tag("a", classes=kind, href=address, aria_current=current):
            with tag("span", classes="line"):
                tag("strong", row.name, classes="name", dir="auto")
                tag("span", moment(row.updated_s, now_s, self._seat.zone), classes="soft when")
            with tag("span", classes="line"):
                said = row.last_text[:LAST_CHARACTERS_MAX] if row.last_incoming else f"↩ {row.last_text}"
                tag("span", said[:LAST_CHARACTERS_MAX], classes="last", dir="auto")
                if row.unread:
                    tag("span", str(row.unread), classes="count", aria_label=f"{row.unread} unread")
            with tag("span", classes="line marks"):
                box = tag("span", classes="pill")
                with box:
                    label = tag("span")
                _count(row, box, label, now_s)
                self._countdowns.append((row, box, label))
                tag("span", _who(row, self._seat.agent.name), classes="soft")
                for one in row.tags:
                    tag("span", one, classes="tag")


def _count(row: ConversationRow, box: ui.element, label: Any, now_s: int) -> None:
    said = "said stop" if row.stopped else left(row.window, now_s)
    text = said if said in ("said stop", "closed") else f"{said} left"
    if label.text != text:
        label.set_text(text)
    add = "shut" if text in ("said stop", "closed") else "hot" if is_urgent(row.window, now_s) else ""
    box.classes(add=add, remove=" ".join({"shut", "hot"} - {add}))


def _who(row: ConversationRow, agent: str) -> str:
    if row.status is Status.CLOSED:
        return "done"
    if row.assigned_to:
        return "yours" if row.assigned_to == agent else row.assigned_to
    return "bot" if row.handling is Handling.BOT else "nobody yet"
