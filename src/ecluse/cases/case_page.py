"""A case as a page for people: it stands alone, may be printed, and links to the evidence beside it in the bundle."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

import msgspec

from ecluse import wire
from ecluse.cases.campaign_picture import picture as picture_of_campaign
from ecluse.cases.evidence import campaign_of
from ecluse.cases.forms import CaseForm, EvidenceForm
from ecluse.cases.sealing_key import PublicKey, shown
from ecluse.pages import templates
from ecluse.records.audit import Head
from ecluse.wire import time_form

PICTURE_BYTES_MAX: Final = 4 << 20
"""Bytes of a capture that is shown in the page itself."""
TEXT_CHARACTERS_MAX: Final = 4_000
MEMBERS_SHOWN: Final = 40
"""Members of a campaign in the page's table; the data has all."""
_PICTURES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
_TEMPLATES: Final = templates("ecluse.cases")


def render(
    case: CaseForm, paths: dict[int, str], contents: dict[int, bytes], key: PublicKey, audit: Head, at_s: int
) -> str:
    """The page of a case. paths: where each piece of evidence lies, by number; contents: its bytes."""
    return _TEMPLATES.get_template("case.html").render(
        case=case,
        outside=[_shown(piece, paths, contents) for piece in case.evidence if piece.origin == "outside"],
        service=[_shown(piece, paths, contents) for piece in case.evidence if piece.origin == "service"],
        fingerprint=shown(key.fingerprint),
        audit=audit,
        sealed=time_form(at_s),
        status=case.status.replace("_", " "),
        day=lambda moment: moment[:10],
        minute=minute,
        second=lambda second: minute(time_form(second)),
        number=lambda value: f"{value:,.10g}",
    )


def minute(moment: str) -> str:
    """A time to the minute.

    >>> minute("2019-12-07T08:30:01Z")
    '2019-12-07 08:30'
    """
    return moment[:16].replace("T", " ")


def _shown(piece: EvidenceForm, paths: dict[int, str], contents: dict[int, bytes]) -> dict[str, Any]:
    """A piece of evidence with what the page shows of it: a picture, or the account that a ledger is of."""
    content = contents[piece.evidence]
    picture = None
    if piece.media_type in _PICTURES and 0 < len(content) <= PICTURE_BYTES_MAX:
        picture = f"data:{piece.media_type};base64,{b64encode(content).decode()}"
    account = msgspec.json.decode(content, type=wire.Account) if piece.kind == "ledger" else None
    campaign = campaign_of(piece.kind, content)
    drawn = None if campaign is None else picture_of_campaign(campaign)
    return {
        "campaign": campaign,
        "drawn": drawn,
        "members": _members(campaign),
        "piece": piece,
        "path": paths[piece.evidence] if content else None,
        "picture": picture,
        "account": account,
    }


def _members(campaign: wire.CampaignGraph | None) -> list[dict[str, Any]]:
    """The earliest members of a campaign: since when, how much they share, and the most people that they reached."""
    if campaign is None:
        return []
    told = {one.account: one.joined_s for one in campaign.members[:MEMBERS_SHOWN]}
    edges: dict[str, list[wire.CampaignEdge]] = {account: [] for account in told}
    for edge in campaign.edges:
        if edge.account in edges:
            edges[edge.account].append(edge)
    return [
        {
            "account": account,
            "since": time_form(joined_s),
            "things": len(edges[account]),
            "recipients": max((edge.recipients for edge in edges[account]), default=0),
            "strangers": max((edge.strangers for edge in edges[account]), default=0),
        }
        for account, joined_s in told.items()
    ]
