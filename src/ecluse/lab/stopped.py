"""What a gate's verdicts did to made-up traffic: who was stopped after how many recipients, who was touched at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.lab.traffic import Traffic

ORDINARY = ("personal", "reader")
"""Roles of people; whoever has another one sends in bulk."""


class Stopped(NamedTuple):
    """One account that sends in bulk. recipients: distinct people it meant to reach; before: those it reached before
    its first refusal; reached: those it reached in all. sends, refused: events; refused_at: the first, None for never.
    """

    account: str
    role: str
    recipients: int
    before: int
    reached: int
    sends: int
    refused: int
    refused_at: str | None


class Touched(NamedTuple):
    """What ordinary people felt: how many there are, how many were ever refused, and how many of their sends were."""

    people: int
    refused: int
    sends: int
    refused_sends: int


def bulk_senders(traffic: Traffic, outcomes: pa.Array) -> list[Stopped]:
    """How each account that sends in bulk fared. outcomes: words, one an event, in the log's order."""
    roles = _roles(traffic)
    bulk = pc.invert(pc.is_in(roles, pa.array(ORDINARY)))
    events = traffic.events.append_column("outcome", outcomes).append_column("role", roles).filter(bulk)
    events = events.filter(pc.is_valid(events["recipients"]))
    return [
        _fared(events.filter(pc.equal(events["sender"], account)), account.as_py())
        for account in pc.unique(events["sender"])
    ]


def _fared(events: pa.Table, account: str) -> Stopped:
    lists = events["recipients"].combine_chunks()
    people = lists.flatten().dictionary_encode().indices.to_numpy()
    event = pc.list_parent_indices(lists).to_numpy()
    refused = pc.is_in(events["outcome"], pa.array(["refuse", "drop_strangers"])).to_numpy()
    first = int(np.argmax(refused)) if refused.any() else len(refused)
    return Stopped(
        account,
        events["role"][0].as_py(),
        len(np.unique(people)),
        len(np.unique(people[event < first])),
        len(np.unique(people[~refused[event]])),
        len(events),
        int(refused.sum()),
        events["at"][first].as_py().strftime("%d %b %H:%M") if refused.any() else None,
    )


def ordinary_people(traffic: Traffic, outcomes: pa.Array) -> Touched:
    """What ordinary people felt. outcomes: words, one an event, in the log's order."""
    ordinary = pc.is_in(_roles(traffic), pa.array(ORDINARY))
    senders = traffic.events["sender"].filter(ordinary)
    refused = pc.equal(pc.filter(outcomes, ordinary), "refuse")
    people = pc.sum(pc.is_in(traffic.accounts["role"], pa.array(ORDINARY))).as_py()
    return Touched(people, pc.count_distinct(senders.filter(refused)).as_py(), len(senders), pc.sum(refused).as_py())


def _roles(traffic: Traffic) -> pa.ChunkedArray:
    """The role of each event's sender."""
    places = pc.index_in(traffic.events["sender"], traffic.accounts["account"].combine_chunks())
    return pc.take(traffic.accounts["role"], places)
