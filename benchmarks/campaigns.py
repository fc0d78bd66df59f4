"""How early a campaign is found, in which disguise, and who is taken for a member that is none: the lab's, by the gate.

python -m benchmarks campaigns [--quick]
"""

from __future__ import annotations

import argparse
from typing import Final, NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from ecluse.gate import Gate
from ecluse.lab.attacks.below import Below
from ecluse.lab.imitation import Content
from ecluse.lab.scenarios import ONE_TIME_CODES, SCENARIOS, Scenario
from ecluse.lab.scene import Scene, SceneOptions, make_scene
from ecluse.ledger import IdentityKeys
from ecluse.terms import parse_terms

SECRET: Final = b"benchmarks: no secret at all"
OPEN: Final = parse_terms("{id: open, version: 1, title: Everything passes, rules: []}")
MEMORY_BYTES: Final = 64 << 20
EVENTS_A_LOOK: Final = 50
"""Events after which the benchmark looks; the gate looks for campaigns by itself."""
SEEDS: Final = (7, 8, 9)
CROWDS: Final = (
    *("wedding", "new-year", "new-number", "treasurer", "shop", "journalist", "new-in-town", "well-wishers"),
    *("viral-joke", "popular-link", "activists", "helpdesks", "households", "buyers", "warners"),
)


def _snowshoe(
    content: Content, *, days: int = 3, age_days: float = 4, at_home: bool = False, sites: int = 1, log_days: int = 4
) -> Scenario:
    part = Below(
        accounts=500,
        recipients=20,
        days=days,
        age_days=age_days,
        content=content,
        at_home=at_home,
        sites=sites,
        staggered=log_days > 4,
    )
    return Scenario(id="snowshoe", title="", honest=False, part=part, hides="", seen_by=("content",), days=log_days)


DISGUISES: Final = {
    "one text, each link its own": SCENARIOS["snowshoe"],
    "text spun": _snowshoe("spun"),
    "spun, a quarter of the words others": _snowshoe("reworded"),
    "the same, from home networks of ordinary people": _snowshoe("reworded", at_home=True),
    "the same, accounts 400 days old": _snowshoe("reworded", at_home=True, age_days=400),
    "the same, a domain for each account": _snowshoe("reworded", at_home=True, age_days=400, sites=500),
    "the same, each on three days of 30": _snowshoe("reworded", at_home=True, age_days=400, sites=500, log_days=30),
    "provider-spread": SCENARIOS["provider-spread"],
    "drip": SCENARIOS["drip"],
}


class Seen(NamedTuple):
    """What was seen of a scene. reached: people whom its actors had written to when the first campaign was found, None
    if none was. campaigns, members: in the end. strange: accounts ever taken for members that are no actors.
    """

    reached: int | None
    campaigns: int
    members: int
    strange: int


def watch(scene: Scene) -> Seen:
    """Let a gate see a scene, everything let through."""
    gate = Gate(OPEN, secret=SECRET, memory_bytes=MEMORY_BYTES)
    keys, names = IdentityKeys.from_secret(SECRET), scene.accounts["account"].to_pylist()
    actors = {keys.of_account(names[actor]) for actor in scene.actors.tolist()}
    sent = scene.draft.counts * (np.isin(scene.draft.sender, scene.actors) & (scene.draft.kind <= 1))
    reach, found, ever = np.cumsum(sent), None, set()
    for start in range(0, len(reach), EVENTS_A_LOOK):
        gate.observe(scene.events.slice(start, EVENTS_A_LOOK))
        campaigns = gate.campaigns()
        if campaigns and found is None:
            found = int(reach[min(start + EVENTS_A_LOOK, len(reach)) - 1])
        ever |= {member for campaign in campaigns for member in campaign.members.tolist()}
    members = sum(campaign.accounts for campaign in campaigns)
    return Seen(found, len(campaigns), members, len(ever - actors))


def main() -> None:
    """Measure, and print the tables."""
    options = argparse.ArgumentParser(prog="python -m benchmarks campaigns", description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    console, seeds = Console(), SEEDS[:1] if quick else SEEDS
    title = f"500 accounts, 20 strangers each, among ordinary people; seeds {', '.join(map(str, seeds))}"
    table = Table("disguise", title=title, title_justify="left")
    for name in ("reached when found", "campaigns", "members in the end", "honest members, ever"):
        table.add_column(name, justify="right")
    for name, scenario in track(DISGUISES.items(), console=console, transient=True):
        people = 200 if scenario.days > 10 or quick else 500
        seen = [watch(make_scene(scenario, SceneOptions(seed=seed, people=people))) for seed in seeds]
        reached = ", ".join("never" if one.reached is None else f"{one.reached:,}" for one in seen)
        counts = ", ".join(str(one.campaigns) for one in seen), ", ".join(str(one.members) for one in seen)
        table.add_row(name, reached, *counts, str(sum(one.strange for one in seen)))
    console.print(table)
    crowds = [*(SCENARIOS[id_] for id_ in CROWDS), ONE_TIME_CODES]
    table = Table("honest crowd", title="Campaigns that honest crowds were taken for", title_justify="left")
    table.add_column("accounts ever taken for members", justify="right")
    for scenario in track(crowds, console=console, transient=True):
        seen = [watch(make_scene(scenario, SceneOptions(seed=seed))) for seed in seeds]
        table.add_row(scenario.id, ", ".join(str(one.members + one.strange) for one in seen))
    console.print(table)


if __name__ == "__main__":
    main()
