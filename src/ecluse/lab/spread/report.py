"""The report on a sweep: one HTML page that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import numpy as np
from plotly.offline import get_plotlyjs

from ecluse.lab.spread.figures import figure, told, varying
from ecluse.lab.spread.network import Chats, Network, NetworkOptions
from ecluse.lab.spread.scenario import Scenario
from ecluse.lab.spread.sweep import Result
from ecluse.lab.spread.wording import head, row
from ecluse.pages import templates

_TEMPLATES: Final = templates("ecluse.lab.spread")
_WHERE: Final = {Chats.GROUPS: "groups", Chats.CONTACTS: "contacts", Chats.BOTH: "contacts and groups"}


def write_report(
    results: Sequence[Result], network: Network, options: NetworkOptions, path: Path, steps_a_day: float | None = None
) -> None:
    """Write the report on a sweep. steps_a_day: adds days to steps in the table of figures."""
    panels = figure(results)
    names = [field.name for field in fields(Scenario) if field.name not in varying(results)]
    seeds = results[0].measures.seeds
    page = _TEMPLATES.get_template("spread.html").render(
        options=options,
        where=_WHERE[options.chats],
        seeds="one run each" if seeds == 1 else f"{seeds} runs each",
        panels=panels,
        head=head(results),
        rows=[row(result, results, steps_a_day) for result in results],
        network_words=describe(network),
        same=told(results[0].scenario, names),
        number=lambda value: f"{value:,}",
        data={"panels": [{**panel._asdict(), "lines": [line._asdict() for line in panel.lines]} for panel in panels]},
        plotly=get_plotlyjs(),
    )
    path.write_text(page, encoding="utf-8")


def describe(network: Network) -> str:
    """What a network is like, in a sentence or two."""
    said = []
    if len(network.contacts.items):
        contacts = network.contacts.counts
        said.append(f"Contacts of a person: median {np.median(contacts):,.0f}, at most {contacts.max():,}.")
    if len(network.members.items):
        members, groups = network.members.counts, network.groups.counts
        counted = "1 group" if len(members) == 1 else f"{len(members):,} groups"
        said.append(
            f"{counted}: median {np.median(members):,.0f} members, at most {members.max():,};"
            f" {np.mean(groups == 1):.0%} of people are in one, {np.mean(groups > 5):.0%} in more than five."
        )
    return " ".join(said)
