"""Where a rule is other than elsewhere: places, scopes and transitions, by their definitions."""

from __future__ import annotations

import operator
from datetime import UTC, datetime
from typing import NamedTuple

from ecluse.events import Event
from tests.model.ledgers import Ledger

COMPARE_AGE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Place(NamedTuple):
    """All that is given must hold. start, end: [start, end) in seconds."""

    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    ages: tuple[tuple[str, float], ...] = ()
    start: int | None = None
    end: int | None = None

    def holds(self, event: Event, ledger: Ledger, now: int, age: float) -> bool:
        """Whether an event of second ``now`` lies in it. age: of the sender's account, NaN for unknown."""
        region = (event.region or "").upper()
        chat = event.chat or ("group" if event.group else "direct")
        return (
            (not self.regions or any(region == r or region.startswith(f"{r}-") for r in self.regions))
            and (not self.kinds or ledger.kind in self.kinds)
            and (not self.chats or chat in self.chats)
            and (not self.providers or event.provider in self.providers)
            and all(COMPARE_AGE[comparison](age, limit) for comparison, limit in self.ages)
            and (self.start is None or now >= self.start)
            and (self.end is None or now < self.end)
        )

    def to_yaml(self) -> str:
        """The fields of ``where``; times as text."""
        fields = {
            "regions": list(self.regions),
            "account_kinds": list(self.kinds),
            "chats": list(self.chats),
            "providers": list(self.providers),
            "account_age": [f"{comparison} {limit!r}" for comparison, limit in self.ages],
        }
        given = [f"{name}: {values}" for name, values in fields.items() if values]
        given += [f'{name}: "{time(s)}"' for name, s in (("from", self.start), ("until", self.end)) if s is not None]
        return "{" + ", ".join(given) + "}"


class Scope(NamedTuple):
    """Other numbers for some signals of a rule."""

    place: Place
    limits: tuple[tuple[str, float], ...]


class Transition(NamedTuple):
    """Until when a rule only warns (or is in shadow) somewhere."""

    place: Place
    until: int
    meanwhile: str = "warn"


def time(second: int) -> str:
    """A second in RFC 3339."""
    return datetime.fromtimestamp(second, UTC).isoformat()
