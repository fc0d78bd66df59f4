"""The scenarios of the lab: ways of mass sending, and honest people who look like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ecluse.errors import InputError
from ecluse.lab.attacks.below import Below
from ecluse.lab.attacks.blast import Blast
from ecluse.lab.attacks.chain import ForwardChain
from ecluse.lab.attacks.confederates import Confederates
from ecluse.lab.attacks.groups import GroupFlood
from ecluse.lab.attacks.hacked import Hacked
from ecluse.lab.attacks.lists import BroadcastLists
from ecluse.lab.attacks.mailing import Mailing
from ecluse.lab.lookalikes.crowds import (
    ACTIVISTS,
    BUYERS,
    CODES,
    HELPDESKS,
    HOUSEHOLDS,
    JOKERS,
    LINKERS,
    WARNERS,
    WELL_WISHERS,
)
from ecluse.lab.lookalikes.greetings import NEW_YEARS_WISHES, Greeting
from ecluse.lab.lookalikes.newcomers import NEW_IN_TOWN, Approach
from ecluse.lab.lookalikes.number import NewNumber
from ecluse.lab.lookalikes.organisers import FAMILY_ORGANISER, TREASURER, Organiser
from ecluse.lab.lookalikes.shop import Shop
from ecluse.lab.reactions import Feelings
from ecluse.lab.stage import Part

START: Final = "2020-01-06"
"""The first day unless told otherwise: a month after bulk messaging was to be pursued."""

CONTENT: Final = "content"
"""Needed besides a sender's own signals: what messages of many senders have in common."""

PROVIDER: Final = "provider"
"""Needed besides a sender's own signals: what the senders of one provider, tool or network have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario. title: in words. hides: from what, or what it is mistaken for. seen_by: the signals that show it,
    by the names of ``docs/reference/signals.md``, ``content`` or ``provider``. days: of its log. start: its first day.
    """

    id: str
    title: str
    honest: bool
    part: Part
    hides: str
    seen_by: tuple[str, ...]
    days: int = 4
    start: str = START


def _attack(id_: str, title: str, part: Part, hides: str, *seen_by: str, days: int = 4) -> Scenario:
    return Scenario(id=id_, title=title, honest=False, part=part, hides=hides, seen_by=seen_by, days=days)


def _honest(id_: str, title: str, part: Part, hides: str, *seen_by: str, days: int = 4, start: str = START) -> Scenario:
    return Scenario(id=id_, title=title, honest=True, part=part, hides=hides, seen_by=seen_by, days=days, start=start)


