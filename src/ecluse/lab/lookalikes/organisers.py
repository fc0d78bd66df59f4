"""People who write on behalf of a group: a school class, a club's treasury, a family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecluse.events import Chat, Kind
from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints, spread
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import ACQUAINTED, Feelings, past, reactions
from ecluse.lab.stage import Played, Stage, at
from ecluse.lab.wording import DUES, FAMILY, SCHOOL, spun

_DAYS_AGO: Final = (1.0, 300.0)  # when the account wrote with those who know it
_GROUP_ANSWERS_S: Final = Spread(1_800.0, 1.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organiser:
    """accounts: members of the population, who go on with their own talks. people: whom each writes to on its days.

    known: the share of them who wrote with the account in the last 300 days; the others only share a group with it.
    groups: created on the first day, each with ``group_size`` of the people; 0: there is one from before.
    group_messages: written to each group a day, each followed by as many answers there on average.
    """

    accounts: int = 20
    people: int = 24
    known: float = 1.0
    days: tuple[int, ...] = (0, 2)
    hour: float = 18.0
    text: str = SCHOOL
    gap_s: Spread = Spread(40.0, 1.0)
    groups: int = 0
    group_size: int = 24
    group_messages: int = 2
    feelings: Feelings = ACQUAINTED

    def play(self, stage: Stage) -> Played:
        """On each of the days: messages to the groups, then to people one by one."""
        accounts = stage.residents(self.accounts, days=310)
        drafts: list[Draft] = []
        for account in accounts.tolist():
            people = stage.strangers(self.people, but=(account,), days=_DAYS_AGO[1])
            known = people[: round(self.known * len(people))]
            drafts.append(past(stage, account, known, _DAYS_AGO))
            groups = [stage.rng.choice(people, min(self.group_size, len(people)), False) for _ in range(self.groups)]
            numbers = [stage.group() for _ in groups or (people,)]
            for number, members in zip(numbers, groups, strict=False):
                drafts.append(self._create(stage, account, number, members))
            for day in self.days:
                for number, members in zip(numbers, groups or [people], strict=True):
                    drafts += self._in_group(stage, account, number, members, day)
                texts = stage.texts.add(spun(stage.rng, self.text, len(people)))
                start_ms = at(day, self.hour + stage.rng.random())
                sends = stage.send(stage.by_hand(start_ms, len(people), self.gap_s), account, peers=people, text=texts)
                drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, accounts[:0])

    def _create(self, stage: Stage, account: int, group: int, members: Ints) -> Draft:
        at_ms = np.full(1, at(0, 10 + 6 * stage.rng.random()))
        counts = np.full(1, len(members))
        size = 1 + len(members)
        return stage.send(
            at_ms, account, kind=Kind.CREATE_GROUP, peers=members, counts=counts, group=group, members=size
        )

    def _in_group(self, stage: Stage, account: int, group: int, members: Ints, day: int) -> list[Draft]:
        """What the account writes to a group, and what members write there."""
        size = 1 + len(members)
        at_ms = stage.by_hand(at(day, 16.5 + stage.rng.random()), self.group_messages, Spread(90.0, 1.0))
        texts = stage.texts.add(spun(stage.rng, self.text, len(at_ms)))
        own = stage.send(at_ms, account, chat=Chat.GROUP, group=group, members=size, text=texts)
        answers = int(stage.rng.poisson(self.group_messages))
        after_s = spread(stage.rng, _GROUP_ANSWERS_S, answers)
        their_ms = stage.awake(np.full(answers, int(at_ms[-1])), after_s)
        theirs = stage.send(their_ms, stage.rng.choice(members, answers), chat=Chat.GROUP, group=group, members=size)
        return [own, theirs]


TREASURER: Final = Organiser(
    people=60, known=0.5, days=(1, 4), text=DUES, feelings=Feelings(answers=0.5, after_s=Spread(3 * 3_600.0, 1.6))
)
"""Dues of a club of 60, half of whom have never written with the treasurer; a reminder to all three days later."""

FAMILY_ORGANISER: Final = Organiser(people=20, days=(0, 1, 3), text=FAMILY, groups=4, group_size=14, group_messages=6)
"""Four family groups made in a day, and twenty relatives asked one by one."""
