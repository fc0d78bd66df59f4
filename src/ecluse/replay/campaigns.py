"""The campaigns of a replay: their members as a Parquet file, or a page that shows how they grew."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse.campaigns import Campaign
from ecluse.errors import InputError
from ecluse.events import Kind
from ecluse.replay import words
from ecluse.replay.judge import Judged
from ecluse.replay.pages import write_page
from ecluse.replay.timeline import Timeline
from ecluse.terms import Outcome

FORMS: Final = (".parquet", ".html")
SHOWN_MAX: Final = 12
"""Campaigns on a page, those with the most members."""
POINTS_MAX: Final = 400

MEMBERS: Final = pa.schema(
    [
        ("campaign", pa.string()),
        ("account", pa.string()),
        ("joined_at", pa.timestamp("s", tz="UTC")),
        ("found_at", pa.timestamp("s", tz="UTC")),
        ("accounts", pa.int64()),
        ("recipients", pa.int64()),
        ("strangers", pa.int64()),
    ]
)
"""One row a member, the eldest campaign first; the last four columns are the campaign's."""

_PASSED, _HELD = range(2)


class CampaignLog:
    """What a replay tells of campaigns. Memory grows with accounts, not with events. Raises InputError.

    path: where the output goes: .parquet or .html.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix not in FORMS:
            raise InputError("campaigns", str(path), "a file that ends in .parquet or .html")
        self._page = path.suffix == ".html"
        self._names: dict[int, str] = {}
        self._messages: dict[int, Timeline] = {}

    def add(self, judged: Judged) -> None:
        """Take note of a batch: names of who wrote, and messages that were of a campaign when they came."""
        wrote = np.flatnonzero(judged.kind <= Kind.FORWARD)
        keys, first = np.unique(judged.keys[wrote], return_index=True)
        for key, row in zip(keys.tolist(), wrote[first].tolist(), strict=True):
            if key not in self._names:
                self._names[key] = judged.senders[row].as_py()
        campaign, outcome = judged.verdicts.campaign, judged.verdicts.outcome
        for id_ in np.unique(campaign[campaign != 0]).tolist():
            mine = np.flatnonzero(campaign == np.uint64(id_))
            held = (outcome[mine] >= Outcome.DROP_STRANGERS).astype(np.int64)
            self._messages.setdefault(id_, Timeline(2)).add(judged.at_s[mine], held)

    def write(self, campaigns: list[Campaign], path: Path) -> None:
        """Write the campaigns that are known at the end."""
        if self._page:
            self._write_page(campaigns, path)
        else:
            pq.write_table(pa.Table.from_pylist(self._rows(campaigns), MEMBERS), path)

    def _rows(self, campaigns: list[Campaign]) -> list[dict[str, Any]]:
        return [
            {
                "campaign": f"{one.id:016x}",
                "account": self._name(account),
                "joined_at": joined_s,
                "found_at": one.found_s,
                "accounts": one.accounts,
                "recipients": one.recipients,
                "strangers": one.strangers,
            }
            for one in campaigns
            for account, joined_s in zip(one.members.tolist(), one.joined_s.tolist(), strict=True)
        ]

    def _name(self, account: int) -> str:
        return self._names.get(account) or f"{account:016x}"

    def _write_page(self, campaigns: list[Campaign], path: Path) -> None:
        shown = sorted(campaigns, key=lambda one: -one.accounts)[:SHOWN_MAX]
        write_page(
            path,
            "campaigns.html",
            campaigns=[self._told(one) for one in shown],
            known=len(campaigns),
            members=sum(one.accounts for one in campaigns),
            data={"campaigns": [self._drawn(one) for one in shown]},
        )

    def _told(self, one: Campaign) -> dict[str, Any]:
        names = [self._name(account) for account in one.members[:3].tolist()]
        more = f" and {words.number(one.accounts - 3)} more" if one.accounts > 3 else ""
        return {
            "id": f"{one.id:016x}",
            "found": f"{words.day(one.found_s)}, {words.clock(one.found_s)}",
            "accounts": one.accounts,
            "recipients": one.recipients,
            "strangers": words.share(one.strangers, one.recipients),
            "names": ", ".join(names) + more,
            "evidence": [
                {
                    "sort": found.sort.word,
                    "thing": f"{found.thing:016x}",
                    "accounts": words.share(found.accounts, one.accounts),
                    "recipients": found.recipients,
                }
                for found in one.evidence[:5]
            ],
        }

    def _drawn(self, one: Campaign) -> dict[str, Any]:
        joined_s = one.joined_s.astype(np.int64)
        points = np.unique(np.linspace(0, len(joined_s) - 1, POINTS_MAX).astype(np.int64))
        starts, counts = self._messages.get(one.id, Timeline(2)).bars()
        return {
            "found": one.found_s * 1_000,
            "joined": (joined_s[points] * 1_000).tolist(),
            "members": (points + 1).tolist(),
            "starts": (starts * 1_000).tolist(),
            "passed": counts[:, _PASSED].tolist(),
            "held": counts[:, _HELD].tolist(),
        }
