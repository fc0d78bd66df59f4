"""Campaigns over HTTP: who they are, and one of them with its members."""

from __future__ import annotations

from typing import Final

import msgspec
from fastapi import APIRouter, Response

from ecluse import wire
from ecluse.campaigns import Campaign, Sharing, Sort
from ecluse.errors import InputError
from ecluse.sanctions.membership import CAMPAIGN_ID
from ecluse.service.openapi import described
from ecluse.service.problems import ProblemError
from ecluse.service.routes import JSON, READ, Gate

EXPECTED_ID: Final = "16 hexadecimal digits"

EDGES_MAX: Final = 200_000
"""Edges of a campaign that are shown: those of the earliest members."""

router = APIRouter()


@router.get("/v1/campaigns", dependencies=READ, **described("campaigns"))
def campaigns(gate: Gate) -> Response:
    """The campaigns that are known, the eldest first, without their members."""
    return Response(msgspec.json.encode([summary(one) for one in gate.campaigns()]), media_type=JSON)


@router.get("/v1/campaigns/{campaign_id}", dependencies=READ, **described("campaign"))
def campaign(campaign_id: str, gate: Gate) -> Response:
    """A campaign with its members. An id that became part of another leads to that one."""
    found = gate.campaign(campaign_key(campaign_id))
    if found is None:
        raise ProblemError("not-found", f"there is no campaign {campaign_id}")
    return Response(msgspec.json.encode(campaign_form(found)), media_type=JSON)


@router.get("/v1/campaigns/{campaign_id}/graph", dependencies=READ, **described("campaign_graph"))
def graph(campaign_id: str, gate: Gate) -> Response:
    """A campaign with its members and who of them shares what: what a case takes as evidence."""
    found = gate.campaign_ties(campaign_key(campaign_id))
    if found is None:
        raise ProblemError("not-found", f"there is no campaign {campaign_id}")
    return Response(msgspec.json.encode(graph_form(*found)), media_type=JSON)


def campaign_key(campaign_id: str) -> int:
    """A campaign's id as a number. Raises InputError."""
    if not CAMPAIGN_ID.fullmatch(campaign_id):
        raise InputError("campaign", campaign_id, EXPECTED_ID)
    return int(campaign_id, 16)


def summary(campaign: Campaign) -> wire.CampaignSummary:
    """A campaign as lists show it."""
    return wire.CampaignSummary(
        id=f"{campaign.id:016x}",
        found_s=campaign.found_s,
        first_s=campaign.first_s,
        last_s=campaign.last_s,
        accounts=campaign.accounts,
        recipients=campaign.recipients,
        strangers=campaign.strangers,
        evidence=[
            wire.CampaignEvidence(one.sort.word, f"{one.thing:016x}", one.accounts, one.recipients, one.strangers)
            for one in campaign.evidence
        ],
    )


def campaign_form(campaign: Campaign) -> wire.Campaign:
    """A campaign as it is shown. Members are shown by their hashes: the gate has no ids of them."""
    members = zip(campaign.members.tolist(), campaign.joined_s.tolist(), strict=True)
    return wire.Campaign(
        **msgspec.structs.asdict(summary(campaign)),
        members=[wire.CampaignMember(f"{account:016x}", joined_s) for account, joined_s in members],
    )


def graph_form(campaign: Campaign, sharing: Sharing) -> wire.CampaignGraph:
    """A campaign as it is shown with who shares what, the earliest members first."""
    columns = (column[:EDGES_MAX].tolist() for column in sharing)
    edges = [
        wire.CampaignEdge(f"{member:016x}", Sort(sort).word, f"{thing:016x}", *counts)
        for member, sort, thing, *counts in zip(*columns, strict=True)
    ]
    left_out = len(sharing.member) - len(edges)
    return wire.CampaignGraph(**msgspec.structs.asdict(campaign_form(campaign)), edges=edges, edges_left_out=left_out)