_ALL: Final = (
    _attack(
        "newsletter",
        "Newsletter by a tool, to a bought list",
        Mailing(),
        "nothing",
        *("strangers", "reply_ratio", "gap_regularity", PROVIDER),
    ),
    _attack(
        "newsletter-opted-in",
        "Newsletter by a tool, to people who once wrote START",
        Mailing(opted_in=True),
        "counts of strangers: everybody once wrote",
        *("reply_ratio", "gap_regularity", PROVIDER),
    ),
    _attack(
        "burst",
        "Burst from an account five minutes old",
        Blast(age_days=None, gap_s=0.15, recipients=600),
        "long windows: it is over in two minutes",
        *("account_age", "messages", "strangers"),
    ),
    _attack(
        "drip",
        "Slow drip under every single limit: 20 accounts, 9 strangers a day each, for a month",
        Below(accounts=20, recipients=270, days=30),
        "every limit of one account",
        CONTENT,
        days=30,
    ),
    _attack(
        "snowshoe",
        "Number rotation: 500 accounts, 20 recipients each",
        Below(accounts=500, recipients=20, days=3, age_days=4, content="tracked"),
        "every limit of one account",
        *(CONTENT, PROVIDER),
    ),
    _attack(
        "spun",
        "Text spun for each recipient",
        Blast(accounts=10, recipients=300, age_days=60, gap_s=15, jitter=0.6, content="spun"),
        "comparing texts word by word; regular gaps",
        *("strangers", CONTENT),
    ),
    _attack(
        "homoglyphs",
        "Letters that only look alike, characters without width",
        Blast(accounts=10, recipients=300, age_days=60, gap_s=15, jitter=0.6, content="homoglyphs"),
        "comparing texts letter by letter; regular gaps",
        *("strangers", CONTENT),
    ),
    _attack(
        "images",
        "Images alone, no text",
        Blast(accounts=10, recipients=300, age_days=60, gap_s=15, jitter=0.6, content="image"),
        "comparing texts; regular gaps",
        *("strangers", CONTENT),
    ),
    _attack(
        "group-adding",
        "Strangers added to groups by the hundred",
        GroupFlood(),
        "counts of recipients: a group is one",
        *("group_additions", "reach"),
    ),
    _attack(
        "group-series",
        "Groups created in series, 30 of 40 people",
        GroupFlood(groups=30, first=40, added=0, gap_s=20, messages=1),
        "counts of recipients: a group is one",
        *("groups_created", "group_additions", "reach"),
    ),
    _attack(
        "forward-chain",
        "Forward chain: 40 accounts in four levels, five chats at a time",
        ForwardChain(),
        "the limits of one forward: it is forwarded again",
        *("strangers", CONTENT),
    ),
    _attack(
        "broadcast-lists",
        "Broadcast lists of 256",
        BroadcastLists(),
        "counts of messages: eight are all",
        *("recipients_of_this_send", "strangers"),
    ),
    _attack(
        "hacked",
        "Hacked old account, to its real contacts",
        Hacked(),
        "counts of strangers, reply ratios, age: all are an honest person's",
        *("gap_regularity", "recipients", CONTENT),
    ),
    _attack(
        "confederates",
        "Answers bought from confederates",
        Confederates(),
        "reply ratios; limits of an hour and a day",
        *("unanswered_messages", "strangers", CONTENT),
        days=6,
    ),
    _attack(
        "unreported",
        "Nobody reports or blocks",
        Blast(age_days=30, days=3, jitter=0.4, feelings=Feelings(answers=0.01)),
        "reports and blocks",
        *("strangers", "reply_ratio"),
    ),
    _attack(
        "provider-spread",
        "A provider that spreads a list over 120 clients, 75 people each",
        Below(accounts=120, recipients=75, days=6, issues=3, age_days=200, networks=2, client=True, content="same"),
        "every limit of one account",
        *(PROVIDER, CONTENT),
        days=6,
    ),
    _attack(
        "random-gaps",
        "Random gaps, so that no machine shows",
        Blast(recipients=400, days=2, gap_s=45, jitter=1.0),
        "regular gaps",
        *("strangers", "reply_ratio"),
    ),
    _honest(
        "wedding", "Wedding invitation to 80 contacts", Greeting(), "one text to 80 people in an hour", "recipients"
    ),
    _honest(
        "new-year",
        "New Year's wishes to 120 people last written with a year ago",
        NEW_YEARS_WISHES,
        "one text to 120 people in a night",
        *("recipients", "reply_ratio"),
        start="2019-12-30",
    ),
    _honest(
        "new-number",
        '"My number changed", from the new number to 200 contacts',
        NewNumber(),
        "a fresh account, one text, nobody ever wrote to it",
        *("account_age", "strangers", "reply_ratio"),
    ),
    _honest(
        "class-representative",
        "School-class representative: a group of parents, and 24 of them one by one",
        Organiser(),
        "the same news to 24 people in half an hour, twice a week",
        "recipients",
    ),
    _honest(
        "treasurer",
        "Club treasurer: dues of 60 members, half of whom never wrote to him",
        TREASURER,
        "30 strangers in an hour, half answer, again three days later",
        *("strangers", "unanswered_messages"),
        days=6,
    ),
    _honest(
        "shop",
        "Shop that answers 300 customers who wrote first",
        Shop(),
        "hundreds of people in a day, within minutes",
        *("recipients", "messages"),
    ),
    _honest(
        "family-organiser",
        "Family group organiser: four groups in a day",
        FAMILY_ORGANISER,
        "groups in series, relatives added",
        *("groups_created", "group_additions"),
    ),
    _honest(
        "journalist",
        "Journalist who writes to 30 strangers in a day",
        Approach(),
        "30 strangers, half never answer",
        *("strangers", "unanswered_messages"),
    ),
    _honest(
        "new-in-town",
        "Somebody joining a new town: eight strangers a day for a week",
        NEW_IN_TOWN,
        "strangers day after day",
        *("strangers", "unanswered_messages"),
        days=8,
    ),
    _honest(
        "well-wishers",
        "Everybody wishes everybody a happy new year: 200 people, one text",
        WELL_WISHERS,
        "a campaign: one text from 200 accounts within hours",
        CONTENT,
        start="2019-12-31",
    ),
    _honest("viral-joke", "A joke that 150 people pass on", JOKERS, "a campaign: one text from 150 accounts", CONTENT),
    _honest(
        "popular-link",
        "Links to one video portal from 150 people",
        LINKERS,
        "a campaign: one domain from 150 accounts",
        CONTENT,
    ),
    _honest(
        "activists",
        "Sixty people collect signatures among friends and neighbours",
        ACTIVISTS,
        "a campaign: one text and link from 60 accounts, also to strangers",
        CONTENT,
    ),
    _honest(
        "helpdesks",
        "Sixty clients of a provider that only answer",
        HELPDESKS,
        "a campaign: one provider, two networks",
        PROVIDER,
    ),
    _honest(
        "households",
        "Three hundred households behind one address of a carrier",
        HOUSEHOLDS,
        "a campaign: one network, 1,200 strangers",
        PROVIDER,
    ),
    _honest(
        "buyers",
        "People who ask about small ads with the phrase that the site offers",
        BUYERS,
        "a campaign: one text from 120 accounts, strangers only",
        *("strangers", CONTENT),
    ),
    _honest(
        "warners",
        "People who warn their friends of a link, and quote it",
        WARNERS,
        "members of the campaign that they warn of",
        CONTENT,
    ),
)

ONE_TIME_CODES: Final = _honest(
    "one-time-codes",
    "A bank's one-time codes from three numbers to 4,500 people",
    CODES,
    "a campaign: one text, strangers only, nobody answers",
    *("strangers", "reply_ratio", CONTENT),
)
"""Not one of SCENARIOS: limits on strangers forbid just that. A bank needs terms that let it."""

SCENARIOS: Final = {scenario.id: scenario for scenario in _ALL}
"""All scenarios by id: attacks, then honest ones."""


def choose(ids: Sequence[str]) -> list[Scenario]:
    """The scenarios of these ids, in the order of ``SCENARIOS``; all, if there are none. Raises InputError."""
    for id_ in ids:
        if id_ not in SCENARIOS:
            raise InputError("scenario", id_, f"one of: {', '.join(SCENARIOS)}")
    return [scenario for id_, scenario in SCENARIOS.items() if not ids or id_ in ids]
