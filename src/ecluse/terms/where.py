"""Where something applies: to which senders, chats, regions and times. All that is given must hold of an event."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse.events import AccountKind, Chat
from ecluse.terms.condition import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which events; what is empty or None asks for nothing.

    regions: ISO 3166 codes, a country with all its parts. account_kinds, chats: any of them. providers: ids, any of
    them. ages: one or two conditions on ``account_age``; an unknown age satisfies none. from_s, until_s: [from, until)
    in seconds of the epoch.

    >>> Where(regions=("BR",), chats=(Chat.GROUP,)).meaning()
    {'regions': ['BR'], 'chats': ['group']}
    """

    regions: tuple[str, ...] = ()
    account_kinds: tuple[AccountKind, ...] = ()
    providers: tuple[str, ...] = ()
    chats: tuple[Chat, ...] = ()
    ages: tuple[Condition, ...] = ()
    from_s: int | None = None
    until_s: int | None = None

    def meaning(self) -> dict[str, object]:
        """What is given, as plain values."""
        given = {
            "regions": sorted(self.regions),
            "account_kinds": [kind.word for kind in sorted(self.account_kinds)],
            "providers": sorted(self.providers),
            "chats": [chat.word for chat in sorted(self.chats)],
            "account_age": [str(condition) for condition in self.ages],
            "from": self.from_s,
            "until": self.until_s,
        }
        return {name: value for name, value in given.items() if value not in ([], None)}
