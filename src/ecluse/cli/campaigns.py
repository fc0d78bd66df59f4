"""``ecluse campaigns``: the accounts that a gate found to be one sender."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from ecluse import wire
from ecluse.cli.asking import ask, told
from ecluse.cli.gates import GateData, GateKey, GateUrl, gate_in, is_running
from ecluse.client import Client
from ecluse.errors import InputError
from ecluse.gate import Gate
from ecluse.service.campaigns import campaign_form, campaign_key, graph_form, summary

MEMBERS_SHOWN: Final = 20

T = TypeVar("T")

campaigns_app = typer.Typer(help="Accounts that are one sender.", no_args_is_help=True, pretty_exceptions_enable=False)


@campaigns_app.command("list")
def list_campaigns(url: GateUrl = None, key: GateKey = None, data: GateData = None) -> None:
    """List the campaigns that a gate knows, the eldest first."""
    found = _from(url, key, data, Client.campaigns, lambda gate: [summary(one) for one in gate.campaigns()])
    console = Console()
    if not found:
        console.print("The gate knows no campaign.")
        return
    table = Table("campaign", "found", "last seen", title="Campaigns", title_justify="left")
    for name in ("accounts", "people", "strangers"):
        table.add_column(name, justify="right")
    table.add_column("share")
    for one in found:
        counts = (f"{count:,}" for count in (one.accounts, one.recipients, one.strangers))
        table.add_row(one.id, _time(one.found_s), _time(one.last_s), *counts, _sorts(one.evidence))
    console.print(table)


@campaigns_app.command("show")
def show_campaign(
    campaign: Annotated[str, typer.Argument(help="The campaign's id.")],
    url: GateUrl = None,
    key: GateKey = None,
    data: GateData = None,
    members: Annotated[int, typer.Option(min=0, help="Members to show, the earliest first.")] = MEMBERS_SHOWN,
) -> None:
    """Show a campaign: what its members share, whom they reached, and who they are, as keyed hashes."""
    found = _from(url, key, data, lambda client: client.campaign(campaign), lambda gate: _read(gate, campaign))
    console = Console()
    console.print(f"[bold]{found.id}[/], found {_time(found.found_s)}")
    console.print(f"from {_time(found.first_s)} to {_time(found.last_s)}")
    console.print(
        f"{found.accounts:,} accounts wrote to {found.recipients:,} people, {found.strangers:,} of them strangers"
    )
    console.print(_evidence(found))
    console.print(_members(found, members))


def _from(
    url: str | None, key: str | None, data: Path | None, ask: Callable[[Client], T], read: Callable[[Gate], T]
) -> T:
    """What a running gate says, or what the gate of a folder knows."""
    with told("campaigns"):
        if not is_running(url, data):
            return read(gate_in(data))
        with Client(str(url), key=key) as client:
            return ask(client)


def _read(gate: Gate, campaign: str) -> wire.Campaign:
    found = gate.campaign(campaign_key(campaign))
    if found is None:
        raise InputError("campaign", campaign, "one that the gate knows")
    return campaign_form(found)


def graph_of(campaign: str, url: str | None, key: str | None, data: Path) -> wire.CampaignGraph:
    """A campaign with who shares what, by a running gate or the folder of a stopped one. Raises EcluseError."""
    if url is not None:
        return ask(url, key, "GET", f"/v1/campaigns/{campaign}/graph", wire.CampaignGraph)
    found = gate_in(data).campaign_ties(campaign_key(campaign))
    if found is None:
        raise InputError("campaign", campaign, "one that the gate knows")
    return graph_form(*found)


def _evidence(campaign: wire.Campaign) -> Table:
    table = Table("sort", "shared thing", title="What they share", title_justify="left")
    for name in ("by accounts", "people", "strangers"):
        table.add_column(name, justify="right")
    for one in campaign.evidence:
        table.add_row(one.sort, one.thing, *(f"{count:,}" for count in (one.accounts, one.recipients, one.strangers)))
    return table


def _members(campaign: wire.Campaign, shown: int) -> Table:
    title = f"Members: {campaign.accounts:,}"
    if shown < campaign.accounts:
        title += f", the earliest {shown}"
    table = Table("account", "since", title=title, title_justify="left")
    for member in campaign.members[:shown]:
        table.add_row(member.account, _time(member.joined_s))
    return table


def _sorts(evidence: list[wire.CampaignEvidence]) -> str:
    """What sorts of things they share, that of the most accounts first."""
    return ", ".join(dict.fromkeys(one.sort for one in evidence))


def _time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")
