"""Looking at what a decision rests on, before deciding: the file, from a running gate, which notes what it showed."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse.cli.asking import ask, print_json, short
from ecluse.sanctions import forms, review_forms

Seen = Annotated[
    list[str] | None, typer.Option(help="What you looked at besides its file, in a few words; may be given again.")
]


def look_at(path: str, url: str, key: str | None, seen: list[str] | None, json: bool) -> None:
    """Show the file at a path of an appeal or sanction, and note that it was seen. Raises EcluseError."""
    found = ask(url, key, "POST", f"{path}/file", review_forms.FileForm)
    if seen:
        ask(url, key, "POST", f"{path}/seen", review_forms.LookForm, review_forms.SeenProposal(seen))
    if json:
        print_json(found)
        return
    one, console = found.sanction, Console()
    table = Table(show_header=False, box=None)
    lines = {
        "sanction": f"{one.sanction}: {one.measure}, {one.status}, on {one.subject_kind} {one.subject}",
        "from, until": f"{short(one.from_)}, {short(one.until) or 'it is lifted'}",
        "rule": f"{one.rule} ({one.terms}): {one.clause}",
        "facts": one.facts,
        "decided": f"{one.decided_by}; by a machine: {one.automated_decision}",
        **{
            f"strike {s.strike}": f"{short(s.at)}: {s.rule}, {s.refusals:,} refusals; {_figures(s)}"
            for s in found.strikes
        },
        **{f"appeal {a.appeal}": f"{a.kind}, {a.status}: {a.words}" for a in found.appeals},
        **{f"earlier {e.sanction}": f"{e.measure}, {e.status}, {short(e.made)}" for e in found.earlier},
        "your look": "; ".join([seen.what for seen in found.review.seen] + (seen or [])),
    }
    for name, value in lines.items():
        if value:
            table.add_row(name, escape(value))
    console.print(table)


def _figures(strike: forms.StrikeForm) -> str:
    return ", ".join(
        f"{one['signal']} {'unknown' if one['value'] is None else format(one['value'], ',.10g')} "
        f"{one['comparison']} {one['limit']:,.10g}"
        for one in strike.figures
    )
