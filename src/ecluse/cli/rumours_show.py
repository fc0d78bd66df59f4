"""How rumours and fact-checks are shown on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse.cli.asking import print_json
from ecluse.rumours import forms
from ecluse.rumours.bundle import told
from ecluse.rumours.page import growth_words, heights, short_time, truth_words

BARS: Final = " ▁▂▃▄▅▆▇█"


def show_top(rumours: Sequence[forms.RumourForm], asked: str, console: Console) -> None:
    """A line a content, the fastest first."""
    if not rumours:
        console.print(f"Nothing spreads: {asked}.", highlight=False)
        return
    table = Table("content", title=f"What spreads: {asked}", title_justify="left")
    for name in ("reached", "in the window", "an hour", "growth", "accounts", "strangers", "hops"):
        table.add_column(name, justify="right")
    for name in ("first seen", "last seen", "truth"):
        table.add_column(name)
    for one in rumours:
        share = one.counted.strangers_share
        table.add_row(
            one.cluster,
            f"{one.reached:,}",
            spark(one.counted.curve),
            f"{one.per_hour:,.0f}",
            growth_words(one.growth),
            f"{one.counted.senders:,}",
            "" if share is None else f"{share:.0%}",
            str(one.hops),
            short_time(one.first),
            short_time(one.last),
            truth_words(one.truth, one.fact_check),
        )
    console.print(table)


def spark(counts: Sequence[int]) -> str:
    """Counts as bars, the highest the greatest.

    >>> spark([0, 1, 2, 4])
    ' ▂▄█'
    """
    return "".join(BARS[height] for height in heights(counts, len(BARS) - 1))


def show_sheet(sheet: forms.RumourSheet, console: Console) -> None:
    """All that is known of a content, in words."""
    console.print(escape(told(sheet)), highlight=False, end="")


def show_fact_check(check: forms.FactCheckForm, console: Console, *, json: bool) -> None:
    """A fact-check in a line."""
    if json:
        print_json(check)
        return
    stands = "withdrawn" if check.withdrawn else "attached"
    truth = truth_words(check.truth, check.fact_check)
    line = f"fact-check {check.fact_check} of {check.cluster}: {stands}, “{check.rating}”, truth: {truth}"
    console.print(escape(line), highlight=False, soft_wrap=True)


def show_feed(feed: forms.FeedForm, console: Console) -> None:
    """What became of a feed: what was attached, what nobody has sent, what is wrong."""
    matched = Table(
        "review", "content", "by", "fact-check", title=f"Attached: {len(feed.matched)}", title_justify="left"
    )
    for one in feed.matched:
        matched.add_row(str(one.review), one.cluster, one.by, str(one.fact_check))
    unmatched = Table("review", "claim", "page", title=f"Not seen: {len(feed.unmatched)}", title_justify="left")
    for other in feed.unmatched:
        unmatched.add_row(str(other.review), escape(other.claim), escape(other.url))
    for table in (matched, unmatched):
        if table.row_count:
            console.print(table)
    for fault in feed.faults:
        console.print(f"left out: {escape(fault)}", highlight=False, soft_wrap=True)
    if not feed.matched:
        console.print("Nothing was attached.")
